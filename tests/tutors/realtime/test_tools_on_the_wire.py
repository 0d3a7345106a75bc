"""Tools in a session over the real link, a strict server and a loopback weather service."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.support.fakes import FakeSoundCard
from tests.support.strict_calls import Call, Carrier
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.weather_server import WeatherServer
from tests.tutors.helpers import PLAN, hurried, realtime
from tutor_tui.core.conversation import ToolState
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.tools import LESSON_TOOLS, TOOL_NAMES, Correction, LevelSuggestion, Word
from tutor_tui.session.session import Session
from tutor_tui.tools.dispatch import Outcome, Tool, ToolDispatcher
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.offline.tutor import OfflineTutor

HELLO = Reply("Hello!", tone(60))
SEOUL = Call("get_weather", '{ "city":\n"Seoul" }')
SUNNY = Reply("It rains.", tone(60))
SLIP = Call("note_correction", '{"said": "I goed", "better": "I went"}')


@dataclass
class Lessons:
    """A session, to be waited for."""

    session: Session

    @property
    def lesson(self) -> Lesson:
        return self.session.lesson

    async def until(self, condition: Callable[[Lesson], bool], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition(self.lesson):  # noqa: ASYNC110 - the lesson is a value to look at
                await asyncio.sleep(0.005)

    async def quiet(self, replies: int) -> None:
        await self.until(lambda lesson: lesson.replies == replies and lesson.phase is Phase.LISTENING)


@dataclass
class Room(Lessons):
    """A learner who types, a session with tools, and a server."""

    server: StrictServer

    async def ask(self, text: str = "Will it rain in Seoul?") -> None:
        """Wait for the greeting, then type."""
        await self.quiet(1)
        self.session.say(text)

    def outputs(self) -> list[dict[str, Any]]:
        items = [frame["item"] for frame in self.server.of_type("conversation.item.create")]
        return [item for item in items if item["type"] == "function_call_output"]

    def requests(self) -> int:
        return len(self.server.of_type("response.create"))


async def hang() -> Outcome:
    """Never come to an end."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def burst() -> Outcome:
    """Break."""
    raise ZeroDivisionError


@asynccontextmanager
async def room(
    *replies: Reply, box: ToolDispatcher | None = None, names: tuple[str, ...] = TOOL_NAMES
) -> AsyncIterator[Room]:
    async with WeatherServer() as weather, StrictServer(Behaviour(replies=[HELLO, *replies])) as server:
        tools = box or standard_tools(weather.url)
        session = Session(
            tutor=realtime(server), sound=FakeSoundCard(), plan=replace(PLAN, tools=tools.specs(names)), toolbox=tools
        )
        running = asyncio.create_task(session.run())
        try:
            yield Room(session, server)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("told_by", [{"arguments"}, {"item"}, {"done"}, {"arguments", "item", "done"}])
async def test_the_weather_is_looked_up_once_and_spoken_about(told_by: set[Carrier]) -> None:
    call = replace(SEOUL, told_by=frozenset(told_by))
    async with room(Reply("Let me see.", tone(60), calls=[call]), SUNNY) as there:
        await there.ask()
        await there.quiet(3)
        (output,) = there.outputs()
        assert output["call_id"] == call.id
        assert output["output"].startswith("Seoul, South Korea now: 7 °C, light rain")
        assert there.requests() == 3, "the greeting, the question, the outcome"
        assert [turn.text for turn in there.lesson.turns][-2:] == ["Let me see.", "It rains."]
        (line,) = there.lesson.tool_lines
        assert (line.name, line.state, line.summary) == (
            "get_weather",
            ToolState.DONE,
            "Seoul, South Korea: 7 °C, light rain",
        )
        assert line.after == there.lesson.turns[-2].id
        assert there.server.complaints == []
        for sent in there.server.sent:
            EVENT.validate_python(sent.frame)


EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


