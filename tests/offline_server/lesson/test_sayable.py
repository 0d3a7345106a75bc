"""What a learner could say at a step: the plain answers, and never one that the guide would refuse."""

from __future__ import annotations

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.pattern_sentences import plainest
from tutor_tui.offline_server.lesson.pattern_syntax import read_syntax
from tutor_tui.offline_server.lesson.sayable import MOST, sayable
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.word_lists import WordLists


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        ("[no] (thank you | thanks) [very much]", "thank you"),
        ("{two coffees & please}", "two coffees please"),
        ("I like <noun>", ""),
        ("I like (<noun> | tea)", ""),
    ],
)
def test_the_plainest_sentence_leaves_out_what_may_be_left_out(pattern: str, plain: str) -> None:
    assert plainest(read_syntax(pattern), WordLists("en")) == plain


@pytest.mark.parametrize("name", ["ko-a1-likes", "ja-a1-cafe", "es-a1-likes", "en-a1-first-words"])
def test_each_step_has_its_own_answer_first_and_only_right_ones(name: str) -> None:
    script = load_script(name, [LESSONS])
    for step in script.steps:
        found = sayable(step, script.lists)
        assert found[0] == step.answer and 1 <= len(found) <= MOST
        assert all(judge(text, step, script.lists).verdict is Verdict.RIGHT for text in found[1:])


def test_a_guide_gives_the_scripts_hint_in_the_learners_language_and_nothing_behind_the_end() -> None:
    script = load_script("ko-a1-likes", [LESSONS])
    guide = Guide(script, home="es")
    guide.start_at(1)
    first, *others = guide.hints
    assert first.startswith("(") and first.endswith(")") and others[0] == script.steps[1].answer
    guide.start_at(len(script.steps))
    assert guide.hints == []


def test_a_new_form_is_all_that_can_be_said_while_it_is_shown() -> None:
    script = load_script("ko-a1-first-words", [LESSONS])
    number, step = next((number, step) for number, step in enumerate(script.steps) if step.present)
    guide = Guide(script)
    guide.start_at(number)
    guide._presenting = True
    assert guide.hints == [step.present]
