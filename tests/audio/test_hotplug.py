"""No library, no card, no microphone, a device in use: told with the mend, and the lesson goes on without."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tutor_tui.audio import install_hints, portaudio
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.portaudio import PortAudio, SoundProblem, Stream
from tutor_tui.core.events import DeviceLost, DeviceOpened, LocalEvent, SpeechFinished
from tutor_tui.core.ports import Heard
from tutor_tui.core.problems import ExitCode


class DeadStream:
    """Opens, and is never heard of again. Each call raises the next of its faults, while there are any."""

    def __init__(self, starting: list[Exception], closing: list[Exception]) -> None:
        self._starting, self._closing = starting, closing

    def start_stream(self) -> None:
        fail(self._starting)

    def get_input_latency(self) -> float:
        return 0.02

    def get_output_latency(self) -> float:
        return 0.02

    def close(self) -> None:
        fail(self._closing)


def fail(faults: list[Exception]) -> None:
    """Raise the next fault, if there is one left."""
    if faults:
        raise faults.pop(0)


class Machine:
    """A PortAudio that finds these devices, and whose calls raise these faults, one a call, before they work."""

    def __init__(self, inputs: int = 1, outputs: int = 1, refusal: OSError | None = None) -> None:
        self.infos: list[dict[str, Any]] = []
        for name, ins, outs in (("mic", inputs, 0), ("box", 0, outputs)):
            if ins or outs:
                self.infos.append(
                    {
                        "index": len(self.infos),
                        "name": name,
                        "hostApi": 0,
                        "maxInputChannels": ins,
                        "maxOutputChannels": outs,
                        "defaultSampleRate": 48_000.0,
                    }
                )
        self.refusal = refusal
        self.rates_hz = {24_000, 48_000}
        self.counting: list[Exception] = []
        self.opening: list[Exception] = []
        self.starting: list[Exception] = []
        self.closing: list[Exception] = []

    def get_device_count(self) -> int:
        fail(self.counting)
        return len(self.infos)

    def get_device_info_by_index(self, device_index: int) -> Mapping[str, Any]:
        return self.infos[device_index]

    def _default(self, field: str) -> Mapping[str, Any]:
        for info in self.infos:
            if info[field]:
                return info
        raise OSError("No Default Device Available")

    def get_default_input_device_info(self) -> Mapping[str, Any]:
        return self._default("maxInputChannels")

    def get_default_output_device_info(self) -> Mapping[str, Any]:
        return self._default("maxOutputChannels")

    def get_host_api_info_by_index(self, host_api_index: int) -> Mapping[str, Any]:
        return {"name": "ALSA"}

    def is_format_supported(self, rate: float, **options: object) -> bool:
        return rate in self.rates_hz

    def open(self, **options: object) -> Stream:
        if self.refusal is not None:
            raise self.refusal
        fail(self.opening)
        return DeadStream(self.starting, self.closing)

    def terminate(self) -> None:
        pass


def no_library() -> PortAudio:
    raise SoundProblem("The PortAudio library is missing, so there is no sound.", install_hints.install_portaudio())


async def told_by(card: PyAudioSoundCard, count: int) -> list[LocalEvent]:
    events = card.events()
    return [await asyncio.wait_for(anext(events), 3) for _ in range(count)]


async def test_without_the_library_both_devices_are_told_missing_with_the_command() -> None:
    async with PyAudioSoundCard(start=no_library) as card:
        told = await told_by(card, 2)
    assert {event.which for event in told if isinstance(event, DeviceLost)} == {"microphone", "speaker"}
    for event in told:
        assert isinstance(event, DeviceLost)
        assert "PortAudio" in event.reason
        assert "portaudio" in event.hint.lower()


async def test_without_a_card_the_lesson_goes_on_in_text() -> None:
    async with PyAudioSoundCard(start=lambda: Machine(0, 0)) as card:
        await told_by(card, 2)
        card.speaker.play("a", bytes(48_000))
        card.speaker.finish("a")
        assert await told_by(card, 1) == [SpeechFinished("a")]
        assert not card.speaker.sounding
        card.speaker.play("b", bytes(48_000))
        assert card.speaker.stop() == (Heard("b", 0, 1000),)
        assert await card.devices() == ()


async def test_without_a_microphone_the_speaker_still_opens() -> None:
    async with PyAudioSoundCard(start=lambda: Machine(inputs=0)) as card:
        told = await told_by(card, 2)
    assert {(type(event), getattr(event, "which", "")) for event in told} == {
        (DeviceLost, "microphone"),
        (DeviceOpened, "speaker"),
    }


async def test_a_busy_device_is_called_busy() -> None:
    async with PyAudioSoundCard(start=lambda: Machine(refusal=OSError(-9985, "Device unavailable"))) as card:
        told = await told_by(card, 2)
    for event in told:
        assert isinstance(event, DeviceLost)
        assert "busy" in event.reason
        assert event.hint == install_hints.busy()


@pytest.mark.parametrize("call", ["counting", "opening", "starting"])
@pytest.mark.parametrize("fault", [OSError(-9999, "Unanticipated host error"), ValueError("no such device")])
async def test_a_call_that_fails_is_told_as_a_lost_device_and_tried_again(call: str, fault: Exception) -> None:
    machine = Machine(outputs=0)
    setattr(machine, call, [fault] * 4)
    async with PyAudioSoundCard(start=lambda: machine) as card:
        lost = [event for event in await told_by(card, 2) if isinstance(event, DeviceLost)]
        assert {event.which for event in lost} == {"microphone", "speaker"}
        assert all(event.reason and event.hint for event in lost)
        getattr(machine, call).clear()
        (opened,) = await told_by(card, 1)
    assert isinstance(opened, DeviceOpened)
    assert opened.which == "microphone"


async def test_a_stream_that_cannot_be_closed_is_left_behind() -> None:
    machine = Machine(outputs=0)
    async with PyAudioSoundCard(start=lambda: machine) as card:
        await told_by(card, 2)
        machine.closing.append(OSError(-9988, "Stream closed"))
        await card.choose("microphone", "mic")
        events = card.events()
        while not isinstance(await asyncio.wait_for(anext(events), 3), DeviceOpened):
            pass


async def test_a_stream_whose_blocks_do_not_come_is_told_within_a_second() -> None:
    async with PyAudioSoundCard(start=lambda: Machine(inputs=0)) as card:
        await told_by(card, 2)
        (lost,) = await asyncio.wait_for(told_by(card, 1), 1.0)
        assert isinstance(lost, DeviceLost)
        assert lost.which == "speaker"


async def test_devices_without_the_library_are_a_problem_with_the_sound_s_exit_code() -> None:
    async with PyAudioSoundCard(start=no_library) as card:
        with pytest.raises(SoundProblem) as caught:
            await card.devices()
    assert caught.value.exit_code is ExitCode.SOUND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("raise ImportError('libportaudio.so.2: cannot open shared object file')", "PortAudio library is missing"),
        ("import pyaudio._portaudio", "not installed"),
    ],
)
def test_a_broken_installation_is_one_sentence(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "pyaudio.py").write_text("print('Could not import the PyAudio C module')\n" + text)
    code = (
        "from tutor_tui.audio import devices, portaudio\n"
        "try: devices.list_devices()\n"
        "except portaudio.SoundProblem as problem: print(problem)\n"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert expected in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_portaudio_says_its_version() -> None:
    assert portaudio.version().startswith("PortAudio V19")


def test_the_sound_card_loads_neither_pyaudio_nor_numpy_before_they_are_needed() -> None:
    heavy = "{'pyaudio', 'pulsectl', 'numpy', 'soxr'}"
    code = f"import sys, tutor_tui.audio.hotplug, tutor_tui.testing.wav_sound_card; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
