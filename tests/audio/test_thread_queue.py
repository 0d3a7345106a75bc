"""From the device's thread to the loop: in order, bounded, and with few wake-ups."""

from __future__ import annotations

import asyncio
import threading

from tutor_tui.audio.thread_queue import ThreadQueue


class CountingLoop:
    """Passes wake-ups on and counts them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.wakes = 0

    def attach_to(self, inbox: ThreadQueue[bytes]) -> None:
        real = self._loop.call_soon_threadsafe

        def counted(*details: object) -> object:
            self.wakes += 1
            return real(*details)  # type: ignore[arg-type] # passed on as they came

        self._loop.call_soon_threadsafe = counted  # type: ignore[method-assign,assignment] # a spy for one test
        inbox.open(self._loop)


async def test_blocks_from_a_thread_come_in_order() -> None:
    inbox = ThreadQueue[bytes](1000)
    inbox.open(asyncio.get_running_loop())

    def speak() -> None:
        for number in range(500):
            inbox.put(number.to_bytes(2, "little"))

    thread = threading.Thread(target=speak)
    thread.start()
    heard = [int.from_bytes(await asyncio.wait_for(inbox.take(), 5), "little") for _ in range(500)]
    thread.join()
    assert heard == list(range(500))
    assert inbox.dropped == 0


async def test_at_most_one_wake_up_is_in_flight() -> None:
    inbox = ThreadQueue[bytes](100)
    loop = CountingLoop(asyncio.get_running_loop())
    loop.attach_to(inbox)
    for _ in range(50):
        inbox.put(b"x")  # the loop has had no chance to run
    assert loop.wakes == 1
    for _ in range(50):
        await inbox.take()
    taking = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)
    inbox.put(b"y")
    assert await asyncio.wait_for(taking, 1) == b"y"
    assert loop.wakes == 2


async def test_a_slow_lesson_loses_the_oldest_and_the_count_says_how_many() -> None:
    inbox = ThreadQueue[bytes](3)
    inbox.open(asyncio.get_running_loop())
    for number in range(8):
        inbox.put(bytes([number]))
    assert inbox.dropped == 5
    assert [await inbox.take() for _ in range(3)] == [b"\5", b"\6", b"\7"]


async def test_what_came_before_anyone_listened_is_neither_kept_nor_counted() -> None:
    inbox = ThreadQueue[bytes](2)
    for _ in range(5):
        inbox.put(b"stale")
    inbox.open(asyncio.get_running_loop())
    inbox.put(b"fresh")
    assert await inbox.take() == b"fresh"
    assert inbox.dropped == 0


def test_a_closed_loop_does_not_reach_the_device_as_an_error() -> None:
    loop = asyncio.new_event_loop()
    inbox = ThreadQueue[bytes](2)
    inbox.open(loop)
    loop.close()
    inbox.put(b"x")
    inbox.put(b"y")
    assert not inbox.listening
