"""The tutor gives way as soon as somebody may be speaking, and goes on where it was if nobody spoke after all.

Whether a turn begins is for the tutor to say, and its word stops what it was saying (`Session.cut`). But that word
takes a round trip and a moment of speech, in which both would talk at once. So the voice is ducked at the first sound
that stands out from the room (20 to 40 ms), which may be a key or a cup; it waits for a moment when a loud sound lasts
(60 ms), and for longer as soon as the sound is a voice (50 to 300 ms into a word). Nothing is dropped meanwhile, and
nothing counts as heard that was not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from tutor_tui.core import pcm
from tutor_tui.core.availability import suited
from tutor_tui.core.events import LearnerTextDone, LessonEvent, Trouble
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.session.interjection import Interjection
from tutor_tui.session.level_meter import Level
from tutor_tui.session.own_echo import HINTS, TIMES, TITLE, is_own_echo

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

VOICE = 0.5
"""From this probability on it is a voice: the server's own threshold, unless the learner chose another."""
SUDDEN_DB, SUDDEN_DBFS = 15.0, -55.0
"""A single frame is enough to duck by when it stands out so far from the room, and is so loud: a voice that begins, and
most keys and cups. Measured on people of six languages, that is 4 ms sooner than two frames are in a quiet room, and 10
in a noisy one."""
LASTING_MS = 60
"""A sound that stays so loud for so long is no key: the tutor waits until it is known what it is. In 30 recordings of
people that is 53 ms into the first word (60 at most); the model of speech takes 57 to know a voice, and up to 330 for
one that begins softly."""
QUIET_MS = 300
"""So long after the last of the voice the tutor goes on: longer than any pause within a word."""
FORGOTTEN_MS = 1_000
"""So long after a voice it is still known how long it was: its server may hear of it so late."""
GivesWay: TypeAlias = Literal["ducked", "held", "paused"]
"""To a sound, to one that lasts, and to a voice."""
LONGEST_MS: dict[GivesWay, int] = {"ducked": 600, "held": 600, "paused": 2_000}
"""So long it gives way to a sound that is no voice, and to a voice that the server does not hear, as from next door."""
VAIN_FOR: dict[GivesWay, tuple[GivesWay, ...]] = {
    "ducked": ("ducked",),
    "held": ("held",),
    "paused": ("paused", "held"),
}
"""What has been in vain then: who was taken for a voice in vain is not held for its loudness either."""
MOST_IN_VAIN, IN_VAIN_WITHIN_S = 3, 20.0
"""So often for nobody in so short a time, and the tutor does without for as long: it may be its own echo."""


