"""Responses: the whole ladder of events from `response.created` to `response.done`, and how to stop half-way."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import Executor
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from tutor_tui.core import pcm
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.guide import Reply
from tutor_tui.offline_server.ports.language_model import Saying, Thinking
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.realtime import tool_calls
from tutor_tui.offline_server.realtime.conversation import Conversation, Item, called_by_assistant, said_by_assistant
from tutor_tui.offline_server.realtime.spoken_lines import Line, SpokenLines, named, voiced
from tutor_tui.offline_server.realtime.wire import Json, encoded, event, new_id
from tutor_tui.speech.words_heard import Piece

DELTA_MS = 100
BURST_MS = 1_000
"""So much sound is sent at once; the rest comes `PACE` times as fast as it is heard, as a real model makes it."""
PACE = 4.0
SENTENCE_PAUSE_MS = 250
"""Between two sentences, as a speaker takes breath."""
AUDIO_TOKEN_MS = 50
CHARACTERS_PER_TOKEN = 4
"""A rough count for text: we have no tokenizer and bill nobody."""

PACE_STEP = 0.15
"""How much slower or faster the learner gets it on asking: this is heard at once, less is not."""
SPEEDS = (0.25, 1.5)
"""The slowest and the fastest that a session can ask for."""

Status = Literal["completed", "cancelled", "incomplete", "failed"]


class Outlet(Protocol):
    """Where a response goes."""

    def emit(self, message: Json) -> None:
        """Send an event, in order, without waiting."""
        ...

    async def drained(self) -> None:
        """Wait until the line has taken most of what was emitted."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How a response is to be given: the session's settings, with those of the response laid over."""

    modality: str
    voice: str | Json
    speed: float
    max_output_tokens: int | str
    metadata: dict[str, str] | None
    input_text_tokens: int
    input_audio_tokens: int
    tools: dict[str, Json]
    """Tools that it may call: name → JSON schema of the arguments."""


def at_pace(speed: float, pace: Literal["", "slower", "faster"]) -> float:
    """`speed` after the learner has asked for another."""
    step = {"": 0.0, "slower": -PACE_STEP, "faster": PACE_STEP}[pace]
    return round(min(SPEEDS[1], max(SPEEDS[0], speed + step)), 2)


