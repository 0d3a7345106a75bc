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


async def stopped_by(room: Room, number: int, tutor: str, written_down: str, *, after_s: float = 2.0) -> None:
    await room.reply(f"T{number}", ms=4_000, text=tutor)
    await asyncio.sleep(after_s)
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


BITS = ["Hope.", "I'd.", "", "Oh."]
"""What was written down of “Hello”, “I heard”, “I did” and “All”, when the speaker was looped into the microphone."""


def test_a_tutor_that_stops_itself_at_its_first_words_is_told_so_at_the_fourth_time() -> None:
    async def body(room: Room) -> None:
        for number, echo in enumerate(BITS, 1):
            assert warned(room) == 0, "a word or two may be a learner's"
            await stopped_by(room, number, "I heard something that I was not listening for.", echo, after_s=0.8)
        assert warned(room) == 1

    lesson_test(body)


@pytest.mark.parametrize(
    "stops",
    [
        [("Tea!", 2.0)] * 5,
        [("Yes.", 0.8), ("No.", 0.8), ("Tea, please.", 2.0), ("Yes.", 0.8), ("No.", 0.8)],
        [("Yes.", 0.8), ("No.", 0.8), ("I would rather have a cup of tea.", 0.8), ("Yes.", 0.8), ("No.", 0.8)],
    ],
    ids=["having heard what it is about", "now and then", "with a sentence"],
)
def test_a_learner_who_is_quick_with_a_word_is_no_echo(stops: list[tuple[str, float]]) -> None:
    async def body(room: Room) -> None:
        for number, (said, after_s) in enumerate(stops):
            await stopped_by(room, number, "What would you like to drink today?", said, after_s=after_s)
        assert warned(room) == 0

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
