"""The learner is asked whether they want to be remembered, and nothing is kept before they agree."""

from __future__ import annotations

import asyncio

from tests.session.kept_items import FAR, SLIP, journal_of, kept, known, say
from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_summary import lost_line
from tutor_tui.core.tools import Note
from tutor_tui.learning.items import Use


def test_the_learner_is_asked_once_and_nothing_is_kept_before_they_agree() -> None:
    decided: list[bool] = []

    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert is_asked(room)
        await say(room, "멀다")
        assert journal_of(room).changes == []
        room.session.level_question.answer(yes=True)
        assert not is_asked(room)
        assert len(journal_of(room).items) == 1, "what waited is kept now"
        notice = room.session.lesson.notice
        assert notice is not None and notice.title == "Kept: 1 note."
        room.session.take(ev.Noted(Note(SLIP, "")))
        assert not is_asked(room)

    journal = kept(body, "ask", decided=decided.append)
    assert [(each.term, each.meaning, each.example, each.language) for each in journal.items] == [
        ("멀다", "far", "집이 멀어요.", "ko"),
        ("학교에 가요", "the place takes 에", "", "ko"),
    ]
    assert journal.uses == [(Use.INDEPENDENT, "멀다")]
    assert decided == [True]


def is_asked(room: Room) -> bool:
    return room.session.lesson.keep_asked


STANDS_S = 600
"""However long nobody answers it, the question stands: its keys are not another one's meanwhile."""


def test_who_says_no_or_nothing_is_not_remembered() -> None:
    async def says_no(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        room.session.say("n")
        assert not room.session.lesson.keep_asked
        room.session.take(ev.Noted(Note(SLIP, "")))
        assert [turn.text for turn in room.session.lesson.turns] == [], "the tutor hears nothing of it"

    async def says_nothing(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        await asyncio.sleep(STANDS_S)
        assert room.session.lesson.keep_asked
        room.session.say("Yes.")
        assert room.session.lesson.keep_asked, "that may be said to the tutor"
        assert [turn.text for turn in room.session.lesson.turns] == ["Yes."]

    assert kept(says_no, "ask").changes == kept(says_nothing, "ask").changes == []


def test_the_learner_is_asked_once_more_at_leaving_and_what_waits_is_counted() -> None:
    async def body(room: Room) -> None:
        memory = room.session.memory
        assert not memory.consent.asks_at_leaving()
        room.session.take(ev.Noted(Note(FAR, "")))
        await say(room, "멀다")
        assert memory.consent.undecided == 1, "evidence is no note"
        assert memory.consent.asks_at_leaving() and not memory.consent.asks_at_leaving()
        memory.consent.decide(taken=True)
        assert memory.consent.undecided == 0

    assert len(kept(body, "ask").changes) == 2


def test_what_the_learner_says_of_known_words_waits_for_the_answer_too() -> None:
    async def body(room: Room) -> None:
        await say(room, "집이 아주 멀다!")
        assert is_asked(room) and journal_of(room).changes == []
        assert room.session.memory.consent.asks_at_leaving() and room.session.memory.consent.undecided == 0
        room.session.memory.consent.decide(taken=True)

    assert kept(body, "ask", known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


def test_who_has_said_no_before_is_not_asked_again() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert not is_asked(room)

    assert kept(body, "no").changes == []


def test_of_a_lesson_that_is_not_kept_nothing_is_remembered_and_nothing_asked() -> None:
    async def body(room: Room) -> None:
        memory = room.session.memory
        memory.consent.keep_lesson(False)
        assert "library.keep is off" in memory.consent.why_off
        room.session.take(ev.Noted(Note(FAR, "")))
        await say(room, "멀다")
        assert not is_asked(room) and not memory.consent.asks_at_leaving() and memory.consent.undecided == 0
        lost = lost_line(memory.consent.undecided, memory.consent.lost_with_lesson)
        assert lost == "(1 note not kept for later lessons, as library.keep is off)"
        memory.consent.choose("yes")
        memory.consent.keep_lesson(True)
        assert memory.consent.why_off == ""
        room.session.take(ev.Noted(Note(SLIP, "")))

    for keep in ("ask", "yes"):
        journal = kept(body, keep, known=[known(FAR)])
        assert [each.term for each in journal.items] == ["학교에 가요"] and journal.uses == []


def test_what_waits_for_the_answer_is_dropped_when_the_lesson_is_kept_no_longer() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        room.session.memory.consent.keep_lesson(False)
        assert not is_asked(room)
        room.session.memory.consent.choose("yes")

    assert kept(body, "ask").changes == []


def test_the_settings_can_say_so_later() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        await asyncio.sleep(STANDS_S)
        room.session.memory.consent.choose("yes")
        assert not room.session.lesson.keep_asked

    assert [each.term for each in kept(body, "ask").items] == ["멀다"]


def test_without_a_place_to_keep_it_nothing_is_asked() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert not room.session.lesson.keep_asked

    lesson_test(body)
