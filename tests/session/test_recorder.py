"""What is kept of a lesson while it goes on, in virtual time."""

from __future__ import annotations

import asyncio
import json
import typing
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.kept_records import kept
from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core import own_keys
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.event_fields import fields_of
from tutor_tui.core.lesson_plan import DrillKind, HistoryLine, Recap
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    EventRecord,
    KeptLesson,
    LessonRecord,
    ToolRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.core.pcm import silence
from tutor_tui.core.tools import Correction, Note, ToolCall, Word


def test_a_lesson_is_kept_from_its_beginning_to_its_end() -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(2.0)

    lessons = kept(body).all(LessonRecord)
    assert {each.id for each in lessons} == {lessons[0].id}
    assert (lessons[0].profile, lessons[0].ended_at) == ("Korean tutor", None)
    assert lessons[-1].ended_at == pytest.approx(lessons[-1].began_at + 2.0, abs=0.1)


def test_what_was_said_in_the_lesson_that_goes_on_is_not_kept_again() -> None:
    before = (HistoryLine("tutor", "What is your name?"), HistoryLine("learner", "Mina."))
    plan = replace(PLAN, history=before, continues="2026-11-25-k3f9", recap=Recap("Korean", before))

    async def body(room: Room) -> None:
        assert [each.lines for each in room.session.lesson.dividers] == [before]
        await room.reply(text="Welcome back!")
        room.session.change(replace(plan, recap=Recap("Korean", before)), resumes=True)
        await asyncio.sleep(1.0)

    journal = kept(body, plan)
    assert [each.text for each in journal.turns] == ["Welcome back!"]
    assert "Mina" not in repr([asdict(each) for each in journal.records])


def test_keeping_can_be_turned_off_and_on_in_the_lesson() -> None:
    ids: list[str] = []

    async def body(room: Room) -> None:
        recorder = room.session.recorder
        room.session.say("One.")
        ids.append(recorder.lesson_id)
        recorder.keep(False)
        notice = room.session.lesson.notice
        assert notice and notice.title == "Nothing more of this lesson is kept; what was said until now stays."
        assert notice.hint == f"tutor-tui history delete {ids[0]} deletes it."
        room.session.say("Two.")
        await asyncio.sleep(3.0)
        assert recorder.lesson_id == ""
        recorder.keep(True)
        await asyncio.sleep(1.0)
        assert recorder.lesson_id == "", "nothing is said in it yet"
        room.session.say("Three.")
        ids.append(recorder.lesson_id)
        recorder.keep(True)
        await asyncio.sleep(1.0)

    journal = kept(body)
    first, second = ids
    assert first != second
    assert [(each.lesson_id, each.text) for each in journal.turns] == [(first, "One."), (second, "Three.")]
    assert "Two." not in repr([asdict(each) for each in journal.records])
    ended = {each.id: each.ended_at for each in journal.all(LessonRecord)}
    assert list(ended) == ids and all(ended.values())


def test_where_nothing_can_be_kept_nothing_is_turned_on() -> None:
    async def body(room: Room) -> None:
        room.session.recorder.keep(True)
        room.session.say("One.")
        assert (room.session.recorder.journal, room.session.recorder.lesson_id) == (None, "")

    lesson_test(body)


def test_without_a_journal_nothing_is_made() -> None:
    async def body(room: Room) -> None:
        await room.reply()
        assert room.session.recorder.lesson_id == ""

    lesson_test(body)


def test_going_on_with_an_earlier_lesson_begins_a_record_of_its_own() -> None:
    async def body(room: Room) -> None:
        room.session.say("Hello!")
        await asyncio.sleep(2.0)
        earlier = KeptLesson(LessonRecord("2026-01-01-abcd", 1.0, "Korean tutor"))
        room.session.change(earlier.going_on(PLAN), resumes=True)
        await asyncio.sleep(1.0)
        room.session.say("I am back!")
        await asyncio.sleep(1.0)

    journal = kept(body)
    lessons = {each.id: each for each in journal.all(LessonRecord)}
    first, second = lessons.values()
    assert (first.continues, second.continues) == ("", "2026-01-01-abcd")
    assert first.ended_at is not None and second.ended_at is not None
    assert [(each.lesson_id, each.text) for each in journal.turns] == [(first.id, "Hello!"), (second.id, "I am back!")]
    assert 900 < journal.turns[-1].began_ms < 1_200, "its clock begins anew"


DRILL = replace(PLAN, drill="recall")


