"""Shadowing: the learner hears a sentence of the tutor's, says it, and hears both one after the other.

Nobody is asked and nothing is sent: what the microphone hears meanwhile stays in memory until the next try. What the
tutor says meanwhile waits. There is no score: the ear compares, and two lines of level help it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.actions import key
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.mic_gate import ECHO_TAIL_S
from tutor_tui.core.shadowed import COUNTED_S, LEVEL_MS, LONGEST_S, Shadowed, Stage
from tutor_tui.session.kept_sentences import MARGIN_MS, Sentence
from tutor_tui.session.level_meter import Level
from tutor_tui.session.replay_player import ReplayPlayer
from tutor_tui.speech.level_lines import level_line, loudest_in
from tutor_tui.speech.sentence_sounds import LEAD_MS, STEP_MS, Loudness, voiced_steps

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

PAUSE_MS = 1_500
"""So long a silence ends what the learner says: longer than a pause for the next word."""
LEAST_VOICE_MS = 200
"""Less than this was no word."""
_BETWEEN = pcm.silence(400)
"""Between the tutor and the learner, so that each can be told from the other."""
MUTED = "The microphone is muted: you could not be heard saying it."
NO_MICROPHONE = "There is no microphone to say it to."
YOUR_TURN_FIRST = "The tutor is listening to you: finish your turn first."
NOT_HEARD = "Nothing was heard from you."
NOT_HEARD_HINT = f"{key('shadow')} begins once more; the bar below shows whether the microphone hears you."
ONLY_TUTOR = "That sentence is your own: shadowing takes one of the tutor's."


class Shadowing:
    """Of one session."""

    def __init__(self, session: Session, player: ReplayPlayer) -> None:
        self._session = session
        self._player = player
        self._sound = self._own = b""
        self._heard = bytearray()
        """What the microphone has heard of this try."""
        self._voiced_ms = self._quiet_ms = 0
        self._opens_s = 0.0
        """On the loop's clock: until then the room still holds what was played."""
        self._limit: asyncio.TimerHandle | None = None

    @property
    def now(self) -> Shadowed | None:
        """How far it is; None while nothing is shadowed."""
        training = self._session.lesson.training
        return training if isinstance(training, Shadowed) else None

    @property
    def is_on(self) -> bool:
        """Whether the learner hears a sentence that they say, or is to say it."""
        now = self.now
        return now is not None and now.keeps_microphone

    def take(self, event: LessonEvent) -> None:
        """Whoever can no longer be heard saying it is told so."""
        now = self.now
        if now is not None and now.stage in ("listen", "speak"):
            match event:
                case ev.Muted(True):
                    self.stop()
                    self._tell(MUTED, f"{key('mute')} opens it.")
                case ev.DeviceLost(which="microphone", reason=reason):
                    self.stop()
                    self._tell(NO_MICROPHONE, reason)
                case _:
                    pass

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def begin(self, sentence: Sentence, speed: float) -> None:
        """Have that sentence heard, and then said by the learner."""
        lesson = self._session.lesson
        if sentence.turn.role != "tutor":
            self._tell(ONLY_TUTOR, f"{key('replay-back')} and {key('replay-on')} go to another.")
        elif why := _why_not(lesson):
            self._tell(*why)
        else:
            self._sound = _voice_of(sentence.sound) or sentence.sound
            line = level_line(self._sound, LEVEL_MS, stretched=1 / speed)
            self._session.sound.speaker.hold(True)
            self._show(Shadowed("listen", sentence.text, speed, line))
            self._listen()

    def go_on(self) -> None:
        """To what comes next: the learner's turn, or its end, or the other of both voices."""
        now = self.now
        match now.stage if now else "":
            case "listen":
                self._player.stop()
                self._speak()
            case "speak":
                self._compare()
            case "tutor":
                self._play_own()
            case "you":
                self._end()
            case _:
                pass

    def again(self) -> bool:
        """This part once more: listen, say it, or hear both; whether anything is shadowed at all."""
        now = self.now
        if now is None:
            return False
        match now.stage:
            case "listen":
                self._listen()
            case "speak":
                self._speak()
            case "tutor" | "you" | "over":
                self._session.sound.speaker.hold(True)
                self._play_both()
        return True

    # ---- its parts --------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        now = self.now
        if now is not None:
            self._player.play(self._sound, now.speed, self._speak)

    def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        rests = self._session.lesson.rests_for_echo
        self._heard.clear()
        self._voiced_ms = self._quiet_ms = 0
        self._opens_s = loop.time() + (ECHO_TAIL_S if rests else 0.0)
        self._stop_limit()
        self._limit = loop.call_later(LONGEST_S - COUNTED_S, self._count_down, COUNTED_S)
        self._go_to("speak")

    def _count_down(self, left_s: int) -> None:
        """So many seconds are left to say it."""
        now = self.now
        if now is None or left_s <= 0:
            self._compare()
            return
        self._show(replace(now, left_s=left_s))
        self._limit = asyncio.get_running_loop().call_later(1, self._count_down, left_s - 1)

    def hear(self, frame: bytes, level: Level, now_s: float) -> bool:
        """A frame of the microphone, and how loud it is; whether the tutor is not to have it."""
        now = self.now
        if now is None or not now.keeps_microphone:
            return False
        if now.stage == "speak" and now_s >= self._opens_s:
            self._heard += frame
            self._voiced_ms += pcm.FRAME_MS if level.voiced else 0
            self._quiet_ms = 0 if level.voiced else self._quiet_ms + pcm.FRAME_MS
            if self._voiced_ms >= LEAST_VOICE_MS and self._quiet_ms >= PAUSE_MS:
                self._compare()
        return True

    def _compare(self) -> None:
        self._stop_limit()
        self._own = _voice_of(bytes(self._heard)) if self._voiced_ms >= LEAST_VOICE_MS else b""
        now = self.now
        if now is None:
            return
        if not self._own:
            self.stop()
            self._tell(NOT_HEARD, NOT_HEARD_HINT)
            return
        loudest = max(map(loudest_in, (self._sound, self._own)))  # on one scale, so that who was louder looks it
        tutor = level_line(self._sound, LEVEL_MS, stretched=1 / now.speed, loudest=loudest)
        self._show(replace(now, tutor=tutor, own=level_line(self._own, LEVEL_MS, loudest=loudest)))
        self._play_both()

    def _play_both(self) -> None:
        now = self.now
        if now is not None:
            self._go_to("tutor")
            self._player.play(self._sound, now.speed, self._play_own)

    def _play_own(self) -> None:
        self._go_to("you")
        self._player.play(_BETWEEN + self._own, 1.0, self._end)

    def _end(self) -> None:
        """Both were heard: the picture stays, the tutor goes on, and hears the learner again."""
        self._player.stop()
        self._session.sound.speaker.hold(False)
        self._go_to("over")

    def stop(self) -> bool:
        """Fall silent, and forget what the learner said; whether there was anything to stop."""
        now = self.now
        if now is None:
            return False
        self._stop_limit()
        self._heard.clear()
        self._own = b""
        if now.keeps_microphone:
            self._player.stop()
            self._session.sound.speaker.hold(False)
        self._show(None)
        return True

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _go_to(self, stage: Stage) -> None:
        now = self.now
        if now is not None:
            self._show(replace(now, stage=stage, left_s=0))

    def _show(self, what: Shadowed | None) -> None:
        if what != self._session.lesson.training:
            self._session.take(ev.EarTrained(what))

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint, quiet=True))


def _why_not(lesson: Lesson) -> tuple[str, str] | None:
    """Why nobody could be heard saying it now, and the way out."""
    if lesson.microphone.missing:
        return NO_MICROPHONE, f"{key('devices')} chooses one; {key('replay')} only replays the sentence."
    if lesson.muted:
        return MUTED, f"{key('mute')} opens it."
    if lesson.phase is Phase.HEARING:
        return YOUR_TURN_FIRST, ""
    return None


def _voice_of(sound: bytes) -> bytes:
    """The sound from its first voice to its last, with a little of what is round it; empty where there is none.

    Before it no more than any sentence has: of two that are compared, both begin equally soon.
    """
    loudness = Loudness()
    loudness.take(sound)
    first, last = voiced_steps(loudness.steps, LEAD_MS, MARGIN_MS)
    return sound[pcm.bytes_of(first * STEP_MS) : pcm.bytes_of(last * STEP_MS)]
