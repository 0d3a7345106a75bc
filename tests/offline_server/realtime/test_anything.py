"""Whatever a client sends, in whatever order: the server stays up, and what it says keeps to the protocol's grammar."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline_server.client import PATIENCE_S, Event, TinyTutoring, b64, judge_by_sdk
from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime.session import RealtimeSession
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.speech.vad import WINDOW_MS
from tutor_tui.testing.faulty_server import Faults, Faulty

SOUNDS = {
    "LOUD": b64(b"\x10\x27" * (pcm.bytes_of(WINDOW_MS * 4) // 2)),
    "QUIET": b64(pcm.silence(WINDOW_MS * 4)),
}
"""By a short name, so that a failing example can be read."""
IDS = st.sampled_from(["a", "b", "c", "root", "", "x" * 40])
NUMBERS = st.sampled_from([-1, 0, 50, 100, 10**9, 1.5, True, None, "0"])
SCRAPS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def of(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.fixed_dictionaries({"type": st.just(kind)}, optional=fields)


def whole(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


def typed(item_id: str, text: str) -> Event:
    return {"id": item_id, "type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def sounding(item_id: str, sound: str) -> Event:
    return {"id": item_id, "type": "message", "role": "user", "content": [{"type": "input_audio", "audio": sound}]}


CALLS = st.sampled_from(
    [
        {"id": "c", "type": "function_call", "name": "note_word", "arguments": "{", "call_id": "call"},
        {"id": "a", "type": "function_call", "name": "unknown", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call", "output": ""},
        {"type": "function_call_output", "call_id": "nobody's", "output": "\u0000"},
    ]
)
TOOLS = st.sampled_from(
    [
        [],
        [{"type": "function", "name": "note_correction", "parameters": {"type": "object", "properties": {"said": {}}}}],
        [{"type": "function", "name": "note_word"}, {"type": "function", "name": "note_word", "parameters": []}],
        [{"type": "mcp", "server_label": "far away"}],
    ]
)
VAD = st.sampled_from(
    [
        None,
        {"type": "server_vad", "silence_duration_ms": 100, "prefix_padding_ms": 0},
        {"type": "server_vad", "silence_duration_ms": 200, "interrupt_response": False},
        {"type": "server_vad", "create_response": False},
        {"type": "semantic_vad", "eagerness": "high"},
        {"type": "nonsense"},
    ]
)
SESSION = st.fixed_dictionaries(
    {"type": st.just("realtime")},
    optional={
        "audio": st.fixed_dictionaries(
            {
                "input": st.fixed_dictionaries(
                    {"turn_detection": VAD},
                    optional={"transcription": st.sampled_from([None, {"model": "gpt-transcribe"}])},
                )
            }
        ),
        "tools": TOOLS,
        "tool_choice": st.sampled_from(["auto", "none", "required"]),
        "output_modalities": st.sampled_from([["audio"], ["text"], ["audio", "text"]]),
        "instructions": st.text(max_size=10),
    },
)
RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        "conversation": st.sampled_from(["auto", "none"]),
        "output_modalities": st.sampled_from([["audio"], ["text"]]),
        "metadata": st.sampled_from([{"kind": "greet"}, {"kind": "repeat"}, None]),
        "max_output_tokens": st.sampled_from([1, 5, "inf"]),
        "tools": TOOLS,
        "input": st.lists(st.sampled_from([{"type": "item_reference", "id": "a"}, typed("z", "hi")]), max_size=2),
    },
)
MESSAGES: st.SearchStrategy[Any] = st.one_of(
    whole("session.update", session=SESSION),
    whole("input_audio_buffer.append", audio=st.sampled_from(["LOUD", "QUIET", "AA==", "*"])),
    whole("input_audio_buffer.commit"),
    whole("input_audio_buffer.clear"),
    whole("conversation.item.create", item=st.builds(typed, IDS, st.text(max_size=20))),
    whole("conversation.item.create", item=st.builds(sounding, IDS, st.sampled_from([*SOUNDS, "AA==", "*"]))),
    whole("conversation.item.create", item=CALLS),
    of("conversation.item.create", item=SCRAPS, previous_item_id=IDS),
    whole("conversation.item.delete", item_id=IDS | st.just("LAST")),
    whole("conversation.item.retrieve", item_id=IDS | st.just("LAST")),
    whole("conversation.item.truncate", item_id=st.just("LAST"), content_index=NUMBERS, audio_end_ms=NUMBERS),
    whole("response.create"),
    whole("response.create", response=RESPONSE),
    of("response.cancel", response_id=IDS | st.none()),
    of("session.update", session=SCRAPS),
    of("response.create", response=SCRAPS),
    st.just({"type": "PAUSE"}),
    SCRAPS,
)


class Line:
    """Takes what the server says."""

    def __init__(self) -> None:
        self.said: list[Event] = []

    def emit(self, message: Event) -> None:
        self.said.append(json.loads(json.dumps(message)))

    async def drained(self) -> None:
        await asyncio.sleep(0)


def loudness(window: bytes) -> float:
    return 1.0 if pcm.peak(pcm.samples_of(window)) > 1_000 else 0.0


def connected(line: Line, pool: ThreadPoolExecutor) -> RealtimeSession:
    quick = Faulty(Faults(pace=10_000, delta_ms=40))
    return RealtimeSession(
        line, TinyTutoring(), pool, loudness, model="guide", lesson=WantedLesson(), expires_at=0, behaviour=quick
    )


async def converse(messages: list[Any]) -> list[Event]:
    line = Line()
    with ThreadPoolExecutor(2) as pool:
        connection = connected(line, pool)
        connection.greet()
        for message in messages:
            if isinstance(message, dict) and message.get("type") == "PAUSE":
                await asyncio.sleep(0.005)
                continue
            assistant = [e["item"]["id"] for e in line.said if e["type"] == "response.output_item.added"]
            if isinstance(message, dict) and message.get("item_id") == "LAST" and assistant:
                message = {**message, "item_id": assistant[-1]}
            frame = json.dumps(message)
            for name, sound in SOUNDS.items():
                frame = frame.replace(f'"audio": "{name}"', f'"audio": "{sound}"')
            await connection.take(frame)
        async with asyncio.timeout(PATIENCE_S):
            while connection._tasks:  # noqa: ASYNC110 - nobody else waits for all of them
                await asyncio.sleep(0.002)
        connection.close()
    return line.said


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages=st.lists(MESSAGES, max_size=25))
def test_anything_in_any_order(messages: list[Any]) -> None:
    said = asyncio.run(converse(messages))
    by_response: dict[str, list[Event]] = defaultdict(list)
    for event in said:
        judge_by_sdk(event)
        assert event["type"] != "error" or event["error"]["type"] == "invalid_request_error"
        response_id = event.get("response_id") or event.get("response", {}).get("id")
        if response_id:
            by_response[response_id].append(event)
    assert len({event["event_id"] for event in said}) == len(said)
    for events in by_response.values():
        check_ladder(events)


def check_ladder(events: list[Event]) -> None:
    """Opened once, closed once, and closed with what was streamed."""
    kinds = [event["type"] for event in events]
    assert kinds[0] == "response.created" and kinds[-1] == "response.done"
    for kind in ("created", "output_item.added", "content_part.added", "content_part.done", "output_item.done", "done"):
        assert kinds.count(f"response.{kind}") <= 1
    assert ("response.output_item.added" in kinds) == ("response.output_item.done" in kinds)
    assert events[-1]["response"]["status"] in ("completed", "cancelled", "incomplete")
    for stem, field in (("output_audio_transcript", "transcript"), ("output_text", "text")):
        streamed = "".join(e["delta"] for e in events if e["type"] == f"response.{stem}.delta")
        for event in events:
            if event["type"] == f"response.{stem}.done":
                assert event[field] == streamed


@pytest.mark.parametrize(
    ("quick", "answer"),
    [
        ({"type": "response.create"}, "response.created"),
        ({"type": "response.cancel"}, "response_cancel_not_active"),
        (
            {"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"speed": 0.8}}}},
            "session.updated",
        ),
    ],
)
async def test_what_is_said_over_is_over_even_before_its_task_has_ended(quick: Event, answer: str) -> None:
    """A client on a very short line answers `response.done` before the response's own task has come to its end."""

    class ShortLine(Line):
        answers: asyncio.Task[None] | None = None

        def emit(self, message: Event) -> None:
            super().emit(message)
            if message["type"] == "response.done" and self.answers is None:
                self.answers = asyncio.create_task(connection.take(json.dumps(quick)))

    line = ShortLine()
    with ThreadPoolExecutor(2) as pool:
        connection = connected(line, pool)
        await connection.take(json.dumps({"type": "response.create"}))
        async with asyncio.timeout(PATIENCE_S):
            while connection._tasks or line.answers is None or not line.answers.done():  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.002)
        connection.close()
    kinds = [event["error"]["code"] if event["type"] == "error" else event["type"] for event in line.said]
    assert kinds[kinds.index("response.done") + 1] == answer
