"""A tutor that hears itself, told from learners who interrupt it or say its sentence after it; in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.session.own_echo import TITLE

ECHOES = [
    ("Good morning! Today we order coffee. What would you like?", "Good morning today we order coffee"),
    ("안녕하세요! 오늘은 카페에서 주문하는 연습을 해 볼까요?", "오늘은 카페에서 주문하는 연습을"),
    ("今日は何をしましたか。週末の話をしてください。", "今日は何をしましたか週末"),
]


async def stopped_by(room: Room, number: int, tutor: str, written_down: str) -> None:
    await room.reply(f"T{number}", ms=4_000, text=tutor)
    await asyncio.sleep(2.0)
    await room.tell(ev.LearnerStartedSpeaking(f"U{number}"), ev.LearnerStoppedSpeaking(f"U{number}"))
    await room.tell(ev.LearnerTurnKept(f"U{number}", None), ev.LearnerTextDone(f"U{number}", written_down))


def warned(room: Room) -> int:
    lesson = room.session.lesson
    return sum(each is not None and each.title == TITLE for each in (*lesson.earlier, lesson.notice))


@pytest.mark.parametrize(("tutor", "echo"), ECHOES, ids=["en", "ko", "ja"])
def test_a_tutor_that_hears_itself_is_told_once_with_the_way_out(tutor: str, echo: str) -> None:
    async def body(room: Room) -> None:
        await stopped_by(room, 1, tutor, echo)
        assert warned(room) == 0, "once may be a learner who talks along"
        await stopped_by(room, 2, tutor, echo)
        await stopped_by(room, 3, tutor, echo)
        assert warned(room) == 1
        notice = room.session.lesson.notice
        assert notice is not None and "doctor --echo" in notice.hint

    lesson_test(body)


@pytest.mark.parametrize(
    ("tutor", "said"),
    [
        ("What would you like to drink today?", "No, wait, I would rather have a cup of tea, please."),
        ("Good morning! Today we order coffee.", "Good morning"),
        ("안녕하세요! 오늘은 카페에서 주문하는 연습을 해 볼까요?", "저는 차를 마시고 싶어요"),
    ],
    ids=["en", "brief", "ko"],
)
def test_a_learner_who_interrupts_is_no_echo(tutor: str, said: str) -> None:
    async def body(room: Room) -> None:
        for number in range(3):
            await stopped_by(room, number, tutor, said)
        assert warned(room) == 0

    lesson_test(body)


def test_who_says_the_sentence_after_the_tutor_is_no_echo() -> None:
    async def body(room: Room) -> None:
        for number in range(3):
            await room.reply(f"T{number}", ms=500, text="I would like a coffee, please.")
            await asyncio.sleep(1.0)
            await room.tell(ev.LearnerStartedSpeaking(f"U{number}"), ev.LearnerTurnKept(f"U{number}", None))
            await room.tell(ev.LearnerTextDone(f"U{number}", "I would like a coffee please"))
        assert warned(room) == 0

    lesson_test(body)
