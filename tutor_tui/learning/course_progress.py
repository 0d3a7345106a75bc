"""Where a learner goes on in a course of the offline tutor, and what they are told of that at the beginning."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace

from tutor_tui.core.courses import CoursePath, FindLessons, script_path
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.learner import LearnerStore


class CourseProgress:
    """The courses there are, and what a learner has shown that they can do. What cannot be read is not known.

    Each method may wait for the disk a moment.
    """

    def __init__(self, learner: LearnerStore | None, find_lessons: FindLessons) -> None:
        """Without a `learner` nothing is kept, and no unit is done."""
        self._learner = learner
        self._find_lessons = find_lessons

    def going_on(self, plan: LessonPlan, profile: PromptProfile, settings: LearnerSettings) -> LessonPlan:
        """`plan` with the first unit that is not done. A profile that asks for some unit of its own keeps that one."""
        if settings.keep != "yes" or profile.course or plan.stands_in:
            return plan
        path = self._path_if_begun(plan)
        is_the_first = path.unit is not None and path.next == 0
        return replace(plan, offline_lesson=path.units[path.goes_on_at].name) if is_the_first else plan

    def words(self, plan: LessonPlan) -> str:
        """That the course goes on with another unit than its first, in a sentence; empty where it does not."""
        path = self._path_if_begun(plan)
        if path.unit is None or path.next == 0 or path.next - 1 not in path.done:
            return ""
        return f"Your course goes on with unit {path.unit.unit}, “{printable_line(path.unit.title)}”."

    def path_of(self, plan: LessonPlan) -> CoursePath:
        """The units of the course that a plan's script belongs to, and which of them are done."""
        return self._path(plan, self._shown_in(plan.target_language))

    def behind_drill(self, plan: LessonPlan, last: LessonRecord | None) -> LessonPlan:
        """`plan` for a drill, with the unit behind it that comes next after the `last` lesson: that one, or the first
        behind it that is not done. Where that was none of a course, the plan's own.
        """
        if last is None or not last.offline_lesson or last.target_language != plan.target_language:
            return plan
        path = self.path_of(replace(plan, offline_lesson=last.offline_lesson))
        if path.unit is None or path.unit.name != last.offline_lesson or not path.unit.course:
            return plan
        return replace(plan, offline_lesson=path.units[path.goes_on_at].name)

    def _path_if_begun(self, plan: LessonPlan) -> CoursePath:
        """The same; of no units where none of them was done: then nobody needs all lessons to be looked up."""
        shown = self._shown_in(plan.target_language)
        return self._path(plan, shown) if shown else CoursePath()

    def _path(self, plan: LessonPlan, shown: Collection[str]) -> CoursePath:
        return script_path(plan, self._find_lessons()).with_shown(shown)

    def _shown_in(self, language: str) -> Collection[str]:
        """The can-dos that were shown."""
        if self._learner is not None:
            with contextlib.suppress(Problem):
                return self._learner.can_dos_shown(language)
        return ()
