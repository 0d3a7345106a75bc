"""The turn-based tutor in a whole session: what the learner sees and what the chat is told are the same lesson."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fakes import FakeSoundCard
from tests.support.speech_services import CHAT, SPEAK, TRANSCRIBE, Answer, SpeechServices, error, speech_services
from tests.tutors.pipeline.helpers import BY_KEY, BY_VOICE, pipeline
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.session.session import Session


class Room:
    """A session in real time on real services, with a sound card of paper."""

    def __init__(self, server: SpeechServices, plan: LessonPlan, **options: Any) -> None:
        self.sound = FakeSoundCard()
        self.session = Session(tutor=pipeline(server, **options), sound=self.sound, plan=plan)

    @property
    def lesson(self) -> Lesson:
        return self.session.lesson

    def texts(self) -> list[str]:
        return [turn.text for turn in self.lesson.turns]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Follow the lesson until it is so."""
        async with asyncio.timeout(timeout_s):
            async for _ in self.session.watch:
                if condition():
                    return

    async def phase(self, phase: Phase) -> None:
        await self.until(lambda: self.lesson.phase is phase)

    async def hush(self, ms: int) -> None:
        await self.sound.microphone.speak(ms, level=0)


@asynccontextmanager
async def room(
    plan: LessonPlan, record_seconds: float = 0.0, **services: Any
) -> AsyncIterator[tuple[Room, SpeechServices]]:
    async with speech_services(**services) as server:
        here = Room(server, plan, record_seconds=record_seconds)
        task = asyncio.create_task(here.session.run())
        try:
            yield here, server
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
async def test_a_barge_in_leaves_lesson_and_chat_with_what_was_heard() -> None:
    greeting = "Welcome to the lesson. Today we speak about the weather in spring. Then about summer. What is it like?"
    greeted = replace(BY_VOICE, opening="Greet the learner.")
    async with room(greeted, answers=deque([greeting, "I see."])) as (here, server):
        await here.phase(Phase.SPEAKING)
        await here.hush(1_600)
        await here.sound.microphone.speak(300)
        assert here.lesson.phase is Phase.HEARING
        assert not here.sound.speaker.sounding
        await here.hush(500)
        await here.until(lambda: "I see." in here.texts())
        await here.phase(Phase.LISTENING)

        first, learner, answer = here.lesson.turns
        assert (first.state, learner.text, answer.text) == (TurnState.CUT, "Hello.", "I see.")
        told = server.to(CHAT)[1].json["messages"]
        assert told[-1]["content"] == "Hello."
        remembered = told[-2]["content"]
        assert greeting.startswith(remembered)
        assert abs(len(remembered) - len(first.heard_text)) <= 8, "the screen and the chat agree within a word"
        assert 15 <= len(remembered) <= 60


async def test_noise_that_is_no_word_ends_in_listening() -> None:
    async with room(BY_VOICE) as (here, server):
        server.always[TRANSCRIBE] = Answer(body=b'{"text": ""}')
        await here.phase(Phase.LISTENING)
        await here.sound.microphone.speak(300)
        await here.hush(500)
        await here.until(lambda: here.lesson.notice is not None)
        await here.phase(Phase.LISTENING)
        assert here.lesson.turns[0].state is TurnState.UNCLEAR
        assert server.to(CHAT) == []


async def test_a_refused_key_stops_the_lesson_and_a_mended_one_answers_what_was_asked() -> None:
    async with room(BY_KEY) as (here, server):
        await here.phase(Phase.LISTENING)
        server.always[CHAT] = error(401, "invalid_api_key")
        here.session.say("How are you?")
        await here.phase(Phase.FAILED)
        assert here.lesson.failed is not None
        assert here.lesson.failed.title == "The chat service refuses the API key (HTTP 401)."
        server.always.clear()
        here.session.retry()
        await here.until(lambda: here.texts() == ["How are you?", "Good. Go on!"])
        await here.phase(Phase.LISTENING)


