"""The sound server's own devices: listed by name, chosen, changed, unplugged and back, on a real PulseAudio."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.audio.rooms import Lesson, comes, lesson, open_lesson
from tests.support.pulse import PulseServer, tone
from tutor_tui.audio import devices, endpoints, sound_server
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, SpeakerKindChanged, Which
from tutor_tui.core.ports import Device

pytestmark = pytest.mark.device


@dataclass
class Desk:
    """A sound server with two microphones and two speakers beside its defaults."""

    pulse: PulseServer
    unplug_headset: Callable[[], None]
    unplug_webcam: Callable[[], None]

    async def sounds(self, here: Lesson, sink: str, item: str) -> bool:
        """Whether the tutor is heard there."""
        with self.pulse.record(f"{sink}.monitor") as heard:
            await here.say(item, tone(0.3))
            return await comes(lambda: heard.first_sound() is not None)

    async def hears(self, here: Lesson, source: str, *others: str) -> bool:
        """Whether the lesson hears what is said there, and not what was said louder into the others before."""
        here.frames.clear()
        for other in others:
            await asyncio.to_thread(self.pulse.feed, tone(0.3, level=30_000), sink=f"{other}_sink")
        feed = self.pulse.feed(tone(0.5), sink=f"{source}_sink", wait=False)
        came = await comes(lambda: any(loudness(frame) > -20 for frame in here.frames))
        await asyncio.to_thread(feed.wait)
        return came and max(map(loudness, here.frames)) < -10


def loudness(frame: bytes) -> float:
    return pcm.dbfs(pcm.samples_of(frame))


@pytest.fixture
def desk(pulse: PulseServer) -> Desk:
    pulse.plug_in_speaker("screen", "Screen")
    pulse.plug_in_microphone("builtin", "Built-in Microphone")
    headset = pulse.plug_in_speaker("headset", "USB Headset")
    return Desk(pulse, headset, pulse.plug_in_microphone("webcam", "HD Webcam"))


def listed(which: Which) -> list[Device]:
    return [each for each in devices.list_devices() if devices.channels(each, which)]


def test_microphones_and_speakers_are_listed_by_name_and_monitors_last(desk: Desk) -> None:
    microphones, speakers = listed("microphone"), listed("speaker")
    assert [each.name for each in microphones[:2]] == ["Built-in Microphone", "HD Webcam"]
    assert {"Screen", "USB Headset"} <= {each.name for each in speakers}
    assert {each.name for each in microphones} >= {"default", "pulse", "Monitor of USB Headset"}
    assert [each.monitor for each in microphones] == sorted(each.monitor for each in microphones)
    assert not any(each.monitor for each in speakers)
    assert {each.api for each in speakers if each.key} == {"PulseAudio"}
    assert {each.rate_hz for each in (*microphones, *speakers)} == {24_000}, "as a lesson opens them"


def test_part_of_a_name_means_no_monitor_but_all_of_it_does(desk: Desk) -> None:
    found = devices.list_devices()
    assert devices.find(found, "speaker", "headset").key == "headset"
    with pytest.raises(devices.NoSuchDevice):
        devices.find(found, "microphone", "headset")
    assert devices.find(found, "microphone", "monitor of usb headset").key == "headset.monitor"
    assert devices.find(found, "microphone", "headset.monitor").key == "headset.monitor"


def test_devices_of_one_name_can_be_told_apart(desk: Desk) -> None:
    desk.pulse.plug_in_speaker("headset2", "USB Headset")
    names = {each.key: each.name for each in listed("speaker")}
    assert names["headset"] == "USB Headset (headset)"
    assert names["headset2"] == "USB Headset (headset2)"


async def test_the_chosen_microphone_is_heard_and_the_chosen_speaker_plays(desk: Desk) -> None:
    async with open_lesson(input_device="HD Webcam", output_device="usb headset") as here:
        assert here.events(DeviceOpened, "microphone") == [DeviceOpened("microphone", "HD Webcam", 24_000)]
        assert here.events(DeviceOpened, "speaker") == [DeviceOpened("speaker", "USB Headset", 24_000)]
        assert await desk.sounds(here, "headset", "a")
        assert await desk.hears(here, "webcam", "builtin", "virtual_mic")


async def test_a_choice_in_mid_lesson_is_heard_at_once(desk: Desk) -> None:
    async with open_lesson() as here:
        found = await here.card.devices()
        wanted = devices.find(found, "microphone", "Built-in Microphone"), devices.find(found, "speaker", "Screen")
        await here.card.choose("microphone", str(wanted[0].index))
        await here.card.choose("speaker", str(wanted[1].index))
        await here.until(lambda: len(here.events(DeviceOpened)) == 4)
        assert here.events(DeviceOpened, "microphone")[-1].name == "Built-in Microphone"
        assert here.events(DeviceOpened, "speaker")[-1].name == "Screen"
        assert await desk.sounds(here, "screen", "a")
        assert await desk.hears(here, "builtin", "webcam", "virtual_mic")
        assert [each.reason for each in here.events(DeviceLost)] == []


async def test_an_unplugged_speaker_gives_way_to_the_default_until_it_is_back(desk: Desk) -> None:
    async with open_lesson() as here:
        headset = devices.find(await here.card.devices(), "speaker", "USB Headset")
        await here.card.choose("speaker", str(headset.index))
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        desk.unplug_headset()
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 3)
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "default", 24_000, "USB Headset")
        assert await desk.sounds(here, "speaker", "a")
        desk.pulse.plug_in_speaker("headset", "USB Headset")
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 4)
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "USB Headset", 24_000)
        assert await desk.sounds(here, "headset", "b")
        assert await here.listens(), "the microphone goes on"


async def test_an_unplugged_microphone_gives_way_to_the_default_until_it_is_back(desk: Desk) -> None:
    async with open_lesson(input_device="webcam") as here:
        desk.unplug_webcam()
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 2)
        assert here.events(DeviceOpened, "microphone")[-1] == DeviceOpened("microphone", "default", 24_000, "webcam")
        assert await here.listens()
        desk.pulse.plug_in_microphone("webcam", "HD Webcam")
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 3)
        assert here.events(DeviceOpened, "microphone")[-1] == DeviceOpened("microphone", "HD Webcam", 24_000)
        assert await desk.hears(here, "webcam", "builtin")


async def test_without_its_last_microphone_a_lesson_does_not_hear_its_own_speaker(pulse: PulseServer) -> None:
    """PulseAudio moves the stream there, and makes it the default microphone."""
    async with open_lesson() as here:
        plug_in = pulse.unplug_only_microphone()
        assert pulse.control("get-default-source").strip() == "speaker.monitor"
        await here.until(lambda: bool(here.events(DeviceLost, "microphone")))
        assert here.events(DeviceLost, "microphone")[0].reason == "No microphone was found."
        here.frames.clear()
        await here.say("a", tone(0.5))
        assert not here.frames
        await asyncio.to_thread(plug_in)
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 2)
        assert await Desk(pulse, plug_in, plug_in).hears(here, "virtual_mic")


async def test_a_microphone_that_is_the_only_one_gives_way_to_none(pulse: PulseServer) -> None:
    pulse.unplug_only_microphone()
    async with lesson(PyAudioSoundCard(input_device="HD Webcam")) as here:
        await here.until(lambda: bool(here.events(DeviceLost, "microphone")))
        pulse.plug_in_microphone("webcam", "HD Webcam")
        await here.until(lambda: bool(here.events(DeviceOpened, "microphone")))
        assert here.events(DeviceOpened, "microphone")[0].name == "HD Webcam"


async def test_a_wanted_device_is_used_when_the_server_gets_it(pulse: PulseServer) -> None:
    async with lesson(PyAudioSoundCard(output_device="USB Headset")) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        pulse.plug_in_speaker("headset", "USB Headset")
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "USB Headset", 24_000)


async def test_the_chosen_devices_come_back_with_a_server_that_crashed(pulse: PulseServer) -> None:
    pulse.plug_in_speaker("headset", "USB Headset")
    async with open_lesson(output_device="USB Headset") as here:
        pulse.restart()
        await here.until(lambda: here.events(DeviceOpened, "speaker")[-1].name == "default")
        pulse.plug_in_speaker("headset", "USB Headset")
        await here.until(lambda: here.events(DeviceOpened, "speaker")[-1].name == "USB Headset")


async def test_a_server_that_hangs_while_it_is_asked_holds_up_nothing_else(pulse: PulseServer) -> None:
    pulse.plug_in_speaker("headset", "USB Headset")
    async with open_lesson(output_device="USB Headset") as here:
        pulse.freeze()
        await here.until(lambda: bool(here.events(DeviceLost, "speaker")))
        pulse.thaw()
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        assert here.events(DeviceOpened, "speaker")[-1] == DeviceOpened("speaker", "USB Headset", 24_000)
        assert await here.listens()


def configured(key: str, wanted: str, alsa_conf: Path | None = None) -> str:
    """What stands at `pcm.ours.{wanted}` in ALSA's configuration once it has been given a speaker of that key."""
    code = (
        "import ctypes, sys\n"
        "from tutor_tui.audio.endpoints import Endpoint, _configure\n"
        "speaker = Endpoint('speaker', sys.argv[1], 'Name', 'PipeWire')\n"
        "monitor = Endpoint('microphone', 'm', 'Monitor of Name', 'PipeWire', monitor=True)\n"
        "print(*_configure({'ours': speaker, 'monitor': monitor}))\n"
        "alsa = ctypes.CDLL('libasound.so.2')\n"
        "top, node, text = ctypes.c_void_p.in_dll(alsa, 'snd_config'), ctypes.c_void_p(), ctypes.c_char_p()\n"
        "assert alsa.snd_config_search(top, b'pcm.evil', ctypes.byref(node)) < 0\n"
        "assert alsa.snd_config_search(top, b'pcm.ours.' + sys.argv[2].encode(), ctypes.byref(node)) == 0\n"
        "assert alsa.snd_config_get_string(node, ctypes.byref(text)) == 0\n"
        "print(text.value.decode(), end='')\n"
    )
    env = os.environ | ({"ALSA_CONFIG_PATH": str(alsa_conf)} if alsa_conf else {})
    command = [sys.executable, "-c", code, key, wanted]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def test_what_a_server_calls_a_device_is_never_alsa_s_language() -> None:
    hostile = 'a" } } pcm.evil { type null } pcm.x { y { z "\\'
    assert configured(hostile, "playback.pcm.device") == f"ours monitor\n{hostile}"


