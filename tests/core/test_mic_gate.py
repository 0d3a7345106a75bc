"""What of the microphone goes out: echo, mute and push-to-talk, alone and together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.mic_gate import ECHO_TAIL_S, MicGate, Passage
from tutor_tui.core.turn_detection import PushToTalk

ALL, SILENCE, NOTHING = Passage.ALL, Passage.SILENCE, Passage.NOTHING
PLAN = LessonPlan(profile="Test", instructions="Teach.", voice="marin")
HEADPHONES = Lesson(PLAN)
SPEAKERS = Lesson(PLAN, echo_mode="speakers")
BY_KEY = Lesson(replace(PLAN, turn_detection=PushToTalk()))


def passage(gate: MicGate, lesson: Lesson, now_s: float = 1.0, *, sounds: bool = False, key: bool = False) -> Passage:
    return gate.passage(lesson, now_s, tutor_sounds=sounds, key_open=key)


def test_headphones_never_close_the_gate() -> None:
    assert passage(MicGate(), HEADPHONES, sounds=True) is ALL


def test_speakers_close_it_while_the_tutor_is_heard_and_for_the_tail() -> None:
    gate = MicGate()
    assert passage(gate, SPEAKERS, 0.0) is ALL
    assert passage(gate, SPEAKERS, 1.0, sounds=True) is NOTHING
    assert passage(gate, SPEAKERS, 1.0 + ECHO_TAIL_S / 2) is NOTHING
    assert passage(gate, SPEAKERS, 1.0 + ECHO_TAIL_S) is ALL


def test_speakers_leave_it_open_once_the_echo_is_taken_out() -> None:
    gate = MicGate()
    cancelled = replace(SPEAKERS, echo_cancelled=True)
    assert passage(gate, cancelled, 1.0, sounds=True) is ALL
    assert passage(gate, replace(cancelled, echo_mode="half-duplex"), 1.0, sounds=True) is NOTHING
    assert passage(gate, cancelled, 1.0) is ALL, "there is no tail to wait for"


def test_switching_to_headphones_opens_at_once_and_to_speakers_closes_at_once() -> None:
    gate = MicGate()
    assert passage(gate, SPEAKERS, sounds=True) is NOTHING
    assert passage(gate, HEADPHONES, sounds=True) is ALL
    assert passage(gate, SPEAKERS) is NOTHING, "the room has not fallen silent yet"


def test_when_muted_only_a_turn_under_way_goes_on_as_silence() -> None:
    gate = MicGate()
    assert passage(gate, replace(HEADPHONES, muted=True)) is NOTHING
    assert passage(gate, replace(HEADPHONES, muted=True, learner_item="U")) is SILENCE
    assert passage(gate, replace(SPEAKERS, muted=True, learner_item="U"), sounds=True) is NOTHING


@pytest.mark.parametrize(("lesson", "closed"), [(BY_KEY, NOTHING), (HEADPHONES, ALL)])
def test_the_talk_key_matters_to_push_to_talk_alone(lesson: Lesson, closed: Passage) -> None:
    assert passage(MicGate(), lesson, key=True) is ALL
    assert passage(MicGate(), lesson, key=False) is closed


def test_mute_and_echo_are_stronger_than_the_talk_key() -> None:
    assert passage(MicGate(), replace(BY_KEY, muted=True), key=True) is NOTHING
    assert passage(MicGate(), replace(BY_KEY, echo_mode="speakers"), sounds=True, key=True) is NOTHING
