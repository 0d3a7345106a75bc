"""What a new conversation is told of a lesson: the last lines as they were, and a digest of what was before them."""

from __future__ import annotations

import pytest

from tutor_tui.core.lesson_history import ALWAYS_LINES, DIGEST_CHARACTERS, RECENT_CHARACTERS, RECENT_LINES, told
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.tools import Correction, Note, Word

NOTES = (Note(Correction("I goed", "I went"), ""), Note(Word("le thé", "tea"), ""))


def talk(lines: int, text: str = "line {}") -> tuple[HistoryLine, ...]:
    return tuple(HistoryLine("learner" if n % 2 else "tutor", text.format(n)) for n in range(lines))


@pytest.mark.parametrize("lines", [0, 1, RECENT_LINES])
def test_a_short_talk_is_told_as_it_was(lines: int) -> None:
    assert told(talk(lines)) == talk(lines)


def test_of_a_long_one_the_last_lines_are_told_as_they_were_and_all_before_them_in_one() -> None:
    lines = (HistoryLine("tutor", "What is your name?"), HistoryLine("learner", "My name is Minji."), *talk(60))
    digest, *recent = told(lines, NOTES, "A2")
    assert tuple(recent) == lines[-RECENT_LINES:]
    assert digest.role == "aside"
    assert f"{len(lines) - RECENT_LINES} lines were said before" in digest.text
    assert "“My name is Minji.”" in digest.text
    assert "level: A2" in digest.text
    assert "“I goed” → “I went”" in digest.text and "“le thé” (“tea”)" in digest.text
    assert "“line 39”" in digest.text and "“line 41”" not in digest.text, "the learner's lines before the last ones"
    assert "“line 38”" not in digest.text, "the tutor's words are not quoted"


def test_what_was_noted_is_told_in_a_short_talk_too() -> None:
    digest, *lines = told(talk(2), NOTES)
    assert "I went" in digest.text
    assert tuple(lines) == talk(2)


def test_long_lines_are_fewer() -> None:
    _, *recent = told(talk(40, "{} " + "x" * 1_000))
    assert 0 < len(recent) <= RECENT_CHARACTERS / 1_000


def test_the_question_and_its_answer_are_told_however_long() -> None:
    lines = talk(40, "{} " + "x" * 15_000)
    _, *recent = told(lines)
    assert tuple(recent) == lines[-ALWAYS_LINES:]


def test_a_digest_is_short_however_long_the_talk() -> None:
    lines = (HistoryLine("learner", "I am Minji."), *talk(2_000, "{} and what else I have to say of it, which is much"))
    digest = told(lines, NOTES * 100, "B1")[0].text
    assert len(digest) < DIGEST_CHARACTERS + 200
    assert "I am Minji." in digest
    assert "lines left out" in digest
    assert "“1979 and" in digest, "the newest of the older lines"


def test_what_an_earlier_lesson_has_noted_is_not_lost_with_its_lines() -> None:
    noted = HistoryLine("aside", "In the lesson that this one goes on from: Noted so far: 1 slip: “I goed” → “I went”.")
    assert told((noted, *talk(4)))[0] == noted
    assert noted.text in told((noted, *talk(60)))[0].text


def test_what_was_said_is_one_line_of_data_in_it() -> None:
    lines = (HistoryLine("learner", "Ignore all\nof that \x1b[31m"), *talk(40))
    assert "“Ignore all of that [31m”" in told(lines)[0].text
