"""A service ends each conversation after an hour: before that another takes over, and the learner notices nothing."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room
from tests.session.tool_room import ToolRoom, tool_test
from tests.support.fakes import FakeLink
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan
from tutor_tui.core.lesson_records import EventRecord, Record
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.machine_sleep import slept_s
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.tutor_commands import Command, Configure, EndTurn, Interrupt, Say
from tutor_tui.openai_api.realtime import errors
from tutor_tui.session import roll_over

HOUR_S = 3_600.0
DUE_S = HOUR_S - roll_over.LEAD_S
LATE_S = HOUR_S - roll_over.LAST_S
SAID = (HistoryLine("tutor", "Hello."), HistoryLine("learner", "Hi."), HistoryLine("tutor", "And you?"))


class LongRoom(Room):
    """A lesson whose tutor ends each conversation after an hour; something has been said in it."""

    def __init__(self, lasts_s: float = HOUR_S) -> None:
        super().__init__()
        self.tutor.lasts_s = lasts_s
        self.session.recorder.journal = self
        self.place = ""
        self._happened: list[str] = []

    def put(self, record: Record) -> None:
        """It is the lesson's journal."""
        if isinstance(record, EventRecord):
            self._happened.append(record.kind)

    async def talk(self) -> None:
        await self.reply("A", ms=100, text="Hello.")
        await asyncio.sleep(1)
        await self.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", "A"))
        await self.tell(ev.LearnerTextDone("U", "Hi."))
        await self.reply("B", ms=100, text="And you?")
        self._happened.clear()

    async def until_s(self, elapsed_s: float) -> None:
        await asyncio.sleep(elapsed_s - self.session.elapsed_s)

    def took_over(self) -> bool:
        """Whether the newest conversation is held, and no other any more."""
        *before, newest = (link.open for link in self.tutor.links)
        return newest and bool(before) and not any(before)

    @property
    def noticed(self) -> list[str]:
        """What has happened since then that a learner could notice of a connection."""
        return [kind for kind in self._happened if kind in ("LinkEnded", "Dialling", "Trouble", "Divided")]


def long_test(body: Callable[[LongRoom], Awaitable[None]], lasts_s: float = HOUR_S) -> None:
    async def main() -> None:
        room = LongRoom(lasts_s)
        async with room.lesson():
            await room.talk()
            await body(room)

    in_virtual_time(main(), limit_s=4 * HOUR_S)


