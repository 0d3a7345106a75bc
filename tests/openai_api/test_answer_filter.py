"""What a model says, apart from what it thinks and which tools it calls in its text, however the pieces are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.openai_api.answer_filter import (
    MOST_HELD_CHARACTERS,
    AnswerFilter,
    CallText,
    Retracted,
    ThinkingHabit,
    calls_in,
)


def filtered(answer: str, step: int = 3, habit: ThinkingHabit | None = None) -> tuple[str, list[str], list[str]]:
    """What is said in the end, what was said before and taken back, and the calls."""
    words = AnswerFilter(habit or ThinkingHabit("m"))
    said, taken_back, calls = "", [], []
    pieces = [answer[at : at + step] for at in range(0, len(answer), step)]
    parts = [part for piece in pieces for part in words.feed(piece)]
    for part in (*parts, *words.end()):
        match part:
            case str():
                said += part
            case Retracted():
                taken_back.append(said)
                said = ""
            case CallText(text):
                calls.append(text)
    return said, taken_back, calls


SAID = {
    "Hello! <b>Well</b>, 3 < 4 [see].": "Hello! <b>Well</b>, 3 < 4 [see].",
    "<think>She greets.</think>\n\nHello!": "Hello!",
    " <THINK>She greets.</Think> Hello!": "Hello!",
    "<thinking>Hm.</thinking>Hello!": "Hello!",
    "<reasoning>Hm.</reasoning>\nHello!": "Hello!",
    "<seed:think>Hm.</seed:think>Hello!": "Hello!",
    "[THINK]Hm.[/THINK]Hello!": "Hello!",
    "◁think▷Hm.◁/think▷Hello!": "Hello!",
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello!": "Hello!",
    "Hello! <think>What next?</think> How are you?": "Hello! How are you?",
    "Hello!<think>What next?</think> How are you?": "Hello! How are you?",
    "<think>One.</think>Hello!<think>Two.</think>": "Hello!",
    "<think>It goes on and on": "",
    "Hello!<|im_end|>": "Hello!",
    "Okay, let me explain it once more.": "Okay, let me explain it once more.",
    "I like it.": "I like it.",
    "İstanbul <think>x</think> is big.": "İstanbul is big.",
}


@pytest.mark.parametrize("step", [1, 2, 7, 1_000])
@pytest.mark.parametrize("answer", SAID)
def test_thoughts_are_not_said(answer: str, step: int) -> None:
    assert filtered(answer, step) == (SAID[answer], [], [])


@pytest.mark.parametrize("step", [1, 5, 1_000])
def test_thoughts_without_an_opening_tag_are_held_back_where_they_can_be_told(step: int) -> None:
    thought = "Okay, the user says hi. I should greet them back, and ask how they are today, in simple words.\n"
    assert filtered(f"{thought}</think>\n\nHello!", step) == ("Hello!", [], [])
    assert filtered("She is new.</think>Hello!", 1_000) == ("Hello!", [], []), "it came in one piece"


def test_thoughts_that_could_not_be_told_are_taken_back_and_held_back_from_then_on() -> None:
    habit = ThinkingHabit("m")
    said, taken_back, _ = filtered("She is new here, so slowly.</think>Hello!", 1, habit)
    assert said == "Hello!" and len(taken_back) == 1 and taken_back[0].startswith("She is new here")
    assert filtered("She is glad.</think>Good!", 1, habit) == ("Good!", [], [])


@pytest.mark.parametrize("model", ["deepseek-r1:8b", "QwQ-32B", "qwen3-thinking", "magistral-small"])
def test_a_model_that_thinks_by_its_name_is_held_back_until_it_is_known(model: str) -> None:
    habit = ThinkingHabit(model)
    assert filtered("She is new.</think>Hello!", 1, habit) == ("Hello!", [], [])
    tidy = ThinkingHabit(model)
    assert filtered("Hello! Come in.", 1, tidy) == ("Hello! Come in.", [], [])
    assert list(AnswerFilter(tidy).feed("Hello!")) == ["Hello!"], "the next answer is not held back"


def test_a_server_that_keeps_thoughts_apart_is_not_waited_for() -> None:
    words = AnswerFilter(ThinkingHabit("deepseek-r1"))
    assert list(words.feed("Hello!")) == []
    words.thinks_apart()
    assert list(words.feed(" Come in.")) == ["Hello! Come in."]


def test_an_ordinary_answer_waits_for_nothing() -> None:
    words = AnswerFilter(ThinkingHabit("gemma3"))
    assert [list(words.feed(piece)) for piece in ("Hello", "! Come", " in.")] == [["Hello"], ["! Come"], [" in."]]


@pytest.mark.parametrize(
    ("written", "calls"),
    [
        (
            '<tool_call>{"name":"note","arguments":{"word":"Haus"}}</tool_call>',
            [("note", '{"word": "Haus"}')],
        ),
        ('<tool_call>\n{"name":"a","arguments":"{}"}\n</tool_call>', [("a", "{}")]),
        ('<function=a>{"x": 1}</function>', [("a", '{"x": 1}')]),
        ("<tool_call><function=a><parameter=x>\n1\n</parameter></function></tool_call>", [("a", '{"x": "1"}')]),
        ('[TOOL_CALLS][{"name":"a","arguments":{}},{"name":"b","parameters":{}}]\n', [("a", "{}"), ("b", "{}")]),
        ('[TOOL_CALLS][{"name":"a","arguments":{}}]', [("a", "{}")]),
        ("<tool_call>note the word</tool_call>", []),
        ('<function_call>{"name": 3}</function_call>', []),
    ],
)
@pytest.mark.parametrize("step", [1, 6, 1_000])
def test_tool_calls_in_the_text_are_no_text(written: str, calls: list[tuple[str, str]], step: int) -> None:
    after = "" if written.endswith("]") else "Go on!"
    said, _, made = filtered(f"Good. {written}{after}", step)
    assert said == f"Good. {after}"
    assert [call for text in made for call in calls_in(text)] == calls


def test_what_is_held_back_is_bounded() -> None:
    words = AnswerFilter(ThinkingHabit("deepseek-r1"))
    for _ in range(3):
        assert list(words.feed("x" * MOST_HELD_CHARACTERS)) == []
    assert len("".join(str(part) for part in words.end())) < MOST_HELD_CHARACTERS + 1


@ANY_MACHINE
@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<tool_call>", "</tool_call>", "Hi", " ", "<", "[", "İ", "\n"]))
)
def test_any_answer_is_parted_the_same_however_it_is_cut(pieces: list[str]) -> None:
    answer = "X" + "".join(pieces)
    said, _, calls = filtered(answer, 1)
    assert (said.strip(), calls) == (filtered(answer, 1_000)[0].strip(), filtered(answer, 1_000)[2])
    assert "<think>" not in said and "</think>" not in said and "<tool_call>" not in said