def test_where_alsa_knows_pipewire_only_its_plugin_is_used_and_no_monitor_offered(tmp_path: Path) -> None:
    alsa_conf = tmp_path / "alsa.conf"
    alsa_conf.write_text("pcm.pipewire { type pipewire }\n")
    assert configured("headset", "playback.pcm.type", alsa_conf) == "ours\npipewire"
    assert configured("headset", "playback.pcm.playback_node", alsa_conf) == "ours\nheadset"


@pytest.mark.parametrize("text", ["raise OSError('libpulse.so.0: cannot open')", "raise ImportError('pulsectl')"])
def test_without_libpulse_the_devices_of_portaudio_are_listed(pulse: PulseServer, tmp_path: Path, text: str) -> None:
    (tmp_path / "pulsectl.py").write_text(text)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from tutor_tui.audio import devices\n"
        "print(*sorted(each.name for each in devices.list_devices()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=pulse.env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["default", "pulse"]
    assert done.stderr == ""


def test_a_server_that_is_gone_tells_nothing(pulse: PulseServer) -> None:
    server = endpoints.Endpoints()
    assert server.all()
    pulse.kill()
    assert sound_server.answers() is False
    assert server.all() is None
    pulse.start()
    assert server.all(), "another connection is made"
    server.close()


async def test_what_the_speaker_is_is_found_out_where_the_server_told_of_no_device_at_first(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse.plug_in_speaker("builtin", "Built-in", form="internal")
    pulse.control("set-default-sink", "builtin")
    monkeypatch.setattr(endpoints.Endpoints, "all", lambda _self: None)
    async with open_lesson() as here:
        assert await comes(lambda: here.card._sides["speaker"].kind == "speakers")


async def test_a_headset_that_is_plugged_in_or_out_is_told_by_its_kind(pulse: PulseServer) -> None:
    pulse.plug_in_speaker("builtin", "Built-in", form="internal")
    pulse.control("set-default-sink", "builtin")
    async with open_lesson() as here:
        assert await comes(lambda: here.card._sides["speaker"].kind == "speakers")
        unplug = pulse.plug_in_speaker("headset", "USB Headset", form="headset")
        pulse.control("set-default-sink", "headset")
        await here.until(lambda: here.events(SpeakerKindChanged) == [SpeakerKindChanged("headphones")])
        pulse.control("set-default-sink", "builtin")
        unplug()
        await here.until(lambda: here.events(SpeakerKindChanged)[1:] == [SpeakerKindChanged("speakers")])