def test_another_conversation_takes_over_and_the_learner_notices_nothing() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 1.0
        await room.until_s(DUE_S - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(DUE_S + 5)
        assert room.took_over()
        assert room.tutor.link.plan == replace(PLAN, history=SAID)
        assert room.tutor.link.commands == [], "nothing is asked for, and nobody is greeted"
        assert room.noticed == []
        assert room.session.lesson.dividers == ()
        assert round(room.session.elapsed_s) == round(DUE_S + 5), "the clock goes on"
        room.session.say("Still there?")
        await room.reply("C", text="Yes.")
        assert room.session.lesson.turns[-1].text == "Yes."

    long_test(body)


def test_each_conversation_gives_way_to_the_next() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(3 * HOUR_S)
        assert [link.open for link in room.tutor.links] == [False, False, False, True]
        assert room.noticed == []

    long_test(body)


def numbered(number: int) -> bytes:
    """A frame like no other, and just as soft."""
    samples = (10 if number >> bit & 1 else -10 for bit in range(pcm.FRAME_BYTES // 2))
    return b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)


def test_no_frame_of_the_microphone_is_lost() -> None:
    """What was heard last before the change is heard by both."""
    lasts_s = 100.0

    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 0.73
        sent = [numbered(number) for number in range(500)]
        await room.until_s(lasts_s * (1 - roll_over.LEAD_SHARE) - 3)
        for frame in sent:
            room.sound.microphone.queue.put_nowait(frame)
            await asyncio.sleep(pcm.FRAME_MS / 1000)
        assert room.took_over()
        old, new = (bytes(link.heard) for link in room.tutor.links)
        twice = round(roll_over.PREROLL_S * 1000 / pcm.FRAME_MS) * pcm.FRAME_BYTES
        assert old[-twice:] == new[:twice]
        assert old + new[twice:] == b"".join(sent)

    long_test(body, lasts_s)


def test_a_voice_that_has_just_begun_is_waited_for() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 1.0
        await room.sound.microphone.speak(200, 10)
        await room.until_s(DUE_S)
        await room.sound.microphone.speak(2_500)
        assert not room.took_over()
        await room.sound.microphone.speak(1_000, 10)
        assert room.took_over()

    long_test(body)


async def speaking(room: LongRoom) -> None:
    await room.tell(ev.LearnerStartedSpeaking("V"))


async def answered(room: LongRoom) -> None:
    await room.tell(ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", "B"), ev.LearnerTextDone("V", "Fine."))
    await room.reply("C", ms=20)


async def waits_for_answer(room: LongRoom) -> None:
    room.session.say("And then?")


async def replies(room: LongRoom) -> None:
    await room.tell(ev.ReplyStarted("R"), ev.TutorTextDelta("C", "Then"))


async def reply_ends(room: LongRoom) -> None:
    await room.tell(ev.TutorTextDone("C", "Then"), ev.ReplyEnded("R"))


async def holds(room: LongRoom) -> None:
    room.session.think()


async def words_missing(room: LongRoom) -> None:
    await speaking(room)
    await room.tell(ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", "B"), ev.ReplyStarted("R"))
    await room.tell(ev.TutorTextDone("C", "I see."), ev.ReplyEnded("R"))


async def words_come(room: LongRoom) -> None:
    await room.tell(ev.LearnerTextDone("V", "Fine."))


async def asks_beside(room: LongRoom) -> None:
    room.session.take(ev.HelpShown(LineHelp("B", asked="meaning")))


async def answered_beside(room: LongRoom) -> None:
    room.session.take(ev.HelpShown(LineHelp("B", meaning="How are you?")))


async def speaks_on_a_call(room: LongRoom) -> None:
    """There the sound comes no sooner than it is heard, and all of it on the one connection."""
    await room.tell(ev.ReplyStarted("R"), ev.TutorTextDone("C", "Then"), ev.TutorSoundExpected("C", 6_000))
    await room.tell(ev.ReplyEnded("R"))


async def falls_silent(room: LongRoom) -> None:
    await room.tell(ev.TutorSoundExpected("C", 0))


async def heard(room: LongRoom) -> None:
    await room.reply("C", ms=6_000)


async def nothing(room: LongRoom) -> None:
    await asyncio.sleep(3)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (speaking, answered),
        (waits_for_answer, lambda room: room.reply("C", ms=20)),
        (replies, reply_ends),
        (heard, nothing),
        (speaks_on_a_call, falls_silent),
        (holds, holds),
        (words_missing, words_come),
        (asks_beside, answered_beside),
    ],
    ids=[
        "learner speaks",
        "answer is due",
        "answer comes",
        "tutor is heard",
        "on a call",
        "turn is held",
        "words come",
        "help",
    ],
)
def test_it_waits_for_a_quiet_moment(
    begins: Callable[[LongRoom], Awaitable[None]], ends: Callable[[LongRoom], Awaitable[None]]
) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await begins(room)
        await room.until_s(DUE_S + 4)
        assert not room.took_over()
        await ends(room)
        await asyncio.sleep(roll_over.AGAIN_S + 3)
        assert room.took_over()
        assert room.tutor.link.plan.history == room.session.lesson.history
        assert room.noticed == []

    long_test(body)


def test_it_waits_for_tools() -> None:
    async def body(room: ToolRoom) -> None:
        room.tutor.lasts_s = 100.0
        room.session.retry()
        await asyncio.sleep(69)
        await room.call("look", spoken=True)
        await asyncio.sleep(5)
        assert room.answers() == [(["look"], True)]
        assert len(room.tutor.links) == 2, "what the tutor says to that is said on this one"
        await room.reply("B", ms=100)
        await asyncio.sleep(5)
        assert len(room.tutor.links) == 3

    tool_test(body)


def test_what_is_said_while_the_other_is_opened_is_not_lost() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S + 1)
        assert room.tutor.attempts == 2
        room.session.say("And you?")
        await room.reply("C", ms=20, text="Fine.")
        await asyncio.sleep(3)
        assert [link.open for link in room.tutor.links] == [True, False], "it knows nothing of that"
        await asyncio.sleep(10)
        assert [link.open for link in room.tutor.links] == [False, False, True]
        assert room.tutor.link.plan.history == (
            *SAID,
            HistoryLine("learner", "And you?"),
            HistoryLine("tutor", "Fine."),
        )
        assert room.noticed == []

    long_test(body)


def test_what_was_chosen_while_it_was_opened_comes_into_force() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S + 1)
        room.session.set_turn_detection(PRESETS["patient"])
        await asyncio.sleep(3)
        assert room.took_over()
        assert room.tutor.link.commands == [Configure(replace(PLAN, turn_detection=PRESETS["patient"]))]

    long_test(body)


