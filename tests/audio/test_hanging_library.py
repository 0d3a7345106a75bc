"""A call into the sound library that does not come back: the sound does, in another thread, or the learner is told."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.audio.rooms import Lesson, comes, lesson, open_lesson
from tests.audio.test_stalls import TickingMachine, TickingStream
from tests.support.paths import ROOT
from tests.support.pulse import PulseServer, point_at
from tutor_tui.audio import hotplug, thread_priority
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.portaudio import Stream
from tutor_tui.core.events import DeviceLost, DeviceOpened


class HangingMachine(TickingMachine):
    """A microphone whose calls of this name do not come back until `free` is set; it counts what it opens."""

    def __init__(self, hangs: str) -> None:
        super().__init__()
        self.hangs = hangs
        self.free = threading.Event()
        self.free.set()
        self.waiting: threading.Event | None = None
        self.streams: list[HangingStream] = []
        self.terminated = 0

    def wait(self, call: str) -> None:
        if call == self.hangs:
            self.waiting = self.free
            self.waiting.wait()

    def open(self, **options: Any) -> Stream:
        stream = HangingStream(self, options["stream_callback"], options["frames_per_buffer"], heard="input" in options)
        self.streams.append(stream)
        return stream

    def terminate(self) -> None:
        self.terminated += 1


class HangingStream(TickingStream):
    """One stream of it."""

    _machine: HangingMachine

    @property
    def closed(self) -> bool:
        """Whether it has been given back."""
        return self._closed.is_set()

    def start_stream(self) -> None:
        self._machine.wait("start")
        super().start_stream()

    def close(self) -> None:
        self._machine.wait("close")
        super().close()


@pytest.fixture(params=["close", "start"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingMachine]:
    """A machine that hangs at one of the calls, once `free` is cleared."""
    monkeypatch.setattr(hotplug, "_HANG_S", 0.2)
    machine = HangingMachine(request.param)
    yield machine
    machine.free.set()
    if machine.waiting is not None:
        machine.waiting.set()


def card_of(machine: HangingMachine, state: list[int]) -> PyAudioSoundCard:
    return PyAudioSoundCard(
        start=lambda: machine,
        look=lambda: (),
        server_answers=lambda: True,
        machine_state=lambda: tuple(state),
    )


async def hang(here: Lesson, machine: HangingMachine) -> threading.Event:
    """Let the next call hang until the event is set; those after it come back."""
    await here.until(lambda: len(here.events(DeviceOpened)) == 1)
    stuck = machine.free = threading.Event()
    await here.card.choose("microphone", "mic")
    assert await comes(lambda: here.card.stuck and machine.waiting is stuck)
    machine.free = threading.Event()
    machine.free.set()
    return stuck


async def test_the_sound_comes_back_in_another_thread(machine: HangingMachine) -> None:
    state = [0]
    async with lesson(card_of(machine, state)) as here:
        stuck = await hang(here, machine)
        terminated = machine.terminated
        state[0] += 1  # another server has come
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        blocks = here.card.microphone.blocks
        assert await comes(lambda: here.card.microphone.blocks > blocks + 5)
        assert here.events(DeviceLost, "microphone") == []
        assert here.card.stuck, "an ordinary exit would take the library from under that call"
        opened = len(machine.streams)
        stuck.set()
        assert await comes(lambda: not here.card.stuck)
        assert len(machine.streams) == opened, "what comes back too late opens nothing"
    assert all(stream.closed for stream in machine.streams)
    assert machine.terminated == terminated, "that would wait for the call"


async def test_a_frozen_server_is_waited_for(machine: HangingMachine) -> None:
    async with lesson(card_of(machine, [0])) as here:
        stuck = await hang(here, machine)
        assert await comes(lambda: here.card._worker.busy_s > 5 * hotplug._HANG_S)
        assert not here.card._hanging
        stuck.set()
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        assert await comes(lambda: not here.card.stuck)


async def test_where_too_much_hangs_the_way_out_is_told_and_the_lesson_can_be_left(
    machine: HangingMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotplug, "_MOST_HANGING", 0)
    state = [0]
    async with lesson(card_of(machine, state)) as here:
        await hang(here, machine)
        state[0] += 1
        await here.until(lambda: bool(here.events(DeviceLost, "microphone")))
        (lost,) = here.events(DeviceLost, "microphone")
        assert lost == DeviceLost(
            "microphone",
            "The microphone hangs in the system's sound library.",
            "Leave, and start tutor-tui again, to speak and hear; until then the lesson can be typed.",
        )
    assert here.card.stuck, "the process is ended without waiting for it"


def test_the_thread_of_a_hanging_stream_goes_last() -> None:
    theirs: list[int] = []

    def device() -> None:
        callback = thread_priority.FirstInLine(lambda sound, frames, times, status: (sound, status))
        callback.go_last()  # it has not begun, so that nobody is put back
        theirs.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        callback(b"", 0, {}, 0)
        callback.go_last()
        theirs.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=device)
    thread.start()
    thread.join()
    assert theirs == [os.getpriority(os.PRIO_PROCESS, 0), 19]


@pytest.mark.device
@pytest.mark.slow
def test_a_server_that_dies_just_after_a_stream_was_opened_is_found_again() -> None:
    """And no thread of a dead one keeps a processor busy. In a process of its own, which ends with what hangs in it."""
    begin = "from tests.audio import test_hanging_library; test_hanging_library.lose_the_server_again_and_again()"
    subprocess.run([sys.executable, "-c", begin], cwd=ROOT, timeout=180, check=True)


def lose_the_server_again_and_again() -> NoReturn:
    """Begins and kills a sound server under an open lesson, at moments that a seed decides; then this process ends."""
    with pytest.MonkeyPatch.context() as patch, PulseServer() as server:
        point_at(server, patch)
        asyncio.run(_lose(server))
    os._exit(0)  # what hangs in the library would hold up the ordinary end


async def _lose(server: PulseServer) -> None:
    chance = random.Random(1)
    async with open_lesson() as here:
        for _ in range(8):
            await asyncio.sleep(chance.random() / 10)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(2 * chance.random())  # the loss is noticed, or not yet
            opened = len(here.events(DeviceOpened))
            await asyncio.to_thread(server.start)
            await here.until(partial(found_again, here, "", opened))
        await here.until(partial(found_again, here, "microphone", opened))
        await here.until(partial(found_again, here, "speaker", opened))
        while busy := await asyncio.to_thread(busy_threads):  # PortAudio's goes round in circles for a second
            print("still busy:", busy)


def busy_threads() -> list[str]:
    """Those that take more than a third of a processor."""
    before = _processor_s()
    time.sleep(1.0)
    return [each for each, s in _processor_s().items() if s - before.get(each, s) > 0.33]


def _processor_s() -> dict[str, float]:
    """Seconds of processor time, by thread."""
    found = {}
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            words = (thread / "stat").read_text().rpartition(")")[2].split()
            found[thread.name] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return found


def found_again(here: Lesson, which: str, after: int) -> bool:
    """Whether it was opened since; either of them, without a name."""
    return any(event.which.startswith(which) for event in here.events(DeviceOpened)[after:])