async def test_two_calls_in_one_reply_are_answered_together() -> None:
    munich = Call("get_weather", '{"city": "München"}')
    async with room(Reply(silent=True, calls=[SEOUL, munich]), SUNNY) as there:
        await there.ask()
        await there.quiet(3)
        assert [output["call_id"] for output in there.outputs()] == [SEOUL.id, munich.id]
        assert there.requests() == 3
        order = [received.type for received in there.server.received][-3:]
        assert order == ["conversation.item.create", "conversation.item.create", "response.create"]
        assert there.server.complaints == []


async def test_a_note_beside_speech_is_answered_and_nothing_more_is_said() -> None:
    async with room(Reply("I see.", tone(60), calls=[SLIP]), Reply("too much", tone(60))) as there:
        await there.ask("I goed home")
        await there.quiet(2)
        await there.server.until(lambda: len(there.outputs()) == 1)
        await asyncio.sleep(0.1)
        assert there.requests() == 2
        (note,) = there.lesson.corrections
        turn = there.lesson.turn(note.item_id)
        assert note.what == Correction("I goed", "I went") and turn is not None and turn.text == "I goed home"
        assert there.server.complaints == []


async def test_a_reply_of_a_note_alone_is_followed_by_speech() -> None:
    async with room(Reply(silent=True, calls=[SLIP]), Reply("Go on.", tone(60))) as there:
        await there.ask("I goed home")
        await there.until(lambda lesson: any(turn.text == "Go on." for turn in lesson.turns))
        assert there.requests() == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (Call("get_weather", '{"city": '), "the whole: Invalid JSON"),
        (Call("get_weather", ""), "city: Field required"),
        (Call("get_weather", '{"town": "Seoul"}'), "city: Field required"),
        (Call("open_door", "{}"), "There is no such tool in this lesson. There are: note_correction"),
        (Call("get_weather\x1b[31m", "{}"), "There is no such tool"),
    ],
)
async def test_a_call_that_cannot_be_made_is_answered_and_the_talk_goes_on(call: Call, said: str) -> None:
    async with room(Reply(silent=True, calls=[call]), Reply("Sorry.", tone(60))) as there:
        await there.ask()
        await there.quiet(3)
        (output,) = there.outputs()
        assert said in output["output"]
        assert there.lesson.tool_lines[0].state is ToolState.FAILED
        assert "\x1b" not in there.lesson.tool_lines[0].name
        assert there.lesson.turns[-1].text == "Sorry."
        assert there.lesson.notice is None
        assert there.server.complaints == []


async def test_a_tool_that_the_profile_has_switched_off_is_neither_offered_nor_used() -> None:
    async with room(Reply(silent=True, calls=[SEOUL]), Reply("I cannot.", tone(60)), names=LESSON_TOOLS) as there:
        await there.ask()
        await there.quiet(3)
        offered = [tool["name"] for tool in there.server.sessions[0].session["tools"]]
        assert offered == list(LESSON_TOOLS)
        assert "no such tool" in there.outputs()[0]["output"]


async def test_without_tools_the_session_is_told_of_none() -> None:
    async with room(names=()) as there:
        await there.quiet(1)
        assert all("tools" not in frame["session"] for frame in there.server.of_type("session.update"))


@pytest.mark.parametrize(("name", "said"), [("hang", "longer than 0.3 seconds"), ("burst", "ZeroDivisionError")])
async def test_a_tool_that_hangs_or_breaks_is_given_up(name: str, said: str) -> None:
    box = ToolDispatcher((Tool(hang, limit_s=0.3), Tool(burst)))
    replies = (Reply(silent=True, calls=[Call(name)]), Reply("It does not work.", tone(60)))
    async with room(*replies, box=box, names=("hang", "burst")) as there:
        await there.ask()
        await there.quiet(3)
        assert said in there.outputs()[0]["output"]
        assert there.lesson.turns[-1].text == "It does not work."
        assert there.server.complaints == []


