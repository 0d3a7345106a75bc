"""A lesson whose time is over: what is still asked, and how it closes."""

from __future__ import annotations

from dataclasses import replace

from tests.offline_server.lesson.scripts import step
from tests.offline_server.lesson.small_lesson import SCRIPT
from tutor_tui.offline_server.lesson.guide import Guide

FREE = replace(SCRIPT, steps=(*SCRIPT.steps, step("Tell me all of it.", "my name is <name>", answer="…", least=1)))
CLOSE = ("system", "Lesson clock: begin to close, 12:00 of 15:00.")


def test_a_guide_that_is_to_close_asks_for_the_free_answer_at_the_end_and_closes() -> None:
    guide = Guide(FREE)
    guide.greet()
    guide.close()
    reply = guide.answer("My name is Anna.")
    assert reply.text == "Nice to meet you! Our time is nearly over. Tell me all of it."
    last = guide.answer("My name is Anna.")
    assert last.done and "That was good." in last.text
    assert "nearly over" not in last.text, "it is said once"


def test_a_lesson_without_a_free_answer_closes_behind_the_question_that_was_asked() -> None:
    guide = Guide(SCRIPT)
    guide.greet()
    guide.close()
    last = guide.answer("My name is Anna.")
    assert last.done
    assert "Our time is nearly over. That was good." in last.text


def test_what_was_missed_does_not_come_back_once_the_lesson_closes() -> None:
    guide = Guide(FREE)
    guide.greet()
    guide.close()
    for _ in range(3):
        guide.help()
    assert guide.answer("My name is Anna.").text.endswith("Tell me all of it.")
    assert guide.answer("My name is Anna.").done


def test_to_close_at_the_end_or_behind_it_changes_nothing() -> None:
    guide = Guide(FREE)
    guide.greet()
    for said in ("My name is Anna.", "I am from Korea", "i live in london"):
        guide.answer(said)
    guide.close()
    guide.close()
    assert guide.answer("My name is Anna.").done
    guide.close()
    assert guide.answer("yes").text.startswith("Hello, I am your tutor."), "once more, from the beginning"
    assert guide.answer("My name is Anna.").text.endswith("Where are you from?"), "and all of it"


def test_a_lesson_that_was_closing_is_taken_up_as_one_that_closes() -> None:
    guide = Guide(FREE)
    told: list[tuple[str, str]] = [("assistant", guide.greet().text), CLOSE, ("user", "My name is Anna.")]
    guide.close()
    told.append(("assistant", guide.answer("My name is Anna.").text))
    walked = Guide(FREE, told)
    assert walked.answer("My name is Anna.").done
    by_question = Guide(FREE, [("assistant", "So. Where are you from?"), CLOSE])
    assert by_question.answer("I am from Korea").text.endswith("Tell me all of it.")
