"""Plays sound that is kept, ahead of the tutor's voice, at the speed the learner chose; and says when it was heard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.events import LessonEvent
from tutor_tui.supervision import kind_of

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

NAME = "replay_"
"""What the ids of replays begin with, on the speaker."""
_PIECE_BYTES = pcm.bytes_of(200)
_FADE_BYTES = pcm.bytes_of(10)
_LEAD_BYTES = pcm.bytes_of(60)
_SILENT = 16
"""-66 dB: of a voice, even the breath before it is louder."""


class ReplayPlayer:
    """Of one session; one sound at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._number = 0
        self._feeding: asyncio.Task[None] | None = None
        self._loads = False
        """What makes a voice slower is loaded, or about to be: from the first sound on."""
        self._then: Callable[[], None] | None = None

    @property
    def plays(self) -> bool:
        """Whether something is still to be heard."""
        return self._then is not None

    def play(self, sound: bytes, speed: float, then: Callable[[], None]) -> None:
        """Have this heard at once, in place of what is played now; `then` is called when it was heard, if it was."""
        self._end_feeding()
        self._number += 1
        self._then = then
        pieces = _pieces(sound, speed)
        if not self._loads:  # it takes longer than the ear may wait
            self._loads = True
            threading.Thread(target=_load, name="replay: load", daemon=True).start()
        speaker, item_id = self._session.sound.speaker, f"{NAME}{self._number}"
        if speed == 1:
            for piece in pieces:
                speaker.replay(item_id, piece)
            speaker.finish_replay()
        else:
            self._feeding = asyncio.create_task(self._feed(item_id, pieces), name="replay: slower")
            self._feeding.add_done_callback(self._fed)
        self._session.awaited.stir()

    async def _feed(self, item_id: str, pieces: Iterator[bytes]) -> None:
        """One piece at a time: slowing a long sentence down takes longer than the ear may wait, and the screen."""
        speaker = self._session.sound.speaker
        for piece in pieces:
            speaker.replay(item_id, piece)
            await asyncio.sleep(0)
        speaker.finish_replay()

    def _fed(self, feeding: asyncio.Task[None]) -> None:
        if not feeding.cancelled() and (fault := feeding.exception()) is not None:
            self._session.voice.ear.stop()
            self._session.take(ev.Trouble(f"It could not be slowed down ({kind_of(fault)}).", quiet=True))

    def ends_by(self, event: LessonEvent) -> bool:
        """Whether that is the end of something that was played here, and nobody else's business."""
        if not isinstance(event, ev.SpeechFinished) or not event.item_id.startswith(NAME):
            return False
        if event.item_id == f"{NAME}{self._number}" and self._then is not None:
            then, self._then = self._then, None
            then()
        return True

    def stop(self) -> None:
        """Fall silent."""
        self._end_feeding()
        self._then = None
        self._session.sound.speaker.stop_replay()

    def _end_feeding(self) -> None:
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None


def _load() -> None:
    """Load what the next key may need."""
    import tutor_tui.speech.time_stretch  # noqa: F401


def _pieces(sound: bytes, speed: float) -> Iterator[bytes]:
    """The sound at that speed, with a soft end, in small pieces, and at once: without the silence before it."""
    levels = pcm.samples_of(sound[:_LEAD_BYTES])
    silent = next((i for i, level in enumerate(levels) if abs(level) > _SILENT), len(levels))
    sound = sound[silent * pcm.SAMPLE_BYTES :]
    sound = sound[:-_FADE_BYTES] + pcm.faded_out(sound[-_FADE_BYTES:])
    if speed == 1:
        yield from (sound[at : at + _PIECE_BYTES] for at in range(0, len(sound), _PIECE_BYTES))
        return
    from tutor_tui.speech.time_stretch import slowed  # loads numpy, which many lessons need for nothing else

    yield from slowed((sound,), speed)
