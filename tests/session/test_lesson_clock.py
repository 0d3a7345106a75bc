"""The tutor is told of half time and of the end between two replies, once, on whichever connection; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests.session.room import PLAN, Room
from tests.support.fakes import FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import Note as Noted
from tutor_tui.core.tools import Word
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import Note
from tutor_tui.session.session import Session

HALF, CLOSE = "Lesson clock: half time", "Lesson clock: begin to close"


class TimedRoom(Room):
    """A lesson of ten minutes: half time at 300 s, the close at 480 s."""

    def __init__(self, minutes: int, capabilities: Capabilities | None) -> None:
        super().__init__(PLAN, capabilities)
        self.session = Session(tutor=self.tutor, sound=self.sound, plan=PLAN, minutes=minutes)

    async def until_s(self, elapsed_s: float) -> None:
        await asyncio.sleep(elapsed_s - self.session.elapsed_s)

    def notes(self) -> list[str]:
        """All that the tutors were told, as they were asked, on all connections of the first."""
        return [each.text for link in self.tutor.links for each in link.commands if isinstance(each, Note)]


def timed_test(
    body: Callable[[TimedRoom], Awaitable[None]], *, minutes: int = 10, capabilities: Capabilities | None = None
) -> None:
    async def main() -> None:
        room = TimedRoom(minutes, capabilities)
        async with room.lesson():
            await body(room)

    in_virtual_time(main())


def kinds(notes: list[str]) -> list[str]:
    return [next((kind for kind in (HALF, CLOSE) if note.startswith(kind)), note) for note in notes]


def test_half_time_and_the_close_are_told_once_each() -> None:
    async def body(room: TimedRoom) -> None:
        await room.reply(ms=1_000)
        await room.until_s(299)
        assert room.notes() == []
        await room.until_s(301)
        assert kinds(room.notes()) == [HALF]
        room.session.take(ev.Noted(Noted(Word("platform", "where trains stop"), "")))
        await room.until_s(479)
        assert kinds(room.notes()) == [HALF]
        await room.until_s(481)
        assert kinds(room.notes()) == [HALF, CLOSE]
        assert "8:00 of 10:00" in room.notes()[1] and "platform" in room.notes()[1]
        await room.until_s(1_200)
        await room.reply("B", ms=1_000)
        assert len(room.notes()) == 2

    timed_test(body)


def test_never_in_the_middle_of_a_reply() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(298)
        await room.reply(ms=10_000)
        assert room.phase() is Phase.SPEAKING
        await room.until_s(307)
        assert room.notes() == [], "it is still heard"
        await room.until_s(309)
        assert kinds(room.notes()) == [HALF]

    timed_test(body)


def test_never_in_the_middle_of_the_learners_turn_or_before_its_answer() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(299)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        await room.until_s(303)
        await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        assert room.phase() is Phase.THINKING
        assert room.notes() == []
        await room.reply(ms=1_000)
        assert room.notes() == []
        await asyncio.sleep(1.1)
        assert kinds(room.notes()) == [HALF]

    timed_test(body)


def test_a_held_turn_is_the_learners_turn() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(299)
        room.session.think()
        await room.until_s(310)
        assert room.notes() == []
        room.session.think()
        await asyncio.sleep(0.01)
        assert kinds(room.notes()) == [HALF]

    timed_test(body)


def test_not_between_the_talk_key_and_the_end_of_its_turn() -> None:
    async def body(room: TimedRoom) -> None:
        room.session.set_turn_detection(PushToTalk())
        await room.until_s(299.5)
        room.session.talk()
        await room.until_s(301)
        room.session.talk()
        await asyncio.sleep(0.1)
        assert room.notes() == [], "the key's tail: the turn has not ended"

    timed_test(body)


def test_who_comes_late_to_both_marks_is_told_the_later_one_only() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(290)
        await room.reply(ms=200_000)
        await room.until_s(495)
        assert kinds(room.notes()) == [CLOSE]

    timed_test(body)


def test_time_goes_on_without_a_connection_and_what_was_told_is_not_told_again() -> None:
    async def body(room: TimedRoom) -> None:
        await room.reply(ms=1_000)
        await room.until_s(301)
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(5)
        assert len(room.tutor.links) == 2
        assert kinds(room.notes()) == [HALF]
        await room.until_s(481)
        assert kinds(room.notes()) == [HALF, CLOSE], "the clock has not begun anew"
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(5)
        assert len(room.tutor.links) == 3
        assert kinds(room.notes()) == [HALF, CLOSE]

    timed_test(body)


def test_a_new_conversation_knows_from_its_history_that_it_is_to_close() -> None:
    async def body(room: TimedRoom) -> None:
        await room.reply(ms=1_000, text="Hello there.")
        await room.until_s(481)
        assert all(line.role != "aside" for line in room.tutor.link.plan.history)
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(5)
        first, last = room.tutor.link.plan.history
        assert first == HistoryLine("tutor", "Hello there.")
        assert last.role == "aside" and last.text.startswith(CLOSE)
        assert room.session.lesson.history == (first,), "it was not said"

    timed_test(body)


def test_another_tutor_and_another_profile_go_on_by_the_same_clock() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(301)
        other = FakeTutor()
        room.session.switch(other)
        await room.until_s(400)
        room.session.change(replace(PLAN, profile="Other", instructions="Teach well."))
        await room.until_s(481)
        told = [each.text for link in other.links for each in link.commands if isinstance(each, Note)]
        assert kinds(room.notes()) == [HALF]
        assert kinds(told) == [CLOSE]

    timed_test(body)


def test_without_a_clock_nothing_is_told() -> None:
    async def body(room: TimedRoom) -> None:
        await room.reply(ms=1_000)
        await asyncio.sleep(3_000)
        assert not [each for each in room.tutor.link.commands if isinstance(each, Note)]

    timed_test(body, minutes=0)


def test_a_recording_is_told_nothing() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(700)
        assert room.notes() == []

    timed_test(body, capabilities=Capabilities(listens=False, way="recording"))


def test_a_length_chosen_in_mid_lesson_counts_from_the_lessons_beginning() -> None:
    async def body(room: TimedRoom) -> None:
        room.session.clock.set_length(0)
        await room.until_s(600)
        assert room.notes() == []
        room.session.clock.set_length(15)
        await asyncio.sleep(0.01)
        assert kinds(room.notes()) == [HALF], "7:30 are over"
        await room.until_s(721)
        assert kinds(room.notes()) == [HALF, CLOSE]
        assert room.session.lesson.minutes == 15

    timed_test(body)


def test_a_lesson_made_longer_while_it_closes_goes_on_and_is_closed_later() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(481)
        room.session.clock.set_length(20)
        await asyncio.sleep(0.01)
        assert room.notes()[-1] == "Lesson clock: there is more time after all, 8:01 of 20:00. Do not close yet."
        await room.until_s(601)
        assert kinds(room.notes())[-1] == HALF
        await room.until_s(961)
        assert kinds(room.notes())[-1] == CLOSE

    timed_test(body)


def test_a_shorter_length_that_is_over_already_closes_at_once_and_once() -> None:
    async def body(room: TimedRoom) -> None:
        room.session.clock.set_length(30)
        await room.until_s(560)
        assert room.notes() == []
        room.session.clock.set_length(10)
        room.session.clock.set_length(10)
        await asyncio.sleep(0.01)
        assert kinds(room.notes()) == [CLOSE]

    timed_test(body)


def test_a_tutor_that_is_stopped_by_the_key_is_told_at_once() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(298)
        await room.reply(ms=60_000)
        await room.until_s(310)
        room.session.interrupt()
        await asyncio.sleep(0.01)
        assert kinds(room.notes()) == [HALF]

    timed_test(body)


def test_a_learner_who_cuts_in_by_voice_is_not_talked_over() -> None:
    async def body(room: TimedRoom) -> None:
        await room.until_s(298)
        await room.reply(ms=60_000)
        await room.until_s(310)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert room.notes() == []

    timed_test(body)
