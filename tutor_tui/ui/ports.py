"""What the screen needs beside the session: the profiles there are, and small functions of the program's root."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Protocol, TypeAlias

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import Settings


class BrokenProfile(Protocol):
    """A file that should be a profile and is none."""

    @property
    def path(self) -> PathLike[str]:
        """Where the file is, to be shown and edited."""
        ...

    @property
    def line(self) -> int:
        """Where it goes wrong (from 1), 0 for the file as a whole."""
        ...

    @property
    def reason(self) -> str:
        """What is wrong there, in a sentence for the learner."""
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


FindProfiles: TypeAlias = Callable[[], ProfileList]
"""Reads all profiles again; raises `Problem`."""
SaveSetting: TypeAlias = Callable[[str, Value], str]
"""Writes "section.field" into the learner's file; which variable wins over that at the next start, or an empty text.
Raises `Problem`.
"""
MakePlan: TypeAlias = Callable[[PromptProfile, Settings], LessonPlan]
"""What a profile asks of a tutor under these settings; pure."""
MakeTutor: TypeAlias = Callable[[Settings], Tutor]
"""The tutor that settings mean; raises `Problem` where it cannot be had."""
