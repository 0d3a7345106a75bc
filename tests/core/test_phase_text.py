from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, product

import pytest

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.lesson import DeviceState, Lesson, Notice, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.phase_text import Standing, answers_when, phase_sentence, phase_words, standing
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.turn_detection import PRESETS, PushToTalk
from tutor_tui.ui.labels import advice

LESSON = Lesson(LessonPlan("p", "i", "marin"))
ANYONE = Capabilities()
DEAF = Capabilities(hears=frozenset({"ko"}))
RECORDING = Capabilities(listens=False)
MISSING = DeviceState(missing="No microphone was found.")


@pytest.mark.parametrize(
    ("lesson", "phase", "words", "sentence"),
    [
        (LESSON, Phase.DISCONNECTED, "not connected", "not connected"),
        (replace(LESSON, dialling=1), Phase.CONNECTING, "connecting", "connecting"),
        (
            replace(LESSON, dialling=3, dial_wait_s=4.0),
            Phase.CONNECTING,
            "connecting, attempt 3 in 4 s",
            "connecting, attempt 3 in 4 seconds",
        ),
        (replace(LESSON, dialling=2), Phase.CONNECTING, "connecting, attempt 2", "connecting, attempt 2"),
        (replace(LESSON, linked=True), Phase.LISTENING, "listening", "listening"),
        (
            replace(LESSON, linked=True, plan=replace(LESSON.plan, turn_detection=PushToTalk())),
            Phase.LISTENING,
            "waiting for the talk key",
            "waiting for the talk key",
        ),
        (replace(LESSON, linked=True, muted=True), Phase.LISTENING, "muted", "muted"),
        (replace(LESSON, linked=True, muted=True, learner_item="u"), Phase.HEARING, "muted", "muted"),
        (replace(LESSON, linked=True, held=True), Phase.LISTENING, "your turn is held open", "your turn is held open"),
        (
            replace(LESSON, linked=True, microphone=DeviceState(missing="No microphone.")),
            Phase.LISTENING,
            "your turn to type",
            "your turn to type",
        ),
        (replace(LESSON, failed=Notice(1, "Refused.")), Phase.FAILED, "stopped", "the lesson has stopped"),
        (replace(LESSON, linked=True, awaiting=True), Phase.THINKING, "thinking", "the tutor thinks"),
        (replace(LESSON, linked=True, sounding=("a",)), Phase.SPEAKING, "speaking", "the tutor speaks"),
        (
            replace(LESSON, linked=True, echo_mode="half-duplex", replayed=Replayed("tutor", "안녕!")),
            Phase.LISTENING,
            "replaying",
            "replaying",
        ),
        (replace(LESSON, linked=True, replayed=Replayed("tutor", "안녕!")), Phase.LISTENING, "listening", "listening"),
        (
            replace(LESSON, linked=True, training=Shadowed("speak", "안녕!", 1.0, b"", b"")),
            Phase.LISTENING,
            "shadowing",
            "shadowing",
        ),
        (
            replace(LESSON, linked=True, training=Shadowed("over", "안녕!", 1.0, b"", b"")),
            Phase.LISTENING,
            "listening",
            "listening",
        ),
        (
            replace(LESSON, linked=True, training=Dictated("write", "a", "안녕!", 1.0)),
            Phase.LISTENING,
            "dictation",
            "dictation",
        ),
        (replace(LESSON, linked=True, talking=True), Phase.HEARING, "hearing you", "hearing you"),
    ],
)
def test_a_phase_is_told_for_the_eye_and_for_the_ear(lesson: Lesson, phase: Phase, words: str, sentence: str) -> None:
    assert lesson.phase is phase
    assert (phase_words(lesson, ANYONE), phase_sentence(lesson, ANYONE)) == (words, sentence)


def every_lesson() -> Iterator[Lesson]:
    """All that decides how a lesson stands, combined with all else of it."""
    yield replace(LESSON, linked=True, echo_mode="half-duplex", replayed=Replayed("tutor", "안녕!"))
    yield replace(LESSON, linked=True, training=Shadowed("speak", "안녕!", 1.0, b"", b""))
    yield replace(LESSON, linked=True, training=Dictated("write", "a", "안녕!", 1.0))
    for linked, muted, held, talking, awaiting, push_to_talk, failed, missing in product((False, True), repeat=8):
        for speakers, dialling, hears, sounds in product((False, True), repeat=4):
            yield replace(
                LESSON,
                plan=replace(LESSON.plan, turn_detection=PushToTalk() if push_to_talk else PRESETS["patient"]),
                failed=Notice(1, "Refused.") if failed else None,
                learner_item="u" if hears else "",
                sounding=("a",) if sounds else (),
                microphone=MISSING if missing else DeviceState("USB"),
                echo_mode="speakers" if speakers else "headphones",
                dialling=3 if dialling else 0,
                linked=linked,
                muted=muted,
                held=held,
                talking=talking,
                awaiting=awaiting,
            )


@pytest.mark.parametrize("abilities", [ANYONE, DEAF, RECORDING], ids=["hears", "deaf", "recording"])
@pytest.mark.parametrize("sound_arrives", [True, False])
def test_no_combination_says_what_is_not_so(abilities: Capabilities, sound_arrives: bool) -> None:
    for lesson in every_lesson():
        now = standing(lesson, abilities, sound_arrives=sound_arrives)
        cannot_be_heard = (
            lesson.muted
            or bool(lesson.microphone.missing)
            or not sound_arrives
            or abilities is not ANYONE
            or not lesson.linked
            or bool(lesson.failed)
        )
        if now in (Standing.LISTENING, Standing.HEARING, Standing.TALK_KEY, Standing.HELD):
            assert not cannot_be_heard, lesson
        if cannot_be_heard:
            shown = advice(lesson, now, 40 if lesson.held else None)
            assert "speak" not in shown.replace("the tutor is speaking", ""), lesson
            assert "hearing you" not in shown
            assert "take your time" not in shown
        assert (now is Standing.FAILED) == bool(lesson.failed)
        silent = not lesson.sounding  # what has come is heard, with or without a connection
        apart = not lesson.failed and not lesson.linked
        assert (now in (Standing.CONNECTING, Standing.DISCONNECTED)) == (apart and silent)
        assert now is not Standing.MUTED or lesson.muted
        assert now is not Standing.TALK_KEY or isinstance(lesson.plan.turn_detection, PushToTalk)
        words = phase_words(lesson, abilities, sound_arrives=sound_arrives)
        assert not (lesson.muted and "listening" in words + phase_sentence(lesson, abilities))
        if answers_when(lesson, now):
            assert not lesson.muted and not lesson.held and not lesson.microphone.missing, lesson
            assert lesson.linked and not lesson.failed
            assert now not in (
                Standing.THINKING,
                Standing.MUTED,
                Standing.TYPING,
                Standing.NO_SOUND,
                Standing.REPLAYING,
                Standing.SHADOWING,
                Standing.PLAYING,
                Standing.OVER,
            )


def test_each_way_to_stand_is_reached() -> None:
    reached = {
        standing(lesson, abilities, sound_arrives=arrives)
        for lesson in chain(every_lesson(), [replace(LESSON, linked=True, over=True)])
        for abilities in (ANYONE, DEAF, RECORDING)
        for arrives in (True, False)
    }
    assert reached == set(Standing)
