"""What a run is told by its settings and its folders: for each command, most of which hold no lesson."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration, load
from tutor_tui.config.paths import find_folders
from tutor_tui.config.profiles import Profiles, load_profiles, prompts_folders
from tutor_tui.core.courses import FindLessons, LessonHead, lesson_for
from tutor_tui.core.echo_mode import NOISE_REDUCTION
from tutor_tui.core.languages import LANGUAGES
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import Settings
from tutor_tui.core.subject import Subject, about
from tutor_tui.core.turn_settings import detection_wanted


def configure(options: Options, *, stops_at_damaged_keys: bool = True) -> Configuration:
    """The settings of this run, from all their sources; names that are out of date are said on stderr.

    What the start folder's `.env` may not set, and which keys others can read, is for the caller to tell; so is
    a damaged file of saved keys, unless that stops us. Raises `Problem` (exit code 2).
    """
    keys = [options.key_variable] if options.key_variable else []
    configuration = load(
        options.settings, os.environ, Path.cwd(), find_folders(), keys, stops_at_damaged_keys=stops_at_damaged_keys
    )
    for notice in configuration.notices:
        print(f"tutor-tui: {printable_line(notice)}", file=sys.stderr)
    return configuration


def find_profiles(configuration: Configuration, options: Options) -> Profiles:
    """All profiles there are for this run. Raises `Problem` when --prompts names no folder."""
    return load_profiles(prompts_folders(configuration.folders.config, options.prompts))


def meaning_of(configuration: Configuration, options: Options, words: str, plan: LessonPlan) -> str:
    """What words of a lesson's language mean to its learner, by the units there are; empty where none says so."""
    from tutor_tui.offline_server.lesson.unit_meanings import meaning_in_units  # seldom asked for

    folders = [each / "lessons" for each in prompts_folders(configuration.folders.config, options.prompts)]
    return meaning_in_units(words, plan.target_language, plan.native_language, folders, plan.offline_lesson)


def find_lessons(configuration: Configuration, options: Options) -> list[LessonHead]:
    """The offline lessons there are for this run. Raises `Problem` when --prompts names no folder."""
    from tutor_tui.offline_server.lesson.script_folders import list_heads  # most lessons need no list of all

    folders = prompts_folders(configuration.folders.config, options.prompts)
    return list_heads(folder / "lessons" for folder in folders)


def plan_for(
    profile: PromptProfile,
    settings: Settings,
    home_language: str = "",
    find_lessons: FindLessons = tuple,
    subject: Subject | None = None,
) -> LessonPlan:
    """What `profile` asks of a tutor, and the learner's settings where they are stronger. Raises `Problem`.

    `home_language`, which the system's locale suggests, counts where neither names the language of help. A profile
    without an offline lesson gets the one of its language that fits its level. `subject` takes the place of its topic.
    """
    from tutor_tui.tools.registry import standard_tools  # most commands make no plan

    lesson = settings.lesson
    native = lesson.native_language.casefold()
    if native and native not in LANGUAGES:
        raise Problem(
            f"lesson.native_language cannot be {lesson.native_language!r}.",
            "It takes a two-letter code such as en, de or ko.",
            ExitCode.USAGE,
        )
    plan = plan_of(
        profile,
        native_language=native,
        home_language=home_language,
        speed=lesson.pace or None,
        level=lesson.level,
        correction=lesson.correction,
    )
    if not plan.offline_lesson:
        fitting = lesson_for(find_lessons(), plan.target_language, plan.level)
        talk = not plan.level and not plan.correction
        plan = replace(plan, offline_lesson=fitting.name if fitting else "", stands_in=talk)
    if subject:
        plan = about(plan, subject)
    return replace(
        plan,
        turn_detection=detection_wanted(lesson, settings.vad, plan.turn_detection),
        noise_reduction=NOISE_REDUCTION[settings.sound.echo_mode],
        tools=standard_tools(lesson.weather_url).specs(profile.tools),
        max_output_tokens=settings.tutor.max_output_tokens,
        temperature=settings.tutor.temperature,
    )
