"""What is made up for lost sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.offline_server.client import speech
from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.core import pcm
from tutor_tui.webrtc.loss_concealment import KEPT_MS, bridged

RATE_HZ = 48_000
FRAME = RATE_HZ // 50


def vowel(ms: int, hz: float = 120.0, loud: float = 8_000.0, begin: int = 0) -> NDArray[np.int16]:
    at = np.arange(begin, begin + ms * RATE_HZ // 1000)
    tones = sum(np.sin(at * 2 * np.pi * hz * number / RATE_HZ) / number for number in (1, 2, 3, 5))
    return np.asarray(tones * loud / 2, dtype=np.int16)


def loudness(samples: NDArray[np.int16]) -> float:
    return float(np.sqrt((samples.astype(float) ** 2).mean()))


@pytest.mark.parametrize("hz", [80, 120, 210, 350])
@pytest.mark.parametrize("lost_ms", [20, 40])
def test_a_vowel_sounds_on(hz: float, lost_ms: int) -> None:
    whole = vowel(KEPT_MS + lost_ms + 20, hz)
    lost = lost_ms * RATE_HZ // 1000
    before, missing, behind = np.split(whole, [KEPT_MS * RATE_HZ // 1000, -FRAME])
    made = bridged(before, behind, lost, RATE_HZ)
    assert np.corrcoef(made, missing)[0, 1] > 0.85
    joined = np.concatenate([before, made, behind]).astype(int)
    assert np.abs(np.diff(joined)).max() < 2 * np.abs(np.diff(whole.astype(int))).max()


def test_a_voice_that_ends_is_not_held_and_one_that_begins_is_not_early() -> None:
    quiet = np.zeros(FRAME, np.int16)
    ending = bridged(vowel(KEPT_MS), quiet, FRAME, RATE_HZ)
    beginning = bridged(np.zeros(KEPT_MS * RATE_HZ // 1000, np.int16), vowel(20), FRAME, RATE_HZ)
    for falling in (ending, beginning[::-1]):
        parts = [loudness(part) for part in np.split(falling, 4)]
        assert parts == sorted(parts, reverse=True)
        assert parts[-1] < parts[0] / 4


def test_a_long_hole_sinks_to_silence() -> None:
    made = bridged(vowel(KEPT_MS), vowel(20), FRAME * 10, RATE_HZ)
    assert loudness(made[FRAME * 4 : FRAME * 6]) < 0.05 * loudness(made[:FRAME])


def test_between_silence_and_silence_there_is_silence() -> None:
    quiet = np.zeros(FRAME, np.int16)
    assert not bridged(quiet, quiet, FRAME, RATE_HZ).any()


def test_of_speech_that_lost_one_frame_in_twenty_the_loudness_is_kept() -> None:
    samples = np.frombuffer(speech("austen-0890.wav"), "<i2")
    frame = pcm.FRAME_BYTES // 2
    mended = samples.copy()
    for at in range(20 * frame, len(samples) - frame, 20 * frame):
        before = mended[at - KEPT_MS * pcm.RATE_HZ // 1000 : at]
        mended[at : at + frame] = bridged(before, samples[at + frame : at + 2 * frame], frame, pcm.RATE_HZ)
    size = len(samples) // frame * frame
    was, became = (
        np.sqrt((each[:size].astype(float).reshape(-1, frame) ** 2).mean(axis=1)) for each in (samples, mended)
    )
    assert np.corrcoef(was, became)[0, 1] > 0.995


@pytest.mark.slow
@ANY_MACHINE
@given(
    st.integers(0, 2_000), st.integers(0, 2_000), st.integers(1, 5_000), st.sampled_from([8_000, 48_000]), st.randoms()
)
def test_whatever_is_left_the_hole_is_filled(
    before: int, behind: int, length: int, rate_hz: int, chance: np.random.Generator
) -> None:
    def noise(size: int) -> NDArray[np.int16]:
        return np.array([round(chance.uniform(-32_768, 32_767)) for _ in range(size)], np.int16)

    made = bridged(noise(before), noise(behind), length, rate_hz)
    assert len(made) == length
    assert made.dtype == np.int16
