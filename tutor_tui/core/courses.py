"""Courses: the units of each in order, and which of them a lesson by some profile is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS

OTHER_LEVEL = "This lesson is {level}; there is none at {wanted} offline yet."
NO_FREE_TALK = "There is no free talk offline: we do a short lesson instead."
NO_LESSON = "There is no offline lesson in {language} yet."
"""What the offline tutor says, and every list before it, where a lesson is not what its profile promises."""


@dataclass(frozen=True, slots=True)
class LessonHead:
    """What stands above the steps of a lesson script, for lists: quickly read, and not judged."""

    name: str
    """What it is asked for by: the file's name without `.toml`."""
    title: str
    language: str
    """What is taught: ISO 639-1."""
    level: str = ""
    """CEFR: A1 to C2; empty where the script does not say."""
    course: str = ""
    """The course that it is a unit of; empty for a lesson on its own."""
    unit: int = 0
    """Its number there, from 1."""
    can_do: tuple[str, ...] = ()
    """What a learner can do after it, in English."""
    is_level_test: bool = False
    """It finds out a level, and teaches nothing."""


def can_do_text(can_do: Iterable[str]) -> str:
    """What a unit teaches to do, on one line; empty where it does not say."""
    return one_line("; ".join(can_do), NOTE_CHARACTERS)


FindLessons: TypeAlias = Callable[[], Iterable[LessonHead]]
"""Looks up the lessons there are."""


def in_order(lessons: Iterable[LessonHead]) -> list[LessonHead]:
    """By language, level and unit."""
    return sorted(lessons, key=lambda each: (each.language, each.level, each.unit, each.name))


def lesson_for(lessons: Iterable[LessonHead], language: str, level: str = "", name: str = "") -> LessonHead | None:
    """The lesson of that name, or else the first one in `language`: at `level` if there is one, or at the nearest
    level below, or the easiest. None where there is no lesson in the language: no other language is taught instead.
    """
    there = in_order(each for each in lessons if each.name == name or _teaches(each, language))
    if named := next((each for each in there if each.name == name), None):
        return named
    fitting = [each.level for each in there if each.level <= level]
    wanted = max(fitting) if fitting else min((each.level for each in there), default="")
    return next((each for each in there if each.level == wanted), None)


def _teaches(lesson: LessonHead, language: str) -> bool:
    return lesson.language == language and not lesson.is_level_test


def has_level(lessons: Iterable[LessonHead], language: str, level: str) -> bool:
    """Whether there is a lesson in `language` at `level`."""
    return any(_teaches(each, language) and each.level == level for each in lessons)


def languages_of(lessons: Iterable[LessonHead]) -> list[str]:
    """The English names of the languages that there are lessons in."""
    return sorted({language_name(each.language) for each in lessons})


def course_title(course: str) -> str:
    """A course's name for the learner: korean-a1 is "Korean A1"."""
    return " ".join(word.upper() if any(map(str.isdigit, word)) else word.title() for word in course.split("-"))


# ---- the path of one profile ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoursePath:
    """The units of a course, and which of them comes next."""

    units: tuple[LessonHead, ...] = ()
    """In order. Of a course for tutors with a model these are profiles, each by its key and title."""
    next: int = 0
    """The place among them of the one that a lesson begins with."""
    remark: str = ""
    """That the lesson is not what the profile promises, in a sentence."""
    done: frozenset[int] = frozenset()
    """The places among them of those that the learner has done, where that is known."""

    @property
    def unit(self) -> LessonHead | None:
        """The one that comes next; None where there is nothing to begin with."""
        return self.units[self.next] if self.units else None

    @property
    def title(self) -> str:
        """The course and the place in it, in a line; empty for a lesson that belongs to no course."""
        if self.unit is None or not self.unit.course:
            return ""
        return f"{course_title(self.unit.course)} · unit {self.unit.unit} of {max(each.unit for each in self.units)}"

    def with_shown(self, can_dos: Collection[str]) -> CoursePath:
        """The same, with the units of which these can-dos were shown as done."""
        shown = (place for place, each in enumerate(self.units) if each.can_do and can_do_text(each.can_do) in can_dos)
        return replace(self, done=frozenset(shown))

    @property
    def goes_on_at(self) -> int:
        """The place of the first unit from `next` on that is not done; `next` where all of them are."""
        return next((place for place in range(self.next, len(self.units)) if place not in self.done), self.next)


def script_path(plan: LessonPlan, lessons: Iterable[LessonHead]) -> CoursePath:
    """The path of a plan with a tutor that walks scripts."""
    lessons = list(lessons)
    found = lesson_for(lessons, plan.target_language, plan.level, plan.offline_lesson)
    if found is None:
        there_are = ", ".join(languages_of(lessons))
        remark = NO_LESSON.format(language=language_name(plan.target_language))
        return CoursePath(remark=f"{remark} There are lessons in: {there_are}." if there_are else remark)
    return _path(found, lessons, _remark(plan, found, lessons))


def profile_path(profile: PromptProfile, profiles: Iterable[PromptProfile]) -> CoursePath:
    """The path of `profile` with a tutor that has a model: the profiles of its course."""
    if not profile.course:
        return CoursePath()
    return _path(_unit_of(profile), map(_unit_of, profiles))


def _path(found: LessonHead, heads: Iterable[LessonHead], remark: str = "") -> CoursePath:
    same = (each for each in heads if found.course and each.course == found.course)
    units = tuple(sorted({found, *same}, key=lambda each: (each.unit, each.name)))
    return CoursePath(units, units.index(found), remark)


def _unit_of(profile: PromptProfile) -> LessonHead:
    return LessonHead(
        profile.key, profile.name, profile.language, profile.level, profile.course, profile.unit, profile.can_do
    )


def _remark(plan: LessonPlan, found: LessonHead, lessons: Iterable[LessonHead]) -> str:
    if plan.stands_in:
        return NO_FREE_TALK
    if not plan.level or found.level in ("", plan.level) or has_level(lessons, plan.target_language, plan.level):
        return ""
    return OTHER_LEVEL.format(level=found.level, wanted=plan.level)
