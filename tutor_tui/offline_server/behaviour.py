"""How the server behaves; tests derive one that goes wrong on purpose."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence


class Behaviour:
    """How a server behaves beside what the protocol says: this one as a service in good health.

    Tests derive one that goes wrong on purpose (`testing.faulty_server`).
    """

    def on_connection(self, asked: Iterable[str]) -> Behaviour:
        """For a connection whose URL asks for these in `fault=`. Raises `Problem` for what it does not know."""
        return self

    def session_s(self, usual_s: float) -> float:
        """How long a session may last."""
        return usual_s

    def drop_after_s(self) -> float | None:
        """When the connection breaks without a close frame."""
        return None

    async def before_sending(self, sent: int, drop: Callable[[], None]) -> None:
        """Awaited before each event; `sent` counts those before it, `drop` breaks the connection."""

    def after_greeting(self) -> Sequence[str | bytes]:
        """Frames to send that are no events of ours."""
        return ()

    def confirms_updates(self) -> bool:
        """Whether `session.updated` answers an update."""
        return True

    async def before_transcript(self) -> None:
        """Awaited before the learner is told what was understood."""

    def understands(self) -> bool:
        """Whether what was understood counts."""
        return True

    def before_response(self) -> None:
        """Raises `Problem` for a response that is to fail."""

    def delta_sizes(self, usual_bytes: int) -> Iterator[int]:
        """Bytes of sound in one delta after the other, without end."""
        return itertools.repeat(usual_bytes)

    def pace(self, usual: float) -> float:
        """How many times faster than real time sound is sent after its first second."""
        return usual

    def jitter_s(self) -> float:
        """How much longer a delta waits."""
        return 0.0
