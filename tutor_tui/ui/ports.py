"""What the screen asks of the rest of the program, as Protocols: a session, its profiles, and two small functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Protocol, TypeAlias

from tutor_tui.core.events import EchoMode, Which
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.ports import SoundCard, Tutor
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.settings import Settings, Value
from tutor_tui.core.turn_detection import TurnDetection
from tutor_tui.session.latest_value import LatestValue
from tutor_tui.session.level_meter import LevelMeter


class LessonSession(Protocol):
    """The lesson under way, as `session.Session` is. No call waits; what comes of it is the next lesson in `watch`."""

    @property
    def tutor(self) -> Tutor:
        """Who teaches, and what it can do."""
        ...

    @property
    def sound(self) -> SoundCard:
        """For the device picker and the counters."""
        ...

    @property
    def levels(self) -> LevelMeter:
        """How loud the microphone is."""
        ...

    @property
    def watch(self) -> LatestValue[Lesson]:
        """The newest lesson."""
        ...

    @property
    def elapsed_s(self) -> float:
        """Seconds since the lesson began."""
        ...

    def mute(self, on: bool | None = None) -> None:
        """Close the microphone or open it again; None toggles."""
        ...

    def interrupt(self) -> None:
        """Stop the tutor."""
        ...

    def say(self, text: str) -> None:
        """Typed words."""
        ...

    def repeat(self) -> None:
        """Hear the last thing again."""
        ...

    def talk(self) -> None:
        """Push-to-talk: begin the turn, or end it."""
        ...

    def think(self) -> None:
        """Hold the turn open, or let go of it."""
        ...

    def change(self, plan: LessonPlan) -> None:
        """Another plan."""
        ...

    def set_turn_detection(self, detection: TurnDetection) -> None:
        """Another way of ending turns."""
        ...

    def set_echo(self, mode: EchoMode) -> None:
        """Headphones or speakers."""
        ...

    def choose_device(self, which: Which, device: str) -> None:
        """Another microphone or speaker."""
        ...

    def switch(self, tutor: Tutor) -> None:
        """Another tutor, with all that was said."""
        ...

    def retry(self) -> None:
        """Dial again now."""
        ...


class BrokenProfile(Protocol):
    """A file that should be a profile and is none."""

    @property
    def path(self) -> PathLike[str]:
        """Which."""
        ...

    @property
    def line(self) -> int:
        """Where it goes wrong (from 1), 0 for the file as a whole."""
        ...

    @property
    def reason(self) -> str:
        """What is wrong."""
        ...


class ProfileList(Protocol):
    """All profiles there are, as `config.prompts.Profiles` is."""

    @property
    def profiles(self) -> Sequence[PromptProfile]:
        """Those that can be used."""
        ...

    @property
    def broken(self) -> Sequence[BrokenProfile]:
        """Those that cannot."""
        ...


SaveSetting: TypeAlias = Callable[[str, Value], None]
"""Writes "section.field" into the learner's file; raises `Problem`."""
MakePlan: TypeAlias = Callable[[PromptProfile, Settings], LessonPlan]
"""What a profile asks of a tutor under these settings; pure."""
MakeTutor: TypeAlias = Callable[[Settings], Tutor]
"""The tutor that settings mean; raises `Problem` where it cannot be had."""
