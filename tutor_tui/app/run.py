"""The composition root: settings become a tutor, a sound card, a session and a screen; their lives are owned here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeAlias

from tutor_tui.app.captions import CaptionStore
from tutor_tui.app.configured import configure, find_lessons, find_profiles, meaning_of, plan_for
from tutor_tui.app.drills import Drills, profile_of_drill
from tutor_tui.app.first_profile import profile_of_lesson, profile_to_begin_with
from tutor_tui.app.frontends import (
    FindProfiles,
    MakeFrontEnd,
    MakePlan,
    plain_lines,
    screen,
)
from tutor_tui.app.garbage import no_search_of_all
from tutor_tui.app.kept_lessons import lesson_to_resume, overview_of, report_lines_of, set_budget_and_fallback
from tutor_tui.app.lesson_log import keep_lesson_log
from tutor_tui.app.remembered import Briefer, briefing_lines_of, keeping_all
from tutor_tui.app.shutdown import Shutdown
from tutor_tui.app.tutor_choice import TutorPool
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration
from tutor_tui.config.log_file import start_log
from tutor_tui.config.profiles import Profiles, prompts_folders
from tutor_tui.core.actions import ELSEWHERE, with_keys
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Notice
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import Settings
from tutor_tui.core.sound_settings import SoundSettings
from tutor_tui.core.subject import Subject
from tutor_tui.learning.course_progress import CourseProgress
from tutor_tui.learning.look_ups import LookUps
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.session.session import Session
from tutor_tui.supervision import kept_running
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.recording.player import ReplayedTutor
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

_Keep: TypeAlias = Callable[[Session], AbstractAsyncContextManager[None]]


def with_warnings(notice: Notice | None, configuration: Configuration) -> Notice | None:
    """`notice`, and before it what there is to say of the start folder's `.env` and of keys that others can read."""
    warnings = (*configuration.start_folder_notices, *configuration.open_files)
    if not warnings:
        return notice
    title = " ".join((*warnings, notice.title if notice else "")).strip()
    return Notice(1, title, configuration.start_folder_hint or (notice.hint if notice else ""), "warning")


def talk(options: Options, shutdown: Shutdown, subject: Subject | None = None) -> int:
    """Hold a lesson until the learner leaves, about this subject; returns the exit code. Raises `Problem`."""
    start_log(options.log_file)
    configuration = configure(options)
    read_profiles = partial(find_profiles, configuration, options)
    profiles = read_profiles()
    tutors = _tutor_pool(configuration, options)
    tutor, notice = (ReplayedTutor(options.recording, options.speed), None) if options.recording else tutors.first()
    notice = with_warnings(notice, configuration)
    kept = lesson_to_resume(configuration, options.resume)
    if kept is None:
        profile = _first_profile(options, configuration, profiles, tutor.capabilities)
    else:
        profile = profiles.find(kept.lesson.profile_key or kept.lesson.profile)
    if subject and tutor.capabilities.scripted:
        way_out = "Leave out --about, or choose another with --tutor."
        raise Problem("This tutor follows its own lesson, and cannot talk about a text.", way_out, ExitCode.USAGE)
    make_plan = _planner(configuration, options, subject)
    plan = make_plan(profile, configuration.settings)
    goes_on = ""
    if options.drill:
        plan = _progress(configuration, options).behind_drill(plan, _last_lesson(configuration, plan.target_language))
        plan = _drills(configuration).of(plan, options.drill)
    elif kept is not None:
        plan, goes_on = kept.going_on(plan), kept.goes_on_words
    elif options.lesson:
        plan = replace(plan, offline_lesson=options.lesson)  # whatever comes next in its course
    elif tutor.capabilities.scripted:
        goes_on = _progress(configuration, options).words(plan)
    notice = _begun_with(goes_on, subject.words if subject else "", notice)
    replayed = tutor if isinstance(tutor, ReplayedTutor) else None
    if replayed:
        plan = replayed.plan_like(plan)
    make_session = partial(
        Session,
        tutor=tutor,
        plan=plan,
        echo_mode=configuration.settings.sound.echo_mode,
        minutes=0 if replayed else int(configuration.settings.lesson.minutes),
        notice=notice,
        toolbox=replayed or standard_tools(configuration.settings.lesson.weather_url),
    )
    make_front_end = _front_end(options, configuration, profiles, read_profiles, tutors, tutor, shutdown, make_plan)
    keep = partial(
        keeping_all,
        file=configuration.folders.library_file,
        settings=configuration.settings,
        save=partial(_save_quietly, configuration, "learner.keep"),
    )
    keep_lesson = None if replayed else keep
    sound = configuration.settings.sound
    with_budget = partial(set_budget_and_fallback, configuration, tutors.chosen)
    return asyncio.run(_run_lesson(sound, make_session, make_front_end, tutors, shutdown, keep_lesson, with_budget))


