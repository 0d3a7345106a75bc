"""What a run has to do with what is remembered of the learner: it briefs the tutor, and has the lesson add to it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from tutor_tui.app.kept_lessons import keeping, tell_soon
from tutor_tui.core.courses import FindLessons, LessonHead
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.local_time import local_time
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.settings import Settings
from tutor_tui.core.tools import LEARNER_TOOLS, ToolSpec
from tutor_tui.core.weekly_goal import read_goal
from tutor_tui.learning.briefing import Briefing, briefing_lines, each_once, with_briefing
from tutor_tui.learning.can_dos import can_do_in_brief
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.learning.report import AGAIN_UNTIL_DAYS, due_again
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.learner_writer import LearnerWriter
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.practices import goal_line
from tutor_tui.session.session import Session

_AGAIN_S = (AGAIN_UNTIL_DAYS + 1) * 86_400
"""So long ago began, at most, what may be due again."""
_LOOKED_OUT_FOR = 100
"""Corrections, the newest, that a lesson looks out for, and as many items that are due: of these a drill asks for some,
not always for the first.
"""


def briefing_for(
    language: str, file: Path, settings: LearnerSettings, at: float, find_lessons: FindLessons = tuple
) -> Briefing:
    """What is remembered for a lesson in this language that begins at that moment (Unix time, s). `find_lessons` knows
    what the units are called, and teach.

    Nothing where the learner has not agreed to it, and where the library cannot be read: that stops no lesson.
    """
    if settings.keep != "yes":
        return Briefing()
    learner = SqliteLearner(file)
    try:
        due = each_once(each.item for each in learner.due(language, at))
        corrections = learner.items(language, [ItemKind.CORRECTION], most=1)
        facts = learner.items(language, [ItemKind.FACT], most=5) if settings.facts else ()
        library = SqliteLibrary(file)
        last = library.last_in(language)
        first = due_again(library.since(language, at - _AGAIN_S), at)
        walked = {each.offline_lesson for each in (last, first) if each and each.offline_lesson}
        units = {each.name: each for each in find_lessons() if each.name in walked} if walked else {}
        again = _in_a_line(first, units, at)
        unit = None if again else learner.due_can_do(language, at)
        goal = goal_line(file, read_goal(settings.goal), at)
    except Problem:
        return Briefing()
    newest = next((each.item for each in corrections if each.item not in due and not each.item.known), None)
    again = again or (can_do_in_brief(unit.item) if unit else "")
    line = _with_what_was_done(_in_a_line(last, units, at), last, units)
    return Briefing(due, newest, line, goal, [each.item for each in facts], again)


_LINE_CHARACTERS = 60
"""Of the last lesson: one line of the card, in the size of an old terminal."""
_RECENT_S = 300 * 86_400
"""Of a lesson since then, everybody knows the year."""


def _in_a_line(lesson: LessonRecord | None, units: Mapping[str, LessonHead], at: float) -> str:
    """Which lesson it was, by its unit where it was one, and when; empty for none. It is `at` (Unix time, s) now."""
    if lesson is None:
        return ""
    unit, day = units.get(lesson.offline_lesson), local_time(lesson.began_at)
    year = "" if abs(at - lesson.began_at) < _RECENT_S else f" {day.year}"
    return f"{unit.title if unit else lesson.title}, {day.day} {day:%B}{year}"


def _with_what_was_done(line: str, lesson: LessonRecord | None, units: Mapping[str, LessonHead]) -> str:
    """The line of a lesson, and behind it the first of what its unit teaches, as far as there is room."""
    unit = units.get(lesson.offline_lesson) if lesson else None
    done = one_line("".join(unit.can_do[:1]), max(1, _LINE_CHARACTERS - len(line) - 2)) if unit else ""
    return f"{line}: {done}" if len(done) > 1 else line


def briefing_lines_of(
    file: Path, settings: LearnerSettings, language: str, find_lessons: FindLessons = tuple, *, scripted: bool = False
) -> Sequence[tuple[str, str]]:
    """The same for the learner's eyes, as headings and lines. `scripted`: the tutor walks a script."""
    briefing = briefing_for(language, file, settings, time.time(), find_lessons)
    return tuple(briefing_lines(briefing, scripted=scripted))


class Briefer:
    """Briefs the tutors of one run, once in a language: else each change of a setting would dial anew, to tell what has
    come of the briefing meanwhile.
    """

    def __init__(self, file: Path, find_lessons: FindLessons = tuple) -> None:
        self._file = file
        self._find_lessons = find_lessons
        self._told: dict[str, Briefing] = {}

    def briefed(
        self, plan: LessonPlan, settings: LearnerSettings, specs: Callable[[Sequence[str]], Sequence[ToolSpec]]
    ) -> LessonPlan:
        """`plan` with what is remembered of the learner, and with the tools (`specs` by name) to add to that."""
        if settings.keep == "no" or not plan.level:  # what is no lesson is only talk
            return plan
        language = plan.target_language
        if language not in self._told:
            self._told[language] = briefing_for(language, self._file, settings, time.time(), self._find_lessons)
        briefing = self._told[language]
        has_unit = bool(plan.can_do or (plan.offline_lesson and not plan.stands_in))
        offered = {"used": bool(briefing.due) or has_unit, "note_fact": settings.facts}
        tools = specs([name for name in LEARNER_TOOLS if offered[name]]) if plan.tools else ()
        return with_briefing(replace(plan, tools=(*plan.tools, *tools)), briefing)


@asynccontextmanager
async def remembering(
    session: Session, file: Path, settings: LearnerSettings, save: Callable[[str], None], *, keeps_lesson: bool = True
) -> AsyncIterator[None]:
    """Have the lesson's notes kept for later ones, once the learner agrees; `save` keeps "yes" or "no" as a setting.

    Where the lesson is not kept, nothing of it is.
    """
    writer = LearnerWriter(file, partial(tell_soon, asyncio.get_running_loop(), session.take))
    memory = session.memory
    memory.consent.journal, memory.consent.keep, memory.consent.lesson_is_kept = writer, settings.keep, keeps_lesson
    memory.find_known = partial(_look_out_for, SqliteLearner(file))
    memory.consent.on_decided = lambda kept: save("yes" if kept else "no")
    try:
        yield
    finally:
        await asyncio.to_thread(writer.close)


@asynccontextmanager
async def keeping_all(
    session: Session, file: Path, settings: Settings, save: Callable[[str], None]
) -> AsyncIterator[None]:
    """Have the lesson kept, and what is worth it remembered for later ones, as the settings say."""
    remember = remembering(session, file, settings.learner, save, keeps_lesson=settings.library.keep)
    async with keeping(session, file, settings.library), remember:
        yield


async def _look_out_for(learner: SqliteLearner, language: str) -> Sequence[Item]:
    return await asyncio.to_thread(_looked_out_for, learner, language)


def _looked_out_for(learner: SqliteLearner, language: str) -> list[Item]:
    """What is due, and the newest corrections. Where it cannot be read, nothing is looked out for."""
    with contextlib.suppress(Problem):
        due = learner.due(language, time.time(), _LOOKED_OUT_FOR)
        corrections = learner.items(language, [ItemKind.CORRECTION], most=_LOOKED_OUT_FOR)
        return [each.item for each in (*due, *corrections) if not each.item.known]
    return []
