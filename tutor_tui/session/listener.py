"""The microphone's way through a lesson: measured, let through or not, passed on, and watched for who goes unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.availability import understands
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.mic_gate import MicGate, Passage
from tutor_tui.core.phase_text import Standing, standing
from tutor_tui.core.ports import Tutor
from tutor_tui.session.level_meter import Level
from tutor_tui.session.turn_control import TurnControl
from tutor_tui.session.unnoticed_voice import UnnoticedVoice
from tutor_tui.session.voice_onset import VoiceOnset

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
        self._onset = VoiceOnset(session, speech)
        self._silence = silence
        self._gate = MicGate()
        self._unnoticed = UnnoticedVoice()
        self._looked_at: tuple[Lesson, Tutor] | None = None
        """What the next two were found out from: far fewer lessons come than frames."""
        self._understood = self._waits = False
        self._echo_mode: EchoMode | None = None

    async def run(self) -> None:
        """Listen for as long as there are frames."""
        clock, session = asyncio.get_running_loop().time, self._session
        speaker = session.sound.speaker
        async for frame in session.sound.microphone.frames():
            now_s, tutor_sounds = clock(), speaker.sounding
            if session.sound.microphone.echo_cancelled is not session.lesson.echo_cancelled:
                session.take(ev.EchoCancelled(session.sound.microphone.echo_cancelled))
            session.levels.feed(frame)
            if session.voice.ear.keeps(frame, session.levels.read(), now_s):
                self._onset.flush()
                continue
            self._look_at(session.lesson, session.tutor)
            if not self._understood:
                continue  # it would stop the tutor, and be answered as something that was not understood
            level, key_open = session.levels.read(), self._turns.key_is_open
            tutor_speaks = bool(session.lesson.sounding)
            session.times.feed(level, now_s, tutor_sounds=tutor_sounds, tutor_speaks=tutor_speaks)
            passage = self._gate.passage(session.lesson, now_s, tutor_sounds=tutor_sounds, key_open=key_open)
            match passage:
                case Passage.ALL:
                    self._onset.hear(frame)
                    session.voice.ear.hear(frame)
                    session.recorder.hear(frame, level)
                    session.barge_in.hear(level, session.recorder.voice.likely, now_s)
                    self._onset.look()
                case Passage.SILENCE:
                    self._onset.flush()
                    self._silence(bytes(len(frame)))
                case Passage.NOTHING:
                    self._onset.flush()
            self._look_for_a_voice(level, goes_out=passage is Passage.ALL and not tutor_sounds)

    def stop(self) -> None:
        """The lesson is over."""
        self._onset.stop()

    def _look_at(self, lesson: Lesson, tutor: Tutor) -> None:
        if self._looked_at is not None and self._looked_at[0] is lesson and self._looked_at[1] is tutor:
            return
        self._looked_at = lesson, tutor
        if lesson.echo_mode != self._echo_mode:
            self._echo_mode = lesson.echo_mode
            self._session.sound.cancel_echo(lesson.echo_mode == "speakers")
        self._understood = understands(lesson.plan, tutor.capabilities)
        self._waits = standing(lesson, tutor.capabilities) is Standing.LISTENING

    def _look_for_a_voice(self, level: Level, *, goes_out: bool) -> None:
        """Tell the learner if the tutor does not notice them, and when that is over."""
        session = self._session
        changed = self._unnoticed.feed(level, waits=goes_out and self._waits, is_told=session.lesson.unnoticed)
        if changed is not None:
            session.take(ev.VoiceUnnoticed(bool(changed), changed or "soft"))
