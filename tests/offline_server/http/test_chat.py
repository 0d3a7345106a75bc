"""Chat requests to the offline server: the guide, a mind of its own, tools, and every refusal."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openai import APIError, AsyncOpenAI

from tests.offline_server.client import TinyTutoring
from tests.offline_server.http.test_sdk_client import LESSON
from tests.offline_server.http.visitors import browser, refused, sdk, wav_of
from tutor_tui.core import pcm
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.ports.language_model import Question, Saying, Thinking
from tutor_tui.openai_api.private_extensions import WantedLesson


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[AsyncOpenAI]:
    """A real guide, through the official client."""
    (tmp_path / "cards.toml").write_text(LESSON)
    async with sdk(LocalBackend([tmp_path]), lesson="cards") as client:
        yield client


async def test_chat_as_a_stream_says_the_same_as_whole() -> None:
    async with sdk() as client:
        stream = await client.chat.completions.create(
            model="any",
            messages=[{"role": "user", "content": "Begin."}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == "Hello. What is your name."
    assert len(words) > 5
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0
    assert len({chunk.id for chunk in chunks}) == 1


async def test_the_guide_is_told_what_was_said_before() -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring, lesson="cards") as client:
        answer = await client.chat.completions.create(
            model="any",
            messages=[
                {"role": "developer", "content": "Teach."},
                {"role": "user", "content": "Begin."},
                {"role": "assistant", "content": "Hello."},
                {"role": "user", "content": [{"type": "text", "text": "My name"}]},
                {"role": "user", "content": "is Anna."},
            ],
        )
    assert answer.choices[0].message.content == "Answer 1 to My name is Anna.. Go on."
    assert ("guide", "cards", "", [("user", "Begin."), ("assistant", "Hello.")]) in tutoring.log


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"model": "x"}, "messages"),
        ({"model": "x", "messages": []}, "messages"),
        ({"model": "x", "messages": "hello"}, "messages"),
        ({"model": "x", "messages": [3]}, "messages[0].role"),
        ({"model": "x", "messages": [{"role": "robot", "content": "a"}]}, "messages[0].role"),
        ({"model": "x", "messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        (
            {"model": "x", "messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]},
            "messages[0].content",
        ),
        ({"messages": [{"role": "user", "content": "a"}]}, "model"),
        ({"model": "x", "messages": [{"role": "user", "content": "a"}], "lesson": 5}, "lesson"),
        ({"model": "x", "messages": [{"role": "user", "content": "a"}], "tools": {}}, "tools"),
        ({"model": "x", "messages": [{"role": "user", "content": "a"}], "tools": [{"type": "x"}]}, "tools[0]"),
        ({"model": "x", "messages": [{"role": "user", "content": "a"}], "tool_choice": 5}, "tool_choice"),
        ({"model": "x", "messages": [{"role": "tool", "content": "a"}]}, "tool_call_id"),
        ({"model": "x", "messages": [{"role": "assistant", "tool_calls": 3}]}, "messages[0].tool_calls"),
        ({"model": "x", "messages": [{"role": "assistant", "tool_calls": [3]}]}, "messages[0].tool_calls[0]"),
        ([], None),
    ],
)
async def test_a_chat_that_is_none(body: Any, param: str | None) -> None:
    async with browser() as client:
        assert refused(await client.post("/v1/chat/completions", json=body), 400)["param"] == param


async def test_broken_json_and_endless_json_are_refused() -> None:
    async with browser() as client:
        for content in (b"{", b"[" * 100_000, b"\xff\xfe"):
            refused(await client.post("/v1/chat/completions", content=content), 400)


async def test_the_request_may_name_lesson_and_language_and_a_late_note_is_no_answer() -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring, lesson="cards") as client:
        answer = await client.chat.completions.create(
            model="any",
            messages=[
                {"role": "assistant", "content": "Hello."},
                {"role": "user", "content": "Hi."},
                {"role": "assistant", "content": "Good."},
                {"role": "system", "content": "Greet the learner."},
            ],
            extra_body={"lesson": "weather", "language": "ko"},
        )
    assert answer.choices[0].message.content == "Hello. What is your name."
    said = [("assistant", "Hello."), ("user", "Hi."), ("assistant", "Good.")]
    assert ("guide", "weather", "ko", said) in tutoring.log


async def test_recordings_are_listened_to_with_the_newest_answer_in_mind() -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring) as client:
        file = ("a.wav", wav_of(pcm.silence(500)))
        await client.audio.transcriptions.create(file=file, model="x")
        assert ("expect", []) in tutoring.log
        await client.chat.completions.create(model="any", messages=TALK)
        await client.audio.transcriptions.create(file=file, model="x")
        assert ("expect", ["answer 1"]) in tutoring.log


NOTE: Any = {
    "type": "function",
    "function": {
        "name": "note_correction",
        "description": "Write a slip down.",
        "parameters": {
            "type": "object",
            "properties": {"said": {"type": "string"}, "better": {"type": "string"}},
            "required": ["said", "better"],
        },
    },
}


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_guide_writes_slips_down_by_the_tools_that_the_request_offers(
    real: AsyncOpenAI, streamed: bool
) -> None:
    talk: Any = [
        {"role": "assistant", "content": "Hello! Let us play cards. Which card do you have?"},
        {"role": "user", "content": "ten of clabs"},
    ]
    if streamed:
        stream = await real.chat.completions.create(model="guide", messages=talk, tools=[NOTE], stream=True)
        chunks = [chunk.choices[0] async for chunk in stream]
        text = "".join(chunk.delta.content or "" for chunk in chunks)
        pieces = [piece for chunk in chunks for piece in chunk.delta.tool_calls or []]
        assert [piece.index for piece in pieces] == [0]
        call_id, function = pieces[0].id, pieces[0].function
        reason = chunks[-1].finish_reason
    else:
        whole = (await real.chat.completions.create(model="guide", messages=talk, tools=[NOTE])).choices[0]
        text, reason = whole.message.content or "", whole.finish_reason
        call = (whole.message.tool_calls or [])[0]
        assert call.type == "function"
        call_id, function = call.id, call.function  # type: ignore[assignment]  # two classes of one shape
    assert "And which card now?" in text
    assert (call_id or "").startswith("call_") and function is not None and reason == "tool_calls"
    assert function.name == "note_correction"
    assert json.loads(function.arguments or "") == {"said": "ten of clabs", "better": "Ten of clubs"}

    made = {"id": call_id, "type": "function", "function": {"name": function.name, "arguments": function.arguments}}
    talk += [
        {"role": "assistant", "content": text, "tool_calls": [made]},
        {"role": "tool", "tool_call_id": call_id, "content": "Noted."},
        {"role": "user", "content": "again"},
    ]
    answer = await real.chat.completions.create(model="guide", messages=talk, tools=[NOTE])
    assert answer.choices[0].message.content == "And which card now?"
    without = await real.chat.completions.create(model="guide", messages=talk[:2], tools=[NOTE], tool_choice="none")
    assert (without.choices[0].message.tool_calls, without.choices[0].finish_reason) == (None, "stop")


async def test_a_lesson_that_is_missing_is_the_servers_fault_and_said() -> None:
    class NoLessons(TinyTutoring):
        def guide(self, lesson: WantedLesson, language: str, history: Any) -> Any:
            raise Problem("There is no lesson called 'x'.", "Lessons: a, b.")

    async with browser(NoLessons()) as client:
        body = {"model": "x", "messages": [{"role": "user", "content": "a"}]}
        error = refused(await client.post("/v1/chat/completions", json=body), 500)
        assert error["message"] == "There is no lesson called 'x'. Lessons: a, b."


class Thoughtful(TinyTutoring):
    """A tutor with a mind of its own, which says what it was asked, and may break off."""

    def __init__(self, breaks_after: int = 99) -> None:
        super().__init__()
        self.breaks_after = breaks_after
        self.asked: list[Question] = []

    def language_model(self) -> Any:
        return Thinker(self)


class Thinker:
    def __init__(self, tutoring: Thoughtful) -> None:
        self.asked = tutoring.asked
        self.breaks_after = tutoring.breaks_after

    async def close(self) -> None:
        """Nothing to let go of."""

    def answer(self, question: Question) -> Thinking:
        self.asked.append(question)
        return Thinking("en", self._parts())

    async def _parts(self) -> AsyncGenerator[Saying | ToolCall, None]:
        for number, text in enumerate(["One. ", "Two. ", "Three."]):
            if number >= self.breaks_after:
                raise Problem("The chat server broke off.", "Start it again.")
            yield Saying(text, text)


TALK: Any = [
    {"role": "system", "content": "Teach."},
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Hi!"},
]


USED: Any = [
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "note_correction", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": "Noted."},
    {"role": "system", "content": "Go on."},
]


async def test_a_mind_of_its_own_answers_chat_requests_too() -> None:
    tutoring = Thoughtful()
    async with sdk(tutoring) as client:
        whole = await client.chat.completions.create(model="m", messages=TALK)
        assert whole.choices[0].message.content == "One. Two. Three."
        stream = await client.chat.completions.create(model="m", messages=TALK, stream=True)
        assert [chunk.choices[0].delta.content async for chunk in stream] == ["One. ", "Two. ", "Three.", None]
        await client.chat.completions.create(
            model="m",
            messages=[*TALK, *USED],
            tools=[NOTE],
            tool_choice={"type": "function", "function": {"name": "note_correction"}},
        )
    question = tutoring.asked[0]
    assert question.instructions == "Teach."
    used = tutoring.asked[-1]
    assert [item.body["type"] for item in used.items][2:] == ["function_call", "function_call_output", "message"]
    assert (used.items[2].body["arguments"], used.items[3].body["output"]) == ("{}", "Noted.")
    assert (used.items[-1].role, used.items[-1].text) == ("system", "Go on.")
    assert [tool["name"] for tool in used.tools] == ["note_correction"]
    assert used.tool_choice == {"type": "function", "name": "note_correction"}
    assert [(item.role, item.text) for item in question.items] == [("assistant", "Hello."), ("user", "Hi!")]


async def test_a_mind_that_breaks_off_says_so_by_status_or_in_the_stream() -> None:
    async with browser(Thoughtful(breaks_after=0)) as client:
        for stream in (False, True):
            body = {"model": "m", "messages": TALK, "stream": stream}
            error = refused(await client.post("/v1/chat/completions", json=body), 500)
            assert error["message"] == "The chat server broke off. Start it again."
    async with sdk(Thoughtful(breaks_after=2)) as client:
        chunks = await client.chat.completions.create(model="m", messages=TALK, stream=True)
        with pytest.raises(APIError, match="broke off"):
            async for _ in chunks:
                pass


async def test_a_note_that_says_so_has_the_guide_close() -> None:
    note = {"role": "system", "content": "Lesson clock: begin to close, 12:00 of 15:00."}
    for system, closes in ((note, True), (note | {"content": "Lesson clock: half time, 7:30 of 15:00."}, False)):
        tutoring = TinyTutoring()
        async with sdk(tutoring, lesson="cards") as client:
            said: Any = [
                {"role": "user", "content": "Begin."},
                {"role": "assistant", "content": "Hello."},
                system,
                {"role": "user", "content": "Hi."},
            ]
            answer = await client.chat.completions.create(model="any", messages=said)
            later = [*said, {"role": "assistant", "content": "Answer 1"}, {"role": "user", "content": "Well."}]
            await client.chat.completions.create(model="any", messages=later)
        assert answer.choices[0].message.content == "Answer 1 to Hi.. Go on."
        assert (("told to close", 0) in tutoring.log) is closes
        histories = [history for kind, *_, history in (each for each in tutoring.log if each[0] == "guide")]
        assert [("system" in dict(history)) for history in histories] == [False, closes]
