"""`openai-agents`, a client that no one here wrote, holds a spoken conversation with the real server.

It runs as a program of its own (tests/support/agents_client.py), with packages of its own: it wants websockets below
17, and we test with the newest, as learners get it. What is asserted is what its own session tells.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.offline_server.client import TOKEN, speech
from tests.support.paths import ROOT
from tutor_tui.core import pcm

pytestmark = pytest.mark.real_time
CLIENT = ROOT / "tests" / "support" / "agents_client.py"
PACKAGES = Path(sys.prefix) / "openai-agents"
"""Where the README's test command installs it."""
LESSON = """
title = "Cards"
language = "en"
native_language = "en"
level = "A1"
greeting = "Hello! Let us play cards."
closing = "That was a good game."
[[step]]
say = "Which card do you have?"
expect = ["ten of clubs"]
mistakes = [{ heard = "four queen of clubs", prompt = "There is no such card. What is the number?" }]
hint = "Begin with the number."
answer = "Ten of clubs."
translation = "Name your card."
praise = "Well played."
[[step]]
say = "And which card now?"
expect = ["seven of clubs"]
hint = "Begin with the number."
answer = "Seven of clubs."
translation = "Name your card."
praise = "Very good."
"""
Event = dict[str, Any]


class Agents:
    """The client's process: what it is told to do, and what its session tells."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.events: list[Event] = []
        self._process = process
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.events.append(json.loads(line))
            self._news.set()

    async def do(self, what: str, **more: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
        await self._process.stdin.drain()

    async def until(self, condition: Callable[[], bool], timeout_s: float = 20) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                assert not self._reader.done(), "the client has ended"
                self._news.clear()
                await self._news.wait()

    def of_type(self, kind: str) -> list[Event]:
        return [event for event in self.events if event["type"] == kind]

    def raw(self, kind: str) -> list[Event]:
        """Server events as they came."""
        return [event["raw"] for event in self.events if event.get("raw", {}).get("type") == kind]

    def said(self, role: str) -> list[str]:
        """What was said by one side, as the session's history has it."""
        histories = self.of_type("history_updated")
        messages = [item for item in histories[-1]["history"] if item["type"] == "message"] if histories else []
        texts = [
            " ".join(part.get("transcript") or part.get("text") or "" for part in message["content"])
            for message in messages
            if message["role"] == role
        ]
        return [text for text in texts if text]

    async def hears(self, words: str) -> None:
        """Wait until the learner's words are in the history."""
        await self.until(lambda: words in self.said("user"))

    async def answers(self, words: str) -> None:
        """Wait until the tutor's words are in the history."""
        await self.until(lambda: any(words in text for text in self.said("assistant")))

    async def tells(self, kind: str, count: int = 1) -> list[Event]:
        """The events of this kind, once there are so many."""
        await self.until(lambda: len(self.of_type(kind)) >= count)
        return self.of_type(kind)

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert await asyncio.wait_for(self._process.wait(), 20) == 0
        await self._reader


@asynccontextmanager
async def child(*command: str, **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, limit=2**24, env={**os.environ, **env}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def agents(tmp_path: Path) -> AsyncIterator[Agents]:
    """A session of the client with the server as the app starts it, in the lesson about cards."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "cards.toml").write_text(LESSON)
    assert PACKAGES.is_dir(), "openai-agents is not there: run the README's test command once"
    server = (sys.executable, "-m", "tutor_tui.offline_server", "--token", TOKEN, "--prompts", str(tmp_path))
    async with child(*server) as serving:
        assert serving.stdout is not None
        port = int((await asyncio.wait_for(serving.stdout.readline(), 20)).split()[1])
        url = f"ws://127.0.0.1:{port}/v1/realtime?model=guide&lesson=cards"
        quiet = {"OPENAI_AGENTS_DISABLE_TRACING": "1", "PYTHONPATH": str(PACKAGES)}
        async with child(sys.executable, str(CLIENT), url, TOKEN, **quiet) as process:
            client = Agents(process)
            await client.until(lambda: bool(client.raw("session.updated")), timeout_s=60)
            yield client
            await client.close()
            assert client.of_type("error") == []
            assert [event for event in client.events if "fault" in event] == []


@pytest.fixture
def recordings(tmp_path: Path) -> Callable[[str], str]:
    """A person's recording at the rate of the protocol, as a file."""

    def recording(name: str) -> str:
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setparams((1, pcm.SAMPLE_BYTES, pcm.RATE_HZ, 0, "NONE", ""))
            file.writeframes(speech(name))
        return str(tmp_path / name)

    return recording


async def test_a_spoken_conversation_with_a_tool_call(agents: Agents, recordings: Callable[[str], str]) -> None:
    await agents.do("type", text="Hello!")
    await agents.answers("Which card do you have?")
    await agents.do("say", file=recordings("cards-002.wav"))
    await agents.hears("four queen of clubs")
    await agents.answers("What is the number?")
    await agents.tells("agent_end", 2)
    await agents.do("say", file=recordings("cards-001.wav"))
    await agents.hears("ten of clubs")
    await agents.answers("Well played. And which card now?")

    (end,) = await agents.tells("tool_end")
    (start,) = agents.of_type("tool_start")
    assert start["tool"] == end["tool"] == "note_correction"
    correction = {"said": "four queen of clubs", "better": "ten of clubs", "kind": "grammar"}
    assert json.loads(start["arguments"]) == correction
    assert end["output"] == "Noted: ten of clubs"
    # This client asks for a response to every output; with nothing new said, that is the question again.
    await agents.tells("agent_end", 4)
    assert agents.said("assistant")[-1] == "And which card now?"
    assert "function_call_output" in [event["item"]["type"] for event in agents.raw("conversation.item.added")]
    assert all(heard_ms(agents, event["item_id"]) > 500 for event in agents.of_type("audio"))


def heard_ms(agents: Agents, item_id: str) -> int:
    """How much sound of an item reached the client."""
    return pcm.ms_of(sum(event["bytes"] for event in agents.of_type("audio") if event["item_id"] == item_id))


async def cut_off(agents: Agents, number: int) -> str:
    """The item that the `number`-th interruption cut: told by the session, truncated and told again by the server."""
    truncated = "conversation.item.truncated"
    await agents.until(lambda: min(len(agents.of_type("audio_interrupted")), len(agents.raw(truncated))) >= number)
    interruption, truncation = agents.of_type("audio_interrupted")[-1], agents.raw(truncated)[-1]
    cut = str(truncation["item_id"])
    assert interruption["item_id"] == cut
    assert 0 <= truncation["audio_end_ms"] < heard_ms(agents, cut)
    await agents.until(lambda: any(each["item"]["id"] == cut for each in agents.raw("conversation.item.retrieved")))
    return cut


async def test_a_voice_and_a_key_interrupt_and_the_lesson_goes_on(
    agents: Agents, recordings: Callable[[str], str]
) -> None:
    await agents.do("type", text="Hello!")
    await agents.tells("audio")
    await agents.do("say", file=recordings("cards-001.wav"))
    greeting = await cut_off(agents, 1)
    await agents.hears("ten of clubs")
    await agents.answers("And which card now?")

    await agents.until(lambda: agents.of_type("audio")[-1]["item_id"] != greeting)
    await agents.do("interrupt")
    await cut_off(agents, 2)
    await agents.tells("agent_end", 2)
    await agents.do("type", text="Seven of clubs!")
    await agents.answers("That was a good game.")