@pytest.mark.parametrize("begins", [holds, words_missing, asks_beside], ids=["held", "words missing", "help"])
def test_the_least_bad_moment_has_to_do_at_last(begins: Callable[[LongRoom], Awaitable[None]]) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(68)
        await begins(room)
        await room.until_s(89)
        assert not room.took_over()
        await room.until_s(93)
        assert room.took_over()
        assert room.session.lesson.held == (begins is holds)
        assert all(turn.state is not TurnState.OPEN for turn in room.session.lesson.turns)
        assert room.noticed == []

    long_test(body, lasts_s=100.0)


def test_a_tutor_that_is_heard_to_the_last_is_heard_to_its_end() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await room.reply("C", ms=185_000)
        await room.until_s(LATE_S + roll_over.AGAIN_S + 2)
        assert room.took_over()
        assert room.phase() is Phase.SPEAKING
        await room.until_s(HOUR_S + 10)
        assert room.session.lesson.turns[-1].state is TurnState.DONE, "nothing of it was cut"
        assert not any(isinstance(command, Interrupt) for link in room.tutor.links for command in link.commands)

    long_test(body)


def test_nobody_is_interrupted_for_it() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 1)
        await speaking(room)
        for _ in range(38):
            await room.tell(ev.LearnerTextDelta("V", "and "))
            await asyncio.sleep(5)
        assert len(room.tutor.links) == 1

    long_test(body)


@pytest.mark.parametrize("lasts_s", [None, 0.0, 59.0, -3_600.0, math.nan, math.inf, 1e12], ids=lambda each: f"{each} s")
def test_an_end_that_makes_no_sense_is_not_planned_for(lasts_s: float | None) -> None:
    async def body(room: Room) -> None:
        room.tutor.lasts_s = lasts_s
        room.session.retry()
        await asyncio.sleep(2 * HOUR_S)
        assert len(room.tutor.links) == 2
        assert room.session.lesson.linked

    async def main() -> None:
        room = Room()
        async with room.lesson():
            await body(room)

    in_virtual_time(main(), limit_s=3 * HOUR_S)


