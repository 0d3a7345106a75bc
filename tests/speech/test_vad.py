"""Where speech begins and ends: on people's recordings with the real detector, and on made-up probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from tests.offline_server.client import speech
from tutor_tui.core import pcm
from tutor_tui.core.turn_detection import EAGERNESS, PushToTalk, SemanticVad, ServerVad
from tutor_tui.speech.silero import SileroProbability, TwoThirds
from tutor_tui.speech.vad import (
    ONSET_WINDOWS,
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

RECORDINGS = [
    "austen-0870.wav",
    "austen-0880.wav",
    "austen-0890.wav",
    "cards-001.wav",
    "cards-002.wav",
    "cards-003.wav",
]


def rules(threshold: float = 0.5, silence_ms: int = 500) -> VoiceRules:
    return VoiceRules(threshold, 300, silence_ms)


def edges(sound: bytes, wanted: VoiceRules, piece: int = 960) -> list[Edge]:
    detector = SpeechDetector(SileroProbability())
    pieces = (sound[at : at + piece] for at in range(0, len(sound), piece))
    return [edge for part in pieces for _, edge in detector.feed(part, wanted) if edge]


def quiet(sound: bytes, db: float) -> bytes:
    samples = np.frombuffer(sound, dtype="<i2") * 10 ** (-db / 20)
    return bytes(samples.astype("<i2").tobytes())


# ---- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECORDINGS)
def test_each_recording_is_one_turn_that_holds_all_of_it(name: str) -> None:
    lead_ms = 1_024
    sound = pcm.silence(lead_ms) + speech(name, 2_000)
    started, stopped = edges(sound, rules(silence_ms=1_000))
    assert isinstance(started, Started) and isinstance(stopped, Stopped)
    loud_ms = [ms for ms in range(0, pcm.ms_of(len(sound)) - 20, 20) if _dbfs(sound, ms) > -35]
    assert abs(started.at_ms - loud_ms[0]) <= 160
    assert 1_000 <= stopped.at_ms - loud_ms[-1] <= 1_400


def _dbfs(sound: bytes, ms: int) -> float:
    return pcm.dbfs(pcm.samples_of(sound[pcm.bytes_of(ms) : pcm.bytes_of(ms + 20)]))


@pytest.mark.parametrize("silence_ms", [200, 500, 1_500, 2_500])
def test_the_answer_comes_after_the_silence_that_was_asked_for(silence_ms: int) -> None:
    sound = speech("cards-001.wav", 4_000)
    ends = [edge.at_ms for edge in edges(sound, rules(silence_ms=silence_ms)) if isinstance(edge, Stopped)]
    reference = [edge.at_ms for edge in edges(sound, rules(silence_ms=WINDOW_MS)) if isinstance(edge, Stopped)]
    assert 0 <= ends[-1] - (reference[-1] + silence_ms - WINDOW_MS) < WINDOW_MS


def test_a_short_silence_cuts_where_a_long_one_waits() -> None:
    sound = speech("cards-001.wav", 700) + speech("cards-002.wav", 3_000)
    assert [len(edges(sound, rules(silence_ms=ms))) // 2 for ms in (300, 500, 1_500, 2_500)] == [2, 2, 1, 1]


def test_a_higher_threshold_hears_less() -> None:
    sound = quiet(speech("austen-0890.wav", 1_000), 30) + speech("cards-002.wav", 1_000)
    spoken_ms = [_spoken_ms(edges(sound, rules(threshold))) for threshold in (0.3, 0.7, 0.98, 1.0)]
    assert spoken_ms == sorted(spoken_ms, reverse=True)
    assert spoken_ms[0] > spoken_ms[2] and spoken_ms[-1] == 0


def _spoken_ms(found: list[Edge]) -> int:
    return sum(b.at_ms - a.at_ms for a, b in zip(found[::2], found[1::2], strict=False))


def test_neither_silence_nor_noise_nor_a_click_is_speech() -> None:
    noise = (np.random.default_rng(1).standard_normal(5 * pcm.RATE_HZ) * 300).astype("<i2").tobytes()
    click = pcm.silence(500) + b"\xff\x7f" * 240 + pcm.silence(500)
    hum = (np.sin(np.arange(3 * pcm.RATE_HZ) * 2 * math.pi * 100 / pcm.RATE_HZ) * 5_000).astype("<i2").tobytes()
    for sound in (pcm.silence(5_000), noise, click, hum):
        assert edges(sound, rules()) == []


def test_a_barge_in_is_noticed_soon() -> None:
    """From the first loud 20 ms to the report, for each recording: the reaction that a learner feels."""
    waits = []
    for name in RECORDINGS:
        sound = pcm.silence(1_000) + speech(name)
        loud_ms = next(ms for ms in range(0, pcm.ms_of(len(sound)), 10) if _dbfs(sound, ms) > -30)
        (started, *_) = edges(sound, rules())
        waits.append(started.at_ms + ONSET_WINDOWS * WINDOW_MS - loud_ms)
    assert sorted(waits)[len(waits) // 2] <= 110 and max(waits) <= 220, waits


@pytest.mark.parametrize("piece", [2, 100, 1_536, 4_800, 48_000, 10_000_000])
def test_the_size_of_the_pieces_does_not_matter(piece: int) -> None:
    sound = speech("cards-003.wav", 1_000)
    assert edges(sound, rules(), piece) == edges(sound, rules())


def test_streams_are_judged_each_for_itself() -> None:
    sound, other = windows(speech("cards-003.wav")), windows(speech("cards-001.wav"))
    alone, beside, beside_it = SileroProbability(), SileroProbability(), SileroProbability()
    judged = [(beside(window), beside_it(different))[0] for window, different in zip(sound, other, strict=False)]
    assert judged == [alone(window) for window in sound[: len(judged)]] and max(judged) > 0.9


def windows(sound: bytes) -> list[bytes]:
    return [sound[at : at + WINDOW_BYTES] for at in range(0, len(sound) - WINDOW_BYTES, WINDOW_BYTES)]


# ---- the resampler --------------------------------------------------------------------------------------------------


def test_two_thirds_agrees_with_soxr() -> None:
    samples = np.frombuffer(speech("austen-0880.wav"), dtype="<i2").astype(np.float32)
    samples = samples[: len(samples) // 768 * 768]
    convert = TwoThirds()
    ours = np.concatenate([convert(samples[at : at + 768]) for at in range(0, len(samples), 768)])
    theirs = soxr.resample(samples, 24_000, 16_000)
    assert len(ours) == len(theirs)
    spectra = [np.fft.rfft(part) for part in (ours, theirs)]
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(len(ours)) * 16 * 2 / 3)  # 16 samples of the input
    voice = slice(0, int(6_000 / 16_000 * len(ours)))
    error = np.abs(spectra[0] - spectra[1] * delay)[voice]
    assert np.sqrt((error**2).sum() / (np.abs(spectra[1][voice]) ** 2).sum()) < 0.02


@pytest.mark.parametrize(("hz", "lowest_db", "highest_db"), [(300, -0.5, 0.5), (6_000, -1, 1), (10_000, -999, -30)])
def test_two_thirds_keeps_the_voice_and_drops_what_would_fold_back(
    hz: int, lowest_db: float, highest_db: float
) -> None:
    tone = np.sin(np.arange(24_000) * 2 * math.pi * hz / 24_000).astype(np.float32)
    out = TwoThirds()(tone)[500:-500]
    level_db = 20 * math.log10(float(np.sqrt(np.mean(out**2) * 2)) + 1e-9)
    assert lowest_db <= level_db <= highest_db


# ---- the edges, by rule ---------------------------------------------------------------------------------------------


def detect(likely: list[float], wanted: VoiceRules) -> list[Edge]:
    judgements = iter(likely)
    detector = SpeechDetector(lambda window: next(judgements))
    sound = bytes(WINDOW_BYTES * len(likely))
    return [edge for _, edge in detector.feed(sound, wanted) if edge]


def test_one_window_is_a_click_two_are_speech() -> None:
    assert detect([0, 1, 0, 1, 0], rules()) == []
    assert detect([0, 1, 1, 0], rules()) == [Started(WINDOW_MS)]


def test_a_dip_that_stays_above_the_lower_threshold_is_no_pause() -> None:
    likely = [0.9, 0.9] + [0.4] * 20
    assert detect(likely, rules(threshold=0.5, silence_ms=96)) == [Started(0)]
    assert detect([0.9, 0.9, 0.3, 0.4, 0.4], rules(threshold=0.5, silence_ms=96)) == [
        Started(0),
        Stopped(5 * WINDOW_MS),
    ]
    assert detect([0.9, 0.9, 0.3, 0.6, 0.3, 0.3], rules(threshold=0.5, silence_ms=96)) == [Started(0)]


@given(likely=st.lists(st.floats(0, 1), max_size=200), threshold=st.floats(0, 1), silence_ms=st.integers(0, 400))
def test_edges_alternate_in_order_and_inside_the_sound(likely: list[float], threshold: float, silence_ms: int) -> None:
    found = detect(likely, rules(threshold, silence_ms))
    assert [type(edge) for edge in found] == [Started, Stopped] * (len(found) // 2) + [Started] * (len(found) % 2)
    times = [edge.at_ms for edge in found]
    assert times == sorted(times) and all(0 <= ms <= len(likely) * WINDOW_MS for ms in times)
    for began, ended in zip(found[::2], found[1::2], strict=False):
        assert ended.at_ms - began.at_ms >= silence_ms + ONSET_WINDOWS * WINDOW_MS


@given(likely=st.lists(st.floats(0, 1), max_size=50))
def test_without_rules_nothing_is_an_edge(likely: list[float]) -> None:
    judgements = iter(likely)
    detector = SpeechDetector(lambda window: next(judgements))
    assert all(edge is None for _, edge in detector.feed(bytes(WINDOW_BYTES * len(likely)), None))
    assert not detector.speaking


def test_the_threshold_decides() -> None:
    assert detect([0.6] * 5, rules(0.7)) == []
    assert detect([0.6] * 5, rules(0.6)) == [Started(0)]


def test_each_way_of_turn_taking_has_its_rules() -> None:
    assert rules_of(ServerVad(0.6, 200, 900)) == VoiceRules(0.6, 200, 900)
    assert rules_of(PushToTalk()) is None
    waits = [rules_of(SemanticVad(eagerness)) for eagerness in EAGERNESS]
    assert [each.silence_ms for each in waits if each] == [SEMANTIC_WAIT_MS[eagerness] for eagerness in EAGERNESS]
