"""Sound through tracks: in time, at its rate, and mended where packets are missing."""

from __future__ import annotations

import asyncio
from collections import deque
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame

from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import pcm
from tutor_tui.webrtc.media import LONGEST_GAP_MS, PacedTrack, pieces


def tone(ms: int, hz: float = 440.0) -> bytes:
    at = np.arange(ms * pcm.RATE_HZ // 1000)
    return bytes((np.sin(at * 2 * np.pi * hz / pcm.RATE_HZ) * 10_000).astype("<i2").tobytes())


class Recorded(MediaStreamTrack):
    """A track of frames made beforehand."""

    kind = "audio"

    def __init__(self, frames: list[AudioFrame]) -> None:
        super().__init__()
        self._frames = deque(frames)

    async def recv(self) -> AudioFrame:
        if not self._frames:
            raise MediaStreamError
        return self._frames.popleft()


def frame(
    at: int, value: int = 8_000, *, rate_hz: int = 48_000, layout: str = "stereo", samples: int = 960
) -> AudioFrame:
    made = AudioFrame(format="s16", layout=layout, samples=samples)
    made.planes[0].update(np.full(samples * len(made.layout.channels), value, np.int16).tobytes())
    made.sample_rate = rate_hz
    made.pts = at
    made.time_base = Fraction(1, rate_hz)
    return made


async def heard(frames: list[AudioFrame]) -> bytes:
    return b"".join([piece async for piece in pieces(Recorded(frames))])


def test_a_track_takes_20_ms_every_20_ms() -> None:
    pulled = 0

    def pull() -> bytes:
        nonlocal pulled
        pulled += 1
        return pcm.silence(pcm.FRAME_MS)

    async def listen() -> None:
        clock = asyncio.get_running_loop().time
        track = PacedTrack(pull)
        began_s = clock()
        frames = [await track.recv() for _ in range(26)]
        assert clock() - began_s == pytest.approx(0.5, abs=0.001)
        assert [each.pts for each in frames] == [960 * number for number in range(26)]
        assert {(each.samples, each.sample_rate) for each in frames} == {(960, 48_000)}
        assert 26 <= pulled <= 28

    in_virtual_time(listen())


def test_a_track_that_is_late_catches_up_and_does_not_send_all_at_once() -> None:
    async def listen() -> None:
        clock = asyncio.get_running_loop().time
        track = PacedTrack(lambda: pcm.silence(pcm.FRAME_MS))
        began_s = clock()
        await track.recv()
        await asyncio.sleep(0.5)
        times_s = []
        for _ in range(60):
            await track.recv()
            times_s.append(clock() - began_s)
        gaps_s = [after - before for before, after in pairwise(times_s)]
        assert min(gaps_s) == pytest.approx(0.01, abs=0.001)
        assert times_s[-1] == pytest.approx(60 * 0.02, abs=0.001), "in time again"

    in_virtual_time(listen())


def test_a_track_waits_for_sound_that_is_late_and_then_makes_up_for_it() -> None:
    given = deque([b"\1" * pcm.FRAME_BYTES, None, None, None, *[b"\1" * pcm.FRAME_BYTES] * 40])

    async def listen() -> None:
        clock = asyncio.get_running_loop().time
        track = PacedTrack(given.popleft)
        began_s = clock()
        for _ in range(30):
            await track.recv()
        assert clock() - began_s == pytest.approx(29 * 0.02, abs=0.011)
        assert None not in given

    in_virtual_time(listen())


async def test_out_and_in_again_it_is_the_same_sound() -> None:
    said = tone(1_000)
    waiting = deque(said[at : at + pcm.FRAME_BYTES] for at in range(0, len(said), pcm.FRAME_BYTES))
    track = PacedTrack(lambda: waiting.popleft() if waiting else pcm.silence(pcm.FRAME_MS))
    frames = [await track.recv() for _ in range(55)]
    back = np.frombuffer(await heard(frames), "<i2").astype(float)
    wanted = np.frombuffer(said, "<i2").astype(float)
    shift = int(np.argmax(np.correlate(back[:6_000], wanted[:3_000], "valid")))
    middle = slice(2_400, 20_000)
    difference = back[shift:][middle] - wanted[middle]
    assert np.sqrt((difference**2).mean()) < 0.05 * np.sqrt((wanted[middle] ** 2).mean())


@pytest.mark.parametrize(("rate_hz", "layout"), [(48_000, "stereo"), (48_000, "mono"), (8_000, "mono")])
async def test_any_frame_becomes_the_lessons_sound(rate_hz: int, layout: str) -> None:
    samples = rate_hz // 50
    frames = [frame(at * samples, rate_hz=rate_hz, layout=layout, samples=samples) for at in range(50)]
    sound = await heard(frames)
    assert pcm.ms_of(len(sound)) == pytest.approx(1_000, abs=30)
    assert np.median(np.frombuffer(sound, "<i2")) == pytest.approx(8_000, rel=0.02)


async def test_a_hole_is_filled_so_that_time_is_kept_and_nothing_clicks() -> None:
    at = np.arange(50 * 960)
    vowel = (np.sin(at * 2 * np.pi * 150 / 48_000) * 8_000).astype(np.int16)
    frames = [frame(number * 960) for number in range(50) if number not in (20, 21, 22)]
    for each in frames:
        assert each.pts is not None
        each.planes[0].update(np.repeat(vowel[each.pts : each.pts + 960], 2).tobytes())
    sound = np.frombuffer(await heard(frames), "<i2").astype(int)
    assert pcm.ms_of(len(sound) * 2) == pytest.approx(1_000, abs=12)
    assert np.abs(np.diff(sound)).max() < 1_000
    hole = sound[20 * 480 : 23 * 480].reshape(6, -1)  # 10 ms each
    assert np.abs(hole).max(axis=1) == pytest.approx(8_000, rel=0.25)


async def test_a_pause_of_the_other_side_is_not_filled() -> None:
    missing = LONGEST_GAP_MS // 20 + 5
    frames = [frame(at * 960) for at in range(40) if not 10 <= at < 10 + missing]
    sound = await heard(frames)
    assert pcm.ms_of(len(sound)) == pytest.approx((40 - missing) * 20, abs=12)


async def test_a_track_that_ends_ends_the_sound() -> None:
    assert await heard([]) == b""
    track = PacedTrack(lambda: pcm.silence(pcm.FRAME_MS))
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()


async def test_what_breaks_in_a_track_is_told() -> None:
    """aiortc would only stop sending, and the call would look alive."""

    def broken() -> bytes:
        raise ValueError

    told: list[Exception] = []
    with pytest.raises(ValueError):
        await PacedTrack(broken, told.append).recv()
    assert [type(fault) for fault in told] == [ValueError]
