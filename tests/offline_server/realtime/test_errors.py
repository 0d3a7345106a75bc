"""Every error that a client can cause: its code, its param, and that the conversation goes on after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.offline_server.client import b64, talking
from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime import conversation, input_audio


def session(**fields: Any) -> dict[str, Any]:
    return {"type": "session.update", "session": {"type": "realtime", **fields}}


def audio_in(**fields: Any) -> dict[str, Any]:
    return session(audio={"input": fields})


def item(**fields: Any) -> dict[str, Any]:
    return {"type": "conversation.item.create", "item": fields}


def said(role: str, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return item(type="message", role=role, content=list(parts), **fields)


def response(**fields: Any) -> dict[str, Any]:
    return {"type": "response.create", "response": fields}


TEXT = {"type": "input_text", "text": "hi"}
VAD = "session.audio.input.turn_detection"
ASR = "session.audio.input.transcription"

CASES: list[tuple[str, object, str | None, str | None]] = [
    # what, frame, code, param
    ("not JSON", "{oops", "invalid_json", None),
    ("NaN is not JSON", '{"type":"session.update","session":NaN}', "invalid_json", None),
    ("a number of a million digits", '{"type":' + "9" * 10_000 + "}", "invalid_json", None),
    ("brackets without end", "[" * 200_000, "invalid_json", None),
    ("not an object", "[1]", "invalid_event", None),
    ("binary", b"\x00\x01", "invalid_event", None),
    ("no type", {"event_id": "x"}, "missing_required_parameter", "type"),
    ("unknown type", {"type": "session.upgrade"}, "invalid_value", "type"),
    ("type is a number", {"type": 5}, "invalid_value", "type"),
    ("telephones only", {"type": "output_audio_buffer.clear"}, "invalid_value", "type"),
    ("event_id too long", {"type": "response.cancel", "event_id": "x" * 513}, "string_above_max_length", "event_id"),
    ("unknown field", {"type": "response.cancel", "why": 1}, "unknown_parameter", "why"),
    # session.update
    ("no session", {"type": "session.update"}, "missing_required_parameter", "session"),
    ("session is text", {"type": "session.update", "session": "x"}, "invalid_value", "session"),
    ("no session.type", {"type": "session.update", "session": {}}, "missing_required_parameter", "session.type"),
    ("transcription session", session(type="transcription"), "invalid_value", "session.type"),
    ("other session.type", session(type="live"), "invalid_value", "session.type"),
    ("beta field", session(modalities=["audio"]), "unknown_parameter", "session.modalities"),
    ("beta voice", session(voice="alloy"), "unknown_parameter", "session.voice"),
    ("temperature", session(temperature=0.8), "unknown_parameter", "session.temperature"),
    ("unknown deep field", audio_in(gain=2), "unknown_parameter", "session.audio.input.gain"),
    ("model", session(model="gpt-realtime-2.1"), "invalid_value", "session.model"),
    ("both modalities", session(output_modalities=["audio", "text"]), "invalid_value", "session.output_modalities"),
    ("no modality", session(output_modalities=[]), "invalid_value", "session.output_modalities"),
    ("instructions", session(instructions=5), "invalid_value", "session.instructions"),
    ("reasoning", session(reasoning={"effort": "low"}), "invalid_value", "session.reasoning"),
    ("parallel tools", session(parallel_tool_calls=True), "invalid_value", "session.parallel_tool_calls"),
    ("tokens 0", session(max_output_tokens=0), "invalid_value", "session.max_output_tokens"),
    ("tokens 4097", session(max_output_tokens=4097), "invalid_value", "session.max_output_tokens"),
    ("tokens true", session(max_output_tokens=True), "invalid_value", "session.max_output_tokens"),
    ("tokens word", session(max_output_tokens="many"), "invalid_value", "session.max_output_tokens"),
    ("tools", session(tools={}), "invalid_value", "session.tools"),
    ("tool type", session(tools=[{"type": "magic"}]), "invalid_value", "session.tools[0].type"),
    ("tool name", session(tools=[{"type": "function"}]), "missing_required_parameter", "session.tools[0].name"),
    ("tool choice", session(tool_choice="maybe"), "invalid_value", "session.tool_choice"),
    ("truncation", session(truncation="often"), "invalid_value", "session.truncation"),
    (
        "retention",
        session(truncation={"type": "retention_ratio", "retention_ratio": 1.5}),
        "invalid_value",
        "session.truncation.retention_ratio",
    ),
    ("tracing", session(tracing="on"), "invalid_value", "session.tracing"),
    ("prompt", session(prompt={"version": "1"}), "missing_required_parameter", "session.prompt.id"),
    ("include", session(include=["everything"]), "invalid_value", "session.include[0]"),
    ("voice", session(audio={"output": {"voice": "siri"}}), "invalid_value", "session.audio.output.voice"),
    ("fast", session(audio={"output": {"speed": 1.6}}), "invalid_value", "session.audio.output.speed"),
    ("slow", session(audio={"output": {"speed": 0.2}}), "invalid_value", "session.audio.output.speed"),
    (
        "rate",
        audio_in(format={"type": "audio/pcm", "rate": 16000}),
        "invalid_value",
        "session.audio.input.format.rate",
    ),
    ("telephone", audio_in(format={"type": "audio/pcmu"}), "invalid_value", "session.audio.input.format.type"),
    ("no VAD type", audio_in(turn_detection={"threshold": 0.5}), "missing_required_parameter", f"{VAD}.type"),
    ("VAD type", audio_in(turn_detection={"type": "none"}), "invalid_value", f"{VAD}.type"),
    ("threshold", audio_in(turn_detection={"type": "server_vad", "threshold": 2}), "invalid_value", f"{VAD}.threshold"),
    (
        "padding",
        audio_in(turn_detection={"type": "server_vad", "prefix_padding_ms": -1}),
        "invalid_value",
        f"{VAD}.prefix_padding_ms",
    ),
    (
        "silence",
        audio_in(turn_detection={"type": "server_vad", "silence_duration_ms": 500.5}),
        "invalid_value",
        f"{VAD}.silence_duration_ms",
    ),
    (
        "eagerness of server_vad",
        audio_in(turn_detection={"type": "server_vad", "eagerness": "low"}),
        "unknown_parameter",
        f"{VAD}.eagerness",
    ),
    (
        "eagerness",
        audio_in(turn_detection={"type": "semantic_vad", "eagerness": "eager"}),
        "invalid_value",
        f"{VAD}.eagerness",
    ),
    (
        "idle, out of range",
        audio_in(turn_detection={"type": "server_vad", "idle_timeout_ms": 10}),
        "invalid_value",
        f"{VAD}.idle_timeout_ms",
    ),
    (
        "idle, not supported",
        audio_in(turn_detection={"type": "server_vad", "idle_timeout_ms": 6000}),
        "invalid_value",
        f"{VAD}.idle_timeout_ms",
    ),
    (
        "noise",
        audio_in(noise_reduction={"type": "no_field"}),
        "invalid_value",
        "session.audio.input.noise_reduction.type",
    ),
    ("transcriber", audio_in(transcription={"model": "scribe"}), "invalid_value", f"{ASR}.model"),
    ("no transcriber", audio_in(transcription={"language": "en"}), "missing_required_parameter", f"{ASR}.model"),
    (
        "language and languages",
        audio_in(transcription={"model": "gpt-transcribe", "language": "en", "languages": ["en"]}),
        "invalid_value",
        f"{ASR}.languages",
    ),
    (
        "languages of an old transcriber",
        audio_in(transcription={"model": "whisper-1", "languages": ["en"]}),
        "invalid_value",
        f"{ASR}.languages",
    ),
    (
        "keyword with a bracket",
        audio_in(transcription={"model": "gpt-transcribe", "keywords": ["<b>"]}),
        "invalid_value",
        f"{ASR}.keywords[0]",
    ),
    (
        "silence without end",
        audio_in(turn_detection={"type": "server_vad", "silence_duration_ms": 10**400}),
        "invalid_value",
        f"{VAD}.silence_duration_ms",
    ),
    (
        "padding without end",
        audio_in(turn_detection={"type": "server_vad", "prefix_padding_ms": 10**400}),
        "invalid_value",
        f"{VAD}.prefix_padding_ms",
    ),
    (
        "nested deep",
        '{"type":"session.update","session":{"type":"realtime","prompt":{"id":"p","variables":'
        + '{"a":' * 900
        + "1"
        + "}" * 903,
        "invalid_json",
        None,
    ),
    # the input audio buffer
    ("no audio", {"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
    ("audio is a number", {"type": "input_audio_buffer.append", "audio": 1}, "invalid_value", "audio"),
    ("not base64", {"type": "input_audio_buffer.append", "audio": "!!!"}, "invalid_value", "audio"),
    ("base64 of Hangul", {"type": "input_audio_buffer.append", "audio": "한국어"}, "invalid_value", "audio"),
    ("empty audio", {"type": "input_audio_buffer.append", "audio": ""}, "invalid_value", "audio"),
    ("empty commit", {"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty", None),
    # items
    ("no item", {"type": "conversation.item.create"}, "missing_required_parameter", "item"),
    ("no item type", item(role="user"), "missing_required_parameter", "item.type"),
    ("item type", item(type="thought"), "invalid_value", "item.type"),
    ("no role", item(type="message", content=[TEXT]), "missing_required_parameter", "item.role"),
    ("role", said("teacher", TEXT), "invalid_value", "item.role"),
    ("no content", said("user"), "invalid_value", "item.content"),
    ("user part", said("user", {"type": "output_text", "text": "x"}), "invalid_value", "item.content[0].type"),
    ("beta part", said("assistant", {"type": "text", "text": "x"}), "invalid_value", "item.content[0].type"),
    ("no text", said("user", {"type": "input_text"}), "missing_required_parameter", "item.content[0].text"),
    (
        "sound of the assistant",
        said("assistant", {"type": "output_audio", "audio": b64(b"xx")}),
        "invalid_value",
        "item.content[0]",
    ),
    ("bad sound", said("user", {"type": "input_audio", "audio": "*"}), "invalid_value", "item.content[0].audio"),
    ("long id", said("user", TEXT, id="i" * 33), "string_above_max_length", "item.id"),
    ("status", said("user", TEXT, status="done"), "invalid_value", "item.status"),
    ("call without arguments", item(type="function_call", name="f"), "missing_required_parameter", "item.arguments"),
    ("unknown previous", said("user", TEXT) | {"previous_item_id": "nobody"}, "invalid_value", "previous_item_id"),
    (
        "retrieve",
        {"type": "conversation.item.retrieve", "item_id": "x"},
        "item_retrieve_invalid_item_id",
        "item_id",
    ),
    ("delete", {"type": "conversation.item.delete", "item_id": "x"}, "item_delete_invalid_item_id", "item_id"),
    ("delete nothing", {"type": "conversation.item.delete"}, "missing_required_parameter", "item_id"),
    (
        "truncate",
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 0},
        "item_truncate_invalid_item_id",
        "item_id",
    ),
    (
        "truncate at a fraction",
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1.5},
        "invalid_value",
        "audio_end_ms",
    ),
    (
        "truncate before the start",
        {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": -1},
        "invalid_value",
        "audio_end_ms",
    ),
    # responses
    ("nothing to cancel", {"type": "response.cancel"}, "response_cancel_not_active", None),
    ("unknown to cancel", {"type": "response.cancel", "response_id": "r"}, "response_cancel_not_active", None),
    ("response is text", {"type": "response.create", "response": "now"}, "invalid_value", "response"),
    ("response is an empty list", {"type": "response.create", "response": []}, "invalid_value", "response"),
    ("response is empty text", {"type": "response.create", "response": ""}, "invalid_value", "response"),
    ("response is false", {"type": "response.create", "response": False}, "invalid_value", "response"),
    ("beta response", response(modalities=["text"]), "unknown_parameter", "response.modalities"),
    ("conversation", response(conversation="other"), "invalid_value", "response.conversation"),
    ("metadata value", response(metadata={"kind": 1}), "invalid_value", "response.metadata.kind"),
    ("metadata key", response(metadata={"k" * 65: "v"}), "string_above_max_length", "response.metadata"),
    ("metadata pairs", response(metadata={str(n): "" for n in range(17)}), "invalid_value", "response.metadata"),
    ("reasoning of a response", response(reasoning={"effort": "low"}), "invalid_value", "response.reasoning"),
    ("input", response(input="x"), "invalid_value", "response.input"),
    ("input element", response(input=[{"type": "poem"}]), "invalid_value", "response.input[0].type"),
    (
        "unknown reference",
        response(input=[{"type": "item_reference", "id": "x"}]),
        "invalid_value",
        "response.input[0].id",
    ),
]


@pytest.mark.parametrize(("frame", "code", "param"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_each_mistake_has_its_error(frame: object, code: str | None, param: str | None) -> None:
    async with talking() as client:
        await client.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
        error = (await client.next())["error"]
        assert (error["code"], error["param"], error["type"]) == (code, param, "invalid_request_error")
        assert error["message"].endswith(".")

        # ... and nothing is lost: the very next request is answered.
        await client.update(instructions="still there")


async def test_an_error_names_the_event_that_caused_it() -> None:
    async with talking() as client:
        assert (await client.refused("response.cancel", event_id="mine"))["event_id"] == "mine"
        assert (await client.refused("no.such.event", event_id="mine too"))["event_id"] == "mine too"


async def test_an_unknown_type_is_told_which_are_known() -> None:
    async with talking() as client:
        message = (await client.refused("session.upgrade"))["message"]
        assert "'session.update'" in message and "'response.cancel'" in message


async def test_an_error_never_quotes_what_the_learner_wrote() -> None:
    secret = "a secret of the learner"
    async with talking() as client:
        errors = [
            await client.refused("conversation.item.create", item={"type": secret}),
            await client.refused("response.create", response={"conversation": secret}),
            await client.refused("input_audio_buffer.append", audio=secret),
        ]
        assert secret not in json.dumps(errors)


async def test_a_client_puts_in_so_many_items_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MOST_ITEMS", 2)
    hello = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
    async with talking() as client:
        put_in = [await client.ask("conversation.item.create", "conversation.item.done", item=hello) for _ in range(2)]
        assert (await client.refused("conversation.item.create", item=hello))["code"] == "conversation_full"
        first = put_in[0]["item"]["id"]
        await client.ask("conversation.item.delete", "conversation.item.deleted", item_id=first)
        await client.ask("conversation.item.create", "conversation.item.done", item=hello)


async def test_too_little_sound_is_no_turn_and_enough_is_one() -> None:
    async with talking() as client:
        await client.push_to_talk()
        await client.hear(pcm.silence(99))
        assert (await client.refused("input_audio_buffer.commit"))["code"] == "input_audio_buffer_commit_empty"
        await client.hear(pcm.silence(1))
        await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")


async def test_a_buffer_that_is_never_committed_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert input_audio.LONGEST_BUFFER_MS == 10 * 60_000
    monkeypatch.setattr(input_audio, "LONGEST_BUFFER_MS", 10_000)
    second = pcm.silence(1_000)
    async with talking() as client:
        await client.push_to_talk()
        for _ in range(10):
            await client.send("input_audio_buffer.append", audio=b64(second))
        error = await client.refused("input_audio_buffer.append", audio=b64(second))
        assert (error["code"], error["param"]) == ("invalid_value", "audio")
        await client.ask("input_audio_buffer.clear", "input_audio_buffer.cleared")
        await client.hear(pcm.silence(200))
        await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")
