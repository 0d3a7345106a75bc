"""What a front end looks up of earlier lessons, for the learner to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tutor_tui.core.lesson_plan import DrillKind, LessonPlan
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.overview import Overview

ReportLines: TypeAlias = Callable[[str], Sequence[tuple[str, str]]]
"""The report of the lesson of that id, as headings and lines. It may wait for the disk, and raises `Problem`."""
BriefingLines: TypeAlias = Callable[[str], Sequence[tuple[str, str]]]
"""What there is to tell before a lesson in that language (ISO 639-1), as headings and lines. It may wait for the disk,
and raises `Problem`.
"""
LookUpProgress: TypeAlias = Callable[[str], Overview]
"""What has come of the lessons of a language (ISO 639-1). It may wait for the disk, and raises `Problem`."""

MakeDrill: TypeAlias = Callable[[LessonPlan, DrillKind], LessonPlan]
"""A drill of that kind on what is due, in a lesson's language. It waits for the disk a moment, and raises `Problem`
where there is nothing to ask for.
"""
LookUpMeaning: TypeAlias = Callable[[str, LessonPlan], str]
"""What these words of a lesson's language mean to its learner, by the units there are; empty where none says so. It
reads files.
"""


@dataclass(frozen=True, slots=True)
class LookUps:
    """All of that; what is None cannot be looked up, as nothing is kept."""

    learner: LearnerStore | None = None
    """What is remembered of the learner. It may wait for the disk, and is asked on another thread."""
    report: ReportLines | None = None
    briefing: BriefingLines | None = None
    progress: LookUpProgress | None = None
    drill: MakeDrill | None = None
    meaning: LookUpMeaning | None = None


NO_LOOK_UPS = LookUps()
"""Where nothing is kept."""
