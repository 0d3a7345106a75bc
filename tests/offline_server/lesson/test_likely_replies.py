"""What the guide says next is known before the answer: how much of it, over the lessons that are shipped."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.pattern_sentences import sentences as said_by
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.sentences import sentences

LEAST = 0.8
"""The share of replies to right answers that begin as one of the likely ones."""
WALKED = ["es-a1-first-words", "fr-a1-first-words", "zh-a1-first-words"]


def led_by(name: str) -> ByEar:
    guide = ByEar(Guide(load_script(name, [LESSONS])))
    guide.greet()
    return guide


def right_answers(guide: ByEar) -> Sequence[str]:
    """One of each kind, and where there are several not the one that the prediction looks at."""
    if guide.targets:
        return guide.targets
    step, lists = guide.guide.path.step, guide.guide.script.lists
    assert step
    return [answer for expected in step.expect for answer in [*said_by(expected.heard, lists, 3)][-1:]]


def begins(guide: ByEar, answer: str) -> str:
    """How the reply to this answer begins; the guide moves on."""
    return sentences(guide.hear(Hearing(answer, Match.EXPECTED)).text)[0]


@pytest.mark.parametrize("name", WALKED)
def test_most_replies_to_right_answers_are_known(name: str) -> None:
    guide = led_by(name)
    known = answered = 0
    while (step := guide.guide.path.step) is not None:
        likely = {sentences(reply.text)[0] for reply in guide.likely_replies()}
        answers = right_answers(guide)
        answered += len(answers)
        known += sum(begins(deepcopy(guide), answer) in likely for answer in answers)
        begins(guide, guide.targets[0] if guide.targets else step.answer)
    assert known >= LEAST * answered > 0


def test_looking_ahead_changes_nothing_and_the_model_answer_comes_first() -> None:
    guide = led_by(WALKED[0])
    before = guide.repeat().text
    first, *others = guide.likely_replies()
    assert guide.repeat().text == before
    step = guide.guide.path.step
    assert step
    assert guide.hear(Hearing(guide.targets[0] if guide.targets else step.answer, Match.EXPECTED)).text == first.text
    assert any(reply.text == led_by(WALKED[0]).check_in().text for reply in others)


def test_at_the_end_there_is_still_something_to_say() -> None:
    guide = led_by(WALKED[0])
    guide.guide.path.go_to(len(guide.guide.script.steps))
    assert guide.guide.path.step is None
    assert all(reply.text for reply in guide.likely_replies())
