"""Which profile a lesson begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor_tui.config.load import Configuration
from tutor_tui.config.profiles import Profiles
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.languages import language_name
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.profile_choice import first_profile


def profile_to_begin_with(profiles: Profiles, configuration: Configuration, abilities: Capabilities) -> PromptProfile:
    """The profile that the learner named, or else one whose lesson they can take part in with a tutor of these
    abilities. Raises `Problem`.
    """
    settings = configuration.settings
    if settings.lesson.profile:
        return profiles.find(settings.lesson.profile)
    home = settings.lesson.native_language.casefold() or configuration.home_language
    found = first_profile(profiles.profiles, hears=abilities.hears, home=home, scripted=abilities.scripted)
    return found or profiles.default


def profile_of_lesson(name: str, lessons: Iterable[LessonHead], profiles: Profiles, wanted: str) -> PromptProfile:
    """A profile to hold the offline lesson of that name by: the `wanted` one where it teaches the language, or else the
    nearest. Raises `Problem`.
    """
    lesson = next((each for each in lessons if each.name == name), None)
    if lesson is None:
        raise Problem(f"There is no lesson called {name!r}.", "tutor-tui lessons lists them.", ExitCode.USAGE)
    chosen = profiles.find(wanted) if wanted else None
    found = min(
        (each for each in profiles.profiles if each.language == lesson.language),
        key=lambda each: (each != chosen, each.offline_lesson != name, each.level != lesson.level),
        default=None,
    )
    if found is None:
        language = language_name(lesson.language)
        raise Problem(f"There is no profile in {language}.", "Write one: the README says how.", ExitCode.USAGE)
    return replace(found, offline_lesson=name)
