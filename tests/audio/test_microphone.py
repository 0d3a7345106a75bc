"""The microphone's way from blocks to frames, without a device."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping

import pytest

from tests.support.virtual_time import in_virtual_time
from tutor_tui.audio.microphone import LATE_S, PyAudioMicrophone, measure_level
from tutor_tui.core import pcm


async def test_blocks_of_the_device_before_are_still_understood_as_its_own() -> None:
    """They wait for a busy loop while another device is opened, with other rates and channels."""
    microphone = PyAudioMicrophone(block_ms=10)
    frames = microphone.frames()
    first = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    microphone.renew(44_100, 1)
    for _ in range(20):
        microphone.callback(bytes(441 * 2), 441, {}, 0)  # an odd number of samples: no stereo
    microphone.renew(24_000, 2)
    for _ in range(20):
        microphone.callback(bytes(240 * 4), 240, {}, 0)
    heard = [await first, *[await asyncio.wait_for(anext(frames), 5) for _ in range(17)]]
    assert {len(frame) for frame in heard} == {pcm.FRAME_BYTES}
    levels = [pcm.dbfs(pcm.samples_of(frame)) for frame in heard]
    assert max(levels) < -80, "silence in any format, but for soxr's dither"


async def test_one_device_after_another_makes_the_same_voice() -> None:
    """What is loud on the old device is loud, and what is silent on the new one silent."""
    microphone = PyAudioMicrophone(block_ms=20)
    frames = microphone.frames()
    first = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    loud = (8_000).to_bytes(2, "little", signed=True) * 960
    microphone.renew(48_000, 1)
    for _ in range(10):
        microphone.callback(loud, 960, {}, 0)
    microphone.renew(24_000, 1)
    for _ in range(10):
        microphone.callback(bytes(480 * 2), 480, {}, 0)
    heard = [await first, *[await asyncio.wait_for(anext(frames), 5) for _ in range(18)]]
    levels = [pcm.dbfs(pcm.samples_of(frame)) for frame in heard]
    assert min(levels[1:9]) > -13, "8000 of 32767 is -12.2 dBFS"
    assert max(levels[-9:]) == pcm.FLOOR_DBFS


class LateMicrophone:
    """Sends nothing for a while, and then so many frames at the speed of life."""

    captured_s, echo_cancelled, gain_db = 0.0, False, 0.0

    def __init__(self, late_s: float, frames: int) -> None:
        self._late_s, self._frames = late_s, frames

    def recovery(self) -> None:
        return None

    async def frames(self) -> AsyncIterator[bytes]:
        await asyncio.sleep(self._late_s)
        for _ in range(self._frames):
            await asyncio.sleep(pcm.FRAME_MS / 1000)
            yield pcm.silence(pcm.FRAME_MS)


@pytest.mark.parametrize(
    ("late_s", "frames", "measured_s"), [(0.0, 100, 0.5), (0.9, 100, 0.5), (1.3, 100, 0.2), (0.2, 10, 0.2), (9.0, 9, 0)]
)
def test_a_level_is_measured_over_sound_and_not_over_waiting_for_it(
    late_s: float, frames: int, measured_s: float
) -> None:
    async def measure() -> tuple[float, float]:
        began_s = asyncio.get_running_loop().time()
        level = await measure_level(LateMicrophone(late_s, frames), 0.5)
        return level.seconds, asyncio.get_running_loop().time() - began_s

    seconds, took_s = in_virtual_time(measure())
    assert seconds == pytest.approx(measured_s, abs=0.021)
    assert took_s <= 0.5 + LATE_S + 0.001


async def test_what_came_while_the_program_was_stopped_is_dropped_however_long_that_was() -> None:
    """A minute of it comes within a second, then the sound of now; before and after, nothing is lost."""
    now_s = 0.0
    microphone = PyAudioMicrophone(block_ms=20, clock=lambda: now_s)
    heard: list[bytes] = []

    async def listen() -> None:
        async for frame in microphone.frames():
            heard.append(frame)  # noqa: PERF401 - a comprehension would lose all when it is cancelled

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)

    async def come(sound: int, count: int, apart_s: float) -> None:
        nonlocal now_s
        for _ in range(count):
            now_s += apart_s
            microphone.callback(sound.to_bytes(2, "little") * 480, 480, {}, 0)
            await asyncio.sleep(0)

    await come(1, 50, 0.02)
    await come(2, 1, 60.0)
    await come(2, 3_000, 0.0003)
    await come(3, 50, 0.02)
    await come(4, 1, 1.9)  # a machine that is busy
    await come(4, 20, 0.0)
    await asyncio.sleep(0)
    listening.cancel()
    levels = [pcm.samples_of(frame)[0] for frame in heard]
    assert levels.count(1) == 50
    assert levels.count(2) == 0
    assert 30 <= levels.count(3) < 50, "the first tenths of a second are not known to be new"
    assert levels.count(4) == 21


@pytest.mark.parametrize(
    ("times", "ago_s"),
    [
        ({"current_time": 10.0, "input_buffer_adc_time": 9.9}, 0.1),
        ({"current_time": 10.0, "input_buffer_adc_time": 0.0}, 0.02),  # a driver that does not tell
        ({"current_time": 10.0, "input_buffer_adc_time": 10.5}, 0.02),
        ({}, 0.02),
    ],
)
async def test_a_frame_says_when_it_was_taken_however_late_it_is_looked_at(
    times: Mapping[str, float], ago_s: float
) -> None:
    microphone = PyAudioMicrophone(block_ms=20)
    frames = microphone.frames()
    first = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    before_s = time.monotonic()
    microphone.callback(bytes(pcm.FRAME_BYTES), 480, times, 0)
    after_s = time.monotonic()
    microphone.callback(bytes(pcm.FRAME_BYTES), 480, times, 0)
    await first
    assert before_s - ago_s <= microphone.captured_s <= after_s - ago_s
    await anext(frames)
    assert microphone.captured_s >= after_s - ago_s


async def test_a_gain_makes_the_frames_louder_from_now_on_and_clips_what_is_too_loud() -> None:
    microphone = PyAudioMicrophone(block_ms=20)
    microphone.renew(pcm.RATE_HZ, 1)
    frames = microphone.frames()
    heard = []
    for gain_db, level in ((0.0, 100), (20.0, 100), (20.0, -5_000), (0.0, -5_000)):
        microphone.gain_db = gain_db
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0)
        microphone.callback(level.to_bytes(2, "little", signed=True) * 480, 480, {}, 0)
        heard.append(int.from_bytes((await waiting)[:2], "little", signed=True))
    assert heard == [100, 1_000, -32_768, -5_000]