def _begun_with(goes_on: str, about_what: str, notice: Notice | None) -> Notice | None:
    """What is said at the beginning: what the lesson goes on from and is about, and behind it what else there is."""
    words = f"{goes_on} {about_what}".strip()
    if not words:
        return notice
    told = f"{notice.title} {notice.hint}".strip() if notice else ""
    return Notice(1, words, told, "warning" if notice else "information")


def _tutor_pool(configuration: Configuration, options: Options) -> TutorPool:
    """The tutors there can be, each recorded if that was asked for."""
    file = options.record_wire
    log = cache(partial(RecordingFile, file)) if file is not None else None
    return TutorPool(
        configuration,
        prompts_folders(configuration.folders.config, options.prompts),
        wrap=(lambda tutor: tutor) if log is None else (lambda tutor: RecordedTutor(tutor, log())),
    )


def _first_profile(
    options: Options, configuration: Configuration, profiles: Profiles, abilities: Capabilities
) -> PromptProfile:
    """What the lesson begins with. Raises `Problem`."""
    if not options.lesson and not options.drill:
        return profile_to_begin_with(profiles, configuration, abilities)
    if not abilities.scripted:
        asked = "--drill" if options.drill else "--lesson"
        raise Problem("This tutor follows no lesson script.", f"Leave out {asked}, or --tutor.", ExitCode.USAGE)
    wanted = configuration.settings.lesson.profile
    if options.drill:
        return profile_of_drill(profiles, wanted, options.language, configuration.folders.library_file)
    return profile_of_lesson(options.lesson, find_lessons(configuration, options), profiles, wanted)


def _drills(configuration: Configuration) -> Drills:
    (used,) = standard_tools().specs(["used"])
    return Drills(configuration.folders.library_file, configuration.settings.learner, used)


def _last_lesson(configuration: Configuration, language: str) -> LessonRecord | None:
    """The newest one in that language; None for none, and where the library cannot be read."""
    with contextlib.suppress(Problem):
        return SqliteLibrary(configuration.folders.library_file).last_in(language)
    return None


def _progress(configuration: Configuration, options: Options) -> CourseProgress:
    learner = SqliteLearner(configuration.folders.library_file)
    return CourseProgress(learner, partial(find_lessons, configuration, options))


def _planner(configuration: Configuration, options: Options, subject: Subject | None) -> MakePlan:
    make = partial(
        plan_for,
        subject=subject,
        home_language=configuration.home_language,
        find_lessons=partial(find_lessons, configuration, options),
    )
    briefer = Briefer(configuration.folders.library_file, partial(find_lessons, configuration, options))
    progress = _progress(configuration, options)

    def plan(profile: PromptProfile, settings: Settings) -> LessonPlan:
        specs = standard_tools(settings.lesson.weather_url).specs
        going_on = progress.going_on(make(profile, settings), profile, settings.learner)
        return briefer.briefed(going_on, settings.learner, specs)

    return plan


def _front_end(
    options: Options,
    configuration: Configuration,
    profiles: Profiles,
    read_profiles: FindProfiles,
    tutors: TutorPool,
    tutor: Tutor,
    shutdown: Shutdown,
    make_plan: MakePlan,
) -> MakeFrontEnd:
    settings, file = configuration.settings, configuration.folders.library_file
    lessons = partial(find_lessons, configuration, options)
    make_drill = _drills(configuration).of
    if options.plain:
        until = tutor.over.wait if isinstance(tutor, ReplayedTutor) else None
        report_lines = partial(report_lines_of, file) if settings.learner.report else None
        made = (make_plan, tutors.chosen, lessons, until, report_lines, make_drill)
        return plain_lines(profiles, read_profiles, settings, *made)
    save = partial(_save, configuration)
    folders = prompts_folders(configuration.folders.config, options.prompts)
    return screen(
        profiles,
        read_profiles,
        settings,
        make_plan,
        tutors.chosen,
        save,
        lessons,
        library=SqliteLibrary(file),
        look_ups=LookUps(
            SqliteLearner(file),
            report=partial(report_lines_of, file),
            briefing=partial(
                briefing_lines_of,
                file,
                settings.learner,
                find_lessons=lessons,
                scripted=tutor.capabilities.scripted,
            ),
            drill=make_drill,
            progress=partial(overview_of, file, settings.learner.goal),
            meaning=partial(meaning_of, configuration, options),
        ),
        captions=CaptionStore(configuration.folders.captions_file, file, folders),
        on_left=shutdown.screen_left,
    )


