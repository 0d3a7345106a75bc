"""What a run has to do with drills: which language one is in, what it asks for, and where nothing is due, why."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from tutor_tui.config.profiles import Profiles
from tutor_tui.core.languages import language_name, likely_code
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_plan import DUE_IN_A_DRILL, DrillKind, LessonPlan
from tutor_tui.core.local_time import local_time
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.tools import ToolSpec
from tutor_tui.learning.briefing import due_item, each_once
from tutor_tui.learning.items import ItemKind
from tutor_tui.learning.learner import can_be_asked
from tutor_tui.library.due import due_by_language, next_due
from tutor_tui.library.learner import SqliteLearner

_LOOKED_AT = 100
"""Due items, of which some may be too long to be asked for."""


@dataclass(frozen=True, slots=True)
class Drills:
    """Makes drills of what is kept in this library."""

    library_file: Path
    settings: LearnerSettings
    used: ToolSpec
    """The tool by which a tutor tells how an item was used."""

    def of(self, plan: LessonPlan, kind: DrillKind) -> LessonPlan:
        """The drill of that kind in the language of a lesson. Raises `Problem` where there is nothing to ask for, or
        the library cannot be read.
        """
        language = plan.target_language
        if self.settings.keep == "no":
            title = "Your words are not kept, so none can come back."
            raise Problem(title, "Choose ask or yes for learner.keep in the settings.", ExitCode.USAGE)
        now = time.time()
        items = each_once(each.item for each in SqliteLearner(self.library_file).due(language, now, _LOOKED_AT))
        due = [*map(due_item, items)]
        fitting = tuple(each for each in due if each.fits(kind))[:DUE_IN_A_DRILL]
        if not fitting:
            raise _no_drill(self.library_file, language, has_due=bool(due) or self._has_none_to_ask_by(language))
        tools = plan.tools if self.used in plan.tools else (*plan.tools, self.used)
        return replace(plan, drill=kind, due=fitting, tools=tools)

    def _has_none_to_ask_by(self, language: str) -> bool:
        """Whether words are kept that wait for a meaning, or a sentence, to be asked for by."""
        words = SqliteLearner(self.library_file).items(language, [ItemKind.WORD], _LOOKED_AT)
        return any(not (each.item.known or can_be_asked(each.item)) for each in words)


def _no_drill(file: Path, language: str, *, has_due: bool) -> Problem:
    name = language_name(language)
    if has_due:
        title = f"What is due in {name} cannot be asked for: it has no meaning, or is too long."
        return Problem(title, "Edit it on the sheet of notes; tutor-tui words --due lists it.", ExitCode.USAGE)
    title = f"Nothing is due in {name}."
    at = next_due(file, language)
    if at is None:
        hint = "Words that your tutor notes in a lesson come back; tutor-tui words import brings your own."
    else:
        hint = f"The next comes back on {local_time(at):%Y-%m-%d}."
    return Problem(title, hint, ExitCode.USAGE)


def profile_of_drill(profiles: Profiles, wanted: str, language: str, library_file: Path) -> PromptProfile:
    """The profile to hold a drill by: the `wanted` one, or one of the `language` named, or else of that in which most
    is due. Raises `Problem`.
    """
    code = likely_code(language) if language else ""
    if language and not code:
        title = f"There is no language {language!r}."
        raise Problem(title, "Give a two-letter code such as ko, en or es.", ExitCode.USAGE)
    chosen = profiles.find(wanted) if wanted else None
    if chosen is not None and code in ("", chosen.language):
        return chosen
    if not code:
        due = due_by_language(library_file, time.time())
        code = max(due, key=lambda each: due[each], default="")
    if not code:
        return profiles.default
    found = next((each for each in profiles.profiles if each.language == code), None)
    if found is None:  # a language of the learner's own words, which nobody teaches
        found = replace(
            profiles.default, key="", name=language_name(code), language=code, offline_lesson="", level="A1"
        )
    return found
