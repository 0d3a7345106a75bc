"""What the tutor writes down, and what the learner asks for aloud."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import (
    TOOL_NAMES,
    Correction,
    Effect,
    LevelSuggestion,
    PaceRequest,
    PatienceRequest,
    ToolAnswer,
    ToolCall,
    Word,
)
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.tools.registry import standard_tools

BOX = standard_tools()
PLAN = LessonPlan("Mina", "Teach.", "marin", turn_detection=PRESETS["normal"], tools=BOX.specs(TOOL_NAMES))


def use(name: str, plan: LessonPlan = PLAN, **arguments: Any) -> ToolAnswer:
    return asyncio.run(BOX.call(ToolCall("c", name, json.dumps(arguments)), plan))


def test_a_correction_is_written_down_in_passing() -> None:
    answer = use("note_correction", said="I goed", better="I went", why="irregular", kind="grammar")
    assert answer.effects == (Correction("I goed", "I went", "irregular", "grammar"),)
    assert (answer.ok, answer.speak, answer.summary) == (True, False, "I goed → I went")


def test_a_word_is_written_down_with_its_language() -> None:
    answer = use("note_word", term=" 의자\n", meaning="chair", example="의자에 앉아요.", language="KO")
    assert answer.effects == (Word("의자", "chair", "의자에 앉아요.", "ko"),)
    assert (answer.speak, answer.summary) == (False, "의자: chair")
    assert use("note_word", term="x", meaning="y", language="klingon").effects == (Word("x", "y"),)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("note_correction", {"said": "I goed"}),
        ("note_correction", {"said": " ", "better": "x"}),
        ("note_correction", {"said": "x", "better": "y", "kind": "handwriting"}),
        ("note_word", {"term": "x"}),
        ("note_word", {"term": "\u200b\n", "meaning": "y"}),
    ],
)
def test_half_a_note_is_none_and_said_to_the_model_alone(name: str, arguments: dict[str, Any]) -> None:
    answer = use(name, **arguments)
    assert (answer.ok, answer.speak, answer.effects) == (False, False, ())


@pytest.mark.parametrize(
    ("speed", "pace", "effects", "said"),
    [
        (1.0, "slower", (PaceRequest(0.85),), "now 0.85 times"),
        (1.0, "much slower", (PaceRequest(0.75),), "now 0.75 times"),
        (0.85, "faster", (PaceRequest(1.0),), "now 1 times"),
        (1.4, "much faster", (PaceRequest(1.5),), "now 1.5 times"),
        (0.7, "normal", (PaceRequest(1.0),), "now 1 times"),
        (1.0, "normal", (), "stays as it is"),
        (0.25, "slower", (), "at its limit"),
        (1.5, "faster", (), "at its limit"),
    ],
)
def test_the_pace_moves_within_its_limits(speed: float, pace: str, effects: tuple[Effect, ...], said: str) -> None:
    answer = use("set_pace", replace(PLAN, speed=speed), pace=pace)
    assert (answer.ok, answer.speak, answer.effects) == (True, True, effects)
    assert said in answer.output


@pytest.mark.parametrize(
    ("detection", "patience", "wanted", "said"),
    [
        (PRESETS["normal"], "more", ServerVad(silence_duration_ms=2_100), "answers after 2.1 s"),
        (PRESETS["normal"], "less", ServerVad(silence_duration_ms=900), "answers after 0.9 s"),
        (ServerVad(silence_duration_ms=8_000), "more", None, "as far as it goes"),
        (SemanticVad("medium"), "more", SemanticVad("low"), "eagerness low"),
        (SemanticVad("high"), "less", None, "as far as it goes"),
        (PushToTalk(), "more", None, "with a key"),
    ],
)
def test_patience_moves_within_its_limits_and_is_honest_about_them(
    detection: TurnDetection, patience: str, wanted: TurnDetection | None, said: str
) -> None:
    answer = use("set_patience", replace(PLAN, turn_detection=detection), patience=patience)
    assert answer.effects == (() if wanted is None else (PatienceRequest(wanted),))
    assert said in answer.output


def test_a_wish_in_other_words_is_answered_with_the_right_ones() -> None:
    answer = use("set_pace", pace="slowly")
    assert not answer.ok
    assert "'much slower', 'slower', 'normal', 'faster' or 'much faster'" in answer.output


def test_a_level_is_suggested_with_its_reason_as_one_line() -> None:
    answer = use("set_level", replace(PLAN, level="A1"), level="A2", because=" you used\nthe past.\x1b[2J")
    (suggestion,) = answer.effects
    assert isinstance(suggestion, LevelSuggestion) and suggestion.level == "A2"
    assert suggestion.because.startswith("you used the past") and suggestion.because.isprintable()
    assert answer.summary == "A2?"


def test_the_level_that_is_there_is_no_suggestion_and_no_other_word_is_a_level() -> None:
    answer = use("set_level", replace(PLAN, level="A2"), level="A2", because="it fits")
    assert (answer.ok, answer.effects) == (True, ())
    assert "A2 already" in answer.output
    answer = use("set_level", level="advanced", because="it fits")
    assert (answer.ok, answer.speak, answer.effects) == (False, False, ())