async def test_typing_over_a_tool_at_work_stops_it_and_is_answered_once() -> None:
    box = ToolDispatcher((Tool(hang),))
    replies = (Reply(silent=True, calls=[Call("hang")]), Reply("Fine.", tone(60)))
    async with room(*replies, box=box, names=("hang",)) as there:
        await there.ask()
        await there.until(lambda lesson: lesson.replies == 2 and lesson.phase is Phase.THINKING)
        there.session.say("never mind")
        await there.quiet(3)
        assert "interrupted" in there.outputs()[0]["output"]
        assert there.requests() == 3
        assert [turn.text for turn in there.lesson.turns] == ["Hello!", "Will it rain in Seoul?", "never mind", "Fine."]
        assert there.server.complaints == []


@pytest.mark.parametrize("whole", [True, False])
async def test_a_call_in_a_reply_that_is_cancelled_asks_for_no_speech(whole: bool) -> None:
    """One call is whole when the learner stops the reply; the other is cut in the middle and never made."""
    calls = [SLIP, SEOUL] if whole else [SEOUL]
    async with room(Reply("Let me see.", tone(3_000), calls=calls, cut_in_call=True), SUNNY) as there:
        await there.ask()
        await there.server.wait_told("response.function_call_arguments.done", 1 + whole)
        there.session.interrupt()
        await there.quiet(2)
        await there.server.until(lambda: len(there.outputs()) == whole)
        await asyncio.sleep(0.1)
        assert [output["call_id"] for output in there.outputs()] == ([SLIP.id] if whole else [])
        assert there.requests() == 2
        there.session.say("and now?")
        await there.quiet(3)
        assert there.server.complaints == []


async def test_slower_please_holds_for_the_next_sentence_and_on_the_next_line() -> None:
    slower = Reply(silent=True, calls=[Call("set_pace", '{"pace": "slower"}')])
    async with room(slower, Reply("Like this?", tone(60))) as there:
        await there.ask("slower, please")
        await there.quiet(3)
        assert there.lesson.applied.speed == 0.85
        kinds = [received.frame for received in there.server.received]
        paces = [frame.get("session", {}).get("audio", {}).get("output", {}).get("speed") for frame in kinds]
        assert paces.index(0.85) < [frame["type"] for frame in kinds].index("response.create", paces.index(0.85))
        there.server.drop()
        await there.until(lambda lesson: not lesson.linked)
        await there.until(lambda lesson: lesson.linked)
        assert there.server.sessions[-1].session["audio"]["output"]["speed"] == 0.85
        assert there.server.complaints == []


async def test_more_time_holds_on_the_next_line() -> None:
    patient = Reply("Of course.", tone(60), calls=[Call("set_patience", '{"patience": "more"}')])
    async with room(patient, Reply("Take your time.", tone(60))) as there:
        await there.ask("wait for me, please")
        await there.quiet(3)
        assert there.server.sessions[0].session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 900
        there.server.drop()
        await there.until(lambda lesson: not lesson.linked)
        await there.until(lambda lesson: lesson.linked)
        assert there.server.sessions[1].session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 900


@pytest.mark.parametrize("taken", [True, False])
async def test_a_suggested_level_is_in_force_when_the_learner_takes_it_and_the_tutor_is_told(taken: bool) -> None:
    level = Call("set_level", '{"level": "B1", "because": "long answers"}')
    async with room(Reply("B1 would suit you.", tone(60), calls=[level]), Reply("Fine.", tone(60))) as there:
        await there.ask("I have lived here for ten years.")
        await there.until(lambda lesson: lesson.suggestion is not None and lesson.phase is Phase.LISTENING)
        assert there.outputs() == []
        there.session.level_question.decide(taken=taken)
        await there.quiet(3)
        (output,) = there.outputs()
        assert ("has taken it" if taken else "leaves the level") in output["output"]
        assert there.lesson.plan.level == ("B1" if taken else PLAN.level)
        kinds = [received.type for received in there.server.received]
        assert kinds[-2:] == ["conversation.item.create", "response.create"]
        assert there.server.complaints == []


