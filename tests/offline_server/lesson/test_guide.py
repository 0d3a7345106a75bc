"""A lesson with the guide: from greeting to closing, requests, silence, new forms and branches."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offline_server.lesson.scripts import LISTS, expected, step
from tests.offline_server.lesson.small_lesson import FIRST_WORDS, SCRIPT, greeted, miss, spoken_by, walk
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.phrases.by_language import phrases_in
from tutor_tui.offline_server.lesson.script import LessonScript


def test_a_lesson_from_greeting_to_closing() -> None:
    guide = Guide(SCRIPT)
    assert guide.greet().text == FIRST_WORDS
    assert guide.answer("My name's Anna!").text == "Nice to meet you! Where are you from?"
    assert guide.answer("I'm from Korea").text.endswith("Can you repeat that?")
    last = guide.answer("i live in london")
    assert last.done
    assert "That was good." in last.text
    assert "3 of 3 at the first try" in last.text
    assert last.language == "en"


@pytest.mark.parametrize(
    "request_words", ["Repeat, please!", "again", "한 번 더", "otra vez", "もう一度", "Noch einmal bitte"]
)
def test_the_question_is_repeated_on_request(guide: Guide, request_words: str) -> None:
    assert guide.answer(request_words).text == "What is your name?"
    assert "Nice to meet you!" in guide.answer("i am anna").text


@pytest.mark.parametrize(
    ("request_words", "part"),
    [
        ("help", "Begin with: My name."),
        ("모르겠어요", "Begin with: My name."),
        ("no entiendo", "Begin with: My name."),
        ("translate please", "Wie heißt du?"),
        ("무슨 뜻이에요?", "Wie heißt du?"),
        ("skip", "Where are you from?"),
        ("다음", "Where are you from?"),
        ("start again", "Hello, I am your tutor."),
    ],
)
def test_other_requests(guide: Guide, request_words: str, part: str) -> None:
    assert part in guide.answer(request_words).text


def test_an_expected_answer_is_never_taken_for_a_request(guide: Guide) -> None:
    guide.answer("i am tom")
    guide.answer("i am from korea")
    assert guide.answer("Help me, please!").done


def test_silence_is_no_failure_but_does_not_hold_the_lesson_up_for_ever(guide: Guide) -> None:
    assert "What is your name?" in guide.answer("").text
    assert "Begin with: My name." in guide.answer(" ... ").text
    replies = [guide.answer("").text for _ in range(12)]
    assert any("Where are you from?" in reply for reply in replies)


def test_after_the_end_it_answers_and_offers_to_start_again(guide: Guide) -> None:
    for words in ("i am tom", "i am from korea", "i live in london"):
        guide.answer(words)
    reply = guide.answer("what a lovely day")
    assert reply.done
    assert "start again" in reply.text
    assert guide.repeat().done
    assert guide.answer("yes please").text == FIRST_WORDS
    assert "Nice to meet you!" in guide.answer("i am tom").text


def test_a_first_word_before_the_greeting_is_greeted() -> None:
    assert "Hello, I am your tutor." in Guide(SCRIPT).answer("hi there").text


def test_what_is_expected_holds_answers_mistakes_and_requests(guide: Guide) -> None:
    assert {"my name is anna", "i am tom", "my name tom", "repeat please"} <= set(guide.expected)
    assert "my name is" not in guide.expected, "an opening is no sentence"
    for words in ("i am tom", "i am from korea", "i live in london"):
        guide.answer(words)
    assert "start again" in guide.expected


def test_praise_varies_but_not_from_run_to_run() -> None:
    steps = tuple(step(f"Question {number}?", "yes", answer="Yes.") for number in range(6))
    script = LessonScript("p", "P", "en", "en", "A1", "Hello.", "Bye.", steps, LISTS)

    def run() -> list[str]:
        guide = Guide(script)
        guide.greet()
        return [guide.answer("yes").text.split(" Question")[0] for _ in range(5)]

    assert run() == run()
    assert len(set(run())) >= 3


def test_a_copy_goes_its_own_way(guide: Guide) -> None:
    before = copy.deepcopy(guide)
    guide.answer("i am tom")
    assert before.repeat().text == "What is your name?"
    assert before.script is guide.script, "which never changes, and is large"


NO_ANSWERS = ("", "hm", "help", "again", "nonsense words", "1 2 3")


@settings(deadline=None)
@given(st.lists(st.sampled_from(NO_ANSWERS)))
def test_no_way_through_a_lesson_has_a_dead_end(words: list[str]) -> None:
    walk(SCRIPT, words)


def test_the_same_request_three_times_leads_on(guide: Guide) -> None:
    assert spoken_by(guide, "again", "again") == "What is your name?"
    assert guide.answer("again").text.endswith("Where are you from?")


def test_two_requests_in_turn_do_not(guide: Guide) -> None:
    said = ["again", "slower please"] * 4
    assert all("What is your name?" in guide.answer(words).text for words in said)


def test_a_learner_in_distress_is_not_answered_with_the_next_question(guide: Guide) -> None:
    for _ in range(4):
        reply = guide.answer("I don't want to live any more.")
        assert reply.text == phrases_in("en").care and not reply.notes
    assert guide.answer("My name is Anna.").text.startswith("Nice to meet you!"), "the lesson has waited"


NEW_FORM = replace(
    SCRIPT,
    steps=(
        step("Where are you from?", "i am from <any>", answer="I am from Korea.", present="I am from London."),
        *SCRIPT.steps[1:],
    ),
)


def test_a_new_form_is_shown_and_said_before_it_is_asked_for() -> None:
    guide = Guide(NEW_FORM)
    shown = guide.greet().text
    assert "say it after me: I am from London." in shown and "Where are you from?" not in shown
    assert "i am from london." in [sentence.casefold() for sentence in guide.expected]
    assert "I am from London." in guide.answer("again").text
    assert guide.answer("i am from london").text.endswith("Where are you from?")
    assert guide.answer("i am from oslo").text.endswith("Where are you from?"), "the second question of this script"


def test_a_new_form_is_praised_only_if_it_was_said_as_it_was_shown() -> None:
    for said, praised in (("I am from London.", True), ("i am from london", True), ("London I am", False)):
        reply = greeted(NEW_FORM).answer(said)
        praise = reply.text.removesuffix(" Where are you from?")
        assert (praise in phrases_in("en").praise) is praised, reply.text


def test_of_two_sentences_that_are_shown_one_is_enough_and_listened_for() -> None:
    dialogue = replace(NEW_FORM.steps[0], present="I am from London. I am from Seoul.")
    guide = greeted(replace(NEW_FORM, steps=(dialogue, *NEW_FORM.steps[1:])))
    assert {"I am from London.", "I am from Seoul.", dialogue.present} <= set(guide.expected)
    reply = guide.answer("i am from seoul")
    assert reply.text.removesuffix(" Where are you from?") in phrases_in("en").praise


def test_a_new_form_that_asks_for_something_is_said_after_the_tutor_and_is_no_request() -> None:
    slow = step("What do you say?", "more slowly please", answer="More slowly, please.", present="More slowly, please.")
    guide = greeted(replace(SCRIPT, steps=(slow, *SCRIPT.steps[1:])))
    reply = guide.answer("more slowly please")
    assert reply.pace == "" and reply.text.endswith("What do you say?")


WAYS_TO_ASK = replace(
    SCRIPT, steps=(replace(SCRIPT.steps[0], says=("What is your name?", "Who are you?")), *SCRIPT.steps[1:])
)


def test_a_question_that_comes_back_is_asked_in_other_words() -> None:
    guide = greeted(WAYS_TO_ASK)
    miss(guide)
    guide.answer("i am from korea")
    assert guide.answer("i live in london").text.endswith("Who are you?")


def test_what_a_learner_said_is_used_later() -> None:
    first, second, third = SCRIPT.steps
    named = replace(SCRIPT, steps=(first, replace(second, says=("And you, <name>: from where?", "From where?")), third))
    assert greeted(named).answer("i am marco").text.endswith("And you, Marco: from where?")
    assert greeted(named).answer("skip").text.endswith("From where?")


def test_the_branch_that_was_heard_is_answered() -> None:
    tea = step("Tea?", expected("yes", "Here."), expected("no", "All right."), answer="Yes.", praise="Fine.")
    script = replace(SCRIPT, steps=(tea, *SCRIPT.steps[1:]))
    assert greeted(script).answer("yes").text.startswith("Here. Where")
    assert greeted(script).answer("no").text.startswith("All right. Where")


FOLLOWING = replace(SCRIPT, name="u", title="Second steps", greeting="Welcome back.")


@pytest.mark.parametrize(
    ("said", "opening"),
    [("next lesson", "Welcome back."), ("yes please", "Welcome back."), ("start again", "Hello, I am your tutor.")],
)
def test_at_the_end_the_next_lesson_is_offered(said: str, opening: str) -> None:
    guide = greeted(following=FOLLOWING)
    end = spoken_by(guide, "i am anna", "i am from korea", "i live in london")
    assert "Next comes “Second steps”." in end
    assert guide.answer(said).text.startswith(opening)


def test_a_lesson_that_led_on_to_the_next_is_taken_up_there() -> None:
    there = Guide(SCRIPT, following=FOLLOWING)
    history = [("assistant", there.greet().text)]
    for words in ("i am anna", "i am from korea", "i live in london", "next lesson"):
        history += [("user", words), ("assistant", there.answer(words).text)]
    assert Guide(SCRIPT, history, following=FOLLOWING).answer("i am tom") == there.answer("i am tom")


def test_a_free_answer_that_is_good_as_far_as_it_goes_is_asked_for_more() -> None:
    free = step("All of it?", "i am <name>", "i like <any>", answer="I am Anna. I like tea.", least=2)
    guide = greeted(replace(SCRIPT, steps=(free, *SCRIPT.steps[1:])))
    assert guide.answer("I am Tom.").text == "Good so far. Tell me a little more."
    assert guide.answer("I am Tom, and I like milk.").text.endswith("Where are you from?")


def test_a_copy_shares_what_never_changes() -> None:
    """The server copies a guide before each answer, on its loop: a script's patterns are thousands of objects."""
    guide = greeted()
    copied = guide.copy()
    assert copied.path._script is guide.path._script and copied.words._script is guide.words._script
    assert copied.path is not guide.path


def test_a_silent_learner_is_told_that_there_is_no_hurry_and_helped_and_nothing_is_counted() -> None:
    guide, other = Guide(SCRIPT), Guide(SCRIPT)
    history = [("assistant", guide.greet().text)]
    other.greet()
    reply = guide.check_in()
    assert reply.text == "Take your time. Begin with: My name. What is your name?"
    assert guide.check_in() == reply
    history += [("assistant", reply.text)]
    assert Guide(SCRIPT, history).answer("I am Tom.") == guide.answer("I am Tom.") == other.answer("I am Tom.")
