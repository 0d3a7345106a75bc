"""Edges of speech from probabilities, and Silero's probabilities from a person's voice."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from tutor_tui.core import pcm
from tutor_tui.core.turn_detection import EAGERNESS, PushToTalk, SemanticVad, ServerVad
from tutor_tui.speech.silero import SileroProbability, TwoThirds
from tutor_tui.speech.voice_activity import (
    SEMANTIC_WAIT_MS,
    WINDOW_BYTES,
    WINDOW_MS,
    Edge,
    SpeechDetector,
    Started,
    Stopped,
    VoiceRules,
    rules_of,
)

RULES = VoiceRules(threshold=0.5, prefix_padding_ms=100, silence_ms=3 * WINDOW_MS)
SPEECH = Path(__file__).parent.parent / "audio_samples" / "austen-0880.wav"


def edges(likely: list[float], rules: VoiceRules | None = RULES) -> list[Edge]:
    """The edges that windows of these probabilities make."""
    given = iter(likely)
    detector = SpeechDetector(lambda window: next(given))
    return [edge for _, edge in detector.feed(bytes(WINDOW_BYTES * len(likely)), rules) if edge]


def test_two_windows_begin_and_the_silence_ends() -> None:
    assert edges([0, 0, 0.9, 0.9, 0.9, 0, 0, 0, 0]) == [Started(2 * WINDOW_MS), Stopped(8 * WINDOW_MS)]


def test_a_click_is_no_speech() -> None:
    assert edges([0, 0.9, 0, 0.9, 0, 0.9, 0]) == []


def test_a_short_pause_and_a_little_doubt_do_not_end_it() -> None:
    assert edges([0.9, 0.9, 0, 0, 0.9, 0, 0, 0.9, 0.4, 0.4, 0.4, 0.4, 0.4]) == [Started(0)]


def test_doubt_after_silence_is_silence() -> None:
    assert edges([0.9, 0.9, 0.1, 0.4, 0.4]) == [Started(0), Stopped(5 * WINDOW_MS)]


def test_the_threshold_decides() -> None:
    assert edges([0.6] * 5, VoiceRules(0.7, 0, 100)) == []
    assert edges([0.6] * 5, VoiceRules(0.6, 0, 100)) == [Started(0)]
    assert edges([0.9] * 5, None) == []


def test_the_stream_may_come_in_any_pieces() -> None:
    likely = [0.0, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0]
    stream = bytes(WINDOW_BYTES * len(likely))
    for size in (1, 7, 960, WINDOW_BYTES + 1):
        given = iter(likely)
        detector = SpeechDetector(lambda window, given=given: next(given))  # type: ignore[misc] # a default binds the loop's own
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        found = [edge for piece in pieces for _, edge in detector.feed(piece, RULES) if edge]
        assert found == [Started(WINDOW_MS), Stopped(7 * WINDOW_MS)]


def test_each_way_of_turn_taking_has_its_rules() -> None:
    assert rules_of(ServerVad(0.6, 200, 900)) == VoiceRules(0.6, 200, 900)
    assert rules_of(PushToTalk()) is None
    waits = [rules_of(SemanticVad(eagerness)) for eagerness in EAGERNESS]
    assert [rules.silence_ms for rules in waits if rules] == [SEMANTIC_WAIT_MS[eagerness] for eagerness in EAGERNESS]


def test_silero_hears_a_person_and_not_the_silence_around() -> None:
    with wave.open(str(SPEECH), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        rate_hz = file.getframerate()
    voice = soxr.resample(samples, rate_hz, pcm.RATE_HZ).astype("<i2").tobytes()
    detector = SpeechDetector(SileroProbability())
    began = time.perf_counter()
    stream = pcm.silence(1_000) + voice + pcm.silence(1_500)
    found = [edge for _, edge in detector.feed(stream, VoiceRules(0.5, 300, 700)) if edge]
    assert isinstance(found[0], Started)
    assert abs(found[0].at_ms - 1_000) < 400
    assert isinstance(found[-1], Stopped)
    assert 0 <= found[-1].at_ms - (1_000 + pcm.ms_of(len(voice))) < 1_500
    assert time.perf_counter() - began < pcm.ms_of(len(stream)) / 1000, "slower than life"


@pytest.mark.parametrize(("tone_hz", "passes"), [(440, True), (6_000, True), (9_000, False), (11_000, False)])
def test_two_thirds_keeps_speech_and_folds_nothing_back(tone_hz: int, passes: bool) -> None:
    time_s = np.arange(24_000) / 24_000
    resample = TwoThirds()
    pieces = np.split(np.sin(2 * np.pi * tone_hz * time_s).astype(np.float32), 100)
    out = np.concatenate([resample(piece[: len(piece) // 3 * 3]) for piece in pieces])[1_000:]
    level = float(np.sqrt(np.mean(out**2)))
    assert level == pytest.approx(np.sqrt(0.5), rel=0.05) if passes else level < 0.02
