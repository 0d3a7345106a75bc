"""Other devices in mid-lesson: chosen, refused, plugged in later, and those that insist on a format of their own."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.audio.rooms import clean, comes, lesson, open_lesson
from tests.support.calm import wait_for_calm
from tests.support.pulse import RATE_HZ, PulseServer, holes_ms, tone
from tutor_tui.audio import portaudio
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, SpeechFinished

pytestmark = pytest.mark.device


@pytest.fixture(autouse=True)
def calm() -> None:
    wait_for_calm()


async def test_another_speaker_goes_on_where_the_first_left_off(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        with pulse.record() as heard:
            here.card.speaker.play("a", tone(1.0))
            here.card.speaker.finish("a")
            assert await comes(lambda: heard.first_sound() is not None)
            await here.card.choose("speaker", "pulse")
            await here.until(lambda: bool(here.events(SpeechFinished)))
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "pulse", 24_000)
        assert not here.events(DeviceLost)
        assert here.card.counters.reopened == 0
        samples = sum(abs(sample) > 300 for sample in heard.samples)
        loud = sum(abs(sample) > 300 for sample in array("h", tone(1.0)))
        assert loud - samples < RATE_HZ * 0.08, "no more is lost than was in the first device"
        assert len(here.events(DeviceOpened, "microphone")) == 1, "the microphone was left alone"


async def test_an_unknown_device_is_refused_with_the_list_and_the_old_one_stays(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        await here.card.choose("microphone", "theremin")
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 2)
        (lost,) = here.events(DeviceLost)
        assert "theremin" in lost.reason
        assert "default" in lost.hint
        assert await here.listens()


async def test_an_unknown_device_at_the_start_is_told_and_the_default_used(pulse: PulseServer) -> None:
    async with lesson(PyAudioSoundCard(output_device="theremin")) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        assert here.events(DeviceOpened, "speaker") == [DeviceOpened("speaker", "default", 24_000, "theremin")]
        assert here.events(DeviceOpened, "microphone") == [DeviceOpened("microphone", "default", 24_000)]
        assert not here.events(DeviceLost)
        with pulse.record() as heard:
            await here.say("a", tone(0.3))
            assert await clean(heard, tone(0.3))
        await here.card.choose("speaker", "")
        await here.until(lambda: here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "default", 24_000))


async def test_devices_are_chosen_by_index_too(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        wanted = next(device for device in await here.card.devices() if device.name == "pulse")
        await here.card.choose("speaker", str(wanted.index))
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        assert here.events(DeviceOpened, "speaker")[-1].name == "pulse"


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a sound device of this name appear: an entry in ALSA's configuration, which leads to the server."""
    monkeypatch.setenv("HOME", str(tmp_path))

    def plug_in(name: str) -> None:
        (tmp_path / ".asoundrc").write_text(f"pcm.{name} {{ type pulse }}\n")

    return plug_in


async def test_a_device_plugged_in_later_is_listed_and_can_be_chosen(
    plug_in: Callable[[str], None], pulse: PulseServer
) -> None:
    async with open_lesson() as here:
        before = await here.card.devices()
        plug_in("headset")
        after = await here.card.devices()
        (headset,) = (device for device in after if device not in before and device.name == "headset")
        assert len(here.events(DeviceOpened)) == 2, "looking disturbed nobody"
        await here.card.choose("speaker", str(headset.index))
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        assert here.events(DeviceOpened, "speaker")[-1].name == "headset"
        with pulse.record() as heard:
            await here.say("a", tone(0.3))
            assert await clean(heard, tone(0.3))
        assert await here.listens(), "the microphone goes on"
        assert not here.events(DeviceLost)


async def test_a_wanted_device_is_used_when_it_is_plugged_in(
    plug_in: Callable[[str], None], pulse: PulseServer
) -> None:
    async with lesson(PyAudioSoundCard(output_device="headset")) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        plug_in("headset")
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2, 8)
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "headset", 24_000)
        assert not here.events(DeviceLost)
        assert await here.listens(), "the microphone goes on"


class Stubborn:
    """The real PortAudio, behind a device that knows one rate and one channel count only."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._channels = channels
        self._real: Any = portaudio.start()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_device_info_by_index(self, index: int) -> dict[str, Any]:
        return dict(self._real.get_device_info_by_index(index)) | {"defaultSampleRate": float(self._rate_hz)}

    def open(self, **options: Any) -> Any:
        if options["rate"] != self._rate_hz:
            raise OSError(-9997, "Invalid sample rate")
        if options["channels"] != self._channels:
            raise OSError(-9998, "Invalid number of channels")
        return self._real.open(**options)


@pytest.mark.parametrize(("rate_hz", "channels"), [(48_000, 1), (44_100, 2), (24_000, 2)])
async def test_a_device_that_insists_on_its_own_format(pulse: PulseServer, rate_hz: int, channels: int) -> None:
    card = PyAudioSoundCard(start=lambda: Stubborn(rate_hz, channels))
    async with lesson(card) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        assert here.events(DeviceOpened)[0].rate_hz == rate_hz
        with pulse.record() as heard:
            await here.say("a", tone(0.5))
            assert heard.wait_for_silence(3.0, quiet_s=0.1)
            card.speaker.play("b", tone(2.0))
            await asyncio.sleep(0.4)
            (cut,) = card.speaker.stop()
            assert heard.wait_for_silence(2.0)
        first = heard.first_sound()
        assert first is not None
        second = heard.first_sound(first + RATE_HZ // 2 + 400)
        last = heard.last_sound()
        assert second is not None
        assert last is not None
        assert holes_ms(heard.samples[first : first + RATE_HZ // 2 - 100]) == 0
        assert cut.heard_ms == pytest.approx((last - second) * 1000 / RATE_HZ, abs=40)
        here.frames.clear()
        pulse.feed(tone(0.5))

        def loud() -> int:
            return sum(pcm.dbfs(pcm.samples_of(frame)) > -20 for frame in here.frames)

        assert await comes(lambda: loud() >= 22 and pcm.dbfs(pcm.samples_of(here.frames[-1])) < -20)
        assert loud() == pytest.approx(25, abs=3)
