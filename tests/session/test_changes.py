"""Another profile, voice or tutor in mid-lesson, in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.cost_text import cost_words
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import Applied, HistoryLine
from tutor_tui.core.pedagogy import HAND_OVER
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import Configure, EndTurn, Greet


def test_another_profile_goes_live_and_opens() -> None:
    async def body(room: Room) -> None:
        new = replace(PLAN, profile="French debate", instructions="Débattez.", opening="Ouvrez.")
        room.session.change(new)
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Configure(new), Greet("Ouvrez.")]
        assert len(room.tutor.links) == 1

    lesson_test(body)


def test_another_voice_after_speech_reconnects_with_the_history() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello.", ms=100)
        await asyncio.sleep(1)
        room.session.change(replace(PLAN, voice="cedar"))
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 2
        assert room.tutor.link.plan.voice == "cedar"
        assert room.tutor.link.plan.history == (HistoryLine("tutor", "Hello."),)
        assert room.tutor.link.commands == []

    lesson_test(body)


def test_a_profile_the_tutor_cannot_take_live_gets_a_new_conversation() -> None:
    def room() -> Room:
        return Room(capabilities=Capabilities(live_lesson=False))

    async def body(room: Room) -> None:
        new = replace(PLAN, profile="Café", instructions="Otra.", opening="Saluda.", offline_lesson="es-a1-cafe")
        room.session.change(new)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 2
        assert room.tutor.link.commands == [Greet("Saluda.")]

    lesson_test(body, room)


def test_another_unit_of_a_script_begins_anew_and_hears_nothing_of_the_one_before() -> None:
    unit_1 = replace(PLAN, opening="Say hello.", offline_lesson="unit-1")
    unit_2 = replace(unit_1, offline_lesson="unit-2")

    def carried_over(room: Room) -> list[str]:
        return [line.text for line in room.tutor.link.plan.history]

    async def body(room: Room) -> None:
        await room.reply(text="What is your name?", ms=100)
        await asyncio.sleep(1)
        room.session.change(unit_2)
        await asyncio.sleep(1)
        assert carried_over(room) == []
        assert room.tutor.link.commands == [Greet("Say hello.")]
        await room.reply("B", text="Where are you from?", ms=100)
        await asyncio.sleep(1)
        room.tutor.link.tell(LinkLost("Gone.", retry=True))
        await asyncio.sleep(5)
        assert carried_over(room) == ["Where are you from?"]
        assert [line.text for line in room.session.lesson.history] == ["What is your name?", "Where are you from?"]

    lesson_test(body, lambda: Room(unit_1, capabilities=Capabilities(scripted=True, live_lesson=False)))


BEFORE: tuple[HistoryLine, ...] = (HistoryLine("tutor", "What is your name?"), HistoryLine("learner", "Mina."))


def test_an_earlier_lesson_goes_on_with_what_was_said_in_it_and_here() -> None:
    """Even by the plan that is in force already: the tutor has to be told of the lesson."""

    async def body(room: Room) -> None:
        await room.reply(text="Good evening.", ms=100)
        await asyncio.sleep(1)
        room.session.change(replace(PLAN, history=BEFORE, opening="Go on."), resumes=True)
        await asyncio.sleep(1)
        assert room.tutor.link.plan.history == (*BEFORE, HistoryLine("tutor", "Good evening."))
        assert room.tutor.link.commands == [Greet("Go on.")]
        await room.reply("B", text="Welcome back.", ms=100)
        room.tutor.link.tell(LinkLost("Gone.", retry=True))
        await asyncio.sleep(5)
        assert room.tutor.link.plan.history[:2] == BEFORE
        assert room.tutor.link.commands == [], "it has welcomed the learner back once"

    lesson_test(body)


def test_a_guide_that_takes_up_an_earlier_lesson_hears_nothing_of_what_came_between() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Where are you from?", ms=100)
        await asyncio.sleep(1)
        room.session.change(replace(PLAN, history=BEFORE, opening="Go on."), resumes=True)
        await asyncio.sleep(1)
        assert room.tutor.link.plan.history == BEFORE
        await room.reply("B", text="Nice to meet you, Mina.", ms=100)
        await asyncio.sleep(1)
        room.tutor.link.tell(LinkLost("Gone.", retry=True))
        await asyncio.sleep(5)
        assert room.tutor.link.plan.history == (*BEFORE, HistoryLine("tutor", "Nice to meet you, Mina."))
        room.session.change(replace(room.session.lesson.plan, offline_lesson="unit-2"))
        await asyncio.sleep(1)
        assert room.tutor.link.plan.history == (), "another unit begins anew"

    lesson_test(body, lambda: Room(capabilities=Capabilities(scripted=True, live_lesson=False)))


def test_a_tutor_with_a_model_does_not_begin_anew_for_another_script() -> None:
    async def body(room: Room) -> None:
        room.session.change(replace(PLAN, offline_lesson="unit-2"))
        await asyncio.sleep(1)
        assert sum(isinstance(command, Greet) for command in room.tutor.link.commands) == 1, "at the beginning"

    lesson_test(body)


def test_a_refused_change_springs_back_and_says_why() -> None:
    async def body(room: Room) -> None:
        before = room.session.lesson.plan.turn_detection
        await room.tell(ev.PlanApplied(Applied(turn_detection=before)))
        room.session.set_turn_detection(PushToTalk())
        assert room.session.lesson.plan_pending
        await room.tell(ev.PlanRefused("turn_detection is out of range", "turn_detection"))
        lesson = room.session.lesson
        assert lesson.plan.turn_detection == before and not lesson.plan_pending
        assert lesson.notice is not None and lesson.notice.hint == "turn_detection is out of range"

    lesson_test(body)


def test_another_plan_lets_go_of_a_held_turn() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        room.session.change(replace(room.session.lesson.plan, speed=0.8))
        assert not room.session.lesson.held
        assert room.session.lesson.plan.answers

    lesson_test(body)


def test_another_tutor_goes_on_with_what_was_said() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello.", ms=2_000, done=False)
        await room.tell(ev.LearnerTextDone("U", "Good morning."))
        await asyncio.sleep(1)
        other = FakeTutor(Capabilities(hears=frozenset({"en"})))
        room.session.switch(other)
        await asyncio.sleep(1)
        assert not room.tutor.link.open
        assert other.link.plan.history[-1] == HistoryLine("learner", "Good morning.")
        assert other.link.commands == [EndTurn(commit=False)], "the learner's words are answered by the other"
        assert room.session.tutor is other
        assert room.phase() is Phase.LISTENING
        assert room.session.lesson.notice is None, "a change that was asked for is no news"

    lesson_test(body)


def test_the_same_tutor_is_no_change() -> None:
    async def body(room: Room) -> None:
        room.session.switch(room.tutor)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 1

    lesson_test(body)


def test_what_was_spent_stays_spent_with_a_tutor_that_is_free() -> None:
    free = Capabilities(costs_money=False)

    async def body(room: Room) -> None:
        await room.tell(ev.Usage(0.0143))
        await room.reply()
        room.session.switch(FakeTutor(free))
        await asyncio.sleep(1)
        assert cost_words(room.session.lesson, free) == "$0.014"

    lesson_test(body)


def test_what_nobody_knows_the_price_of_stays_unknown_with_a_tutor_that_is_free() -> None:
    free = Capabilities(costs_money=False)

    async def body(room: Room) -> None:
        assert not room.session.lesson.cost_unknown, "nothing was answered yet"
        await room.reply()
        room.session.switch(FakeTutor(free))
        await asyncio.sleep(1)
        assert cost_words(room.session.lesson, free) == "cost unknown"

    lesson_test(body, lambda: Room(capabilities=Capabilities(price_known=False)))


def test_our_own_server_says_that_it_takes_over_a_lesson_under_way() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(0.2)
        ours = FakeTutor(Capabilities(ours=True, way="offline"))
        room.session.switch(ours)
        await asyncio.sleep(0.1)
        assert ours.link.commands == [Greet(HAND_OVER)]
        ours.link.tell(ev.ReplyStarted("R"), ev.TutorTextDone("H", "I take over."), ev.ReplyEnded("R"))
        ours.link.tell(LinkLost("Gone.", retry=True))
        await asyncio.sleep(5)
        assert Greet(HAND_OVER) not in ours.link.commands, "it has said so once"

    lesson_test(body)


def test_another_model_goes_on_without_a_word() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(0.2)
        other = FakeTutor()
        room.session.switch(other)
        await asyncio.sleep(0.1)
        assert other.link.commands == []

    lesson_test(body)


def test_what_is_owed_to_the_learner_is_answered_by_whoever_takes_over() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=100)
        await asyncio.sleep(0.2)
        room.session.say("네")
        ours = FakeTutor(Capabilities(ours=True, way="offline"))
        room.session.switch(ours)
        await asyncio.sleep(0.1)
        assert ours.link.commands == [EndTurn(commit=False)]

    lesson_test(body)
