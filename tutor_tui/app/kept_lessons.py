"""What a run has to do with the lessons that are kept: it goes on with one, asks what they cost, and adds its own."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from tutor_tui.app.frontends import ChooseTutor, chosen_in_mid_lesson
from tutor_tui.config.load import Configuration
from tutor_tui.core.budget import SpentBefore
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.core.library_settings import LibrarySettings
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import with_value
from tutor_tui.core.weekly_goal import read_goal
from tutor_tui.learning.overview import Overview
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.practices import goal_line
from tutor_tui.library.sound_writer import SoundWriter
from tutor_tui.library.writer import LessonWriter
from tutor_tui.session.session import Session
from tutor_tui.speech.vad import load_silero


def lesson_to_resume(configuration: Configuration, name: str) -> KeptLesson | None:
    """The lesson to go on with; None where none was named. Raises `Problem`."""
    if not name:
        return None
    library = SqliteLibrary(configuration.folders.library_file)
    kept = library.read(name)
    if library.is_under_way(kept.lesson.id):
        raise Problem("That lesson is still going on, in another terminal.", "End it there first.", ExitCode.USAGE)
    return kept


def set_budget_and_fallback(configuration: Configuration, choose: ChooseTutor, session: Session) -> None:
    """What the lesson may cost and what earlier ones have cost, and whether another tutor goes on where one cannot.

    A library that cannot be read stops no lesson.
    """
    settings, guard = configuration.settings, session.budget
    guard.settings = settings.budget
    offline = with_value(settings, "tutor.kind", "offline")
    session.fallback.make_offline_tutor = partial(chosen_in_mid_lesson, session, choose, offline)
    session.fallback.setting = settings.tutor.fallback
    if not (settings.budget.day_usd or settings.budget.month_usd):
        return
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    library = SqliteLibrary(configuration.folders.library_file)
    with contextlib.suppress(Problem):
        since = (today, today.replace(day=1))
        guard.before = SpentBefore(*(library.spent_since(each.timestamp()) for each in since))


def report_lines_of(file: Path, lesson_id: str) -> Sequence[tuple[str, str]]:
    """The report of a lesson that is kept there, as headings and lines. Raises `Problem`."""
    from tutor_tui.learning.report import report_lines  # only at the end of a lesson
    from tutor_tui.library.reports import report_of

    return tuple(report_lines(report_of(file, SqliteLibrary(file).read(lesson_id))))


def overview_of(file: Path, goal: str, language: str) -> Overview:
    """What has come of the lessons in that language, and of the week's goal as it was written. Raises `Problem`."""
    from tutor_tui.library.progress import SqliteProgress  # seldom asked for

    now = time.time()
    return replace(SqliteProgress(file).overview(language, now), goal=goal_line(file, read_goal(goal), now))


@asynccontextmanager
async def keeping(session: Session, file: Path, settings: LibrarySettings) -> AsyncIterator[None]:
    """Have the lesson kept in the library at `file`, and recorded beside it, from its beginning on or from when it is
    asked for in it; on leaving, what is left is written.
    """
    made: list[LessonWriter] = []

    def writer() -> LessonWriter:
        if not made:
            made.append(LessonWriter(file, partial(tell_soon, loop, session.take)))
        return made[0]

    loop = asyncio.get_running_loop()
    recording = session.recorder.sound
    recording.journal = sound = SoundWriter(file.parent, partial(tell_soon, loop, recording.failed))
    recording.wanted = settings.record
    session.recorder.make_journal = writer
    session.recorder.voice.load = load_silero
    session.recorder.keep(settings.keep)
    try:
        yield
    finally:
        try:
            for each in made:
                await asyncio.to_thread(each.close)
        finally:  # the words come first: on the way out anything may be broken off
            await asyncio.to_thread(sound.close)


def tell_soon(loop: asyncio.AbstractEventLoop, take: Callable[[Trouble], None], trouble: Trouble) -> None:
    """Tell the session, from another thread; where the lesson is over already, nobody."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(take, trouble)
