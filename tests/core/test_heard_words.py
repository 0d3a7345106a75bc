"""Words that came out as others: what is kept of them, and what the learner is told on asking."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.heard_words import DifferentWord, different_in, how_to_say, kept, unclear_in
from tutor_tui.core.phase_text import how_clear

SAID = Turn(
    "u", "learner", "다시 말해 주세요", TurnState.DONE, unclear=((0, 2),), different=(DifferentWord(3, 5, "L", "R"),)
)


def test_what_is_kept_is_read_again() -> None:
    stored = json.loads(json.dumps(kept(SAID.unclear, SAID.different)))
    assert (unclear_in(stored), different_in(stored)) == (SAID.unclear, SAID.different)
    assert kept((), ()) == {}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"unclear": 3, "different": {}},
        {"unclear": [[1], "ab", [1, "b"]], "different": [[1, 2, 3, 4], None, [1, 2, "N"]]},
    ],
)
def test_what_somebody_else_has_kept_is_passed_over(stored: dict[str, object]) -> None:
    assert (unclear_in(stored), different_in(stored)) == ((), ())


def test_a_name_of_a_sound_that_is_none_is_not_shown() -> None:
    assert different_in({"different": [[0, 2, "[red]", "\x1b[2J"]]}) == (DifferentWord(0, 2),)


def test_the_words_are_named_each_for_what_it_was() -> None:
    assert how_clear(SAID) == "less clear: 다시; another word heard for: 말해"
    assert how_clear(replace(SAID, unclear=(), different=())) == ""


@pytest.mark.parametrize(
    ("phone", "heard", "language", "told"),
    [
        ("L", "R", "ko", "“말해”: l sounded like r; put the tongue tip up behind the teeth and keep it there."),
        ("R", "L", "es", "“말해”: r sounded like l; touch behind the teeth with the tongue tip, for a moment only."),
        ("R", "L", "en", "“말해”: r sounded like l; curl the tongue tip back; it touches nothing."),
        ("L", "", "ko", "“말해”: l was not heard; say it to the end."),
    ],
)
def test_who_asks_is_told_what_the_mouth_does(phone: str, heard: str, language: str, told: str) -> None:
    assert how_to_say(SAID.text, (DifferentWord(3, 5, phone, heard),), language) == (told,)


@pytest.mark.parametrize(("phone", "heard"), [("", ""), ("AA", ""), ("AE", "AH"), ("XX", "YY")])
def test_where_nothing_can_be_done_in_a_line_nothing_is_said(phone: str, heard: str) -> None:
    assert how_to_say(SAID.text, (DifferentWord(3, 5, phone, heard),), "ko") == ()
