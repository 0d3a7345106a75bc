"""The meter: loudness, peak hold, clipping."""

from __future__ import annotations

import random
from array import array
from math import log10

import pytest

from tutor_tui.core.pcm import FLOOR_DBFS, FRAME_BYTES, FRAME_MS, bytes_from, silence
from tutor_tui.session.level_meter import CLIP_HOLD_FRAMES, FLOOR_FRAMES, PEAK_HOLD_FRAMES, LevelMeter


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


def voiced_after(*parts: tuple[int, int]) -> list[bool]:
    """What the meter says after each part: so many frames at a level."""
    meter, said = LevelMeter(), []
    for level, frames in parts:
        for _ in range(frames):
            meter.feed(square(level))
        said.append(meter.read().voiced)
    return said


def test_a_voice_stands_out_from_the_room_however_noisy_or_soft() -> None:
    assert voiced_after((33, 50), (3_277, 10), (33, 1)) == [False, True, False], "a quiet room"
    assert voiced_after((1_000, 50), (4_000, 10), (1_000, 10)) == [False, True, False], "a fan"
    assert voiced_after((0, 50), (104, 10)) == [False, True], "-50 dB into silence"
    assert voiced_after((0, 50), (10, 10)) == [False, False], "the sound card's own noise"


def test_noise_that_begins_is_the_room_after_a_while() -> None:
    assert voiced_after((33, 50), (1_000, 10), (1_000, FLOOR_FRAMES)) == [False, True, False]


def test_silence_is_counted_from_the_last_voice_and_a_click_is_none() -> None:
    meter = LevelMeter()
    for level in (33, 33, 3_277, 3_277, 33, 33, 3_277, 33):
        meter.feed(square(level))
    assert meter.read().silent_ms == 4 * FRAME_MS
    meter.feed(square(3_277))
    meter.feed(square(3_277))
    assert meter.read().silent_ms == 0
