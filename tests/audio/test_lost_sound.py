"""A sound server that dies, freezes and comes back, under an open lesson."""

from __future__ import annotations

import asyncio

import pytest

from tests.audio.rooms import clean, comes, open_lesson
from tests.support.calm import wait_for_calm
from tests.support.fair_clock import FairClock
from tests.support.pulse import PulseServer, tone
from tutor_tui.audio.portaudio import SoundProblem
from tutor_tui.core.events import DeviceLost, DeviceOpened, SpeechFinished

pytestmark = pytest.mark.device


@pytest.fixture(autouse=True)
def calm() -> None:
    wait_for_calm()


async def test_a_killed_server_is_noticed_within_a_second_and_both_devices_come_back(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        here.card.speaker.play("a", tone(30.0))
        here.card.speaker.finish("a")
        assert await comes(lambda: here.card.speaker.sounding)
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
            assert await clean(heard, tone(0.3))
        assert await here.listens()


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
    assert await comes(lambda: not here.card.stuck)


async def test_a_server_that_thaws_is_heard_again(pulse: PulseServer) -> None:
    async with open_lesson() as here:
        pulse.freeze()
        await here.until(lambda: len(here.events(DeviceLost)) == 2)
        pulse.thaw()
        await here.until(lambda: len(here.events(DeviceOpened)) == 4)
        with pulse.record() as heard:
            await here.say("a", tone(0.3))
            assert await clean(heard, tone(0.3))
