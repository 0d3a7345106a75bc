"""Saying "exit": ends a turn-based lesson when it is said twice, and is an answer everywhere else."""

from __future__ import annotations

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.actions import says_to_leave
from tutor_tui.core.capabilities import Capabilities, Way


def in_turns() -> Room:
    return Room(PLAN, Capabilities(way="pipeline"))


async def say(room: Room, *words: str) -> None:
    for text in words:
        item_id = f"U{len(room.session.lesson.turns)}"
        await room.tell(ev.LearnerTurnKept(item_id, None), ev.LearnerTextDone(item_id, text))


def told(room: Room) -> list[str]:
    lesson = room.session.lesson
    return [notice.title for notice in (*lesson.earlier, lesson.notice) if notice is not None]


def test_said_twice_it_ends_the_lesson_and_an_answer_between_does_not_matter() -> None:
    async def body(room: Room) -> None:
        await say(room, "Hello.", "Exit.")
        assert told(room) == ["You said “Exit.”."]
        assert not room.session.lesson.leave_asked
        await room.reply()
        await say(room, "exit!")
        assert room.session.lesson.leave_asked

    lesson_test(body, in_turns)


def test_said_once_it_is_an_answer_and_anything_else_takes_it_back() -> None:
    async def body(room: Room) -> None:
        await say(room, "Exit.", "That is the word on the sign.", "Exit.")
        room.session.say("the way out")
        await say(room, "Quit.")
        assert not room.session.lesson.leave_asked

    lesson_test(body, in_turns)


@pytest.mark.parametrize("way", ["openai", "webrtc", "offline"])
def test_with_other_tutors_it_is_an_answer_however_often(way: Way) -> None:
    async def body(room: Room) -> None:
        await say(room, "Exit.", "Exit.", "Exit.")
        assert told(room) == []
        assert not room.session.lesson.leave_asked

    lesson_test(body, lambda: Room(PLAN, Capabilities(way=way)))


@pytest.mark.parametrize(
    ("words", "leaves"),
    [("Exit.", True), (" “quit” ", True), ("EXIT!", True), ("the exit", False), ("exit exit", False), ("...", False)],
)
def test_only_the_word_alone_counts_whatever_marks_stand_round_it(words: str, leaves: bool) -> None:
    assert says_to_leave(words) is leaves
