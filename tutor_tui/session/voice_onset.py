"""How the learner's first syllable over the tutor's voice reaches the tutor, on loudspeakers.

Until an echo canceller is sure that somebody speaks, it takes them away with the echo: 0.2 s, as a rule, and with it
"seven" becomes "even". So while the tutor is heard, what goes out is held back for 0.8 s. Once the learner is
known to speak, that piece is made anew (`Microphone.recovery`) and sent, at once and in its place, with what has come
meanwhile: nothing is doubled, and from then on nothing is late. If nobody speaks, it goes out as it was, 0.8 s late.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor_tui.core import pcm
from tutor_tui.core.ports import Recovery
from tutor_tui.core.turn_detection import PushToTalk

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_log = logging.getLogger(__name__)
HELD_FRAMES = 40
"""0.8 s: a canceller lets a learner through 160 to 700 ms after their first sound."""


class VoiceOnset:
    """Stands between the microphone and what takes its frames."""

    def __init__(self, session: Session, speech: Callable[[bytes], None]) -> None:
        self._session = session
        self._speech = speech
        self._held: deque[bytes] = deque()
        self._recovering: asyncio.Task[None] | None = None

    def hear(self, frame: bytes) -> None:
        """A frame that is to go out, before anybody has looked at it."""
        self._held.append(frame)
        self._pass_on(HELD_FRAMES if self._holds else 0)

    def look(self) -> None:
        """Everybody has looked at the frame: the tutor may pause for a voice now."""
        if not self._held or self._recovering is not None or self._holds:
            return
        recover = self._session.sound.microphone.recovery() if self._session.barge_in.pauses else None
        if recover is None:
            self._pass_on(0)
        else:
            self._recovering = asyncio.create_task(self._recover(recover), name="voice onset: recover")

    def flush(self) -> None:
        """Nothing is held back any longer: the microphone is closed."""
        self._pass_on(0)

    def stop(self) -> None:
        """The lesson is over."""
        if self._recovering is not None:
            self._recovering.cancel()

    @property
    def _holds(self) -> bool:
        lesson, tutor = self._session.lesson, self._session.tutor
        return (
            lesson.echo_mode == "speakers"
            and lesson.echo_cancelled
            and bool(lesson.sounding)
            and self._session.barge_in.may_pause
            and tutor.capabilities.way != "webrtc"  # a call takes sound no faster than it is said: all would stay late
            and not isinstance(lesson.plan.turn_detection, PushToTalk)
        )

    def _pass_on(self, held: int) -> None:
        """All but so many frames go out; none while they are made anew."""
        while self._recovering is None and len(self._held) > held:
            self._speech(self._held.popleft())

    async def _recover(self, recover: Recovery) -> None:
        """Make what is held anew, as far as that goes."""
        anew = b""
        try:
            anew = (await asyncio.to_thread(recover))()
        except Exception as failure:  # noqa: BLE001 - what is there is better than nothing
            _log.warning("The learner's first syllable cannot be found again (%s).", type(failure).__name__)
        size = pcm.FRAME_BYTES
        frames = [anew[at : at + size] for at in range(0, len(anew) - size + 1, size)][-len(self._held) :]
        for number, frame in enumerate(frames, len(self._held) - len(frames)):
            self._held[number] = frame
        self._recovering = None
        self._pass_on(0)
