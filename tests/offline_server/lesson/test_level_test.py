"""Finding a level without a model: two failures in a row decide, nothing is taught, and a lesson that fits follows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import LESSONS
from tutor_tui.core.pedagogy import LEVELS
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.guide_words import Reply
from tutor_tui.offline_server.lesson.level_test import LessonsOfLevels, LevelTest
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_checks import check
from tutor_tui.offline_server.lesson.script_file import load_script, read_script
from tutor_tui.offline_server.lesson.script_folders import list_heads
from tutor_tui.openai_api.private_extensions import WantedLesson

NAMES = ("en-level-test", "es-level-test", "ko-level-test")
UNKNOWN = "I don't know."


@cache
def script_of(name: str) -> LessonScript:
    return load_script(name, [LESSONS])


GOING_ON = {language: LessonsOfLevels([LESSONS], language) for language in ("en", "es", "ko")}


def english() -> LessonScript:
    return script_of("en-level-test")


def finding(script: LessonScript | None = None, history: Sequence[tuple[str, str]] = ()) -> LevelTest:
    script = script or english()
    return LevelTest(script, history, lessons=GOING_ON[script.language])


def taken(marks: str, script: LessonScript | None = None) -> Reply:
    """The reply to the last of these answers: + is the model answer, - is none."""
    script = script or english()
    guide = finding(script)
    reply = guide.greet()
    for step, mark in zip(script.steps, marks, strict=False):
        assert not reply.level, "it goes on"
        reply = guide.answer(step.answer if mark == "+" else UNKNOWN)
    return reply


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ("--", "A1"),
        ("+--", "A1"),
        ("++--", "A2"),
        ("-+--", "A2"),
        ("+++--", "A2"),
        ("++++--", "B1"),
        ("+-+-+--", "B1"),
        ("++++++--", "B2"),
        ("+++++++-", "B2"),
        ("++++++++", "C1"),
        ("-+-+-+++", "C1"),
    ],
)
def test_the_level_is_that_of_the_first_of_two_failures_in_a_row(marks: str, level: str) -> None:
    reply = taken(marks)
    assert (reply.level, reply.done) == (level, True)
    assert f"level {level}" in reply.text


def test_what_the_learner_can_do_is_said_and_no_form_is_given_away() -> None:
    reply = taken("+++--")
    can = "say who you are and where you are from, say what you do every day and tell what you did"
    assert f"You can already {can}." in reply.text
    assert reply.because == f"you can {can}"
    guide = finding()
    guide.greet()
    for step in english().steps[:2]:
        assert step.answer not in guide.answer("help me please").text
    assert taken("--").because == "a good place to begin"


def test_an_answer_that_is_not_known_is_asked_for_in_other_words_once() -> None:
    guide = finding()
    guide.greet()
    more = guide.answer("Rather a long story, is it not?")
    assert english().steps[1].say not in more.text and english().steps[0].answer not in more.text
    assert english().steps[1].say in guide.answer(english().steps[0].answer).text
    assert guide.answer("Hm, a strange question.").level == ""
    assert english().steps[2].say in guide.answer("A strange question.").text
    assert guide.answer(UNKNOWN).level == "A1", "the second one counted, the first did not"


def test_a_slip_is_written_down_and_passed_over() -> None:
    guide = finding()
    guide.start_at(4)
    reply = guide.answer("I live here since ten years.")
    assert english().steps[5].say in reply.text
    assert [note.said for note in reply.notes if isinstance(note, Correction)] == ["I live here since ten years."]
    assert guide.answer(UNKNOWN).level == "B1"


def test_who_misspells_a_word_could_do_what_was_asked() -> None:
    guide = finding()
    guide.greet()
    assert guide.answer("My nmae is Anna, and I am from Spain.").notes[0].kind == "spelling"
    assert guide.answer(UNKNOWN).level == "", "it is the first failure"


def test_silence_is_asked_twice_and_then_left_behind() -> None:
    guide = finding()
    guide.greet()
    replies = [guide.answer("") for _ in range(3)]
    assert [english().steps[1].say in reply.text for reply in replies] == [False, False, True]
    assert all(english().steps[0].answer not in reply.text for reply in replies)


def test_the_lesson_that_fits_is_offered_and_begins_when_it_is_wanted() -> None:
    guide = finding()
    guide.greet()
    for answer in [*(step.answer for step in english().steps[:2]), UNKNOWN]:
        guide.answer(answer)
    reply = guide.answer(UNKNOWN)
    first = load_script("en-a2-at-the-cafe", [LESSONS])
    assert f"“{first.title}”" in reply.text and first.title not in reply.before_call
    assert f"“{first.title}”" in guide.repeat().text
    begun = guide.answer("yes please")
    assert first.greeting in begun.text and first.steps[0].say in begun.text
    after = guide.answer(first.steps[0].answer)
    assert first.steps[1].say in after.text


@pytest.mark.parametrize(("marks", "said"), [("++++--", True), ("--", False)])
def test_a_lesson_at_another_level_than_was_found_says_so(marks: str, said: bool) -> None:
    guide = finding(script_of("es-level-test"))
    guide.greet()
    for step, mark in zip(guide.script.steps, marks, strict=False):
        reply = guide.answer(step.answer if mark == "+" else UNKNOWN)
    assert reply.level == ("B1" if said else "A1")
    assert ("This lesson is A1; there is none at B1" in guide.answer("next lesson").text) is said


def test_it_is_taken_up_where_it_was_left() -> None:
    guide = finding()
    history = [("assistant", guide.greet().text)]
    for mark, step in zip("+-+-", english().steps, strict=False):
        said = step.answer if mark == "+" else UNKNOWN
        history += [("user", said), ("assistant", guide.answer(said).text)]
    again = finding(history=history)
    assert again.answer(UNKNOWN) == guide.answer(UNKNOWN)
    assert guide.repeat().done


@pytest.mark.parametrize("name", NAMES)
def test_each_level_leads_to_a_lesson_of_its_language(name: str) -> None:
    script = script_of(name)
    for marks in ("--", "++--", "++++--", "++++++++"):
        reply = taken(marks, script)
        assert reply.level in LEVELS
        assert "“" in reply.text or "«" in reply.text
    last = [head.title for head in list_heads([LESSONS]) if head.language == script.language and head.course]
    assert any(title in taken("++++++++", script).text for title in last)


def test_a_level_test_is_no_lesson_to_begin_with() -> None:
    backend = LocalBackend([LESSONS])
    test, lesson = (backend.guide(WantedLesson(name), "en", []) for name in ("en-level-test", ""))
    assert isinstance(test, ByEar) and isinstance(test.guide, LevelTest)
    assert isinstance(lesson, ByEar) and not isinstance(lesson.guide, LevelTest)
    assert {head.name for head in list_heads([LESSONS]) if head.is_level_test} == set(NAMES)


WRITTEN = (LESSONS / "en-level-test.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('level = "A1"', 'level = "A0"', "must be one of A1"),
        ('level = "A1"\n', "", "'level': is missing"),
        ("level_test = true", 'level_test = "yes"', "must be true or false"),
        ("level_test = true\n", "", "'level': is not a key of a step"),
        (', "weigh both sides of a question"]', "]", "one for each step: 8"),
    ],
)
def test_what_is_missing_in_a_level_test_is_told_its_author(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "en-test.toml"
    path.write_text(WRITTEN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problem) as problem:
        read_script(path, [LESSONS])
    assert said in str(problem.value)


def test_a_level_test_that_does_not_get_harder_is_found(tmp_path: Path) -> None:
    path = tmp_path / "en-test.toml"
    path.write_text(WRITTEN.replace('level = "A2"', 'level = "C1"', 1), encoding="utf-8")
    found = [str(finding) for finding in check(read_script(path, [LESSONS]), samples=1)]
    assert any("from easy to hard" in each for each in found)
    assert any("at least 2 questions" in each and "A2, C1" in each for each in found)
