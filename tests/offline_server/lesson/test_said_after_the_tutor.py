"""Sentences that are said after the tutor, by ear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.offline_server.lesson.heard import HEARD_OTHER, WORDS, answer_to, free, likes, sure, unsure
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.guide import Guide


def said_after_the_tutor() -> ByEar:
    guide = ByEar(Guide(likes()))
    guide.greet()
    step = next(step for step in likes().steps if step.present)
    while guide.guide.path.step is not step:
        guide.answer(answer_to(guide))
    assert guide.guide.learner_repeats
    return guide


def test_what_was_not_listened_for_leads_on_where_a_sentence_is_said_after_the_tutor() -> None:
    for heard in (HEARD_OTHER, unsure("아무 말이나 했어요"), free("아무 말이나 했어요")):
        guide = said_after_the_tutor()
        reply = guide.hear(heard)
        assert not guide.doubt
        assert WORDS.not_listened_for not in reply.text
        assert not guide.guide.learner_repeats


@pytest.mark.parametrize("then", [unsure("?"), sure("네"), unsure("네"), HEARD_OTHER])
def test_what_may_have_been_said_after_the_tutor_is_asked_about_once(then: Hearing) -> None:
    guide = said_after_the_tutor()
    shown = guide.targets[0]
    assert guide.hear(unsure(shown)).text.startswith(f"Did you say “{shown.rstrip('.')}”?")
    guide.hear(replace(then, text=shown) if then.text == "?" else then)
    guide.hear(HEARD_OTHER)
    guide.hear(HEARD_OTHER)
    assert not guide.guide.learner_repeats
    again = said_after_the_tutor()
    again.hear(unsure(shown))
    assert again.hear(sure("아니요")).text.endswith(again.guide.repeat().text)
    again.hear(unsure(shown))
    assert not again.guide.learner_repeats, "nor is it asked about again after a no"


def test_who_is_asked_about_a_sentence_that_was_shown_reads_what_it_means() -> None:
    guide = ByEar(Guide(likes()))
    guide.greet()
    shown = next(step for step in likes().steps if step.present)
    while guide.guide.path.step is not shown or guide.guide.learner_repeats:
        guide.answer(answer_to(guide))
    asked = guide.hear(unsure(shown.present))
    assert f"({shown.present.rstrip('.')} = {shown.present_translation.rstrip('.')}; 네, 맞아요" in asked.text


def test_what_is_to_be_said_after_the_tutor_is_known() -> None:
    guide = ByEar(Guide(likes()))
    guide.greet()
    assert guide.targets == [], "an answer of one's own"
    step = next(step for step in likes().steps if step.present)
    while guide.guide.path.step is not step:
        guide.answer(answer_to(guide))
    assert step.present in guide.targets
    guide.answer(step.present)
    assert guide.targets == []
    for _ in range(3):
        guide.help()
    assert guide.targets == [step.answer]
