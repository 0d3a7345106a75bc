"""Decoding: a Realtime server's text frames as typed events, under today's (GA) and the beta's names alike."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api.private_extensions import accepted_in, begins_in, hearing_in
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.client_events import TAG
from tutor_tui.openai_api.realtime.fields import mapping, number, text, text_or_none

_Frame: TypeAlias = Mapping[str, Any]
_Decoder: TypeAlias = Callable[[_Frame], se.ServerEvent | None]

_GA_NAME = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio.done": "response.output_audio.done",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
    "conversation.item.created": "conversation.item.added",
}
"""Beta name → GA name: the only events whose names differ."""
_ROLE: dict[str, Role] = {"user": "learner", "assistant": "tutor"}
_IGNORED = se.Ignored()
_BINARY = se.Malformed("binary frame", "The tutor's server sent a binary message, which Realtime does not have.")
_NO_JSON = se.Malformed("malformed JSON", "The tutor's server sent a message that is not JSON.")
_NO_EVENT = se.Malformed("no event", "The tutor's server sent JSON that is not a Realtime event.")
_NO_BASE64 = se.Malformed("sound is not base64", "The tutor's server sent sound that cannot be read.")


def decode(raw: str | bytes) -> se.ServerEvent:
    """What a frame says, of text or of bytes: some gateways pass text on as bytes. Never raises, whatever it is."""
    try:
        frame = json.loads(raw if isinstance(raw, str) else raw.decode())
    except (ValueError, RecursionError):
        return _NO_JSON if isinstance(raw, str) else _BINARY
    kind = frame.get("type") if isinstance(frame, dict) else None
    if not isinstance(kind, str):
        return _NO_EVENT
    kind = _GA_NAME.get(kind, kind)
    decoder = _DECODERS.get(kind)
    return (decoder(frame) if decoder else None) or se.Unrecognised(kind)


# ---- one event each: None for one without the fields that it must have ----------------------------------------------


def _ignored(_frame: _Frame) -> se.ServerEvent:
    return _IGNORED


def _about_session(event: Callable[[se.SessionInForce], se.ServerEvent]) -> _Decoder:
    def decoder(frame: _Frame) -> se.ServerEvent | None:
        session = frame.get("session")
        return event(_session(session)) if isinstance(session, dict) else None

    return decoder


def _about_response(event: Callable[[se.Response], se.ServerEvent]) -> _Decoder:
    def decoder(frame: _Frame) -> se.ServerEvent | None:
        response = frame.get("response")
        return event(_response(response)) if isinstance(response, dict) else None

    return decoder


def _about_item(event: Callable[[str], se.ServerEvent]) -> _Decoder:
    def decoder(frame: _Frame) -> se.ServerEvent | None:
        item_id = text_or_none(frame, "item_id")
        return None if item_id is None else event(item_id)

    return decoder


def _about_output_buffer(event: Callable[[str], se.ServerEvent]) -> _Decoder:
    def decoder(frame: _Frame) -> se.ServerEvent:
        response_id = text_or_none(frame, "response_id")
        return _IGNORED if response_id is None else event(response_id)

    return decoder


def _output_text(event: Callable[[str, str, str], se.ServerEvent], field: str) -> _Decoder:
    """The decoder of a response's words, which stand in `field`."""

    def decoder(frame: _Frame) -> se.ServerEvent | None:
        item_id, words = text_or_none(frame, "item_id"), text_or_none(frame, field)
        if item_id is None or words is None:
            return None
        return event(text(frame, "response_id"), item_id, words)

    return decoder


def _audio_delta(frame: _Frame) -> se.ServerEvent | None:
    """The one that has to be quick: a tutor who speaks sends it up to 50 times a second.

    vLLM-Omni has the sound in `audio`, and names its rate.
    """
    item_id, delta = frame.get("item_id"), frame.get("delta", frame.get("audio"))
    if not isinstance(item_id, str) or not isinstance(delta, str):
        return None
    try:
        sound = binascii.a2b_base64(delta, strict_mode=True)
    except ValueError:
        return _NO_BASE64
    rate_hz = frame.get("sample_rate_hz")
    known_hz = rate_hz if isinstance(rate_hz, int) and 8_000 <= rate_hz <= 192_000 else 0
    return se.OutputAudioDelta(text(frame, "response_id"), well_formed(item_id), sound, known_hz)


