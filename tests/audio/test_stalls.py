"""What stands still, what is silent and what comes back: told as what it is, once, and found again soon."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.audio.rooms import Lesson, comes, lesson, open_lesson
from tests.audio.test_hotplug import Machine
from tests.support.pulse import PulseServer, tone
from tutor_tui.audio import install_hints, portaudio, sound_server
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.portaudio import PortAudio, SoundProblem, Stream
from tutor_tui.core.events import DeviceLost, DeviceOpened, DigitalSilence

STALLED = "has stalled, though its sound server answers."


class TickingStream:
    """Asks for a block every 10 ms while the machine lets it."""

    def __init__(
        self, machine: TickingMachine, callback: portaudio.StreamCallback, frames: int, *, heard: bool
    ) -> None:
        self._machine = machine
        self._callback = callback
        self._frames = frames
        self._heard = heard
        self._closed = threading.Event()

    def start_stream(self) -> None:
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._closed.wait(0.01):
            if self._machine.running.is_set():
                sound = self._machine.sound(self._frames) if self._heard else None
                self._callback(sound, self._frames, {"output_buffer_dac_time": 0.0, "current_time": 0.0}, 0)

    def get_input_latency(self) -> float:
        return 0.02

    def get_output_latency(self) -> float:
        return 0.02

    def close(self) -> None:
        self._closed.set()


class TickingMachine(Machine):
    """A microphone that works, until `running` is cleared."""

    def __init__(self) -> None:
        super().__init__(inputs=1, outputs=0)
        self.running = threading.Event()
        self.running.set()
        self.sound: Callable[[int], bytes] = lambda frames: b"\1\0" * frames

    def open(self, **options: Any) -> Stream:
        return TickingStream(self, options["stream_callback"], options["frames_per_buffer"], heard="input" in options)


def microphone(card: Lesson, kind: type[Any]) -> list[Any]:
    return card.events(kind, "microphone")


async def runs(here: Lesson) -> None:
    """Wait until the microphone has gone on for so long that a stand-still is no beginning."""
    await here.until(lambda: len(microphone(here, DeviceOpened)) == 1)
    assert await comes(lambda: here.card.microphone.blocks > 100)


async def test_a_stall_is_told_as_a_stall_and_goes_when_it_is_over() -> None:
    machine = TickingMachine()
    async with lesson(PyAudioSoundCard(start=lambda: machine, server_answers=lambda: True)) as here:
        await runs(here)
        machine.running.clear()
        await here.until(lambda: len(microphone(here, DeviceLost)) == 1)
        machine.running.set()
        await here.until(lambda: len(microphone(here, DeviceOpened)) == 2)
        (lost,) = microphone(here, DeviceLost)
        assert lost.reason == f"The microphone {STALLED}"
        assert "block_ms" in lost.hint
        first, second = microphone(here, DeviceOpened)
        assert first == second
        assert here.card.counters.reopened == 0, "it was waited for"


async def test_one_stall_after_another_is_told_once() -> None:
    machine = TickingMachine()
    server_answers = Mock(return_value=True)  # it is asked once a stall
    card = PyAudioSoundCard(start=lambda: machine, server_answers=server_answers)
    async with lesson(card) as here:
        await runs(here)
        for _ in range(4):
            await stall(machine, card, lambda: server_answers.call_count)
        assert len(microphone(here, DeviceLost)) == 1
        assert len(microphone(here, DeviceOpened)) == 2
        assert card.counters.reopened == 0


async def stall(machine: TickingMachine, card: PyAudioSoundCard, noticed: Callable[[], int]) -> None:
    """Until it is noticed, and no longer, so that it is not given up; `noticed`: how many were so far."""
    before = noticed()
    machine.running.clear()
    assert await comes(lambda: noticed() > before)
    blocks = card.microphone.blocks
    machine.running.set()
    assert await comes(lambda: card.microphone.blocks > blocks + 20)


async def test_a_stall_without_an_end_opens_the_device_again() -> None:
    machine = TickingMachine()
    card = PyAudioSoundCard(start=lambda: machine, server_answers=lambda: True)
    async with lesson(card) as here:
        await runs(here)
        machine.running.clear()
        await here.until(lambda: len(microphone(here, DeviceLost)) == 2)
        assert microphone(here, DeviceLost)[1].reason == "The microphone has stopped."
        machine.running.set()
        await here.until(lambda: len(microphone(here, DeviceOpened)) == 2)
        assert card.counters.reopened == 1


async def test_a_stream_that_waits_for_its_device_to_wake_up_is_no_stall() -> None:
    machine, asked = TickingMachine(), Mock(return_value=True)

    def first_block(frames: int) -> bytes:
        machine.running.clear()
        return b"\1\0" * frames

    machine.sound = first_block
    card = PyAudioSoundCard(start=lambda: machine, server_answers=asked)
    async with lesson(card) as here:
        assert await comes(lambda: asked.call_count > 0), "it has stood still for as long as a stall is"
        machine.sound = lambda frames: b"\1\0" * frames
        machine.running.set()
        assert await comes(lambda: here.card.microphone.blocks > 100)
        assert not microphone(here, DeviceLost)
        assert len(microphone(here, DeviceOpened)) == 1


@pytest.mark.parametrize("answers", [False, None])
async def test_without_a_sound_server_a_stream_that_stands_still_has_stopped(answers: bool | None) -> None:
    machine = TickingMachine()
    async with lesson(PyAudioSoundCard(start=lambda: machine, server_answers=lambda: answers)) as here:
        await here.until(lambda: len(microphone(here, DeviceOpened)) == 1)
        machine.running.clear()
        await here.until(lambda: len(microphone(here, DeviceLost)) == 1)
        assert microphone(here, DeviceLost)[0].reason == "The microphone has stopped."


# ---- found again ----------------------------------------------------------------------------------------------------


async def test_an_attempt_is_made_at_once_when_the_machine_changes() -> None:
    states, attempts = [0], list[float]()
    clock = asyncio.get_running_loop().time

    def start() -> PortAudio:
        attempts.append(clock())
        raise SoundProblem("Nothing there.", "Wait.")

    async with lesson(PyAudioSoundCard(start=start, machine_state=lambda: tuple(states))):
        assert await comes(lambda: len(attempts) >= 7, 15)  # from here on there are 5 s between two
        changed_s = clock()
        states[0] = 1
        count = len(attempts)
        assert await comes(lambda: len(attempts) > count)
        assert attempts[count] - changed_s < 1.5


# ---- zeros ----------------------------------------------------------------------------------------------------------


async def test_a_microphone_of_zeros_is_told_until_a_sound_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor_tui.audio.hotplug._ZEROS_S", 0.5)
    machine = TickingMachine()
    machine.sound = lambda frames: bytes(2 * frames)
    async with lesson(PyAudioSoundCard(start=lambda: machine)) as here:
        await here.until(lambda: here.events(DigitalSilence) == [DigitalSilence(True)])
        machine.sound = lambda frames: b"\1\0" * frames
        await here.until(lambda: here.events(DigitalSilence) == [DigitalSilence(True), DigitalSilence(False)])
        machine.sound = lambda frames: bytes(2 * frames)  # a filter against noise, from now on
        blocks = here.card.microphone.blocks
        assert await comes(lambda: here.card.microphone.blocks > blocks + 100)
        assert len(here.events(DigitalSilence)) == 2
        assert here.card.microphone.zeros_s == 0.0


async def test_a_quiet_microphone_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor_tui.audio.hotplug._ZEROS_S", 0.5)
    machine = TickingMachine()
    async with lesson(PyAudioSoundCard(start=lambda: machine)) as here:
        assert await comes(lambda: here.card.microphone.blocks > 100)
        assert not here.events(DigitalSilence)


# ---- the server, from outside ---------------------------------------------------------------------------------------


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "native"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        yield path


@pytest.mark.parametrize("written", ["unix:{}", "{}", "{{0123abcd}}unix:{}", "unix:{} tcp:host"])
def test_a_server_is_found_where_libpulse_looks(written: str, listening: Path) -> None:
    assert sound_server.answers({"PULSE_SERVER": written.format(listening)})
    assert sound_server.answers({"PULSE_RUNTIME_PATH": str(listening.parent)})
    assert sound_server.answers({"PULSE_SERVER": f"unix:{listening}-not"}) is False
    assert sound_server.answers({"PULSE_SERVER": "tcp:somewhere:4713"}) is None
    assert sound_server.answers({"XDG_RUNTIME_DIR": str(listening.parent)}) is False


def test_a_server_that_comes_or_goes_changes_the_machine(listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{listening}")
    before = sound_server.machine_state()
    assert sound_server.machine_state() == before
    os.unlink(listening)
    assert sound_server.machine_state() != before


def programs(*names: str) -> Callable[[str], str | None]:
    return lambda name: name if name in names else None


@pytest.mark.parametrize(
    ("environ", "answers", "there", "systemd", "advice"),
    [
        ({"PULSE_SERVER": "unix:/nowhere"}, False, ("pulseaudio",), False, "PULSE_SERVER is unix:/nowhere, where no"),
        ({}, False, ("pulseaudio",), False, "run: pulseaudio --start"),
        ({}, False, ("pipewire", "systemctl"), True, "run: systemctl --user restart pipewire"),
        ({}, False, ("pipewire", "systemctl"), False, "run: pipewire & pipewire-pulse"),
        ({}, False, ("apt-get",), False, "run: sudo apt-get install pulseaudio"),
        ({}, True, ("pulseaudio", "pipewire"), True, "run: pavucontrol"),
    ],
)
def test_the_advice_fits_what_is_there(
    environ: Mapping[str, str],
    answers: bool,
    there: tuple[str, ...],
    systemd: bool,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("shutil.which", programs(*there))
    monkeypatch.setattr(sound_server, "answers", lambda: answers)
    monkeypatch.setattr(install_hints, "_SYSTEMD", tmp_path if systemd else tmp_path / "none")
    assert advice in install_hints.no_device()


async def test_a_microphone_that_hears_is_heard_under_a_real_server(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        assert here.card.microphone.zeros_s >= 0.0
        pulse.feed(tone(0.5), wait=False)
        assert await comes(lambda: here.card.microphone.zeros_s == 0.0 and here.card.microphone.blocks > 0)
