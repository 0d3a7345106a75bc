"""Devices with a rate and a channel count of their own: the same tone on the other side, at the same loudness."""

from __future__ import annotations

import math
from array import array
from itertools import pairwise

import pytest

from tests.support.pulse import tone
from tutor_tui.audio.resample import Inward, Outward
from tutor_tui.core import pcm


def stereo(mono: bytes) -> bytes:
    samples = array("h", mono)
    both = array("h", bytes(len(mono) * 2))
    both[0::2] = samples
    both[1::2] = samples
    return both.tobytes()


def crossings(samples: array[int]) -> int:
    return sum(a < 0 <= b for a, b in pairwise(samples))


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_device_s_tone_becomes_ours(rate_hz: int, channels: int) -> None:
    inward = Inward(rate_hz, channels)
    sound = tone(1.0, hz=440, rate_hz=rate_hz)
    sound = stereo(sound) if channels == 2 else sound
    block = rate_hz // 50 * 2 * channels
    heard = pcm.samples_of(b"".join(inward.convert(sound[at : at + block]) for at in range(0, len(sound), block)))
    assert len(heard) == pytest.approx(24_000, abs=800), "more than 33 ms are held back"
    assert crossings(heard[2400:14_400]) == pytest.approx(220, abs=1)
    assert pcm.dbfs(heard[2400:14_400]) == pytest.approx(20 * math.log10(8000 / 32_768 / math.sqrt(2)), abs=0.2)


@pytest.mark.parametrize("rate_hz", [8_000, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_our_tone_becomes_a_device_s(rate_hz: int, channels: int) -> None:
    outward = Outward(rate_hz, channels)
    sound = tone(1.5)
    at = 0
    latencies: list[float] = []

    def pull(byte_count: int, latency_s: float) -> bytes:
        nonlocal at
        latencies.append(latency_s)
        piece = sound[at : at + byte_count]
        at += byte_count
        return piece

    frames = rate_hz // 50
    blocks = [outward.fill(frames, 0.04, pull) for _ in range(50)]
    assert {len(block) for block in blocks} == {frames * channels * 2}
    said = array("h", b"".join(blocks))
    left = said[0::channels]
    assert left == said[channels - 1 :: channels]
    assert crossings(left[rate_hz // 10 : rate_hz * 6 // 10]) == pytest.approx(220, abs=1)
    assert at / pcm.BYTES_PER_MS < 1000 + 60, "it reads far ahead, and heard_ms would lie"
    assert 0.04 <= max(latencies) < 0.08
