"""The whole sound path over a real PulseAudio: what the learner says arrives, what the tutor says is heard."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.fair_clock import FairClock
from tests.support.pulse import RATE_HZ, PulseServer, Recording, holes_ms, tone, wait_for_calm
from tutor_tui.audio import portaudio
from tutor_tui.audio.microphone import measure_level
from tutor_tui.audio.portaudio import SoundProblem
from tutor_tui.audio.soundcard import PyAudioSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, LocalEvent, SpeechFinished, SpeechStarted

pytestmark = pytest.mark.device


@pytest.fixture(autouse=True)
def calm() -> None:
    wait_for_calm()


class Lesson:
    """Reads a sound card as a session does."""

    def __init__(self, card: PyAudioSoundCard) -> None:
        self.card = card
        self.told: list[tuple[float, LocalEvent]] = []
        self.frames: list[bytes] = []
        self._told = asyncio.Condition()

    async def follow(self) -> None:
        async for event in self.card.events():
            async with self._told:
                self.told.append((time.monotonic(), event))
                self._told.notify_all()

    async def listen(self) -> None:
        async for frame in self.card.microphone.frames():
            self.frames.append(frame)

    def events(self, kind: type[Any], which: str = "") -> list[Any]:
        told = [event for _, event in self.told if isinstance(event, kind)]
        return [event for event in told if not which or event.which == which]

    async def until(self, done: Callable[[], bool], seconds: float = 5.0) -> None:
        async with self._told:
            await asyncio.wait_for(self._told.wait_for(done), seconds)

    def time_of(self, event: LocalEvent) -> float:
        return next(at for at, told in self.told if told == event)

    async def say(self, item_id: str, sound: bytes, piece: int = 4801) -> None:
        for at in range(0, len(sound), piece):
            self.card.speaker.play(item_id, sound[at : at + piece])
        self.card.speaker.finish(item_id)
        await self.until(lambda: SpeechFinished(item_id) in self.events(SpeechFinished))


@asynccontextmanager
async def lesson(card: PyAudioSoundCard) -> AsyncIterator[Lesson]:
    async with card:
        here = Lesson(card)
        tasks = [asyncio.create_task(here.follow()), asyncio.create_task(here.listen())]
        yield here
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@asynccontextmanager
async def open_lesson(**options: Any) -> AsyncIterator[Lesson]:
    async with lesson(PyAudioSoundCard(**options)) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        yield here


def clean(heard: Recording, sound: bytes) -> bool:
    """Whether `sound` was recorded sample by sample."""
    return sound.lstrip(b"\0") in heard.pcm


async def test_opening_waits_for_nothing_and_tells_both_devices(pulse: PulseServer) -> None:
    clock = FairClock()
    async with lesson(PyAudioSoundCard()) as here:
        assert clock.seconds < 0.1
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
    assert set(here.events(DeviceOpened)) == {
        DeviceOpened("microphone", "default", 24_000),
        DeviceOpened("speaker", "default", 24_000),
    }


async def test_the_tutor_is_heard_sample_by_sample(pulse: PulseServer) -> None:
    sound = tone(0.7, hz=313)
    async with open_lesson() as here:
        with pulse.record() as heard:
            await here.say("a", sound, piece=333)
            await asyncio.sleep(0.02)
            assert not here.card.speaker.sounding
            await asyncio.sleep(0.1)
        assert clean(heard, sound)
        assert [event for _, event in here.told[2:]] == [SpeechStarted("a"), SpeechFinished("a")]
        assert here.card.counters.underflows == 0
        # Told when it has been heard, neither before nor long after.
        last = heard.last_sound()
        assert last is not None
        assert here.time_of(SpeechFinished("a")) - heard.time_of(last) == pytest.approx(0.005, abs=0.025)


async def test_a_greeting_that_comes_before_the_speaker_is_open_is_heard_whole(pulse: PulseServer) -> None:
    greeting = tone(0.5)
    with pulse.record() as heard:
        async with PyAudioSoundCard() as card:
            lesson = Lesson(card)
            card.speaker.play("greeting", greeting)
            card.speaker.finish("greeting")
            follower = asyncio.create_task(lesson.follow())
            await lesson.until(lambda: bool(lesson.events(SpeechFinished)))
            assert lesson.events(DeviceOpened, "speaker"), "the end was told after the device had opened"
            assert heard.wait_for_silence(3.0)
            follower.cancel()
        first, last = heard.first_sound(), heard.last_sound()
    assert first is not None and last is not None
    assert (last - first) / RATE_HZ == pytest.approx(0.5, abs=0.005)


async def test_the_learner_is_heard_sample_by_sample_in_frames_of_20_ms(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        await asyncio.sleep(0.1)
        pulse.feed(tone(0.5, hz=313), wait=False)
        await asyncio.sleep(1.2)
        assert {len(frame) for frame in here.frames} == {pcm.FRAME_BYTES}
        assert tone(0.5, hz=313).lstrip(b"\0")[:20_000] in b"".join(here.frames)
        assert here.card.counters.dropped_frames == 0


@pytest.mark.parametrize("block_ms", [10, 20])
async def test_the_first_sound_comes_soon_and_without_holes(pulse: PulseServer, block_ms: int) -> None:
    waits_ms = []
    async with open_lesson(block_ms=block_ms) as here:
        with pulse.record() as heard:
            for number in range(5):
                await asyncio.sleep(0.1)  # the recording lags behind the end of what was said before
                mark = heard.position
                begun_s = time.monotonic()
                await here.say(f"item {number}", tone(0.4))
                first = heard.first_sound(mark)
                assert first is not None
                waits_ms.append((heard.time_of(first) - begun_s) * 1000)
                assert holes_ms(heard.samples[first:]) == 0
    # A bare client of PyAudio callbacks measures 46 to 54 ms at 20 ms blocks and 25 ms at 10. The best of five: a busy
    # machine only ever adds. How quick it is as a rule, the benchmark says.
    assert min(waits_ms) <= (60 if block_ms == 20 else 36)


async def test_interrupting_is_silent_soon_and_counts_what_was_heard(pulse: PulseServer) -> None:
    waits_ms = []
    async with open_lesson() as here:
        speaker = here.card.speaker
        with pulse.record() as heard:
            for number in range(5):
                await asyncio.sleep(0.1)
                mark = heard.position
                speaker.play(f"a{number}", tone(3.0))
                speaker.finish(f"a{number}")
                speaker.play(f"b{number}", tone(3.0))
                await asyncio.sleep(0.4 + 0.007 * number)
                begun_s = time.monotonic()
                first_cut, second_cut = speaker.stop()
                speaker.play(f"b{number}", tone(3.0))  # late: silent for ever
                await asyncio.sleep(0.3)
                first, last = heard.first_sound(mark), heard.last_sound()
                assert first is not None
                assert last is not None
                waits_ms.append((heard.time_of(last) - begun_s) * 1000)
                assert first_cut.heard_ms == pytest.approx((last - first) * 1000 / RATE_HZ, abs=20)
                assert (second_cut.item_id, second_cut.heard_ms, second_cut.received_ms) == (f"b{number}", 0, 3000)
                assert not speaker.sounding
    assert min(waits_ms) <= 66
    assert not here.events(SpeechFinished)


async def test_a_killed_server_is_noticed_within_a_second_and_both_devices_come_back(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        here.card.speaker.play("a", tone(30.0))
        here.card.speaker.finish("a")
        await asyncio.sleep(0.2)
        clock = FairClock()
        pulse.kill()
        await here.until(lambda: {event.which for event in here.events(DeviceLost)} == {"microphone", "speaker"})
        assert clock.seconds < 1.0
        await here.until(lambda: bool(here.events(SpeechFinished)))  # nobody hears it any more: the lesson goes on
        await here.say("b", tone(1.0))
        pulse.start()
        await here.until(lambda: len(here.events(DeviceOpened)) == 4)
        assert here.card.counters.reopened == 2
        assert len(here.events(DeviceLost, "speaker")) == 1, "told once, not at each attempt"
        with pulse.record() as heard:
            await here.say("c", tone(0.3))
            await asyncio.sleep(0.1)
        assert clean(heard, tone(0.3))
        here.frames.clear()
        await asyncio.sleep(0.5)
        assert len(here.frames) == pytest.approx(25, abs=5)


async def test_a_frozen_server_freezes_neither_the_loop_nor_the_closing(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        pulse.freeze()
        clock = FairClock()
        slowest_s = 0.0
        while len(here.events(DeviceLost)) < 2 and clock.seconds < 3:
            step = FairClock()
            await asyncio.sleep(0.01)
            slowest_s = max(slowest_s, step.seconds)
        assert clock.seconds < 1.0
        assert slowest_s < 0.2
        await here.say("a", tone(5.0))
        with pytest.raises(SoundProblem, match="does not answer"):
            await here.card.devices()
        clock = FairClock()
    assert clock.seconds < 2.0
    assert here.card.stuck
    pulse.thaw()
    for _ in range(150):
        if still_stuck(here.card):
            await asyncio.sleep(0.02)
    assert not still_stuck(here.card)


def still_stuck(card: PyAudioSoundCard) -> bool:
    return card.stuck


async def test_a_server_that_thaws_is_heard_again(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        pulse.freeze()
        await here.until(lambda: len(here.events(DeviceLost)) == 2)
        pulse.thaw()
        await here.until(lambda: len(here.events(DeviceOpened)) == 4)
        with pulse.record() as heard:
            await here.say("a", tone(0.3))
            await asyncio.sleep(0.1)
        assert clean(heard, tone(0.3))


async def test_another_speaker_goes_on_where_the_first_left_off(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        with pulse.record() as heard:
            here.card.speaker.play("a", tone(1.0))
            here.card.speaker.finish("a")
            await asyncio.sleep(0.3)
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
        here.frames.clear()
        await asyncio.sleep(0.3)
        assert here.frames


async def test_an_unknown_device_at_the_start_is_told_and_the_other_works(pulse: PulseServer) -> None:
    async with lesson(PyAudioSoundCard(output_device="theremin")) as here:
        await here.until(lambda: len(here.told) == 2)
        (lost,) = here.events(DeviceLost, "speaker")
        assert "theremin" in lost.reason
        assert here.events(DeviceOpened, "microphone")
        await here.say("a", tone(5.0))
        await here.card.choose("speaker", "")
        await here.until(lambda: bool(here.events(DeviceOpened, "speaker")))


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
            await asyncio.sleep(0.1)
        assert clean(heard, tone(0.3))
        here.frames.clear()
        await asyncio.sleep(0.5)
        assert len(here.frames) == pytest.approx(25, abs=5), "the microphone goes on"
        assert not here.events(DeviceLost)


async def test_a_wanted_device_is_used_when_it_is_plugged_in(
    plug_in: Callable[[str], None], pulse: PulseServer
) -> None:
    async with lesson(PyAudioSoundCard(output_device="headset")) as here:
        await here.until(lambda: len(here.told) == 2)
        assert len(here.events(DeviceLost, "speaker")) == 1
        plug_in("headset")
        await here.until(lambda: bool(here.events(DeviceOpened, "speaker")), 8)
        await asyncio.sleep(1)
        assert len(here.events(DeviceLost)) == 1
        here.frames.clear()
        await asyncio.sleep(0.5)
        assert len(here.frames) == pytest.approx(25, abs=5), "the microphone goes on"


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
            await asyncio.sleep(0.1)
            card.speaker.play("b", tone(2.0))
            await asyncio.sleep(0.4)
            mark = heard.index_at(time.monotonic())
            (cut,) = card.speaker.stop()
            await asyncio.sleep(0.3)
        first = heard.first_sound()
        assert first is not None
        second = heard.first_sound(first + RATE_HZ // 2 + 400)
        last = heard.last_sound()
        assert second is not None
        assert last is not None
        assert holes_ms(heard.samples[first : first + RATE_HZ // 2 - 100]) == 0
        assert cut.heard_ms == pytest.approx((last - second) * 1000 / RATE_HZ, abs=40)
        assert (last - mark) * 1000 / RATE_HZ < 90
        here.frames.clear()
        pulse.feed(tone(0.5))
        await asyncio.sleep(0.3)
        loud = [frame for frame in here.frames if pcm.dbfs(pcm.samples_of(frame)) > -20]
        assert len(loud) == pytest.approx(25, abs=3)


async def test_a_level_is_measured_for_doctor(pulse: PulseServer) -> None:
    async with PyAudioSoundCard() as card:
        feed = pulse.feed(tone(3.0), wait=False)
        await asyncio.sleep(0.5)
        level = await measure_level(card.microphone, 0.5)
        feed.stop()
    assert level.seconds == pytest.approx(0.5, abs=0.1)
    assert level.dbfs == pytest.approx(-15.3, abs=0.5)
    assert level.peak_dbfs == pytest.approx(-15.3, abs=0.5)
    assert not level.clipped