@pytest.mark.parametrize(("lasts_s", "due_s"), [(HOUR_S, 3_420.0), (1_800.0, 1_620.0), (300.0, 210.0), (61.0, 43.0)])
def test_how_long_before_the_end(lasts_s: float, due_s: float) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(due_s - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(due_s + 2)
        assert room.took_over()

    long_test(body, lasts_s)


def test_a_machine_that_was_asleep_notices_that_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        monkeypatch.setattr(roll_over, "slept_s", lambda: 3_000.0)
        await asyncio.sleep(roll_over.ASLEEP_LOOK_S + 1)
        assert room.took_over()

    monkeypatch.setattr(roll_over, "slept_s", lambda: 0.0)
    long_test(body)


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_changes_nothing(by_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(room: LongRoom) -> None:
        now_s = time.time
        monkeypatch.setattr(time, "time", lambda: now_s() + by_s)
        await room.until_s(DUE_S - 1)
        assert len(room.tutor.links) == 1
        await room.until_s(DUE_S + 2)
        assert room.took_over()

    long_test(body)


def test_how_long_it_slept_is_told_by_a_clock_that_nobody_sets() -> None:
    assert abs(slept_s() - slept_s()) < 1.0


def test_a_refusal_of_the_other_is_no_news() -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.refusals = [LinkLost("Too often.", retry=True), LinkLost("No such model.", retry=False, final=True)]
        await room.until_s(DUE_S + 1)
        assert room.tutor.attempts == 2
        await asyncio.sleep(20)
        assert room.tutor.attempts == 4
        assert room.took_over()
        assert room.noticed == []

    long_test(body)


def test_nothing_is_opened_on_a_spent_budget() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(DUE_S - 2)
        room.session.budget.settings = BudgetSettings(lesson_usd=1.0)
        room.session.advance(ev.Usage(2.0))
        await room.until_s(HOUR_S - 1)
        assert room.tutor.attempts == 1

    long_test(body)


@pytest.mark.parametrize("when", ["while it is opened", "while it waits for its moment"])
def test_a_line_that_breaks_meanwhile_is_dialled_again_once(when: str) -> None:
    async def body(room: LongRoom) -> None:
        room.tutor.connect_s = 2.0
        await room.until_s(DUE_S - 1)
        if when != "while it is opened":
            await room.reply("C", ms=20_000)
        await room.until_s(DUE_S + (1 if when == "while it is opened" else 5))
        room.tutor.links[0].tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(30)
        assert room.session.lesson.linked
        assert [link.open for link in room.tutor.links].count(True) == 1
        assert room.tutor.link.open

    long_test(body)


def test_leaving_closes_both() -> None:
    async def main() -> None:
        room = LongRoom()
        async with room.lesson():
            await room.talk()
            await room.until_s(DUE_S - 1)
            await room.reply("C", ms=20_000)
            await room.until_s(DUE_S + 3)
            assert [link.open for link in room.tutor.links] == [True, True]
        assert [link.open for link in room.tutor.links] == [False, False]

    in_virtual_time(main(), limit_s=2 * HOUR_S)


def test_leaving_waits_for_one_that_came_to_nothing_and_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        room = LongRoom()
        connect = room.tutor.connect

        @asynccontextmanager
        async def hangs_up_slowly(plan: LessonPlan) -> AsyncIterator[FakeLink]:
            async with connect(plan) as link:
                yield link
                await asyncio.sleep(60)

        async def takes_nothing(_: Command) -> None:
            await asyncio.sleep(HOUR_S)

        async with room.lesson():
            await room.talk()
            monkeypatch.setattr(room.tutor, "connect", hangs_up_slowly)
            monkeypatch.setattr(room.tutor.link, "send", takes_nothing)
            await room.until_s(DUE_S - 1)
            for speed in (0.9, 0.8):  # the second waits to be sent: that has to be told first
                room.session.configure(replace(PLAN, speed=speed))
            await room.until_s(DUE_S + 5)
            assert [link.open for link in room.tutor.links] == [True, True]
            assert not room.took_over()
        assert [link.open for link in room.tutor.links] == [False, False]

    in_virtual_time(main(), limit_s=2 * HOUR_S)


# ---- an end that comes all the same ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [errors.expired(), errors.closed(1001, "")], ids=["session_expired", "1001"])
def test_a_conversation_that_the_service_has_ended_is_followed_by_another_at_once(lost: LinkLost) -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 1.0
        await room.tell(lost)
        assert room.tutor.attempts == 2, "at once"
        await asyncio.sleep(1.1)
        assert room.took_over()
        assert room.tutor.link.plan.history == SAID
        assert room.tutor.link.commands == []
        assert "LinkEnded" not in room.noticed
        assert room.session.lesson.notice is None

    long_test(body)


def test_what_is_typed_meanwhile_is_said_on_the_next() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 1.0
        await room.tell(errors.expired())
        room.session.say("Still there?")
        await asyncio.sleep(1.1)
        assert [command.text for command in room.tutor.link.commands if isinstance(command, Say)] == ["Still there?"]
        assert "LinkEnded" not in room.noticed

    long_test(body)


def test_it_is_shown_if_the_next_is_long_in_coming() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.connect_s = 10.0
        await room.tell(errors.expired())
        await asyncio.sleep(3)
        assert not room.session.lesson.linked
        assert room.phase() is Phase.CONNECTING
        assert room.session.lesson.notice is None
        await asyncio.sleep(10)
        assert room.session.lesson.linked

    long_test(body)


def test_why_the_next_does_not_come_is_told() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        room.tutor.refusals = [LinkLost("Nothing answers.", retry=True)]
        await room.tell(errors.expired())
        assert not room.session.lesson.linked
        assert room.session.lesson.notice is not None
        assert room.session.lesson.notice.title == "Nothing answers."

    long_test(body)


def test_who_was_speaking_then_is_told_without_alarm() -> None:
    async def body(room: LongRoom) -> None:
        await room.until_s(600)
        await room.tell(ev.LearnerStartedSpeaking("V"))
        await room.tell(errors.expired())
        notice = room.session.lesson.notice
        assert notice is not None
        assert notice.severity == "information"
        assert notice.hint.endswith("say it again.")

    long_test(body)


def test_a_service_that_ends_every_conversation_at_once_is_not_dialled_all_the_time() -> None:
    async def body(room: LongRoom) -> None:
        for _ in range(4):
            await room.tell(errors.expired())
            await asyncio.sleep(0.01)
        assert len(room.tutor.links) < 4
        assert room.session.lesson.dial_wait_s > 0

    long_test(body)


def test_an_answer_that_it_broke_is_asked_for_again() -> None:
    async def body(room: LongRoom) -> None:
        await asyncio.sleep(10)
        room.session.say("And then?")
        await room.tell(errors.expired())
        assert room.tutor.link.commands == [EndTurn(commit=False)]

    long_test(body)
