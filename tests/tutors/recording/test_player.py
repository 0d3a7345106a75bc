"""A wire played back as a tutor."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fakes import FakeSoundCard
from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import PLAN, call
from tests.tutors.recording.helpers import CALL, HEADER, file_of, record
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.tools import Correction, PaceRequest, PatienceRequest, ToolAnswer, ToolCall
from tutor_tui.core.turn_detection import SemanticVad
from tutor_tui.session.session import Session
from tutor_tui.tutors.recording.format import line
from tutor_tui.tutors.recording.json_values import Fault, from_json, to_json
from tutor_tui.tutors.recording.player import ReplayedTutor


def test_it_goes_by_the_clock_as_fast_as_asked(tmp_path: Path) -> None:
    entries = [b'{"t":%d,"event":{"type":"TutorTextDelta","item_id":"a","text":"x"}}\n' % t for t in (1, 3)]
    file = file_of(
        tmp_path,
        HEADER,
        CALL,
        b'{"t":0,"event":{"type":"LinkReady","model":"m","expires_at":1.0}}\n',
        b'{"t":0,"event":{"type":"TutorAudio","item_id":"a","pcm":9600}}\n',
        *entries,
    )
    replayed = ReplayedTutor(file, speed=10)

    async def play() -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with call(replayed) as ear:
            assert ear.all(ev.LinkReady)[0].expires_at is None
            await ear.wait(ev.TutorTextDelta, 2)
            assert loop.time() - began_s == pytest.approx(0.3, abs=0.01)
            assert ear.all(ev.TutorAudio)[0].pcm == bytes(960)
            assert (await ear.wait(ev.Trouble)).title == "The recording is over."
            assert replayed.over.is_set()

    in_virtual_time(play())


def lesson_file(folder: Path) -> Path:
    """A typed line, its answer, and an answer that the learner stopped after 100 ms."""
    events: list[tuple[float, str, object]] = [
        (0, "event", ev.PlanApplied(Applied())),
        (0, "event", ev.LinkReady("m")),
        (0.1, "command", cmd.Say("Good day.", "typed")),
        (0.2, "event", ev.ItemPlaced("typed", None, "learner")),
        (0.3, "event", ev.ReplyStarted("r")),
        (0.3, "event", ev.TutorTextDelta("t", "Good day to you.")),
        (0.3, "event", ev.TutorAudio("t", bytes(pcm.bytes_of(5_000)))),
        (0.4, "command", cmd.Interrupt("key", (cmd.Unheard("t", 100),))),
        (0.5, "event", ev.ReplyEnded("r", "cancelled")),
    ]
    lines = [line({"t": t, kind: what}) for t, kind, what in events]
    return file_of(folder, HEADER, CALL, *lines)


async def test_a_session_shows_it_as_it_was(tmp_path: Path) -> None:
    sound = FakeSoundCard()
    session = Session(tutor=ReplayedTutor(lesson_file(tmp_path)), sound=sound, plan=PLAN)
    task = asyncio.create_task(session.run())
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if lesson.notice and lesson.notice.title == "The recording is over.":
                break
    turns = session.lesson.turns
    assert [(turn.role, turn.text, turn.state) for turn in turns] == [
        ("learner", "Good day.", TurnState.DONE),
        ("tutor", "Good day to you.", TurnState.CUT),
    ]
    assert turns[1].heard_ms == 100
    assert turns[1].unheard_text == "Good day to you.", "100 ms of 5 s are no word"
    assert session.lesson.over
    assert sum(len(sound) for _, sound in sound.speaker.played) == pcm.bytes_of(100)
    session.say("And you?")
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if lesson.notice and "cannot answer" in lesson.notice.title and lesson.phase == "listening":
                break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def two_answers(folder: Path) -> Path:
    """The tutor is heard to its last word; 150 ms later the learner speaks, and the tutor answers."""
    events: list[tuple[float, object]] = [
        (0, ev.PlanApplied(Applied())),
        (0, ev.LinkReady("m")),
        *((0.3, what) for what in answer_of("a")),
        *((7.0, what) for what in answer_of("b")),
        (4.55, ev.LearnerStartedSpeaking("l")),
        (5.5, ev.LearnerStoppedSpeaking("l")),
        (6.0, ev.LearnerTextDone("l", "Mine too.")),
    ]
    lines = [line({"t": t_s, "event": what}) for t_s, what in sorted(events, key=lambda each: each[0])]
    return file_of(folder, HEADER, CALL, *lines)


def answer_of(item: str) -> list[object]:
    return [
        ev.ReplyStarted(item),
        ev.TutorTextDelta(item, "My name is Sam."),
        ev.TutorAudio(item, bytes(pcm.bytes_of(4_000))),
        ev.TutorTextDone(item, "My name is Sam."),
        ev.TutorAudioDone(item),
        ev.ReplyEnded(item),
    ]


@pytest.mark.parametrize("speed", [0.5, 1, 2, 4, 16, 100])
def test_at_no_speed_is_a_turn_cut_that_was_heard_whole(speed: float, tmp_path: Path) -> None:
    """A sound card is late by the same time at any speed, and the learner of a recording does not wait for it."""
    session = Session(tutor=ReplayedTutor(two_answers(tmp_path), speed), sound=FakeSoundCard(lag_s=0.2), plan=PLAN)
    states: dict[str, set[TurnState]] = defaultdict(set)

    async def play() -> bool:
        task = asyncio.create_task(session.run())
        async for lesson in session.watch:
            for turn in lesson.turns:
                states[turn.id].add(turn.state)
            if lesson.notice and lesson.notice.title == "The recording is over.":
                break
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return bool(session.lesson.sounding)

    assert not in_virtual_time(play()), "what is over has been heard to its end"
    assert TurnState.CUT not in states["a"] | states["b"]
    assert [turn.text for turn in session.lesson.turns] == ["My name is Sam.", "Mine too.", "My name is Sam."]


async def test_tools_are_not_used_again_but_answered_as_they_were(tmp_path: Path) -> None:
    note = Correction("I goed", "I went")
    answer = ToolAnswer("c", "noted", False, True, "I goed", (note, PatienceRequest(SemanticVad())))
    entries: list[tuple[str, object]] = [
        ("event", ev.LinkReady("m")),
        ("event", ev.ReplyStarted("r")),
        ("event", ev.ToolCalled(ToolCall("c", "note_correction", "{}"))),
        ("event", ev.ToolCalled(ToolCall("d", "note_word", "{}"))),
        ("event", ev.ReplyEnded("r")),
        ("command", cmd.AnswerTools((answer,), speak=False)),
    ]
    replayed = ReplayedTutor(file_of(tmp_path, HEADER, CALL, *(line({"t": 0.1, kind: what}) for kind, what in entries)))
    session = Session(tutor=replayed, sound=FakeSoundCard(), plan=PLAN, toolbox=replayed)
    task = asyncio.create_task(session.run())
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if len(lesson.tool_lines) == 2 and not any(each.state == "running" for each in lesson.tool_lines):
                break
    assert [(each.state, each.summary) for each in session.lesson.tool_lines] == [
        ("done", "I goed"),
        ("failed", "what became of it was not recorded"),
    ]
    assert [each.what for each in session.lesson.corrections] == [note]
    assert replayed.specs(["note_word"]) == ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_the_names_of_older_recordings_are_understood() -> None:
    answer = ToolAnswer("c", "slower", effects=(PaceRequest(0.8), PatienceRequest(SemanticVad())))
    older = json.dumps(to_json(answer)).replace("PaceRequest", "PaceWish").replace("PatienceRequest", "PatienceWish")
    assert from_json(older) == answer


def test_the_reasons_of_a_tutor_are_kept() -> None:
    able = without(Capabilities(), {"tools": "It has no hands.", "cancels": "It goes on."})
    assert from_json(json.dumps(to_json(able))) == able
    for wrong in (["tools"], ["tools", "x", "y"], "tools", ["tools", 7]):
        with pytest.raises(Fault):
            from_json(json.dumps({"type": "Capabilities", "because": [wrong]}))


async def test_changes_are_confirmed_while_it_plays(tmp_path: Path) -> None:
    async with call(ReplayedTutor(lesson_file(tmp_path))) as ear:
        await ear.link.send(cmd.Configure(PLAN))
        applied = (await ear.wait(ev.PlanApplied, 2)).applied
        assert applied.turn_detection == PLAN.turn_detection


async def test_on_cue_it_waits_to_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    async with call(ReplayedTutor(file, on_cue=True)) as ear:
        await asyncio.sleep(0.1)
        assert ear.all(ev.ReplyStarted) == []
        await ear.link.send(cmd.Greet("Hello?"))
        await asyncio.sleep(0.1)
        heard_late = len(ear.events)
        ear.link.hear(pcm.silence(500))
        await ear.wait(ev.ReplyEnded, 2)
        assert len(ear.events) > heard_late
        assert ear.all(ev.Trouble) == []


async def test_a_call_that_ended_in_good_order_makes_room_for_the_next(tmp_path: Path) -> None:
    ended = b'{"t":0.1,"ended":null}\n'
    ready = b'{"t":%s,"event":{"type":"LinkReady","model":"m"}}\n'
    lines = (HEADER, CALL, ready % b"0", ended, b'{"t":5,"call":{}}\n', ready % b"5")
    replayed = ReplayedTutor(file_of(tmp_path, *lines))
    async with call(replayed) as ear:
        assert await ear.end() is None
        assert not replayed.over.is_set()
    async with call(replayed) as ear:
        assert (await ear.wait(ev.Trouble)).title == "The recording is over."


async def test_after_the_last_call_it_stays_on_the_line(tmp_path: Path) -> None:
    replayed = ReplayedTutor(lesson_file(tmp_path), speed=50)
    for _ in range(2):
        async with call(replayed) as ear:
            assert (await ear.wait(ev.Trouble)).title == "The recording is over."
            assert not ear.ended
    assert replayed.name == "recording of scripted"
    assert replayed.capabilities.live_lesson
    plan = replayed.plan_like(replace(PLAN, profile="Another", level="B2", voice="cedar"))
    assert (plan.profile, plan.level, plan.voice, plan.opening) == ("English", "B2", "cedar", "")
