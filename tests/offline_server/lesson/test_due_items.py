"""What is due of earlier lessons, asked for before a lesson begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.offline_server.lesson.shipped import lesson
from tests.support.paths import LESSONS
from tests.tutors.helpers import PLAN
from tutor_tui.core.courses import can_do_text
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.tools import Used
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.lesson.due_items import with_due
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.openai_api.private_extensions import DUE_FIELD, WantedLesson

FAR, SLIP = DueItem("멀다", "far"), DueItem("학교에 가요", "the place takes 에", "학교 가요")


def first_words() -> LessonScript:
    return lesson("ko-a1-first-words")


def cafe() -> LessonScript:
    return lesson("es-a1-cafe")


def guide(*due: DueItem) -> Guide:
    made = Guide(with_due(first_words(), due), home="en")
    made.greet()
    return made


def test_it_is_asked_for_by_its_meaning_or_by_what_was_said_instead_and_then_the_lesson_begins() -> None:
    asking = guide(FAR, SLIP)
    assert "“far”, 한국어로 어떻게 말해요?" in asking.question().text
    assert "멀다" not in asking.question().text
    assert asking.expected[:1] == ["멀다"]
    corrected = asking.answer("멀다").text
    assert "지난번에 “학교 가요”라고 했어요." in corrected
    assert corrected.endswith("Last time you said “학교 가요”. Say it better.)"), "and in the learner's own language"
    reply = asking.answer("학교에 가요.")
    assert first_words().steps[0].present in reply.text
    assert reply.uses == (Used("학교에 가요", "independent", "학교에 가요."),)


def test_what_the_guide_takes_for_right_is_told_in_the_language_s_script() -> None:
    asking = Guide(first_words(), home="en")
    asking.greet()
    asking.start_at(next(i for i, step in enumerate(first_words().steps) if "이름" in step.say))
    assert asking.answer("jeoneun marcoyeyo").accepted == "저는 Marco예요"
    assert asking.answer("xyz").accepted == ""


@pytest.mark.parametrize(
    ("answers", "uses"),
    [
        (["멀다"], [Used("멀다", "independent", "멀다")]),
        (["도와주세요", "멀다"], [Used("멀다", "assisted", "멀다")]),
        (["도와주세요", "도와주세요", "도와주세요", "멀다"], [Used("멀다", "lapse", "멀다")]),
        (["가까워요", "가까워요"], []),
    ],
    ids=["at once", "with help", "told", "not known"],
)
def test_each_answer_says_how_it_was_used(answers: Sequence[str], uses: list[Used]) -> None:
    asking = guide(FAR)
    told = [use for answer in answers for use in asking.answer(answer).uses]
    assert told == uses


def test_the_same_mistake_once_more_is_a_lapse_and_the_form_is_a_sentence() -> None:
    english = load_script("en-a1-first-words", [LESSONS])
    due = DueItem("My name is Anna", "", "my name Anna")
    recasting = Guide(with_due(english, [due]), correction="recast")
    recasting.greet()
    reply = recasting.answer("my name Anna")
    assert "We say: My name is Anna. " in reply.text
    assert reply.uses == (Used("My name is Anna", "lapse", "my name Anna"),)
    prompting = Guide(with_due(english, [due]))
    prompting.greet()
    assert "You can say: My name is Anna. Now you." in prompting.answer("my name Anna").text
    assert prompting.answer("My name is Anna.").uses == (Used("My name is Anna", "lapse", "My name is Anna."),)


def test_what_cannot_be_asked_for_is_left_out() -> None:
    left_out = [DueItem("멀다"), DueItem("(|", "odd"), DueItem("", "none")]
    assert with_due(first_words(), left_out).steps == first_words().steps


@given(st.lists(st.builds(DueItem, st.text(max_size=70), st.text(max_size=70), st.text(max_size=70)), max_size=7))
def test_whatever_is_due_a_lesson_can_be_held(due: list[DueItem]) -> None:
    wanted = WantedLesson.of(replace(PLAN, offline_lesson=first_words().name, due=tuple(due)))
    assert WantedLesson.read(wanted.fields).due == wanted.due
    asking = guide(*wanted.due)
    for _ in range(3):
        asking.answer("네")


@pytest.mark.parametrize("sent", ["", "{", "[1]", '[["a"]]', '[["a", 1, ""]]', "[" * 5_000, 7, None])
def test_what_is_sent_and_is_no_such_list_asks_for_nothing(sent: object) -> None:
    assert WantedLesson.read({DUE_FIELD: sent}).due == ()


def test_the_backend_asks_for_it() -> None:
    made = LocalBackend([LESSONS]).guide(WantedLesson("ko-a1-first-words", "en", due=(FAR,)), "ko", [])
    assert "far" in made.greet().text


# ---- what the unit itself teaches -----------------------------------------------------------------------------------

HELP = "도와주세요"


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        (["{answer}"], "independent"),
        ([HELP, "{answer}"], "assisted"),
        ([HELP, HELP, HELP, "{answer}"], "lapse"),
        ([HELP, HELP, HELP, "{answer}", "{answer}"], "assisted"),
        (["다음"], None),
    ],
    ids=["at once", "with help", "told", "told before", "skipped"],
)
def test_the_task_at_the_end_shows_what_a_unit_teaches(answers: Sequence[str], how: str | None) -> None:
    asking = Guide(first_words(), home="en")
    asking.greet()
    asking.start_at(len(first_words().steps) - 1)
    for each in answers:
        said = each.format(answer=first_words().steps[-1].answer)
        told = asking.answer(said).uses
    assert [(each.item, each.how, each.quote, each.unit) for each in told] == (
        [(can_do_text(first_words().can_do), how, said, first_words().title)] if how else []
    )


def test_a_unit_without_such_a_task_shows_at_its_end_that_it_was_understood() -> None:
    asking = Guide(replace(first_words(), steps=first_words().steps[-2:-1]), home="en")
    asking.greet()
    asking.start_at(0)
    assert [each.how for each in asking.answer(first_words().steps[-2].answer).uses] == ["understood"]


def test_a_free_answer_before_the_last_shows_nothing_of_the_unit() -> None:
    """Units begin with one on what the last unit taught."""
    likes = load_script("en-a1-likes", [LESSONS])
    asking = Guide(likes, home="ko")
    asking.greet()
    assert likes.steps[0].least and asking.copy().answer(likes.steps[0].answer).uses == ()
    asking.start_at(len(likes.steps) - 1)
    assert [each.how for each in asking.copy().answer(likes.steps[-1].answer).uses] == ["independent"]


# ---- what counts as the word that is asked for ----------------------------------------------------------------------

HUNGRY = DueItem("tengo hambre", "I am hungry")
MISTAKE = DueItem("Sí, tengo hambre.", "", "Soy hambre")


def in_spanish(due: DueItem, *answers: str) -> list[tuple[str, str]]:
    asking = Guide(with_due(cafe(), [due]), home="en")
    asking.greet()
    return [(use.how, use.quote) for each in answers for use in asking.answer(each).uses]


@pytest.mark.parametrize("due", [HUNGRY, MISTAKE], ids=["a word", "a mistake"])
@pytest.mark.parametrize("answer", ["Tengo hambre", "Sí, tengo hambre.", "si tengo hambre", "Yo tengo hambre y sed"])
def test_it_may_come_in_a_sentence_of_the_learner_s_own(due: DueItem, answer: str) -> None:
    """“Sí, tengo hambre”, their own kept form, was “I don't know that one”."""
    assert in_spanish(due, answer) == [("independent", answer)]


@pytest.mark.parametrize("answer", ["No tengo hambre", "Quiero un café, por favor", "hambre"])
def test_a_question_that_failed_is_no_use_of_what_was_asked_for(answer: str) -> None:
    """It was filed as a use with help, with a quote that had nothing of the item in it."""
    assert in_spanish(HUNGRY, answer, answer) == []


def test_the_same_mistake_that_is_passed_over_in_the_flow_is_a_lapse() -> None:
    english = load_script("en-a1-first-words", [LESSONS])
    due = DueItem("My name is Anna", "", "my name Anna")
    asking = Guide(with_due(english, [due]), correction="flow")
    asking.greet()
    assert [use.how for use in asking.answer("my name Anna").uses] == ["lapse"]


@pytest.mark.parametrize("answer", ["tortilla", "Hay tortilla y pan.", "hay tortilla y pan"])
def test_a_word_may_be_asked_for_by_its_sentence(answer: str) -> None:
    gap = DueItem("tortilla", "Hay ____ y pan.")
    asking = Guide(with_due(cafe(), [gap]), home="en")
    assert "Hay ____ y pan." in asking.greet().text
    assert [use.how for use in asking.answer(answer).uses] == ["independent"]
    assert in_spanish(gap, "agua", "agua") == []
