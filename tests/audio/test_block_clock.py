import asyncio

from tests.support.virtual_time import in_virtual_time
from tutor_tui.audio.block_clock import BlockClock
from tutor_tui.audio.microphone import PyAudioMicrophone
from tutor_tui.core import pcm

BLOCK_MS = 20


async def beating(clock: BlockClock, *, late_s: float = 0.0) -> None:
    for number in range(1, 1_000):
        await asyncio.sleep(number * BLOCK_MS / 1000 + late_s - asyncio.get_running_loop().time())
        clock.beat()


def ends_of_waits(seconds: float, count: int, *, beats: bool, late_s: float = 0.0) -> list[int]:
    """When each of several waits in a row ended, in ms."""

    async def wait() -> list[int]:
        clock = BlockClock(BLOCK_MS)
        blocks = asyncio.create_task(beating(clock, late_s=late_s)) if beats else None
        ends = []
        for _ in range(count):
            await clock.pause(seconds)
            ends.append(round(asyncio.get_running_loop().time() * 1000))
        if blocks is not None:
            blocks.cancel()
        return ends

    return in_virtual_time(wait())


def test_a_wait_ends_with_the_first_block_that_is_due() -> None:
    assert ends_of_waits(0.05, 3, beats=True) == [60, 120, 180]


def test_a_block_that_is_a_little_late_or_early_still_ends_it() -> None:
    assert ends_of_waits(0.06, 2, beats=True, late_s=0.012) == [72, 132]
    assert ends_of_waits(0.06, 2, beats=True, late_s=-0.003) == [57, 117]


def test_without_blocks_it_ends_a_little_later() -> None:
    assert ends_of_waits(0.05, 2, beats=False) == [80, 160]


def test_many_wait_at_once_and_one_that_is_cancelled_is_forgotten() -> None:
    async def wait() -> tuple[set[float], int]:
        clock = BlockClock(BLOCK_MS)
        blocks = asyncio.create_task(beating(clock))
        waits = [asyncio.create_task(clock.pause(seconds)) for seconds in (0.03, 0.035, 0.2)]
        await asyncio.sleep(0)
        waits.pop().cancel()
        await asyncio.gather(*waits)
        blocks.cancel()
        return {asyncio.get_running_loop().time()}, len(clock._waits)

    assert in_virtual_time(wait()) == ({0.04}, 0)


def test_a_microphones_blocks_are_its_beats() -> None:
    async def hear() -> float:
        microphone = PyAudioMicrophone(BLOCK_MS)

        async def take_one() -> None:
            async for _ in microphone.frames():
                return

        taking = asyncio.create_task(take_one())
        waiting = asyncio.create_task(microphone.block_clock.pause(0.0))
        await asyncio.sleep(0)
        microphone.callback(bytes(pcm.FRAME_BYTES), pcm.FRAME_SAMPLES, {}, 0)
        await taking
        await waiting
        return asyncio.get_running_loop().time()

    assert in_virtual_time(hear()) == 0.0  # and not 30 ms later