def _audio_done(frame: _Frame) -> se.ServerEvent | None:
    item_id = text_or_none(frame, "item_id")
    return None if item_id is None else se.OutputAudioDone(text(frame, "response_id"), item_id)


def _content_part_added(frame: _Frame) -> se.ServerEvent:
    match frame:
        case {"response_id": str(response_id), "item_id": str(item_id), "part": {"type": "audio"}}:
            return se.AudioPartAdded(well_formed(response_id), well_formed(item_id))
    return _IGNORED


def _output_item_added(frame: _Frame) -> se.ServerEvent:
    match frame.get("item"):
        case {"call_id": str(call_id), "name": str(name)}:
            return se.FunctionCallAdded(text(frame, "response_id"), well_formed(call_id), _tool_name(name))
    return _IGNORED


def _arguments_done(frame: _Frame) -> se.ServerEvent:
    match frame:
        case {"call_id": str(call_id), "arguments": str(arguments)}:
            call = ToolCall(well_formed(call_id), _tool_name(frame.get("name")), well_formed(arguments))
            return se.FunctionCallArgumentsDone(text(frame, "response_id"), call)
    return _IGNORED


def _output_item_done(frame: _Frame) -> se.ServerEvent:
    call = _call(frame.get("item"))
    return se.FunctionCallDone(text(frame, "response_id"), call) if call else _IGNORED


def _error(frame: _Frame) -> se.ServerEvent:
    """Some servers say it in the event itself, in place of an object in it, or have a text there.

    There, `event_id` is that of the event; only an object's is that of what was refused.
    """
    error = frame.get("error")
    said = error if isinstance(error, dict) else frame
    words = well_formed(error) if isinstance(error, str) else ""
    code = text(said, "code") or ("" if " " in words else words)
    message = text(said, "message") or words or text(said, "detail")
    event_id = text(said, "event_id") if said is error else ""
    return se.ServerError(se.ErrorDetail(code, message, text(said, "param"), event_id))


def _committed(frame: _Frame) -> se.ServerEvent | None:
    item_id = text_or_none(frame, "item_id")
    return None if item_id is None else se.InputCommitted(item_id, text_or_none(frame, "previous_item_id"))


def _cleared(_frame: _Frame) -> se.ServerEvent:
    return se.InputCleared()


def _input_transcript_delta(frame: _Frame) -> se.ServerEvent | None:
    match frame:
        case {"item_id": str(item_id), "delta": str(delta)}:
            return se.InputTranscriptDelta(well_formed(item_id), well_formed(delta))
    return None


def _input_transcript_done(frame: _Frame) -> se.ServerEvent | None:
    """Where nothing was said, some servers send null."""
    item_id = text_or_none(frame, "item_id")
    if item_id is None:
        return None
    transcript = text(frame, "transcript").strip()
    return se.InputTranscriptDone(item_id, transcript, frame.get("usage"), hearing_in(frame, transcript))


def _input_transcript_failed(frame: _Frame) -> se.ServerEvent | None:
    item_id = text_or_none(frame, "item_id")
    return (
        None if item_id is None else se.InputTranscriptFailed(item_id, _failure(frame.get("error")) or se.ErrorDetail())
    )


def _input_transcript_so_far(frame: _Frame) -> se.ServerEvent | None:
    match frame:
        case {"item_id": str(item_id), "transcript": str(words)}:
            return se.InputTranscriptSoFar(well_formed(item_id), well_formed(words))
    return None


def _conversation_created(_frame: _Frame) -> se.ServerEvent:
    return se.ConversationCreated()


def _item_added(frame: _Frame) -> se.ServerEvent | None:
    match frame.get("item"):
        case {"id": str(item_id), **item}:
            role = item.get("role") if item.get("type") == "message" else None
            known = _ROLE.get(role) if isinstance(role, str) else None
            return se.ItemAdded(well_formed(item_id), text_or_none(frame, "previous_item_id"), known)
    return None


def _item_truncated(frame: _Frame) -> se.ServerEvent:
    end_ms = frame.get("audio_end_ms")
    known = isinstance(end_ms, int) and number(end_ms) is not None
    return se.ItemTruncated(text(frame, "item_id"), end_ms if known else None)


# ---- parts of events ------------------------------------------------------------------------------------------------


def _session(session: Mapping[str, Any]) -> se.SessionInForce:
    hears_hz, speaks_hz = conf.rates_of(session)
    return se.SessionInForce(
        conf.applied_of(session),
        number(session.get("expires_at")),
        is_flat=conf.is_flat(session),
        has_tools=bool(session.get("tools")),
        hears_hz=hears_hz,
        speaks_hz=speaks_hz,
    )


