"""The two front ends of a lesson, made for the settings of this run: the full screen, and plain lines."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

from tutor_tui.app.captions import CaptionStore
from tutor_tui.app.terminal_lines import beside
from tutor_tui.config.profiles import Profiles
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import FindLessons, script_path
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson import Notice
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import Library
from tutor_tui.core.lesson_summary import note_line, summary_line
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.profile_choice import spoken_profile
from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import Settings, with_value
from tutor_tui.core.tools import Note
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.look_ups import NO_LOOK_UPS, LookUps, MakeDrill, ReportLines
from tutor_tui.learning.noted_items import left_of
from tutor_tui.session.session import Session

if TYPE_CHECKING:
    from tutor_tui.ui.app import TutorApp


class FrontEnd(Protocol):
    """What shows a lesson and takes what the learner asks for."""

    async def run(self) -> ExitCode:
        """Show the lesson until it is left; returns what to tell the shell. Raises what went wrong."""
        ...

    def exit(self) -> None:
        """Leave it; on the loop's thread."""
        ...


MakeFrontEnd: TypeAlias = Callable[[Session], FrontEnd]
ChooseTutor: TypeAlias = Callable[[Settings], tuple[Tutor, Notice | None]]
"""Who teaches by these settings, and what to know about the choice. Raises `Problem`."""
FindProfiles: TypeAlias = Callable[[], Profiles]
"""Reads all profiles again, so that one edited in mid-lesson counts. Raises `Problem`."""
MakePlan: TypeAlias = Callable[[PromptProfile, Settings], LessonPlan]


def _spoken_key(profiles: Profiles, abilities: Capabilities) -> str:
    """The key of a profile that a tutor of these abilities understands by ear; empty where there is none."""
    found = spoken_profile(profiles.profiles, hears=abilities.hears, scripted=abilities.scripted)
    return found.key if found else ""


class Screen:
    """The full screen, and what is left of the lesson on the terminal's own when it is gone.

    A fault in it is raised, instead of being printed with everything that was said around it.
    """

    def __init__(self, app: TutorApp, *, on_left: Callable[[], None], learner: LearnerStore | None = None) -> None:
        """`learner` has what is kept of the learner: notes that they have deleted are not told at the end."""
        self._app = app
        self._learner = learner
        self._on_left = on_left

    async def run(self) -> ExitCode:
        """Show the screen until it is left; Ctrl-C is a key there. Raises a fault in it."""
        self._app.error_console.file = io.StringIO()
        await self._app.run_async()
        fault = self._app.fault
        if fault is not None and not self._app.was_asked_to_leave:
            raise fault
        if fault is not None:
            # A screen that is left while it is being built misses its widgets. Nobody sees that any more.
            logging.getLogger(__name__).info("a fault of the screen on leaving", exc_info=fault)
        self._on_left()
        self._leave_summary()
        return ExitCode(self._app.return_code or 0)

    def _leave_summary(self) -> None:
        """Say on the terminal how the lesson was: the screen that showed it takes every word with it."""
        session = self._app.session
        if not session.lesson.replies:
            return
        summary = summary_line(session.lesson, session.elapsed_s, session.tutor.capabilities)
        lines = [summary, *dict.fromkeys(map(note_line, self._notes()))]
        lines += filter(None, (session.recorder.kept_line, session.memory.consent.lost_line))
        with contextlib.suppress(OSError):  # the terminal may be what has gone
            print("\n".join(beside("", line, sys.stdout) for line in lines), flush=True)

    def _notes(self) -> Sequence[Note]:
        lesson = self._app.session.lesson
        if self._learner is not None:
            with contextlib.suppress(Problem):
                return left_of(lesson.notes, lesson.plan.target_language, self._learner)
        return lesson.notes

    def exit(self) -> None:
        """Leave the screen; on the loop's thread."""
        self._app.exit()


