"""Server events as frames, and what each means, for tests."""

from __future__ import annotations

import base64
from typing import Any

from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.tools import ToolCall
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.openai_api.private_extensions import HeardAs, ToldWord, hearing_fields
from tutor_tui.openai_api.realtime import server_events as se

SOUND = bytes(range(100))
B64 = base64.b64encode(SOUND).decode()
R4 = {"response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0}
USER = {"id": "u", "type": "message", "role": "user", "content": []}
CALL = {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"}
THE_CALL = ToolCall("c", "get_weather", "{}")
HEARD_WORDS = (ToldWord("네", True), ToldWord("좋아요", False))
TRANSCRIPTION = "conversation.item.input_audio_transcription"
SESSION = {
    "type": "realtime",
    "model": "m",
    "expires_at": 99,
    "audio": {"input": {"turn_detection": None}, "output": {"voice": "marin", "speed": 0.9}},
    "tools": [{}],
}
IN_FORCE = se.SessionInForce(Applied(PushToTalk(), "marin", 0.9, "m"), 99.0, has_tools=True)
SAME_IN_BOTH: list[tuple[str, dict[str, Any], se.ServerEvent]] = [
    ("session.created", {"session": SESSION}, se.SessionCreated(IN_FORCE)),
    ("session.updated", {"session": SESSION}, se.SessionUpdated(IN_FORCE)),
    (
        "error",
        {"error": {"type": "t", "code": "c", "message": "m", "param": "p", "event_id": "e"}},
        se.ServerError(se.ErrorDetail("c", "m", "p", "e")),
    ),
    ("input_audio_buffer.speech_started", {"item_id": "u", "audio_start_ms": 3}, se.InputSpeechStarted("u")),
    ("input_audio_buffer.speech_stopped", {"item_id": "u", "audio_end_ms": 9}, se.InputSpeechStopped("u")),
    ("input_audio_buffer.committed", {"item_id": "u", "previous_item_id": "p"}, se.InputCommitted("u", "p")),
    ("input_audio_buffer.committed", {"item_id": "u"}, se.InputCommitted("u", None)),
    ("input_audio_buffer.cleared", {}, se.InputCleared()),
    ("conversation.created", {"conversation": {"id": "c"}}, se.ConversationCreated()),
    ("ping", {}, se.Ignored()),
    (f"{TRANSCRIPTION}.delta", {"item_id": "u", "delta": "네"}, se.InputTranscriptDelta("u", "네")),
    (f"{TRANSCRIPTION}.updated", {"item_id": "u", "transcript": "네, 좋"}, se.InputTranscriptSoFar("u", "네, 좋")),
    (
        f"{TRANSCRIPTION}.completed",
        {"item_id": "u", "transcript": "네, 좋아요", "usage": {"type": "tokens"}},
        se.InputTranscriptDone("u", "네, 좋아요", {"type": "tokens"}),
    ),
    (
        f"{TRANSCRIPTION}.completed",
        {
            "item_id": "u",
            "transcript": " 네, 좋아요 ",
            **hearing_fields("unsure", [ToldWord("네", True), ToldWord("좋아요", False)]),
        },
        se.InputTranscriptDone("u", "네, 좋아요", None, HeardAs(False, ((3, 6),))),
    ),
    (
        f"{TRANSCRIPTION}.failed",
        {"item_id": "u", "error": {"code": "x"}},
        se.InputTranscriptFailed("u", se.ErrorDetail("x")),
    ),
    (
        "response.created",
        {"response": {"id": "r", "status": "in_progress", "conversation_id": None, "output_modalities": ["text"]}},
        se.ResponseCreated(se.Response("r", None, is_text_only=True, status="in_progress")),
    ),
    (
        "response.done",
        {"response": {"id": "r", "status": "completed", "output": [USER, CALL], "usage": {"total_tokens": 1}}},
        se.ResponseDone(se.Response("r", status="completed", calls=(THE_CALL,), usage={"total_tokens": 1})),
    ),
    (
        "response.done",
        {"response": {"id": "r", "status": "failed", "output": [CALL], "status_details": {"error": {"type": "t"}}}},
        se.ResponseDone(se.Response("r", status="failed", error=se.ErrorDetail("t"))),
    ),
    (
        "response.content_part.added",
        {"response_id": "r", "item_id": "i", "part": {"type": "audio"}},
        se.AudioPartAdded("r", "i"),
    ),
    ("response.output_item.added", {"response_id": "r", "item": CALL}, se.FunctionCallAdded("r", "c", "get_weather")),
    ("response.output_item.done", {"response_id": "r", "item": CALL}, se.FunctionCallDone("r", THE_CALL)),
    (
        "response.function_call_arguments.done",
        {"response_id": "r", "call_id": "c", "arguments": "{}"},
        se.FunctionCallArgumentsDone("r", ToolCall("c", "", "{}")),
    ),
    ("output_audio_buffer.started", {"response_id": "r"}, se.OutputBufferStarted("r")),
    ("output_audio_buffer.stopped", {"response_id": "r"}, se.OutputBufferStopped("r")),
    ("output_audio_buffer.cleared", {"response_id": "r"}, se.OutputBufferCleared("r")),
    ("conversation.item.truncated", {"item_id": "i", "audio_end_ms": 120}, se.ItemTruncated("i", 120)),
    ("rate_limits.updated", {}, se.Ignored()),
    ("response.output_item.done", {"item": USER}, se.Ignored()),
    ("response.brand_new", {}, se.Unrecognised("response.brand_new")),
]
RENAMED: list[tuple[str, str, dict[str, Any], se.ServerEvent]] = [
    ("response.output_audio.delta", "response.audio.delta", {**R4, "delta": B64}, se.OutputAudioDelta("r", "i", SOUND)),
    ("response.output_audio.done", "response.audio.done", R4, se.OutputAudioDone("r", "i")),
    (
        "response.output_audio_transcript.delta",
        "response.audio_transcript.delta",
        {**R4, "delta": "안"},
        se.OutputTranscriptDelta("r", "i", "안"),
    ),
    (
        "response.output_audio_transcript.done",
        "response.audio_transcript.done",
        {**R4, "transcript": "안녕"},
        se.OutputTranscriptDone("r", "i", "안녕"),
    ),
    ("response.output_text.delta", "response.text.delta", {**R4, "delta": "a"}, se.OutputTextDelta("r", "i", "a")),
    ("response.output_text.done", "response.text.done", {**R4, "text": "ab"}, se.OutputTextDone("r", "i", "ab")),
    (
        "conversation.item.added",
        "conversation.item.created",
        {"item": USER, "previous_item_id": "p"},
        se.ItemAdded("u", "p", "learner"),
    ),
    (
        "conversation.item.added",
        "conversation.item.created",
        {"item": {**USER, "role": "assistant"}, "previous_item_id": None},
        se.ItemAdded("u", None, "tutor"),
    ),
    (
        "conversation.item.added",
        "conversation.item.created",
        {"item": {**CALL, "id": "f"}, "previous_item_id": "u"},
        se.ItemAdded("f", "u", None),
    ),
]
TABLE = [
    *SAME_IN_BOTH,
    *((ga, fields, event) for ga, _, fields, event in RENAMED),
    *((beta, fields, event) for _, beta, fields, event in RENAMED),
]