async def test_a_line_lost_while_a_tool_is_at_work_still_brings_the_answer() -> None:
    box = ToolDispatcher((Tool(hang),))
    replies = (Reply("Let me see.", tone(60), calls=[Call("hang")]), Reply("I am back.", tone(60)))
    async with room(*replies, box=box, names=("hang",)) as there:
        await there.ask()
        await there.until(lambda lesson: bool(lesson.tool_lines) and lesson.replies == 2)
        there.server.drop()
        await there.until(lambda lesson: any(turn.text == "I am back." for turn in lesson.turns))
        assert there.lesson.tool_lines[0].state is ToolState.FAILED
        replayed = json.dumps(there.server.of_type("conversation.item.create"))
        assert not re.search("function_call", replayed), "calls are no part of what a new line is told"
        assert there.server.complaints == []


async def test_a_model_that_calls_in_circles_is_brought_to_an_end() -> None:
    circles = [Reply(silent=True, calls=[Call("set_pace", '{"pace": "normal"}')]) for _ in range(20)]
    async with room(*circles) as there:
        await there.ask()
        await there.until(lambda lesson: len(lesson.tool_lines) == 14)
        await asyncio.sleep(0.2)
        assert len(there.outputs()) == 14, "12 were made, and 2 refused"
        assert there.lesson.phase is Phase.LISTENING
        assert there.server.complaints == []


@asynccontextmanager
async def offline_lesson(name: str) -> AsyncIterator[tuple[Session, Lessons]]:
    """A lesson with a server of its own, in which all tools may be used."""
    tools = standard_tools()
    tutor = OfflineTutor(hurried())
    plan = replace(PLAN, tools=tools.specs(LESSON_TOOLS), offline_lesson=name)
    session = Session(tutor=tutor, sound=FakeSoundCard(pace=20.0), plan=plan, toolbox=tools)
    running = asyncio.create_task(session.run())
    there = Lessons(session)
    try:
        yield session, there
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await tutor.close()


@pytest.mark.slow
async def test_the_offline_guide_suggests_the_level_that_it_has_found_and_goes_on_from_there() -> None:
    async with offline_lesson("en-level-test") as (session, there):
        for number, answer in enumerate(("My name is Anna, and I am from Spain.", *["I don't know."] * 2), 1):
            await there.until(lambda lesson, number=number: lesson.replies == number)  # type: ignore[misc]  # a default binds the loop's value
            session.say(answer)
        await there.until(lambda lesson: lesson.suggestion is not None)
        assert there.lesson.suggestion == LevelSuggestion("A1", "you can say who you are and where you are from")
        session.level_question.decide(taken=True)
        await there.until(lambda lesson: lesson.replies == 5)
        assert there.lesson.plan.level == "A1"
        assert "“First words”" in there.lesson.turns[-1].text
        session.say("next lesson")
        await there.until(lambda lesson: lesson.replies == 6)
        assert there.lesson.turns[-1].text.startswith("Hello, and welcome!")


@pytest.mark.slow
async def test_the_offline_guide_takes_notes_over_the_same_protocol() -> None:
    async with offline_lesson("en-a1-first-words") as (session, there):
        for number, answer in enumerate(("my name anna", "my name is anna"), 1):
            await there.until(lambda lesson, number=number: lesson.replies == number)  # type: ignore[misc]  # a default binds the loop's value
            session.say(answer)
        await there.until(lambda lesson: lesson.replies == 3 and len(lesson.notes) == 2)
        correction, word = there.lesson.notes
        assert isinstance(word.what, Word) and word.what.term == "my name is", "it is new in this unit"
        assert isinstance(correction.what, Correction) and correction.what.said == "my name anna"
        assert correction.what.better == "My name is Anna."
        said = there.lesson.turn(correction.item_id)
        assert said is not None and said.text == "my name is anna"
        assert [line.state for line in there.lesson.tool_lines] == [ToolState.DONE, ToolState.DONE]
        assert there.lesson.replies == 3, "notes ask for no speech"
        assert there.lesson.notice is None and there.lesson.unknown_events == 0
