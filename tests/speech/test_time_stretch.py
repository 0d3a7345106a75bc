"""Slower speech: as long as it should be, at the same pitch, whatever it is made of."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.paths import SAMPLES
from tutor_tui.core import pcm
from tutor_tui.speech.time_stretch import slowed


def vowel(hz: float, seconds: float = 2.0) -> NDArray[np.float64]:
    """A voice's buzz: many harmonics, so that a window laid down out of step would be heard."""
    t = np.arange(round(seconds * pcm.RATE_HZ)) / pcm.RATE_HZ
    return np.asarray(sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 12))) * 4_000


def pitch_hz(samples: NDArray[np.float64], near_hz: float) -> float:
    """The strongest frequency near `near_hz`, to a hundredth of a hertz."""
    size = 1 << 20
    strength = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size))
    hz = np.fft.rfftfreq(size, 1 / pcm.RATE_HZ)
    near = (hz > near_hz * 0.8) & (hz < near_hz * 1.2)
    return float(hz[near][strength[near].argmax()])


@pytest.mark.parametrize("speed", [0.75, 0.5])
def test_a_voice_keeps_its_pitch_and_its_loudness(speed: float) -> None:
    for hz in (80, 200, 313):
        sound = vowel(hz)
        slow = np.frombuffer(b"".join(slowed((sound.astype("<i2").tobytes(),), speed)), "<i2").astype(float)
        assert len(slow) == round(len(sound) / speed)
        assert pitch_hz(slow, hz) == pytest.approx(hz, rel=0.01)
        assert np.sqrt(np.mean(slow**2)) == pytest.approx(np.sqrt(np.mean(sound**2)), rel=0.05)


def test_a_human_voice_has_the_same_sounds_only_for_longer() -> None:
    """Its spectrum, over all, stays what it was: nothing is cut out, and no buzz is added."""
    with wave.open(str(SAMPLES / "austen-0880.wav"), "rb") as file:
        sound = file.readframes(file.getnframes())
    slow = b"".join(slowed((sound,), 0.5))

    def spectrum(of: bytes) -> NDArray[np.float64]:
        samples = np.frombuffer(of, "<i2").astype(float)
        frames = samples[: len(samples) // 512 * 512].reshape(-1, 512) * np.hanning(512)
        power = (np.abs(np.fft.rfft(frames)) ** 2).mean(axis=0)
        return np.asarray(10 * np.log10(power[:240].reshape(-1, 8).mean(axis=1)))

    assert np.abs(spectrum(slow) - spectrum(sound)).max() < 3.0


@given(st.binary(max_size=20_000), st.sampled_from([0.25, 0.5, 0.75, 1.0]))
@settings(max_examples=30, deadline=None)
def test_anything_comes_out_as_long_as_it_should_be(sound: bytes, speed: float) -> None:
    sound = sound[: len(sound) & ~1]
    slow = b"".join(slowed((sound,), speed))
    if len(sound) < pcm.bytes_of(40):
        assert slow == sound, "too short to be made longer"
    else:
        assert len(slow) == 2 * round(len(sound) // 2 / speed)
    if speed == 1:
        assert slow == sound


@pytest.mark.parametrize("speed", [0.3, 0.5, 0.83, 1.0])
def test_what_comes_in_pieces_sounds_as_if_it_had_come_whole_and_goes_out_meanwhile(speed: float) -> None:
    sound = (np.random.default_rng(3).normal(size=24_000) * 3_000).astype("<i2").tobytes()
    cuts = [0, 2, 900, 9_000, 9_002, 30_000, len(sound)]
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for one, other in pairwise(cuts):
            taken += 1
            yield sound[one:other]

    slow = slowed(pieces(), speed)
    first = next(slow)
    assert taken < len(cuts) - 1, "the first is there before the last has come"
    assert first + b"".join(slow) == b"".join(slowed((sound,), speed))
