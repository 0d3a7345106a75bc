"""What Whisper sees is what it was trained on: judged by faster-whisper's own."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from tests.offline_server.client import speech
from tutor_tui.offline_server.stt.mel import COLUMNS_PER_S, RATE_HZ, log_mel

SILENCE = np.zeros(3 * RATE_HZ, dtype=np.float32)
NOISE = np.random.default_rng(1).standard_normal(2 * RATE_HZ).astype(np.float32) / np.float32(10)


def person() -> NDArray[np.float32]:
    """As if it were 16 kHz: what is said does not matter."""
    return np.frombuffer(speech("austen-0880.wav"), dtype="<i2").astype(np.float32) / np.float32(32_768)


@pytest.mark.parametrize("bands", [80, 128])
@pytest.mark.parametrize("sound", [SILENCE, NOISE, person()], ids=["silence", "noise", "speech"])
@pytest.mark.parametrize("seconds", [10, 30])
def test_the_figures_are_those_of_whisper(sound: NDArray[np.float32], seconds: int, bands: int) -> None:
    with_silence = np.zeros(seconds * RATE_HZ, dtype=np.float32)
    with_silence[: len(sound)] = sound
    judged = FeatureExtractor(feature_size=bands)(with_silence, padding=0)
    ours = log_mel(sound, seconds * COLUMNS_PER_S, bands)
    assert ours.shape == judged.shape == (bands, seconds * COLUMNS_PER_S)
    assert ours.dtype == np.float32 and ours.flags.c_contiguous, "CTranslate2 takes no other"
    np.testing.assert_allclose(ours, judged, atol=1e-5)


def test_what_does_not_fit_the_window_is_cut_off() -> None:
    whole = np.tile(NOISE, 6)
    assert log_mel(whole, 10 * COLUMNS_PER_S, 80).shape == (80, 1_000)
    assert np.array_equal(log_mel(whole, 1_000, 80), log_mel(whole[: 10 * RATE_HZ], 1_000, 80))
