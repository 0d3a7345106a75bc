"""The microphone's way through a lesson: measured, let through or not, passed on, and watched for who goes unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.availability import understands
from tutor_tui.core.mic_gate import MicGate, Passage
from tutor_tui.core.phase_text import Standing, standing
from tutor_tui.session.turn_control import TurnControl
from tutor_tui.session.unnoticed_voice import UnnoticedVoice

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class Listener:
    """Takes every frame of the microphone. What goes out is handed to `speech`, or as silence to `silence`."""

    def __init__(
        self,
        session: Session,
        turns: TurnControl,
        *,
        speech: Callable[[bytes], None],
        silence: Callable[[bytes], None],
    ) -> None:
        self._session = session
        self._turns = turns
        self._speech = speech
        self._silence = silence
        self._gate = MicGate()
        self._unnoticed = UnnoticedVoice()

    async def run(self) -> None:
        """Listen for as long as there are frames."""
        clock, session = asyncio.get_running_loop().time, self._session
        speaker = session.sound.speaker
        async for frame in session.sound.microphone.frames():
            now_s, tutor_sounds = clock(), speaker.sounding
            session.levels.feed(frame)
            if not understands(session.lesson.plan, session.tutor.capabilities):
                continue  # it would stop the tutor, and be answered as something that was not understood
            session.times.feed(session.levels.read(), now_s, tutor_sounds=tutor_sounds)
            key_open = self._turns.key_is_open
            passage = self._gate.passage(session.lesson, now_s, tutor_sounds=tutor_sounds, key_open=key_open)
            match passage:
                case Passage.ALL:
                    self._speech(frame)
                case Passage.SILENCE:
                    self._silence(bytes(len(frame)))
                case Passage.NOTHING:
                    pass
            self.look_for_a_voice(goes_out=passage is Passage.ALL and not tutor_sounds)

    def look_for_a_voice(self, *, goes_out: bool) -> None:
        """Tell the learner if the tutor does not notice them, and when that is over."""
        session = self._session
        waits = goes_out and standing(session.lesson, session.tutor.capabilities) is Standing.LISTENING
        changed = self._unnoticed.feed(session.levels.read(), waits=waits, is_told=session.lesson.unnoticed)
        if changed is not None:
            session.take(ev.VoiceUnnoticed(changed))