def _save_quietly(configuration: Configuration, full_name: str, value: Value) -> None:
    """Keep one setting where that can be done; else the learner is asked again next time."""
    with contextlib.suppress(Problem):
        _save(configuration, full_name, value)


def _save(configuration: Configuration, full_name: str, value: Value) -> str:
    """Keep one setting; what wins over it at the next start. Raises `Problem`."""
    from tutor_tui.config.save import SettingsFile  # tomlkit takes 15 ms, and most lessons save nothing

    SettingsFile(configuration.folders.config_file).save(full_name, value)
    return configuration.stronger_than_file(full_name)


async def _run_lesson(
    sound: SoundSettings,
    make_session: Callable[..., Session],
    make_front_end: MakeFrontEnd,
    tutors: TutorPool,
    shutdown: Shutdown,
    keep: _Keep | None,
    with_budget: Callable[[Session], None],
) -> int:
    """One lesson, from opening the devices to closing everything. Nothing can be kept where there is no `keep`."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_fault)
    async with AsyncExitStack() as stack:
        stack.enter_context(no_search_of_all(loop))
        card = await stack.enter_async_context(
            PyAudioSoundCard(sound.input_device, sound.output_device, int(sound.block_ms))
        )
        card.microphone.gain_db = sound.gain_db
        session = make_session(sound=card)
        session.barge_in.wanted = sound.pause_at_voice
        with_budget(session)
        if keep is not None:
            await stack.enter_async_context(keep(session))
        stack.push_async_callback(tutors.close)
        front_end = make_front_end(session)
        lesson = await stack.enter_async_context(under_way(session, front_end.exit))
        shutdown.stop_with(lambda: loop.call_soon_threadsafe(front_end.exit))
        try:
            code = await front_end.run()
            left_with = shutdown.exit_code or code
            failed = ExitCode.TUTOR if session.lesson.failed else ExitCode.OK
            shutdown.exit_code = left_with or failed  # before closing: that may have to be broken off
        finally:
            shutdown.start_deadline()
    shutdown.stuck = card.stuck
    if not left_with:
        _raise_failure(lesson, session)
    return int(shutdown.exit_code)


@asynccontextmanager
async def under_way(session: Session, on_end: Callable[[], None]) -> AsyncIterator[asyncio.Task[None]]:
    """The lesson, running beside its front end; leaving ends it, and `on_end` is called when it ends by itself."""
    log = asyncio.create_task(kept_running(partial(keep_lesson_log, session), _no_news), name="lesson log")
    lesson = asyncio.create_task(session.run(), name="lesson")
    lesson.add_done_callback(lambda _: on_end())
    try:
        yield lesson
    finally:
        lesson.cancel()
        # A lesson that is cancelled before its first step never gets as far as closing this itself.
        session.watch.close()
        await asyncio.wait([lesson, log])


def _raise_failure(lesson: asyncio.Task[None], session: Session) -> None:
    """Raise what ended the lesson, if it did not end because the learner left."""
    fault = None if lesson.cancelled() else lesson.exception()
    if fault is not None:
        raise fault
    if failed := session.lesson.failed:
        offline = "" if session.tutor.capabilities.way == "offline" else " Or practise with --tutor offline."
        raise Problem(failed.title, f"{with_keys(failed.hint, ELSEWHERE)}{offline}".strip(), ExitCode.TUTOR)


def _no_news(_fault: Exception) -> None:
    """A log that broke and goes on is nothing to a learner."""


def _log_fault(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Faults in callbacks and forgotten tasks go to the log, not to the terminal, and without the data in them."""
    logging.getLogger(__name__).error("a fault in the background", exc_info=context.get("exception"))