def screen(
    profiles: Profiles,
    find_profiles: FindProfiles,
    settings: Settings,
    make_plan: MakePlan,
    choose: ChooseTutor,
    save_setting: Callable[[str, Value], str],
    find_lessons: FindLessons,
    *,
    on_left: Callable[[], None],
    captions: CaptionStore,
    library: Library | None = None,
    look_ups: LookUps = NO_LOOK_UPS,
) -> MakeFrontEnd:
    """The full screen for these settings; `library` has the past lessons, None where nothing is kept, and `look_ups`
    what is told of them.

    `captions` says how much of the tutor's words is shown. `on_left` is called when the terminal is the shell's again,
    before the last words are written on it.
    """
    # Textual takes 0.3 s, and everything that can be refused is behind us.
    from tutor_tui.ui.app import TutorApp

    def made(session: Session) -> Screen:
        captions.begin(session, settings.screen.captions)
        app = TutorApp(
            session,
            profiles=profiles,
            find_profiles=find_profiles,
            settings=settings,
            save_setting=save_setting,
            make_plan=make_plan,
            make_tutor=partial(chosen_in_mid_lesson, session, choose),
            find_lessons=find_lessons,
            library=library,
            look_ups=look_ups,
        )
        return Screen(app, on_left=on_left, learner=look_ups.learner)

    return made


def chosen_in_mid_lesson(session: Session, choose: ChooseTutor, settings: Settings) -> Tutor:
    """The tutor that is chosen in mid-lesson; a notice on it is shown at once, as at the start of a lesson."""
    tutor, notice = choose(settings)
    if notice is not None:
        session.take(Trouble(notice.title, notice.hint))
    return tutor


def plan_named(
    name: str, profiles: Profiles, plan_by: Callable[[PromptProfile], LessonPlan], find_lessons: FindLessons
) -> LessonPlan:
    """The plan by the profile of that name; a number behind the name is a unit of its offline course. Raises
    `Problem`.
    """
    title, _, number = name.strip().rpartition(" ")
    try:
        return plan_by(profiles.find(name))
    except Problem:
        if not title or not number.isdecimal():
            raise
    plan = plan_by(profiles.find(title))
    units = script_path(plan, find_lessons()).units
    if unit := next((each for each in units if each.unit == int(number)), None):
        return replace(plan, offline_lesson=unit.name)
    known = f"There are: {', '.join(str(each.unit) for each in units)}." if units else ""
    raise Problem(f"There is no offline unit {number} for {plan.profile}.", known, ExitCode.USAGE)


def plain_lines(
    profiles: Profiles,
    find_profiles: FindProfiles,
    settings: Settings,
    make_plan: MakePlan,
    choose: ChooseTutor,
    find_lessons: FindLessons,
    until: Callable[[], Awaitable[object]] | None = None,
    report_lines: ReportLines | None = None,
    make_drill: MakeDrill | None = None,
) -> MakeFrontEnd:
    """Plain lines on stdout for these settings; with `until`, they end with that and not with the input.

    Raises `Problem` (usage) when there is no stdout.
    """
    from tutor_tui.plain.frontend import PlainFrontend, Streams  # seldom used

    if sys.stdout is None:
        raise Problem("A lesson in plain lines needs an output, and it is closed.", exit_code=ExitCode.USAGE)
    streams = Streams(0 if sys.stdin is not None else None, 1, sys.stdout.encoding)
    return lambda session: PlainFrontend(
        session,
        plan_named=lambda name: plan_named(name, find_profiles(), lambda each: make_plan(each, settings), find_lessons),
        profiles=[profile.key for profile in profiles.profiles],
        make_offline_tutor=partial(
            chosen_in_mid_lesson, session, choose, with_value(settings, "tutor.kind", "offline")
        ),
        spoken_named=partial(_spoken_key, profiles),
        keys=settings.keys,
        until=until,
        report_lines=report_lines,
        make_drill=make_drill,
        streams=streams,
    )
