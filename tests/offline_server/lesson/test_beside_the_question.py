"""Answers that say something else than was asked are not praised, in any language."""

from __future__ import annotations

import pytest

from tests.offline_server.lesson.shipped import lesson
from tutor_tui.offline_server.lesson.beside_the_question import is_beside
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.phrases.by_language import phrases_in

BESIDE = [
    ("en-a1-food-and-shopping", 3, "My name is Ana."),  # what is in your kitchen?
    ("en-a1-food-and-shopping", 5, "It is raining today."),  # breakfast
    ("es-a1-my-day", 8, "Me llamo Ana."),  # in the afternoon
    ("es-a1-time", 10, "Vivo en Berlín."),  # on Sundays
    ("fr-a1-my-day", 7, "J'habite à Berlin."),  # on Saturdays
    ("de-a1-my-day", 4, "Ich heiße Ana."),  # at eight o'clock
    ("ja-a1-cafe", 2, "ベルリンに住んでいます。"),  # the order
    ("ko-a1-plans", 4, "제 이름은 아나예요."),  # what are you going to eat?
    ("ko-a1-plans", 4, "베를린에 살아요."),
    ("zh-a1-cafe", 2, "我叫安娜。"),
]


def asked(name: str, step: int) -> Guide:
    guide = Guide(lesson(name))
    guide.start_at(step - 1)
    return guide


@pytest.mark.parametrize(("name", "number", "said"), BESIDE)
def test_what_is_about_something_else_is_no_answer_and_the_lesson_goes_on(name: str, number: int, said: str) -> None:
    guide = asked(name, number)
    step = guide.script.steps[number - 1]
    first = guide.answer(said)
    assert guide.path.step is step
    assert step.answer.rstrip(".。") in first.text, "what was listened for"
    assert first.accepted == ""
    second = guide.answer(said)
    assert guide.path.step is not step, "it may be right, and nobody is held up"
    assert second.lines[0].text in guide.words.own.move_on


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("en-a1-first-words", 1, "My name is Ana."),
        ("es-a1-where-from", 5, "Vivo en Berlín."),
        ("fr-a1-first-words", 2, "Je m'appelle Ana."),
        ("de-a1-where-from", 5, "Ich wohne in Berlin."),
        ("ko-a1-family", 5, "베를린에 살아요."),
        ("zh-a1-where-from", 4, "我住在柏林。"),
        ("en-a1-food-and-shopping", 5, "My name is Ana. I have toast."),
    ],
)
def test_the_same_is_right_where_it_is_asked_for(name: str, number: int, said: str) -> None:
    script = lesson(name)
    step = script.steps[number - 1]
    assert not is_beside(said, step, script.language)
    assert judge(said, step, script.lists).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("name", "number", "said", "praised"),
    [
        ("en-a1-food-and-shopping", 3, "The train leaves at nine.", "I have some eggs and some bread."),
        ("es-a1-my-day", 8, "Soy médico.", "Leo y paseo."),
        ("de-a1-my-day", 4, "Ich bin Arzt.", "Ich arbeite."),
        ("ja-a1-my-day", 5, "医者です。", "学校へ行きます。"),
    ],
)
def test_what_only_stands_where_anything_may_stand_is_acknowledged_and_not_praised(
    name: str, number: int, said: str, praised: str
) -> None:
    guide = asked(name, number)
    step = guide.script.steps[number - 1]
    reply = guide.copy().answer(said)
    assert reply.lines[0].text in phrases_in(guide.script.language).acknowledged
    assert step.praise and step.praise not in reply.text
    assert step.praise in guide.answer(praised).text