def text_tokens(text: str) -> int:
    """About how many tokens a text has."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


class Response:
    """One response under way."""

    def __init__(
        self,
        outlet: Outlet,
        manner: Manner,
        conversation: Conversation | None,
        tutoring: Backend,
        lines: SpokenLines,
        pool: Executor,
        behaviour: Behaviour,
    ) -> None:
        """`conversation` is null for a response out of band, which leaves no trace there."""
        self.id = new_id("resp")
        self.item: Item | None = None
        """The assistant's item, once there is one."""
        self.spoke = False
        """Sound was sent."""
        self.over = asyncio.Event()
        """`response.done` was emitted."""
        self.verdict: dict[str, str] = {}
        """Metadata of ours: that what it answers was right, and what begins with it."""
        self._outlet = outlet
        self._manner = manner
        self._conversation = conversation
        self._tutoring = tutoring
        self._lines = lines
        self._pool = pool
        self._behaviour = behaviour
        self._calls: list[Item] = []
        self._said = ""
        self._sent_bytes = 0
        self._began = 0.0

    @property
    def given(self) -> bool:
        """Something of it reached the client."""
        return self.spoke if self._manner.modality == "audio" else bool(self._said)

    # ---- making it --------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Tell that it is under way. Apart from `run`, whose task may be cancelled before its first step."""
        self._outlet.emit(event("response.created", response=self._body("in_progress")))

    async def run(self, think: Callable[[], Awaitable[Reply | Thinking]]) -> None:
        """Give the whole response; `think` finds out what to say. A `Problem` on the way ends it as failed: what was
        said until then stays.
        """
        try:
            reply = await think()
            self._behaviour.before_response()
            parts = reply.parts if isinstance(reply, Thinking) else self._prepared(reply)
            async with aclosing(parts):  # a model whose answer is no longer wanted stops
                status, reason = await self._speak(parts, reply.language)
            if status == "completed" and not isinstance(reply, Thinking):
                notes = tool_calls.calls_for((*reply.notes, *reply.uses), self._manner.tools)
                self._calls = [*notes, *tool_calls.wish_calls(reply, self._manner.tools)]
        except Problem as problem:
            self.close("failed", problem=problem)
        else:
            self.close(status, reason)

    async def _prepared(self, reply: Reply) -> AsyncGenerator[Saying | ToolCall, None]:
        """The sentences of a reply that is there as a whole."""
        self._open()
        text = reply.text
        if tool_calls.wish_calls(reply, self._manner.tools):
            text = reply.before_call
        elif reply.pace:
            self._manner = replace(self._manner, speed=at_pace(self._manner.speed, reply.pace))
        pieces = reply.pieces
        for sentence in self._tutoring.sentences(text):
            space = " " if self._said else ""
            for piece, language in pieces.get(sentence.strip(), [(sentence, "")]):
                yield Saying(f"{space}{piece}", voiced(reply, piece), language)
                space = ""

    async def _speak(self, parts: AsyncGenerator[Saying | ToolCall, None], language: str) -> tuple[Status, str | None]:
        async for part in parts:
            if isinstance(part, ToolCall):
                self._calls.append(called_by_assistant(part))
                continue
            self._open()
            self._write(part.text)
            if self._manner.modality == "audio" and part.spoken:
                async with aclosing(self._deltas(part.spoken, part.language or language)) as deltas:
                    async for delta in deltas:
                        await self._play(delta)
                        if self._is_too_long():
                            return "incomplete", "max_output_tokens"
            elif self._is_too_long():
                return "incomplete", "max_output_tokens"
            await self._outlet.drained()
        return "completed", None

    async def _deltas(self, sentence: str, language: str) -> AsyncGenerator[bytes, None]:
        """The sound of a sentence, cut into deltas. The voice works in a thread, one piece at a time."""
        loop = asyncio.get_running_loop()
        line = Line(sentence, language, named(self._manner.voice), self._manner.speed)
        pieces = await self._lines.spoken(line)
        sizes = self._behaviour.delta_sizes(pcm.bytes_of(DELTA_MS))
        rest, size = bytearray(pcm.silence(SENTENCE_PAUSE_MS) if self.spoke else b""), next(sizes)
        try:
            while (piece := await loop.run_in_executor(self._pool, next, pieces, None)) is not None:
                rest.extend(piece)
                while len(rest) >= size:
                    yield bytes(rest[:size])
                    del rest[:size]
                    size = next(sizes)
        finally:
            with suppress(ValueError):  # a generator that is at work cannot be closed, and is soon forgotten
                pieces.close()
        if rest:
            yield bytes(rest)

    async def _play(self, delta: bytes) -> None:
        self._began = self._began or time.monotonic()
        self.spoke = True
        self._sent_bytes += len(delta)
        if self.item is not None and not self.item.cut:
            self.item.add_sound(delta)
            last = self.item.pieces[-1]
            self.item.pieces[-1] = replace(last, sound_bytes=last.sound_bytes + len(delta))
        self._outlet.emit(event("response.output_audio.delta", **self._where(), delta=encoded(delta)))
        await self._outlet.drained()
        pace = self._behaviour.pace(PACE)
        due = self._began + (pcm.ms_of(self._sent_bytes) - BURST_MS) / 1000 / pace
        await asyncio.sleep(max(0.0, due - time.monotonic(), self._behaviour.jitter_s()))

    def _write(self, words: str) -> None:
        self._said += words
        if self.item is not None and not self.item.cut:
            self.item.pieces.append(Piece(words))
        kind = "output_audio_transcript" if self._manner.modality == "audio" else "output_text"
        for word in _words(words):
            self._outlet.emit(event(f"response.{kind}.delta", **self._where(), delta=word))

    def _is_too_long(self) -> bool:
        limit = self._manner.max_output_tokens
        return isinstance(limit, int) and sum(self._output_tokens()) >= limit

    # ---- opening and closing ----------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Begin the assistant's item, if it has not begun."""
        if self.item is not None:
            return
        item = said_by_assistant()
        emit = self._outlet.emit
        self.item = item
        emit(event("response.output_item.added", response_id=self.id, output_index=0, item=item.wire()))
        if self._conversation is not None:
            previous = self._conversation.add(item)
            emit(event("conversation.item.added", item=item.wire(), previous_item_id=previous))
        audio = self._manner.modality == "audio"
        item.body["content"] = [_content(audio, "")]
        emit(event("response.content_part.added", **self._where(), part=_part(audio, "")))

    def close(self, status: Status, reason: str | None = None, problem: Problem | None = None) -> None:
        """End it: tell what was really sent, and how it ended. Does nothing the second time."""
        if self.over.is_set():
            return
        if self.item is not None:
            self._close_item(self.item, "completed" if status == "completed" else "incomplete")
        if status != "completed":
            self._calls.clear()
        for index, call in enumerate(self._calls, start=1 if self.item else 0):
            tool_calls.tell(call, self.id, index, self._conversation, self._outlet.emit)
        body = self._body(status) | {"status_details": _details(status, reason, problem), "usage": self._usage()}
        self._outlet.emit(event("response.done", response=body))
        self.over.set()

    def _close_item(self, item: Item, status: str) -> None:
        emit, where = self._outlet.emit, self._where()
        audio = self._manner.modality == "audio"
        if audio:
            emit(event("response.output_audio.done", **where))
            emit(event("response.output_audio_transcript.done", **where, transcript=self._said))
        else:
            emit(event("response.output_text.done", **where, text=self._said))
        emit(event("response.content_part.done", **where, part=_part(audio, self._said)))
        item.body["status"] = status
        if not item.cut:
            item.body["content"] = [_content(audio, self._said)]
        if self._conversation is not None and self._conversation.find(item.id) is item:
            previous = self._conversation.before(item)
            emit(event("conversation.item.done", item=item.wire(), previous_item_id=previous))
        emit(event("response.output_item.done", response_id=self.id, output_index=0, item=item.wire()))

    # ---- what it looks like -----------------------------------------------------------------------------------------

    def _where(self) -> Json:
        item_id = self.item.id if self.item else ""
        return {"response_id": self.id, "item_id": item_id, "output_index": 0, "content_index": 0}

    def _body(self, status: str) -> Json:
        return {
            "id": self.id,
            "object": "realtime.response",
            "status": status,
            "status_details": None,
            "output": [item.wire() for item in (self.item, *self._calls) if item],
            "conversation_id": self._conversation.id if self._conversation else None,
            "output_modalities": [self._manner.modality],
            "max_output_tokens": self._manner.max_output_tokens,
            "audio": {"output": {"format": {"type": "audio/pcm", "rate": pcm.RATE_HZ}, "voice": self._manner.voice}},
            "usage": None,
            "metadata": {**(self._manner.metadata or {}), **self.verdict} or self._manner.metadata,
        }

    def _output_tokens(self) -> tuple[int, int]:
        return text_tokens(self._said), pcm.ms_of(self._sent_bytes) // AUDIO_TOKEN_MS

    def _usage(self) -> Json:
        said, spoken = self._output_tokens()
        read, heard = self._manner.input_text_tokens, self._manner.input_audio_tokens
        return {
            "total_tokens": read + heard + said + spoken,
            "input_tokens": read + heard,
            "output_tokens": said + spoken,
            "input_token_details": {
                "text_tokens": read,
                "audio_tokens": heard,
                "image_tokens": 0,
                "cached_tokens": 0,
                "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
            },
            "output_token_details": {"text_tokens": said, "audio_tokens": spoken},
        }


def _words(text: str) -> list[str]:
    """`text` in pieces that join to it again: one per word, each with the space in front of it."""
    return re.findall(r"\s*\S+|\s+$", text)


def _part(audio: bool, said: str) -> Json:
    return {"type": "audio", "transcript": said} if audio else {"type": "text", "text": said}


def _content(audio: bool, said: str) -> Json:
    return {"type": "output_audio", "transcript": said} if audio else {"type": "output_text", "text": said}


def _details(status: Status, reason: str | None, problem: Problem | None) -> Json | None:
    match status:
        case "completed":
            return None
        case "failed":
            code = "tutor_unavailable" if isinstance(problem, Unavailable) else "server_error"
            error = {"type": "server_error", "code": code, "message": str(problem or "")}
            return {"type": status, "error": error}
        case _:
            return {"type": status, "reason": reason}
