"""Anything, in any order, while the services stumble: no answer is left open, no stopped one speaks, none is lost."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.speech_services import (
    CHAT,
    SPEAK,
    TRANSCRIBE,
    Answer,
    SpeechServices,
    chunk,
    error,
    speech_services,
    sse,
)
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, BY_VOICE, noise, pipeline
from tests.tutors.pipeline.test_tools import PLAN, TWO_CALLS
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.tools import ToolAnswer

STEPS = 40
TOOLS = PLAN.tools
FAULTS: dict[str, list[Answer]] = {
    TRANSCRIBE: [error(400), Answer(body=b"{}"), Answer(body=b'{"text": ""}'), Answer(cut=True)],
    CHAT: [
        error(400),
        sse(chunk("Half. An"), done=False, cut=True),
        sse("x", done=False),
        sse(chunk("", "stop")),
        sse(*TWO_CALLS),
    ],
    SPEAK: [
        error(400),
        Answer(body=b"{}"),
        Answer(content_type="audio/pcm"),
        Answer(content_type="audio/pcm", cut=True),
    ],
}


def one_step(dice: random.Random, ear: Listener, server: SpeechServices, number: int) -> cmd.Command | None:
    """Something a session might ask; sound and faults happen on the side."""
    path = dice.choice(list(FAULTS))
    if dice.random() < 0.2:
        server.faults[path].append(dice.choice(FAULTS[path]))
    sounding = [event.item_id for event in ear.all(ev.TutorAudio)] or ["item_nobody"]
    unheard = (cmd.Unheard(dice.choice(sounding), dice.choice([0, 100, 700, 5_000])),)
    called = [event.call.call_id for event in ear.all(ev.ToolCalled)] or ["nobody"]
    told = (ToolAnswer(dice.choice(called), "Done."),)
    plan = replace(
        dice.choice([BY_KEY, BY_VOICE]), tools=TOOLS, answers=dice.random() < 0.8, speed=dice.choice([0.8, 1.0])
    )
    steps: list[Callable[[], cmd.Command | None]] = [
        lambda: ear.link.hear(noise(dice.choice([20, 333, 400]))),
        lambda: ear.link.hear(pcm.silence(dice.choice([20, 300, 500]))),
        lambda: cmd.Say("Hi!", f"typed_{number}"),
        lambda: cmd.Interrupt(dice.choice(["voice", "key"]), dice.choice([(), unheard])),
        lambda: cmd.EndTurn(commit=dice.random() < 0.7),
        lambda: cmd.Configure(plan),
        lambda: cmd.AnswerTools(told, speak=dice.random() < 0.5),
        cmd.BeginTurn,
        cmd.Repeat,
        lambda: cmd.Greet("Greet."),
        lambda: cmd.CheckIn("Gently."),
    ]
    return dice.choice(steps)()


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_the_lesson_goes_on(seed: int) -> None:
    dice = random.Random(seed)
    delays = {"transcribe_s": 0.01, "word_s": 0.002, "first_sound_s": 0.01, "sound_gap_s": 0.002}
    async with speech_services(**delays) as server, call(pipeline(server), BY_VOICE) as ear:
        for number in range(STEPS):
            command = one_step(dice, ear, server, number)
            if command is not None:
                await ear.link.send(command)
            await asyncio.sleep(dice.choice([0, 0.001, 0.02]))
        server.faults.clear()
        await ear.link.send(cmd.Say("Are you there?", "typed_last"))
        await ear.until(lambda: bool(endings_after(ear, "typed_last")))
        assert endings_after(ear, "typed_last")[-1] == "completed"
        assert ear.lost is None
        check_story(ear.events)
        check_messages(server)


def endings_after(ear: Listener, item_id: str) -> list[str]:
    """How the answers ended that began after this line, once all of them have."""
    placed = next((at for at, event in enumerate(ear.events) if getattr(event, "item_id", "") == item_id), -1)
    begun = [event.reply_id for event in ear.events[placed:] if isinstance(event, ev.ReplyStarted)]
    ended = {event.reply_id: event.status for event in ear.all(ev.ReplyEnded)}
    return [ended[each] for each in begun] if placed >= 0 and all(each in ended for each in begun) else []


def check_story(events: list[ev.TutorEvent]) -> None:
    """One answer at a time, each ended once; sound only within an answer, and never after its end was told."""
    open_reply, quiet = "", set[str]()
    for event in events:
        match event:
            case ev.ReplyStarted(reply_id):
                assert open_reply == ""
                open_reply = reply_id
            case ev.ReplyEnded(reply_id) if reply_id:
                assert reply_id == open_reply
                open_reply = ""
            case ev.TutorAudio(item_id) | ev.TutorTextDelta(item_id):
                assert open_reply
                assert item_id not in quiet
            case ev.TutorAudioDone(item_id):
                quiet.add(item_id)
            case _:
                pass
    assert max(Counter(placed.item_id for placed in events if isinstance(placed, ev.ItemPlaced)).values()) == 1
    known = {placed.item_id for placed in events if isinstance(placed, ev.ItemPlaced)}
    assert {placed.previous_item_id for placed in events if isinstance(placed, ev.ItemPlaced)} <= known | {None}


def check_messages(server: SpeechServices) -> None:
    """What chat was asked begins with the instructions, takes turns and never holds an empty line."""
    for request in server.to(CHAT):
        messages = request.json["messages"]
        roles = [message["role"] for message in messages]
        assert roles[0] == "system"
        assert all(one != other for one, other in itertools.pairwise(roles) if {one, other} < {"user", "system"})
        assert all(message["content"] is None or message["content"].strip() for message in messages)
        wanted: list[str] = []
        for message in messages:
            if message["role"] == "tool":
                assert message["tool_call_id"] == wanted.pop(0), "each output stands right behind its call"
                continue
            assert wanted == []
            wanted = [each["id"] for each in message.get("tool_calls", [])]
            assert message["content"] or wanted
        assert wanted == []
