"""The lines that are kept of a lesson: their times, their order, where the learner spoke."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import pytest

from tests.session.kept_records import Kept, kept
from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson_records import (
    Record,
    TurnRecord,
)


def test_a_line_is_kept_with_where_in_it_the_learner_spoke() -> None:
    async def body(room: Room) -> None:
        room.session.recorder.voice.probability = lambda window: float(window[1] > 0)
        microphone = room.sound.microphone
        await microphone.speak(500, level=20)
        await microphone.speak(600)
        await room.tell(ev.LearnerStartedSpeaking("U"))  # a while after they have begun
        await microphone.speak(300, level=20)
        await microphone.speak(500)
        await microphone.speak(700, level=20)
        await room.tell(
            ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None), ev.LearnerTextDone("U", "Er, hi")
        )
        await room.reply()
        await microphone.speak(400)
        await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", None))
        room.session.say("Bye!")
        await room.tell()
        assert [len(room.session.recorder.spoken_in(each)) for each in ("U", "none")] == [2, 0]

    first, tutor, second, typed = kept(body).turns
    assert [ms for each in first.voice for ms in each] == pytest.approx([511, 1_111, 1_411, 1_911], abs=45)
    assert [ms for each in second.voice for ms in each] == pytest.approx([2_625, 3_020], abs=60)
    assert (tutor.voice, typed.voice) == ((), ())


def test_where_the_learner_spoke_is_remembered_of_the_newest_turns_only() -> None:
    turns = [f"u{number}" for number in range(40)]

    async def body(room: Room) -> None:
        room.session.recorder.voice.probability = lambda window: float(window[1] > 0)
        await room.sound.microphone.speak(500, level=20)
        for each in turns:
            await room.tell(
                ev.LearnerStartedSpeaking(each), ev.LearnerStoppedSpeaking(each), ev.LearnerTurnKept(each, None)
            )
            await room.tell(ev.LearnerTextDone(each, "Hello!"))
        assert len(room.session.recorder._spoken) == 24
        assert [*room.session.recorder._spoken] == turns[-24:]

    assert [each.item_id for each in kept(body).turns] == turns


def test_lines_are_kept_with_their_times_and_in_their_order() -> None:
    async def body(room: Room) -> None:
        await asyncio.sleep(1.0 - 0.011)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        await asyncio.sleep(1.0)
        await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.reply(ms=1_500)
        await room.tell(ev.LearnerTextDone("U", "Hello!"))  # it comes after the answer has begun
        await asyncio.sleep(2.0)
        room.session.say("Bye!")

    learner, tutor, typed = kept(body).turns
    assert (learner.role, learner.text, learner.state, learner.typed) == ("learner", "Hello!", "done", False)
    assert (learner.began_ms, learner.ended_ms, learner.spoken_ms) == pytest.approx((1_000, 2_000, 1_000), abs=10)
    assert (tutor.role, tutor.text, tutor.state) == ("tutor", "one two three four", "done")
    assert (tutor.began_ms, tutor.ended_ms, tutor.spoken_ms) == pytest.approx((2_000, 3_500, 1_500), abs=30)
    assert (typed.text, typed.typed, typed.spoken_ms, typed.began_ms) == ("Bye!", True, 0, typed.ended_ms)


def test_of_two_answers_in_a_row_the_second_begins_when_the_first_was_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", ms=1_000)
        await room.reply("B", ms=500)
        await asyncio.sleep(2.0)

    first, second = kept(body).turns
    assert second.began_ms == pytest.approx(first.ended_ms, abs=30)
    assert second.ended_ms - second.began_ms == pytest.approx(500, abs=30)


def test_of_a_line_that_was_stopped_it_is_kept_how_much_was_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=2_000, done=False)
        await asyncio.sleep(0.499)
        await room.tell(ev.LearnerStartedSpeaking("U"))

    cut = kept(body).turns[0]
    assert (cut.state, cut.heard_share, cut.spoken_ms) == ("cut", 0.25, 500)
    assert cut.ended_ms - cut.began_ms == pytest.approx(500, abs=10)
    assert cut.turn.heard_text == "one "


def test_a_line_that_comes_before_another_moves_that() -> None:
    async def body(room: Room) -> None:
        await room.reply("A")
        await room.tell(ev.ItemPlaced("U", None, "learner"), ev.LearnerTextDone("U", "Hello!"))
        await room.tell(ev.ItemPlaced("A", "U", "tutor"))

    assert [each.item_id for each in kept(body).turns] == ["U", "A"]


def test_a_line_that_is_still_being_said_is_kept_once_a_second() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"))
        for _ in range(50):
            await room.tell(ev.TutorTextDelta("A", "word "))
            await asyncio.sleep(0.1)

    lines = kept(body).all(TurnRecord)
    assert 5 <= len(lines) <= 8
    assert lines[-1].text == "word " * 50, "the end of the lesson keeps the rest"


def test_what_the_learner_may_have_said_is_kept_when_they_confirm_it_and_not_before() -> None:
    async def body(room: Room) -> None:
        await room.tell(
            ev.LearnerStartedSpeaking("u1"),
            ev.LearnerStoppedSpeaking("u1"),
            ev.LearnerTurnKept("u1", None),
            ev.LearnerTextDone("u1", "우유 주세요", unsure=True, unclear=((0, 2),)),
        )
        assert room.session.recorder.lesson_id == "", "nothing was said yet that is known"
        await room.reply(text="Did you say “우유 주세요”?")
        held.extend(journal.records)
        different = (DifferentWord(3, 6, "JH", "Z"),)
        await room.tell(ev.LearnerTextDone("u1", "우유 주세요", False, ((0, 2),), different))
        assert room.session.recorder.lesson_id

    held: list[Record] = []
    journal = Kept()

    def room() -> Room:
        made = Room(PLAN)
        made.session.recorder.make_journal = lambda: journal
        made.session.recorder.keep(True)
        return made

    lesson_test(body, room)
    before = [each for each in held if "우유" in str(asdict(each)) and "Did you say" not in str(asdict(each))]
    kept = [each for each in journal.records if isinstance(each, TurnRecord) and each.text == "우유 주세요"]
    assert kept[-1].turn.different == (DifferentWord(3, 6, "JH", "Z"),)
    assert kept[-1].turn.unclear == ((0, 2),)
    assert before == [], "neither among the lines nor among the events"
    (unsure,) = [
        each for each in held if isinstance(each, TurnRecord) and each.item_id == "u1" and each.state == "unsure"
    ]
    assert unsure.turn.is_known is False
    first = journal.turns[0]
    assert (first.text, first.state) == ("우유 주세요", "done")