def _response(response: Mapping[str, Any]) -> se.Response:
    details, status = mapping(response.get("status_details")), text(response, "status")
    output = response.get("output") if status in ("completed", "incomplete") else None
    conversation = response.get("conversation_id", "")
    return se.Response(
        text(response, "id"),
        None if conversation is None else text(response, "conversation_id"),
        is_text_only=["text"] in (response.get("output_modalities"), response.get("modalities")),
        status=status,
        reason=text(details, "reason"),
        error=_failure(details.get("error")),
        calls=tuple(call for item in output if (call := _call(item))) if isinstance(output, list) else (),
        usage=response.get("usage"),
        tag=text(mapping(response.get("metadata")), TAG),
        accepted=accepted_in(mapping(response.get("metadata"))),
        begins=begins_in(mapping(response.get("metadata"))),
    )


def _failure(error: object) -> se.ErrorDetail | None:
    """Why a response failed. Where there is no code, the type says as much."""
    if not isinstance(error, dict):
        return None
    return se.ErrorDetail(text(error, "code") or text(error, "type"), text(error, "message"))


def _call(item: object) -> ToolCall | None:
    """A tool call among the items of a response, if it is complete."""
    match item:
        case {"type": "function_call", "status": str(status)} if status != "completed":
            return None
        case {"type": "function_call", "call_id": str(call_id), "name": str(name), "arguments": arguments}:
            return ToolCall(well_formed(call_id), _tool_name(name), _arguments(arguments))
        case _:
            return None


def _arguments(arguments: object) -> str:
    """Some servers send them as an object in place of its JSON."""
    if isinstance(arguments, str):
        return well_formed(arguments)
    try:
        return json.dumps(arguments)
    except RecursionError:
        return ""


def _tool_name(name: object) -> str:
    return one_line(name, 64)


_DECODERS: Mapping[str, _Decoder] = {
    "response.output_audio.delta": _audio_delta,
    "response.output_audio.done": _audio_done,
    "response.output_audio_transcript.delta": _output_text(se.OutputTranscriptDelta, "delta"),
    "response.output_audio_transcript.done": _output_text(se.OutputTranscriptDone, "transcript"),
    "response.output_text.delta": _output_text(se.OutputTextDelta, "delta"),
    "response.output_text.done": _output_text(se.OutputTextDone, "text"),
    "response.content_part.added": _content_part_added,
    "response.content_part.done": _ignored,
    "response.output_item.added": _output_item_added,
    "response.output_item.done": _output_item_done,
    "response.function_call_arguments.delta": _ignored,
    "response.function_call_arguments.done": _arguments_done,
    "response.created": _about_response(se.ResponseCreated),
    "response.done": _about_response(se.ResponseDone),
    "output_audio_buffer.started": _about_output_buffer(se.OutputBufferStarted),
    "output_audio_buffer.stopped": _about_output_buffer(se.OutputBufferStopped),
    "output_audio_buffer.cleared": _about_output_buffer(se.OutputBufferCleared),
    "session.created": _about_session(se.SessionCreated),
    "session.updated": _about_session(se.SessionUpdated),
    "error": _error,
    "input_audio_buffer.speech_started": _about_item(se.InputSpeechStarted),
    "input_audio_buffer.speech_stopped": _about_item(se.InputSpeechStopped),
    "input_audio_buffer.committed": _committed,
    "input_audio_buffer.cleared": _cleared,
    "input_audio_buffer.timeout_triggered": _ignored,
    "conversation.created": _conversation_created,
    "conversation.item.added": _item_added,
    "conversation.item.done": _ignored,
    "conversation.item.retrieved": _ignored,
    "conversation.item.truncated": _item_truncated,
    "conversation.item.deleted": _ignored,
    "conversation.item.input_audio_transcription.delta": _input_transcript_delta,
    "conversation.item.input_audio_transcription.segment": _ignored,
    "conversation.item.input_audio_transcription.completed": _input_transcript_done,
    "conversation.item.input_audio_transcription.failed": _input_transcript_failed,
    "conversation.item.input_audio_transcription.updated": _input_transcript_so_far,
    "rate_limits.updated": _ignored,
    "ping": _ignored,
}
"""Every event that a server sends to a conversation, under its GA name; the last but for limits are xAI's own."""
