"""The tutor that follows a script: others rely on it, so its few rules are tested."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.fair_clock import FairClock
from tests.tutors.helpers import PLAN, call
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.problems import LinkLost
from tutor_tui.testing.scripted_tutor import (
    Break,
    HangUp,
    Hear,
    Pause,
    ScriptedTutor,
    Step,
    Until,
    conversation,
    demo,
    tutor_says,
)


async def test_it_waits_for_commands_in_turn_and_keeps_them() -> None:
    steps: list[Step] = [Until(cmd.Say), ev.Unknown("one"), Until((cmd.Repeat, cmd.Say)), ev.Unknown("two")]
    tutor = ScriptedTutor(steps)
    async with call(tutor) as ear:
        await ear.link.send(cmd.BeginTurn())
        await ear.link.send(cmd.Say("a", "1"))
        await ear.wait(ev.Unknown, 1)
        await asyncio.sleep(0.01)
        assert len(ear.all(ev.Unknown)) == 1
        await ear.link.send(cmd.Repeat())
        await ear.wait(ev.Unknown, 2)
        assert tutor.links[0].commands == [cmd.BeginTurn(), cmd.Say("a", "1"), cmd.Repeat()]


async def test_it_waits_for_sound_and_keeps_it() -> None:
    tutor = ScriptedTutor([Hear(40), ev.Unknown("heard"), Hear(40), ev.Unknown("again")])
    async with call(tutor) as ear:
        ear.link.hear(pcm.silence(20))
        await asyncio.sleep(0.01)
        assert ear.all(ev.Unknown) == []
        ear.link.hear(pcm.silence(20))
        await ear.wait(ev.Unknown)
        ear.link.hear(pcm.silence(40))
        await ear.wait(ev.Unknown, 2)
        assert len(tutor.links[0].heard) == pcm.bytes_of(80)


async def test_it_confirms_plans_also_in_a_pause() -> None:
    async with call(ScriptedTutor([Pause(60)])) as ear:
        await ear.link.send(cmd.Configure(PLAN))
        assert (await ear.wait(ev.PlanApplied, 2)).applied.voice == PLAN.voice


async def test_the_line_breaks_or_ends_as_written() -> None:
    async with call(ScriptedTutor([Break(LinkLost("gone", retry=True))])) as ear:
        assert isinstance(await ear.end(), LinkLost)
        with pytest.raises(LinkLost):
            await ear.link.send(cmd.Repeat())
    async with call(ScriptedTutor([HangUp()])) as ear:
        assert await ear.end() is None


async def test_pauses_take_their_time_by_the_pace() -> None:
    for pace, least, most in ((1.0, 0.19, 1.0), (0.0, 0.0, 0.15)):
        began, clock = time.monotonic(), FairClock()
        async with call(ScriptedTutor([Pause(0.2), ev.Unknown("x")], pace=pace)) as ear:
            await ear.wait(ev.Unknown)
        assert least <= time.monotonic() - began
        assert clock.seconds < most


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_demo_is_a_whole_conversation(language: str) -> None:
    async with call(demo(language, pace=0.0)) as ear:
        await ear.until(lambda: len(ear.all(ev.ReplyEnded)) >= 3)
        turns = ear.all(ev.ItemPlaced)
        assert [turn.role for turn in turns[:3]] == ["tutor", "learner", "tutor"]
        assert [turn.previous_item_id for turn in turns[1:3]] == [turns[0].item_id, turns[1].item_id]


def test_a_line_said_carries_sound_as_long_as_its_words() -> None:
    sound = sum(len(step.pcm) for step in tutor_says("one two three", "a") if isinstance(step, ev.TutorAudio))
    assert pcm.ms_of(sound) == 960
    assert not any(isinstance(step, ev.TutorAudio) for step in tutor_says("one two", "a", silent=True))
    assert isinstance(conversation([("tutor", "hi")])[-1], Pause)
