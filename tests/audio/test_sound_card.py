"""The whole sound path over a real PulseAudio: what the learner says arrives, what the tutor says is heard."""

from __future__ import annotations

import asyncio

import pytest

from tests.audio.rooms import Lesson, clean, comes, lesson, open_lesson
from tests.support.calm import wait_for_calm
from tests.support.pulse import MICROPHONE_SINK, RATE_HZ, PulseServer, holes_ms, tone
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.microphone import measure_level
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, SpeechFinished

pytestmark = pytest.mark.device


@pytest.fixture(autouse=True)
def calm() -> None:
    wait_for_calm()


async def test_opening_waits_for_nothing_and_tells_both_devices(pulse: PulseServer) -> None:
    pulse.freeze()  # whoever waits for a device now waits for a long time, and is told that it is lost
    async with lesson(PyAudioSoundCard()) as here:
        pulse.thaw()
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        assert not here.events(DeviceLost)
    assert set(here.events(DeviceOpened)) == {
        DeviceOpened("microphone", "default", 24_000),
        DeviceOpened("speaker", "default", 24_000),
    }


async def test_the_tutor_is_heard_sample_by_sample(pulse: PulseServer) -> None:
    sound = tone(0.7, hz=313)
    async with open_lesson() as here:
        with pulse.record() as heard:
            await here.say("a", sound, piece=333)
            assert await comes(lambda: not here.card.speaker.sounding)
            assert await clean(heard, sound)
            assert heard.wait_for_silence(3.0)
        assert [event for _, event in here.told[2:]] == [SpeechFinished("a")]
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


@pytest.mark.parametrize("block_ms", [20, 40])
async def test_the_learner_is_heard_sample_by_sample_in_frames_of_20_ms(block_ms: int, pulse: PulseServer) -> None:
    async with open_lesson(block_ms=block_ms) as here:
        assert await comes(lambda: bool(here.frames))
        pulse.feed(tone(0.5, hz=313), wait=False)
        assert await comes(lambda: tone(0.5, hz=313).lstrip(b"\0")[:20_000] in b"".join(here.frames))
        assert {len(frame) for frame in here.frames} == {pcm.FRAME_BYTES}
        assert here.card.counters.dropped_frames == 0


@pytest.mark.parametrize("block_ms", [10, 20, 40])
async def test_one_sound_after_another_comes_without_holes(pulse: PulseServer, block_ms: int) -> None:
    async with open_lesson(block_ms=block_ms) as here:
        with pulse.record() as heard:
            for number in range(5):
                assert heard.wait_for_silence(3.0, quiet_s=0.1)
                mark = heard.position
                await here.say(f"item {number}", tone(0.4))
                assert heard.wait_for_silence(3.0, quiet_s=0.1)
                first, last = heard.first_sound(mark), heard.last_sound()
                assert first is not None and last is not None
                assert (last - first) / RATE_HZ == pytest.approx(0.4, abs=0.005)
                assert holes_ms(heard.samples[first:]) == 0


async def test_an_interrupted_item_is_silent_for_ever_and_what_was_heard_of_it_is_counted(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        speaker = here.card.speaker
        with pulse.record() as heard:
            for number in range(5):
                assert heard.wait_for_silence(3.0, quiet_s=0.1)
                mark = heard.position
                speaker.play(f"a{number}", tone(3.0))
                speaker.finish(f"a{number}")
                speaker.play(f"b{number}", tone(3.0))
                await asyncio.sleep(0.4 + 0.007 * number)  # another place within a block each time
                first_cut, second_cut = speaker.stop()
                speaker.play(f"b{number}", tone(3.0))  # late: silent for ever
                assert heard.wait_for_silence(2.0)
                first, last = heard.first_sound(mark), heard.last_sound()
                assert first is not None
                assert last is not None
                assert first_cut.heard_ms == pytest.approx((last - first) * 1000 / RATE_HZ, abs=20)
                assert (second_cut.item_id, second_cut.heard_ms, second_cut.received_ms) == (f"b{number}", 0, 3000)
                assert not speaker.sounding
    assert not here.events(SpeechFinished)


async def test_a_level_is_measured_for_doctor(pulse: PulseServer) -> None:
    async with PyAudioSoundCard() as card:
        with pulse.record(f"{MICROPHONE_SINK}.monitor") as spoken:
            feed = pulse.feed(tone(5.0), wait=False)
            assert spoken.wait_for_sound(5.0)
        level = await measure_level(card.microphone, 0.5)
        feed.stop()
    assert level.seconds == pytest.approx(0.5)
    assert level.dbfs == pytest.approx(-15.3, abs=0.5)
    assert level.peak_dbfs == pytest.approx(-15.3, abs=0.5)
    assert not level.clipped


async def test_what_is_heard_again_comes_in_the_middle_of_a_voice_that_then_goes_on(pulse: PulseServer) -> None:
    voice, again = tone(0.8, hz=313), tone(0.3, hz=700)
    async with open_lesson() as here:
        with pulse.record() as heard:
            here.card.speaker.play("a", voice)
            here.card.speaker.finish("a")
            assert await comes(lambda: here.card.speaker.sounding)
            here.card.speaker.replay("again", again)
            here.card.speaker.finish_replay()
            assert await comes(lambda: SpeechFinished("a") in here.events(SpeechFinished))
            assert heard.wait_for_silence(3.0)
        assert [event for _, event in here.told[2:]] == [SpeechFinished("again"), SpeechFinished("a")]
        assert here.card.counters.underflows == 0
