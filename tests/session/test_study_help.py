"""Help with the tutor's last line, beside the conversation: in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.session.helped import SPANISH, asked, lines, press_meaning, spanish, told
from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.availability import NO_ASIDES
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson import Phase
from tutor_tui.core.problems import Problem
from tutor_tui.session.study_help import WAIT_S
from tutor_tui.speech import romanisation


def test_a_key_shows_what_the_last_line_means_and_hides_it_again() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        (question,) = asked(room)
        assert (question.kind, question.text) == ("meaning", "¿Qué te pongo?")
        assert "English" in question.instructions and "Spanish" in question.instructions
        assert lines(room) == ["looking up what that means …"]
        await room.tell(ev.AsideAnswered(question.request_id, " What can I\nget you? "))
        assert lines(room) == ["Meaning: What can I get you?"]
        await press_meaning(room)
        assert lines(room) == [] and len(asked(room)) == 1

    lesson_test(body, spanish)


def test_a_hint_says_first_what_can_be_done_about_a_sound_that_came_out_as_another() -> None:
    async def body(room: Room) -> None:
        said = ev.LearnerTextDone("u1", "tres perros", different=(DifferentWord(5, 11, "R", "L"),))
        await room.tell(ev.LearnerStartedSpeaking("u1"), ev.LearnerStoppedSpeaking("u1"), said)
        await room.reply("A", text="¿Y gatos?")
        room.session.study.hint()
        await asyncio.sleep(0.001)
        assert lines(room)[0].startswith("“perros”: r sounded like l; touch behind the teeth")
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "Dos gatos."))
        assert lines(room)[0].startswith("“perros”") and "· Dos gatos." in lines(room)
        assert room.session.study.hide_hints()
        assert lines(room) == []

    lesson_test(body, spanish)


def test_it_neither_stops_the_answer_under_way_nor_enters_the_conversation() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", ms=5_000, text="¿Qué te pongo?")
        assert room.phase() is Phase.SPEAKING
        history = room.session.lesson.history
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "What can I get you?"))
        lesson = room.session.lesson
        assert room.phase() is Phase.SPEAKING and lesson.history == history and lesson.silenced == ()

    lesson_test(body, spanish)


def test_a_key_pressed_meanwhile_asks_no_second_time_and_says_so() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        await press_meaning(room)
        assert len(asked(room)) == 1 and told(room) == "What it means is on its way."

    lesson_test(body, spanish)


def test_what_does_not_come_in_time_is_said_and_what_comes_later_is_dropped() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        await asyncio.sleep(WAIT_S + 1)
        assert told(room) == "What that line means did not come in time." and lines(room) == []
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "What can I get you?"))
        assert lines(room) == []
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[1].request_id, "What can I get you?"))
        assert lines(room) == ["Meaning: What can I get you?"]

    lesson_test(body, spanish)


def test_why_nothing_came_is_told_once_and_the_lesson_goes_on() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, reason="no such parameter"))
        notice = room.session.lesson.notice
        assert notice is not None and (notice.title, notice.hint, notice.severity) == (
            "What that line means is not known here.",
            "no such parameter",
            "information",
        )
        assert lines(room) == [] and room.session.lesson.linked

    lesson_test(body, spanish)


def test_a_meaning_that_stands_in_brackets_behind_the_line_is_not_shown_twice() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo? (What can I get you?)")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "What can I get you?"))
        assert lines(room) == [] and "in brackets" in told(room)

    lesson_test(body, spanish)


def test_a_new_line_of_the_tutors_is_asked_about_anew() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¡Hola!")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "Hello!"))
        await room.reply("B", text="¿Qué te pongo?")
        assert lines(room) == ["Meaning: Hello!"]
        await press_meaning(room)
        assert asked(room)[1].text == "¿Qué te pongo?"
        shown = room.session.lesson.line_help
        assert shown is not None and shown.after == "B"

    lesson_test(body, spanish)


def test_where_there_is_nothing_to_ask_or_nobody_to_ask_the_learner_is_told() -> None:
    async def body(room: Room) -> None:
        await press_meaning(room)
        assert told(room) == "The tutor has not said anything yet."
        await room.reply("A", text="¿Qué te", done=False)
        await press_meaning(room)
        assert told(room).startswith("The tutor is still at this line")
        assert asked(room) == []

    lesson_test(body, spanish)


def test_a_server_that_answers_nothing_beside_the_conversation_is_not_asked() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        assert asked(room) == [] and told(room) == NO_ASIDES and lines(room) == []

    lesson_test(body, lambda: Room(SPANISH, Capabilities(asides=False)))


def test_a_lost_connection_takes_the_question_with_it() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="¿Qué te pongo?")
        await press_meaning(room)
        room.session.retry()
        await asyncio.sleep(0.1)
        assert lines(room) == []

    lesson_test(body, spanish)


KOREAN = replace(PLAN, target_language="ko", native_language="en")


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """In virtual time nothing is waited for that happens elsewhere."""

    async def at_once(work: Callable[..., object], *given: object) -> object:
        return work(*given)

    monkeypatch.setattr(asyncio, "to_thread", at_once)


async def shown_reading(room: Room) -> list[str]:
    """What is shown once the reading is there, which another thread finds out."""
    async for _ in room.session.watch:
        if any(line.startswith("Reading") for line in lines(room)):
            break
    return lines(room)


def test_the_second_press_shows_how_it_is_read_and_the_third_hides_both() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="감사합니다!")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "Thank you!"))
        await press_meaning(room)
        assert await shown_reading(room) == ["Meaning: Thank you!", "Reading: gamsahamnida!"]
        await press_meaning(room)
        assert lines(room) == [] and len(asked(room)) == 1

    lesson_test(body, lambda: Room(KOREAN))


def test_where_the_meaning_stands_in_brackets_the_reading_comes_at_once() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="감사합니다! (Thank you!)")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "Thank you!"))
        assert await shown_reading(room) == ["Reading: gamsahamnida!"]
        assert told(room) == ""
        await press_meaning(room)
        assert lines(room) == []

    lesson_test(body, lambda: Room(KOREAN))


def test_the_reading_needs_nobody() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", text="감사합니다!")
        await press_meaning(room)
        assert await shown_reading(room) == ["Reading: gamsahamnida!"]
        assert asked(room) == [] and told(room) == NO_ASIDES

    lesson_test(body, lambda: Room(KOREAN, Capabilities(asides=False)))


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(line: str, language: str) -> tuple[str, ...]:
        raise Problem("It needs more packages.", "Run: pip")

    monkeypatch.setattr(romanisation, "reading_of", missing)

    async def body(room: Room) -> None:
        await room.reply("A", text="감사합니다!")
        await press_meaning(room)
        await room.tell(ev.AsideAnswered(asked(room)[0].request_id, "Thank you!"))
        await press_meaning(room)
        async for _ in room.session.watch:
            if told(room) == "It needs more packages.":
                break
        assert lines(room) == ["Meaning: Thank you!"]

    lesson_test(body, lambda: Room(KOREAN))
