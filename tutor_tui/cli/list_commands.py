"""`tutor-tui devices` and `tutor-tui profiles`: what there is to choose from, as plain lines that can be piped."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tutor_tui.app.configured import configure, find_lessons, find_profiles, plan_for
from tutor_tui.cli.output import table
from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration
from tutor_tui.core.courses import LessonHead, lesson_for
from tutor_tui.core.ports import Device
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import printable, printable_line
from tutor_tui.core.token_count import tokens_in


def list_devices(options: Options) -> int:
    """Print every microphone and speaker. Raises `Problem` when there is no PortAudio."""
    configure(options)
    from tutor_tui.audio.devices import list_devices as look_up  # loads PortAudio

    devices = look_up()
    if not devices:
        raise Problem("No sound device was found.", "tutor-tui doctor says what to do.", ExitCode.SOUND)
    rows = [(str(each.index), each.name, each.api, _use(each), f"{each.rate_hz} Hz") for each in devices]
    for line in table(("NUMBER", "NAME", "SYSTEM", "USE", "RATE"), rows):
        print(line)
    return int(ExitCode.OK)


def list_profiles(options: Options) -> int:
    """Print every profile, and below them the broken ones with file, line and reason; or what the options ask for."""
    configuration = configure(options)
    profiles = find_profiles(configuration, options)
    if options.instructions_of:
        return _show_instructions(profiles.find(options.instructions_of), configuration)
    if options.names_only:
        print("\n".join(each.key for each in profiles.profiles))
        return int(ExitCode.OK)
    lessons = find_lessons(configuration, options)
    rows = [
        (
            each.key,
            each.language,
            each.level or "-",
            f"{each.course} {each.unit}" if each.course else "-",
            _offline_lesson(each, lessons),
            each.description or each.name,
        )
        for each in profiles.profiles
    ]
    for line in table(("PROFILE", "LANGUAGE", "LEVEL", "UNIT", "OFFLINE LESSON", "WHAT IT IS"), rows):
        print(line)
    for broken in profiles.broken:
        print(printable_line(f"broken: {broken}"))
    return int(ExitCode.OK)


def _show_instructions(profile: PromptProfile, configuration: Configuration) -> int:
    """Print what the tutor is told by this profile and these settings, part by part, each with its length."""
    plan = plan_for(profile, configuration.settings, configuration.home_language)
    tools = [f"{tool.name}: {tool.description} {json.dumps(tool.parameters)}" for tool in plan.tools]
    for title, text in (("OPENING", plan.opening), ("INSTRUCTIONS", plan.instructions), ("TOOLS", "\n".join(tools))):
        print(f"{title}, about {tokens_in(text):,} tokens\n\n{printable(text)}\n")
    return int(ExitCode.OK)


def _offline_lesson(profile: PromptProfile, lessons: Iterable[LessonHead]) -> str:
    """Its offline lesson, and its level where that is another; none where there is none in the language."""
    found = lesson_for(lessons, profile.language, profile.level, profile.offline_lesson)
    if found is None:
        return profile.offline_lesson or "-"
    return found.name if found.level == profile.level else f"{found.name} ({found.level})"


def _use(device: Device) -> str:
    uses = [
        (device.inputs, "microphone", device.default_input),
        (device.outputs, "speaker", device.default_output),
    ]
    return ", ".join(name + " (default)" * default for channels, name, default in uses if channels)