class BargeIn:
    """Takes each frame that goes out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wanted = True
        self._hears_voices = False
        """Whether it can: what tells voices from other sound is there, or is loaded when somebody speaks."""
        self.interjection = Interjection(session)
        self.voiced_ms = 0
        """How much of a voice was heard since it began; 0 again a second after its end."""
        self._state: GivesWay | Literal[""] = ""
        self._ends: asyncio.TimerHandle | None = None
        """Ends that state where it takes too long, also when the microphone is gone."""
        self._quiet_ms = self._calm_ms = QUIET_MS
        """How long no voice has been heard, and nothing that stood out from the room."""
        self._loud_ms = 0
        """How long the sound has been loud without a break."""
        self._in_vain: dict[GivesWay, deque[float]] = {state: deque(maxlen=MOST_IN_VAIN) for state in LONGEST_MS}
        """When it last gave way to nobody, on the loop's clock."""
        self._echoes = 0
        """How often the tutor was stopped by its own words."""

    @property
    def wanted(self) -> bool:
        """Whether the tutor gives way before its server has heard the learner; to be set at any time."""
        return self._wanted

    @wanted.setter
    def wanted(self, on: bool) -> None:
        self._wanted = on
        self._agree()

    @property
    def pauses(self) -> bool:
        """Whether the tutor waits for a voice."""
        return self._state == "paused"

    @property
    def may_pause(self) -> bool:
        """Whether the tutor speaks, and would wait for a voice."""
        return self._hears_voices and self._wanted and not self.pauses

    def begin(self) -> None:
        """The lesson begins."""
        self._agree()

    def suited(self, plan: LessonPlan) -> LessonPlan:
        """What the tutor can do of `plan`, and who stops its answers: we do, where it leaves that to us and our own ear
        tells voices from other sound.
        """
        abilities = self._session.tutor.capabilities
        return suited(replace(plan, interrupts=not (self._hears_voices and abilities.leaves_interrupting)), abilities)

    def _agree(self) -> None:
        """Tell the tutor who stops its answers, if that has changed."""
        session = self._session
        self._hears_voices = self._wanted and session.recorder.voice.works
        if session.is_under_way and (plan := self.suited(session.lesson.plan)) != session.lesson.plan:
            session.configure(plan)

    def hear(self, level: Level, likely: float, now_s: float) -> None:
        """A frame of the microphone: how loud it is, and how likely it is a voice."""
        if self._hears_voices and not self._session.recorder.voice.works:
            self._agree()
        is_new_voice, is_new_sound = self._quiet_ms >= QUIET_MS, self._calm_ms >= QUIET_MS
        is_voice = likely >= VOICE or (level.voiced and self.interjection.goes_on)
        self._quiet_ms = 0 if is_voice else self._quiet_ms + pcm.FRAME_MS
        is_over = self._quiet_ms >= FORGOTTEN_MS or (is_new_voice and not self._quiet_ms)
        self.voiced_ms = (0 if is_over else self.voiced_ms) + (0 if self._quiet_ms else pcm.FRAME_MS)
        self.interjection.hear(self.voiced_ms)
        is_sudden = level.dbfs >= max(SUDDEN_DBFS, level.floor_dbfs + SUDDEN_DB)
        self._calm_ms = 0 if level.voiced or is_sudden else self._calm_ms + pcm.FRAME_MS
        self._loud_ms = self._loud_ms + pcm.FRAME_MS if is_sudden else 0
        if self._state and not self._session.lesson.sounding:
            self._leave()  # so was the tutor
        elif self._state != "paused" and is_new_voice and not self._quiet_ms:
            self._give_way("paused", now_s)
        elif self._state == "ducked" and self._loud_ms == LASTING_MS and self._session.lesson.echo_mode == "headphones":
            self._give_way("held", now_s)  # on loudspeakers the tutor's own echo is loud now and then
        elif not self._state and is_new_sound and not self._calm_ms:
            self._give_way("ducked", now_s)
        elif self._state and (self._quiet_ms if self._state == "paused" else self._calm_ms) >= QUIET_MS:
            self._go_on()

    def pause(self) -> None:
        """The server hears a voice: it is given way to at once, and for as long as something is heard here."""
        self._quiet_ms = 0
        if self._state != "paused":
            self._give_way("paused", asyncio.get_running_loop().time())

    def take(self, event: LessonEvent) -> None:
        """Tell the learner once if it is the tutor itself to whom the tutor gives way."""
        session = self._session
        if isinstance(event, LearnerTextDone) and is_own_echo(session.lesson, event.item_id, event.text):
            self._echoes += 1
            if self._echoes == TIMES and (hint := HINTS.get(session.lesson.echo_mode)):
                session.take(Trouble(TITLE, hint))

    def stop(self) -> None:
        """The lesson is over: nothing gives way any more, nor is held back."""
        self._leave()
        self.interjection.stop()

    def _leave(self) -> None:
        self._state = ""
        if self._ends is not None:
            self._ends.cancel()

    def _give_way(self, state: GivesWay, now_s: float) -> None:
        lesson, speaker, in_vain = self._session.lesson, self._session.sound.speaker, self._in_vain[state]
        speaks = bool(lesson.sounding) and speaker.sounding
        is_echo = len(in_vain) == MOST_IN_VAIN and now_s - in_vain[0] < IN_VAIN_WITHIN_S
        if not self.wanted or not speaks or is_echo or isinstance(lesson.plan.turn_detection, PushToTalk):
            return
        self._leave()
        self._state = state
        (speaker.duck if state == "ducked" else speaker.pause)()
        self._ends = asyncio.get_running_loop().call_later(LONGEST_MS[state] / 1_000, self._go_on)

    def _go_on(self) -> None:
        if not self._state:
            return
        for state in VAIN_FOR[self._state]:
            self._in_vain[state].append(asyncio.get_running_loop().time())
        self._leave()
        self._session.sound.speaker.resume()