async def test_a_door_that_answers_for_a_chat_which_has_worked_stops_no_lesson() -> None:
    async with room(BY_KEY) as (here, server):
        await here.phase(Phase.LISTENING)
        here.session.say("How are you?")
        await here.until(lambda: here.texts() == ["How are you?", "Good. Go on!"])
        server.always[CHAT] = Answer(404, b"<html>Sign in</html>", "text/html")
        here.session.say("Still there?")
        await here.until(lambda: here.lesson.dialling >= 2)
        assert here.lesson.failed is None
        server.always.clear()
        await here.until(lambda: here.texts()[2:] == ["Still there?", "Good. Go on!"])


async def test_a_chat_that_asks_for_a_long_pause_gets_it_and_enter_asks_at_once() -> None:
    async with room(BY_KEY) as (here, server):
        await here.phase(Phase.LISTENING)
        server.always[CHAT] = error(429, "rate_limit_exceeded", retry_after="40")
        here.session.say("How are you?")
        await here.until(lambda: here.lesson.dial_wait_s > 30)
        assert here.lesson.notice is not None
        assert here.lesson.notice.title == "The chat service asks for a pause of 40 s (HTTP 429)."
        assert len(server.to(CHAT)) == 1
        server.always.clear()
        here.session.retry()
        await here.until(lambda: here.texts() == ["How are you?", "Good. Go on!"])


async def test_without_voice_and_ears_the_lesson_goes_on_in_writing() -> None:
    async with room(replace(BY_KEY, opening="Greet.")) as (here, server):
        server.always |= {TRANSCRIBE: error(404), SPEAK: error(404)}
        await here.until(lambda: here.texts() == ["Good. Go on!"])
        here.session.talk()
        await here.sound.microphone.speak(300)
        here.session.talk()
        await here.until(lambda: here.lesson.turns[-1].state is TurnState.UNCLEAR)
        here.session.say("Typed.")
        await here.until(lambda: here.texts() == ["Good. Go on!", "", "Typed.", "Good. Go on!"])
        await here.phase(Phase.LISTENING)


async def test_the_think_key_keeps_the_turn_and_letting_go_answers_it() -> None:
    async with room(BY_VOICE, texts=deque(["I think"])) as (here, server):
        await here.phase(Phase.LISTENING)
        here.session.think()
        await here.sound.microphone.speak(300)
        await here.hush(500)
        await here.until(lambda: here.texts() == ["I think"])
        assert server.to(CHAT) == []
        here.session.think()
        await here.until(lambda: here.texts() == ["I think", "Good. Go on!"])


async def test_a_change_of_voice_goes_on_with_the_same_lesson() -> None:
    async with room(BY_KEY) as (here, server):
        await here.phase(Phase.LISTENING)
        here.session.say("One.")
        await here.until(lambda: len(here.lesson.turns) == 2 and here.lesson.phase is Phase.LISTENING)
        here.session.change(replace(here.lesson.plan, voice="cedar"))
        await here.phase(Phase.LISTENING)
        here.session.say("Two.")
        await here.until(lambda: len(here.lesson.turns) == 4 and here.lesson.phase is Phase.LISTENING)
        assert [message["content"] for message in server.to(CHAT)[-1].json["messages"]] == [
            "Teach.",
            "One.",
            "Good. Go on!",
            "Two.",
        ]
        assert server.to(SPEAK)[-1].json["voice"] == "cedar"


async def test_a_turn_of_a_fixed_length_takes_one_press_of_the_key() -> None:
    async with room(BY_KEY, record_seconds=0.3) as (here, server):
        await here.phase(Phase.LISTENING)
        for count in (1, 2):
            here.session.talk()
            assert here.lesson.phase is Phase.HEARING
            await here.sound.microphone.speak(400)
            assert not here.lesson.talking
            await here.until(lambda count=count: here.lesson.replies == count)  # type: ignore[misc]
            await here.phase(Phase.LISTENING)
        assert [request.wav_ms for request in server.to(TRANSCRIBE)] == [300, 300]
        assert here.lesson.notice is None
