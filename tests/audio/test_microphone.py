"""The microphone's way from blocks to frames, without a device."""

from __future__ import annotations

import asyncio

from tutor_tui.audio.microphone import PyAudioMicrophone
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
