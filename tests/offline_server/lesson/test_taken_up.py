"""A lesson that is taken up where it was left: what was said tells the guide how far it is."""

from __future__ import annotations

import pytest

from tests.offline_server.lesson.small_lesson import SCRIPT
from tutor_tui.offline_server.lesson.guide import Guide


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (["Hello, I am your tutor. What is your name?"], "What is your name?"),
        (["What is your name?", "Nice to meet you! Where are you from?"], "Where are you from?"),
        (["Can you repeat that?", "Where are you from?"], "Can you repeat that?"),
        (["Can you repeat that?", "Hello, I am your tutor. What is your name?"], "What is your name?"),
    ],
)
def test_a_lesson_is_taken_up_where_it_was_left(said: list[str], question: str) -> None:
    guide = Guide(SCRIPT, [("assistant", text) for text in said] + [("user", "Can you repeat that?")])
    reply = guide.greet()
    assert reply.text.endswith(question)
    assert "Hello" not in reply.text


WAYS = (
    ["my name anna", "me is called anna", "bananas", "i am from spain"],
    ["bananas", "bananas", "my name is anna", "again", "i from korea", "i am from korea", "i live in london"],
    ["", "help", "i am tom", "what does that mean", "skip", "start again", "i am anna"],
    ["i am tom", "i am from korea", "i live in london", "what a day", "yes please", "i am tom"],
)


@pytest.mark.parametrize("said", WAYS)
def test_a_guide_that_is_told_what_was_said_is_as_far_as_the_one_that_was_there(said: list[str]) -> None:
    """Tries, slips and all: over chat requests nothing else is remembered of a lesson."""
    there = Guide(SCRIPT)
    history = [("user", "Begin."), ("assistant", there.greet().text)]
    for words in said:
        told = Guide(SCRIPT, history)
        assert told.expected == there.expected
        assert told.repeat() == there.repeat()
        reply = there.answer(words)
        assert told.answer(words) == reply
        history += [("user", words), ("assistant", reply.text)]


def test_an_answer_that_was_stopped_or_repeated_counts_as_said() -> None:
    there = Guide(SCRIPT)
    greeting = there.greet().text
    there.answer("my name anna")
    for heard in (greeting[:9], f"{greeting}\n{greeting}", f"{greeting}\n{greeting[:20]}"):
        told = Guide(SCRIPT, [("assistant", heard), ("user", "my name anna"), ("assistant", "A small word")])
        assert "My name is Anna." in told.answer("bananas").text, "the second try: the form is told"


def test_a_history_of_something_else_begins_the_lesson() -> None:
    guide = Guide(SCRIPT, [("user", "What is your name?"), ("assistant", "I am a cloud.")])
    assert guide.greet().text.startswith("Hello, I am your tutor.")
    assert "What is your name?" in guide.repeat().text


def test_a_closed_lesson_stays_closed() -> None:
    guide = Guide(SCRIPT, [("assistant", "Good. That was good. You answered 3 of 3.")])
    assert guide.answer("hm").done
