"""The meter: loudness, peak hold, clipping."""

from __future__ import annotations

import random
from array import array
from math import log10

import pytest

from tutor_tui.core.pcm import FLOOR_DBFS, FRAME_BYTES, bytes_from, silence
from tutor_tui.session.level_meter import CLIP_HOLD_FRAMES, PEAK_HOLD_FRAMES, LevelMeter


def square(level: int) -> bytes:
    return bytes_from(array("h", [level, -level] * 240))


@pytest.mark.parametrize(("level", "dbfs"), [(32_767, 0.0), (16_384, -6.02), (3_277, -20.0), (33, -59.9)])
def test_a_square_wave_measures_as_its_level(level: int, dbfs: float) -> None:
    meter = LevelMeter()
    meter.feed(square(level))
    assert meter.read().dbfs == pytest.approx(dbfs, abs=0.1)


def test_silence_is_the_floor() -> None:
    meter = LevelMeter()
    meter.feed(silence(20))
    assert meter.read().dbfs == FLOOR_DBFS


def test_the_peak_is_held_and_then_lets_go() -> None:
    meter = LevelMeter()
    meter.feed(square(16_384))
    for _ in range(PEAK_HOLD_FRAMES):
        meter.feed(square(100))
    assert meter.read().peak_dbfs == pytest.approx(-6.02, abs=0.1)
    meter.feed(square(100))
    assert meter.read().peak_dbfs == pytest.approx(-50.3, abs=0.1)


def test_when_the_peak_lets_go_the_next_loudest_of_the_last_moments_is_held() -> None:
    meter = LevelMeter()
    for age in range(PEAK_HOLD_FRAMES + 1):
        meter.feed(square({0: 16_384, PEAK_HOLD_FRAMES - 5: 10_362}.get(age, 100)))
    assert meter.read().peak_dbfs == pytest.approx(-6.02, abs=0.1)
    meter.feed(square(100))
    assert meter.read().peak_dbfs == pytest.approx(-10.0, abs=0.1)


def test_the_peak_is_the_loudest_of_the_last_frames() -> None:
    levels = random.Random(7).choices(range(1, 32_767), k=400)
    meter = LevelMeter()
    for count, level in enumerate(levels, 1):
        meter.feed(square(level))
        held = levels[max(0, count - 1 - PEAK_HOLD_FRAMES) : count]
        assert meter.read().peak_dbfs == pytest.approx(20 * log10(max(held) / 32_768), abs=0.1)


@pytest.mark.parametrize("sample", [32_767, -32_768, 32_700])
def test_one_clipped_sample_in_silence_is_found(sample: int) -> None:
    meter = LevelMeter()
    samples = array("h", bytes(FRAME_BYTES))
    samples[137] = sample
    meter.feed(bytes_from(samples))
    assert meter.read().clipped


def test_clipping_is_marked_for_two_seconds() -> None:
    meter = LevelMeter()
    assert not meter.read().clipped
    meter.feed(square(32_767))
    marks = [meter.read().clipped]
    for _ in range(CLIP_HOLD_FRAMES):
        meter.feed(square(1_000))
        marks.append(meter.read().clipped)
    assert marks == [True] * CLIP_HOLD_FRAMES + [False]
