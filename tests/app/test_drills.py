"""What a drill is made of, and what is said where there is none."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.paths import PROMPTS
from tests.tutors.helpers import PLAN
from tutor_tui.app.drills import Drills, profile_of_drill
from tutor_tui.config.profiles import load_profiles
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_plan import DUE_IN_A_DRILL, DueItem
from tutor_tui.core.problems import Problem
from tutor_tui.learning import learner
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.tools.registry import standard_tools

DAYS_S = 2 * 86_400
GERMAN = replace(PLAN, target_language="de")
(USED,) = standard_tools().specs(["used"])


def keep(file: Path, *items: Item, days_ago: float = 2) -> None:
    with SqliteLearner(file).changing() as change:
        for item in items:
            learner.keep(change, replace(item, added_at=time.time() - days_ago * 86_400))


def word(term: str, meaning: str = "", language: str = "de") -> Item:
    return Item(language, ItemKind.WORD, term, meaning)


def drills(tmp_path: Path, settings: LearnerSettings | None = None) -> Drills:
    return Drills(tmp_path / "library.db", settings or LearnerSettings(), USED)


def test_it_asks_for_what_is_due_and_has_the_tool_that_tells_of_it(tmp_path: Path) -> None:
    keep(tmp_path / "library.db", word("der Hund", "dog"), word("perro", "dog", "es"))
    plan = drills(tmp_path).of(GERMAN, "recall")
    assert (plan.drill, plan.due) == ("recall", (DueItem("der Hund", "dog"),))
    assert plan.tools == (*GERMAN.tools, USED)
    assert drills(tmp_path).of(plan, "recall").tools == plan.tools, "it is there once"


def test_it_has_as_many_words_as_two_minutes_have_room_for_and_none_that_are_too_long(tmp_path: Path) -> None:
    keep(tmp_path / "library.db", *(word(f"Wort {number}", "x" * 10_000) for number in range(3)))
    keep(tmp_path / "library.db", *(word(f"das Wort {number}", "word") for number in range(DUE_IN_A_DRILL + 3)))
    due = drills(tmp_path).of(GERMAN, "recall").due
    assert len(due) == DUE_IN_A_DRILL and {each.meaning for each in due} == {"word"}


@pytest.mark.parametrize(
    ("items", "days_ago", "said"),
    [
        ((), 0, "Nothing is due in German. Words that your tutor notes in a lesson come back;"),
        ((word("der Hund", "dog"),), 0, "Nothing is due in German. The next comes back on "),
        ((word("der Hund"),), 2, "What is due in German cannot be asked for: it has no meaning, or is too long."),
        ((word("der Hund", "x" * 10_000),), 2, "What is due in German cannot be asked for"),
    ],
    ids=["nothing kept", "not yet", "no meaning", "too long"],
)
def test_where_there_is_nothing_to_ask_for_it_says_why(
    tmp_path: Path, items: tuple[Item, ...], days_ago: float, said: str
) -> None:
    keep(tmp_path / "library.db", *items, days_ago=days_ago)
    with pytest.raises(Problem, match=said):
        drills(tmp_path).of(GERMAN, "recall")


def test_where_nothing_is_kept_it_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"learner\.keep"):
        drills(tmp_path, LearnerSettings(keep="no")).of(GERMAN, "recall")


def test_it_is_in_the_language_that_was_named_or_that_of_which_most_is_due(tmp_path: Path) -> None:
    file, profiles = tmp_path / "library.db", load_profiles([PROMPTS])
    assert profile_of_drill(profiles, "", "", file) is profiles.default
    keep(file, word("a", "b"), word("c", "d", "es"), word("e", "f", "es"))
    assert profile_of_drill(profiles, "", "", file).language == "es"
    assert profile_of_drill(profiles, "", "German", file).language == "de"
    assert profile_of_drill(profiles, "french-debate", "", file).language == "fr"
    assert profile_of_drill(profiles, "french-debate", "de", file).language == "de"
    assert profile_of_drill(profiles, "", "sw", file).name == "Swahili", "nobody teaches it"
    with pytest.raises(Problem, match="There is no language 'klingon'"):
        profile_of_drill(profiles, "", "klingon", file)
