"""What the guide writes down, as tool calls over the protocol: each event judged by the SDK's models."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.offline_server.client import Client, Event, TinyGuide, TinyReply, TinyTutoring, talking
from tests.offline_server.realtime.answers import say, text_of
from tutor_tui.core.tools import TOOL_NAMES, Correction, Word
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.openai_api.realtime.session_config import tool_setting
from tutor_tui.speech.sentences import sentences
from tutor_tui.tools.registry import standard_tools

TOOLS = [tool_setting(spec) for spec in standard_tools().specs(TOOL_NAMES)]
SLIP = Correction("I goed", "I went", kind="grammar")
WORD = Word("의자", "chair", language="ko")


class NotingGuide(TinyGuide):
    """Writes down a correction and a word with every answer."""

    def __deepcopy__(self, memo: dict[int, Any]) -> NotingGuide:
        return NotingGuide(list(self.history), self.log, self.step)

    def answer(self, text: str) -> TinyReply:
        return TinyReply(super().answer(text).text, notes=(SLIP, WORD))


class NotingTutoring(TinyTutoring):
    def guide(self, lesson: WantedLesson, language: str, history: Any) -> NotingGuide:
        return NotingGuide(list(history), self.log)


def calls_of(response: Event) -> list[tuple[str, dict[str, Any]]]:
    items = [item for item in response["output"] if item["type"] == "function_call"]
    return [(item["name"], json.loads(item["arguments"])) for item in items]


async def test_notes_are_calls_behind_what_is_said() -> None:
    async with talking(NotingTutoring()) as client:
        await client.update(tools=TOOLS)
        response = await say(client, "hello")
        assert text_of(response) == "Answer 1 to hello. Go on."
        assert calls_of(response) == [
            ("note_correction", {"said": "I goed", "better": "I went", "kind": "grammar"}),
            ("note_word", {"term": "의자", "meaning": "chair", "language": "ko"}),
        ]
        kinds = [event["type"] for event in client.seen]
        first = kinds.index("response.function_call_arguments.done")
        assert kinds.index("response.output_audio.done") < first < kinds.index("response.done")
        told = [event for event in client.seen if event["type"] == "response.function_call_arguments.done"]
        assert [event["call_id"] for event in told] == [item["call_id"] for item in response["output"][1:]]
        assert [event["output_index"] for event in told] == [1, 2]


async def test_outputs_are_taken_and_the_lesson_goes_on() -> None:
    async with talking(NotingTutoring()) as client:
        await client.update(tools=TOOLS)
        first = await say(client, "hello")
        for item in first["output"][1:]:
            output = {"type": "function_call_output", "call_id": item["call_id"], "output": "Noted."}
            await client.ask("conversation.item.create", "conversation.item.done", item=output)
        assert text_of(await say(client, "and now")) == "Answer 2 to and now. Go on."


@pytest.mark.parametrize(
    "session",
    [
        {"tools": []},
        {"tools": TOOLS, "tool_choice": "none"},
        {"tools": [tool for tool in TOOLS if tool["name"] == "get_weather"]},
        {"tools": [{"type": "function", "name": "note_correction"}]},
        {"tools": [{"type": "function", "name": "note_correction", "parameters": []}]},
        {"tools": [{"type": "function", "name": "note_word", "parameters": {"properties": 3, "required": "term"}}]},
        {"tools": [{"type": "function", "name": "note_word", "parameters": {"properties": {"deck": {}}}}]},
        {
            "tools": [
                {
                    "type": "function",
                    "name": "note_correction",
                    "parameters": {"properties": {"said": {}, "student": {}}, "required": ["said", "student"]},
                }
            ]
        },
        {"tools": [{"type": "mcp", "server_label": "notes"}]},
    ],
)
async def test_what_the_session_does_not_offer_in_this_form_is_not_called(session: dict[str, Any]) -> None:
    async with talking(NotingTutoring()) as client:
        await client.update(**session)
        response = await say(client, "hello")
        assert response["status"] == "completed"
        assert calls_of(response) == []


async def test_another_programs_note_tool_gets_the_fields_it_knows() -> None:
    tool = {"type": "function", "name": "note_correction", "parameters": {"properties": {"better": {}}}}
    async with talking(NotingTutoring()) as client:
        await client.update(tools=[tool])
        assert calls_of(await say(client, "hello")) == [("note_correction", {"better": "I went"})]


async def test_a_response_that_is_cut_short_writes_nothing_down() -> None:
    async def begun(client: Client) -> None:
        await client.update(tools=TOOLS)
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "word " * 60}]}
        await client.send("conversation.item.create", item=item)
        await client.ask("response.create", "response.output_audio.delta")

    async with talking(NotingTutoring()) as client:
        await begun(client)
        response = (await client.ask("response.cancel", "response.done"))["response"]
        assert response["status"] == "cancelled" and calls_of(response) == []
        assert "response.function_call_arguments.done" not in client.kinds()


async def test_a_response_out_of_band_calls_nothing() -> None:
    async with talking(NotingTutoring()) as client:
        await client.update(tools=TOOLS)
        response = await say(client, "hello", conversation="none")
        assert calls_of(response) == []


class PacingGuide(TinyGuide):
    """Is asked for another pace with every answer."""

    def __deepcopy__(self, memo: dict[int, Any]) -> PacingGuide:
        return PacingGuide(list(self.history), self.log, self.step)

    def answer(self, text: str) -> TinyReply:
        return TinyReply("More slowly. What is your name?", pace="slower", before_call="More slowly.")

    def repeat(self) -> TinyReply:
        return TinyReply("What is your name? (How you are called.)")


class PacingTutoring(TinyTutoring):
    sentences = staticmethod(sentences)

    def guide(self, lesson: WantedLesson, language: str, history: Any) -> PacingGuide:
        return PacingGuide(list(history), self.log)


async def test_another_pace_is_asked_of_the_tool_that_sets_it() -> None:
    async with talking(PacingTutoring()) as client:
        await client.update(tools=TOOLS)
        response = await say(client, "slower please")
        assert text_of(response) == "More slowly."
        assert calls_of(response) == [("set_pace", {"pace": "slower"})]


@pytest.mark.parametrize("tools", [[], [tool for tool in TOOLS if tool["name"] != "set_pace"]], ids=["none", "others"])
async def test_without_that_tool_the_server_slows_its_own_voice(tools: list[Any]) -> None:
    tutoring = PacingTutoring()
    async with talking(tutoring) as client:
        await client.update(tools=tools)
        response = await say(client, "slower please")
        assert text_of(response) == "More slowly. What is your name?"
        await say(client, "slower please")
        speeds = [entry[1] for entry in tutoring.log if entry[0] == "spoken at"]
        assert speeds == [0.85, 0.85, 0.7, 0.7]
        updates = [event for event in client.seen if event["type"] == "session.updated"]
        assert updates[-1]["session"]["audio"]["output"]["speed"] == 0.7


class PlacingGuide(PacingGuide):
    """Has found the learner's level."""

    def answer(self, text: str) -> TinyReply:
        return TinyReply("B1, I think. Next lesson?", level="B1", because="you can tell", before_call="B1, I think.")


class PlacingTutoring(PacingTutoring):
    def guide(self, lesson: WantedLesson, language: str, history: Any) -> PlacingGuide:
        return PlacingGuide(list(history), self.log)


async def test_a_level_is_suggested_by_the_tool_for_it_or_only_said() -> None:
    async with talking(PlacingTutoring()) as client:
        response = await say(client, "hello")
        assert (text_of(response), calls_of(response)) == ("B1, I think. Next lesson?", [])
        await client.update(tools=TOOLS)
        response = await say(client, "hello")
        assert text_of(response) == "B1, I think."
        assert calls_of(response) == [("set_level", {"level": "B1", "because": "you can tell"})]


async def test_what_stands_in_brackets_is_written_and_not_spoken() -> None:
    tutoring = PacingTutoring()
    async with talking(tutoring) as client:
        response = await client.ask("response.create", "response.done", response={"metadata": {"kind": "repeat"}})
        assert text_of(response["response"]) == "What is your name? (How you are called.)"
        assert len([entry for entry in tutoring.log if entry[0] == "spoken at"]) == 1