def test_a_drill_is_told_from_a_lesson_and_one_in_a_lesson_from_its_lines() -> None:
    """A drill's single words were compared with the fluency of lessons."""

    async def lesson(room: Room) -> None:
        room.session.say("Hello!")
        await asyncio.sleep(1.0)

    async def drilled(room: Room) -> None:
        room.session.change(DRILL)
        await asyncio.sleep(1.0)
        room.session.say("dog")
        await asyncio.sleep(1.0)

    async def both(room: Room) -> None:
        await lesson(room)
        await drilled(room)

    async def behind(room: Room) -> None:
        await drilled(room)
        await room.tell(ev.ReplyEnded("next", begins="lesson"))
        await lesson(room)

    said = {"Hello!": "", "dog": "recall"}
    for body, drill in ((lesson, ""), (drilled, "recall"), (both, ""), (behind, "")):
        journal = kept(body, capabilities=Capabilities(scripted=True, live_lesson=False))
        assert journal.all(LessonRecord)[-1].drill == drill
        own = [each for each in journal.turns if each.role == "learner"]
        assert own and all(each.drill == said[each.text] for each in own)


def test_notes_tools_and_what_was_billed_are_kept() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(Correction("I goed", "I went", "irregular", "grammar"), "U")))
        room.session.take(ev.Noted(Note(Word("went", "ging", "I went home.", "en"), "U")))
        room.session.take(ev.Usage(0.25, 100, 20))
        room.session.take(ev.ToolCalled(ToolCall("c1", "get_weather", "{}")))
        await asyncio.sleep(0.1)  # there is no such tool here

    journal = kept(body)
    lesson_id = journal.all(LessonRecord)[0].id
    assert journal.all(CorrectionRecord) == [
        CorrectionRecord(lesson_id, 0, "U", "I goed", "I went", "irregular", "grammar")
    ]
    assert journal.all(WordRecord) == [WordRecord(lesson_id, 1, "U", "went", "ging", "I went home.", "en")]
    usage = journal.all(UsageRecord)[0]
    assert (usage.usd, usage.input_tokens, usage.output_tokens) == (0.25, 100, 20)
    tools = [(each.call_id, each.name, each.state) for each in journal.all(ToolRecord)]
    assert tools[0] == ("c1", "get_weather", "running")
    assert tools[-1] == ("c1", "get_weather", "failed")


def test_every_event_is_kept_but_sound_and_none_is_lost() -> None:
    said = 200

    async def body(room: Room) -> None:
        await room.reply()
        for _ in range(said):
            room.session.take(ev.TutorTextDelta("B", "x"))

    events = kept(body).all(EventRecord)
    assert [each.number for each in events] == list(range(len(events)))
    deltas = [each for each in events if each.kind == "TutorTextDelta"]
    assert sum(len(each.fields["parts"]) for each in deltas) == said + 1
    assert len(deltas) < 10, "those of one line are one record"
    assert "".join(part["text"] for part in deltas[-1].fields["parts"]) == "x" * said
    assert not [each for each in events if each.kind == "TutorAudio"]
    assert all(first.at <= later.at for first, later in pairwise(events))


KINDS = typing.get_args(ev.TutorEvent) + typing.get_args(ev.LocalEvent)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_whatever_happens_can_be_written_down(kind: type[Any], data: st.DataObject) -> None:
    given_plan = {"plan": st.just(PLAN)} if kind is ev.PlanWanted else {}
    event = data.draw(st.builds(kind, **given_plan))
    assert json.loads(json.dumps(fields_of(event))) == fields_of(event)


def test_of_sound_its_length_is_written_down_and_of_a_plan_no_instructions() -> None:
    assert fields_of(ev.TutorAudio("A", silence(20)))["pcm"] == len(silence(20))
    assert "Teach." not in json.dumps(fields_of(ev.PlanWanted(Room().session.lesson.plan)))


def test_no_key_of_ours_is_written_down() -> None:
    own_keys.keep_secret("sk-planted-secret-key")
    said = fields_of(ev.Trouble("Incorrect API key provided: sk-planted-secret-key"))
    assert "planted" not in json.dumps(said)


@pytest.mark.parametrize(
    ("first", "then", "drill"),
    [("recall", "recall", "recall"), ("recall", "", ""), ("", "recall", ""), ("", "", "")],
    ids=["a drill", "a lesson behind it", "a drill in a lesson", "a lesson"],
)
def test_what_was_nothing_but_a_drill_is_kept_as_one(
    first: DrillKind | Literal[""], then: DrillKind | Literal[""], drill: str
) -> None:
    async def body(room: Room) -> None:
        room.session.say("far")
        room.session.take(ev.PlanWanted(replace(room.session.lesson.plan, drill=then)))
        room.session.say("near")

    assert kept(body, replace(PLAN, drill=first), Capabilities(scripted=True)).all(LessonRecord)[-1].drill == drill
