"""What comes over the network: frames of a Realtime server, answers of chat and speech services, headers, errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from hypothesis import strategies as st

from tests.fuzz.damage import BITS, damaged, in_pieces, mutated
from tests.fuzz.target import Target
from tests.openai_api.test_audio_format import PLAIN, wav
from tests.support.speech_services import chunk
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.test_never_stuck import FAULT, SESSION
from tutor_tui.core.event_fields import fields_of
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.reducer import advance
from tutor_tui.openai_api import failures
from tutor_tui.openai_api.chat_stream import CallPart, CallParts, events_of, keeps_alive, understood
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.openai_api.retry_after import asked_wait_s
from tutor_tui.openai_api.services import CHAT, Service
from tutor_tui.openai_api.sound_reader import SoundReader, Unplayable
from tutor_tui.tutors.realtime.conversation.state import ConversationState

MODEL = "gpt-realtime-2.1-mini"

# ---- a Realtime server ----------------------------------------------------------------------------------------------

_SESSION = {
    "type": "realtime",
    "model": MODEL,
    "expires_at": 99,
    "audio": {"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 500}}, "output": {"speed": 1}},
}
_USAGE = {"input_tokens": 9, "output_tokens": 9, "input_token_details": {"text_tokens": 5, "audio_tokens": 4}}
FRAMES: list[dict[str, Any]] = [
    {"type": "session.created", "session": _SESSION},
    {"type": "session.updated", "session": _SESSION},
    *SESSION,
    {
        "type": "response.done",
        "response": {"id": "r4", "status": "failed", "status_details": {"error": FAULT["error"]}},
    },
    {"type": "response.done", "response": {"id": "r4", "status": "completed", "output": [], "usage": _USAGE}},
    {"type": "error", "error": {"type": "x", "code": "y", "message": "z", "param": None, "event_id": "update_1"}},
    {"type": "conversation.item.truncated", "item_id": "a1", "content_index": 0, "audio_end_ms": 100},
    {"type": "rate_limits.updated", "rate_limits": [{"name": "tokens", "limit": 1, "remaining": 1}]},
]


def as_json(value: Any) -> str:
    """Also with what JSON does not know, as servers send it."""
    return json.dumps(value, default=str)


_FRAME = st.sampled_from(FRAMES)
_RAW_FRAMES = st.one_of(
    mutated(_FRAME).map(as_json),
    _FRAME.map(as_json),
    damaged(_FRAME.map(lambda frame: as_json(frame).encode())),
    st.text(max_size=20),
)
_CONVERSATIONS = st.tuples(st.lists(_RAW_FRAMES, max_size=6), st.sampled_from(list(DIALECTS.values())))


def hear(given: tuple[list[str | bytes], ServerDialect]) -> None:
    """The lesson goes on, what goes out is JSON, and what came can be kept."""
    frames, dialect = given
    queued: list[ClientEvent] = []
    state = ConversationState(MODEL, PLAN, queued.append, dialect=dialect)
    state.open()
    lesson = Lesson(PLAN)
    for frame in frames:
        for event in state.receive(decode(frame)):
            lesson = advance(lesson, event)
            json.dumps(fields_of(event), allow_nan=False).encode()
    for request in queued:
        client_events.encode(request).encode()
    assert lesson.phase and all(turn.text.encode() is not None for turn in lesson.turns)


# ---- a chat service -------------------------------------------------------------------------------------------------

_CALL = {"index": 0, "id": "c", "function": {"name": "note_word", "arguments": "{}"}}
_CHUNKS: list[Any] = [
    chunk("Hello "),
    chunk("", "stop"),
    {"choices": [{"delta": {"tool_calls": [_CALL]}}]},
    {"choices": [{"message": {"content": "Hi.", "reasoning": "…"}}]},
    {
        "choices": [],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 1}},
    },
    {"error": {"message": "No.", "code": 5}},
    {"type": "ping"},
]
_LINE = st.one_of(
    mutated(st.sampled_from(_CHUNKS)).map(lambda event: f"data: {as_json(event)}\n\n".encode()),
    mutated(st.sampled_from(_CHUNKS)).map(lambda event: f"{as_json(event)}\r\n".encode()),
    st.sampled_from([b"data: [DONE]\n\n", b": ping\n\n", b"data:\r", b"event: error\n", b"data: {broken\n"]),
    st.sampled_from(BITS),
)
_ANSWERS = st.tuples(
    damaged(st.lists(_LINE, max_size=6).map(b"".join)),
    st.sampled_from(["text/event-stream", "application/json", "text/html", "", "text/event-stream; charset=utf-8"]),
    st.sampled_from([1, 7, 4_096]),
)


def read_answer(given: tuple[bytes, str, int]) -> None:
    """All that a streaming chat client makes of an answer."""
    body, kind, size = given

    async def stream() -> AsyncIterator[bytes]:
        for piece in in_pieces(body, size):
            yield piece

    async def read() -> None:
        response = httpx.Response(200, headers={"content-type": kind}, stream=_Stream(stream()))
        calls = CallParts()
        async for event in events_of(CHAT, response, None):
            keeps_alive(event)
            for piece in understood(CHAT, event, "gpt-6-luna"):
                if isinstance(piece, CallPart):
                    calls.add(piece)
        assert all(call.name for call in calls.whole())

    asyncio.run(read())


class _Stream(httpx.AsyncByteStream):
    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


_ERRORS: list[Any] = [
    {"error": {"message": "No such model", "type": "x", "code": "model_not_found"}},
    {"detail": [{"loc": ["body", "speed"], "msg": "no"}]},
    [{"error": {"code": 429, "message": "quota", "status": "X"}}],
    {"message": "tools param requires --jinja flag", "code": 500},
]
_REFUSALS = st.tuples(
    st.sampled_from([400, 401, 403, 404, 422, 429, 500, 503, 599]),
    mutated(st.sampled_from(_ERRORS)).map(lambda body: as_json(body).encode()) | damaged(st.just(b'{"error": "No."}')),
    st.sampled_from(["http://127.0.0.1:1/v1", "https://example.org/v1beta/openai"]),
)


def read_refusal(given: tuple[int, bytes, str]) -> None:
    status, body, url = given
    failure = failures.refused(CHAT, Service(url, "m\x1b[2J"), status, body)
    assert failure.title and "\x1b" not in f"{failure}"


# ---- sound, headers -------------------------------------------------------------------------------------------------

_SOUND = PLAIN[:4_000]
_BODIES = [_SOUND, wav(_SOUND), wav(_SOUND, bits=8), wav(_SOUND, rate_hz=16_000, channels=2), wav(_SOUND, code=0xFFFE)]
_BODIES += [
    wav(_SOUND[:3_996], bits=24),
    wav(_SOUND, code=3, bits=32),
    wav(b"", size=0xFFFFFFFF),
    b"ID3\x04\0\0",
    b"\xff\xfb\x90",
]
_KINDS = ["", "audio/pcm", "audio/L16; rate=44100; channels=2", "audio/mpeg", "audio/pcm;rate=999999999", "audio/wav"]
_SPOKEN = st.tuples(
    damaged(st.sampled_from(_BODIES)),
    st.sampled_from(_KINDS) | st.text(max_size=30),
    st.sampled_from([1, 13, 1_000, 1_000_000]),
)


def read_sound(given: tuple[bytes, str, int]) -> None:
    """It comes in whole samples."""
    body, kind, size = given
    reader = SoundReader(kind)
    heard = b"".join(reader.feed(piece) for piece in in_pieces(body, size)) + reader.end()
    assert len(heard) % 2 == 0


_DATES = [
    "Fri, 27 Nov 2026 12:01:30 GMT",
    "Fri, 27 Nov 2026 12:01:30 -9999",
    "1",
    "0.5",
    "9" * 400,
    "1e400",
    "nan",
    "-0",
]
_HEADER_VALUES = st.one_of(
    st.sampled_from(_DATES),
    damaged(st.sampled_from(_DATES).map(str.encode)).map(lambda data: data.decode("latin-1")),
    st.text(max_size=30),
)
_HEADERS = st.lists(
    st.tuples(st.sampled_from(["Retry-After", "retry-after-ms", "Date", "x"]), _HEADER_VALUES), max_size=4
)


def read_headers(given: list[tuple[str, str]]) -> None:
    wait_s = asked_wait_s(given)
    assert 0.0 <= wait_s < float("inf")


TARGETS = (
    Target(
        "a Realtime server's frames",
        _CONVERSATIONS,
        hear,
        (LinkLost,),
        raw=lambda data: (data.split(b"\n"), GA),
        good=lambda: [b"\n".join(as_json(frame).encode() for frame in FRAMES)],
    ),
    Target(
        "a chat service's answer",
        _ANSWERS,
        read_answer,
        (ServiceFailure,),
        raw=lambda data: (data, "text/event-stream", 4_096),
        good=lambda: [b"".join(f"data: {as_json(each)}\n\n".encode() for each in _CHUNKS)],
    ),
    Target(
        "a service's refusal",
        _REFUSALS,
        read_refusal,
        raw=lambda data: (400, data, "https://example.org/v1"),
        good=lambda: [as_json(each).encode() for each in _ERRORS],
    ),
    Target(
        "a speech service's sound",
        _SPOKEN,
        read_sound,
        (Unplayable,),
        share=0.4,
        raw=lambda data: (data, "", 1_000),
        good=lambda: [each[:200] for each in _BODIES],
    ),
    Target(
        "headers that ask for a pause",
        _HEADERS,
        read_headers,
        raw=lambda data: [("retry-after", data.decode("latin-1"))],
        good=lambda: [each.encode() for each in _DATES],
    ),
)
