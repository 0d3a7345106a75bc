"""The session object: what a fresh one holds, and how an update is merged, or refused as a whole."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from tutor_tui.offline_server.realtime.schema.session_fields import (
    SESSION,
    TRANSCRIBERS_WITH_LISTS,
    SemanticVad,
    ServerVad,
    Session,
)
from tutor_tui.offline_server.realtime.schema.validation import check
from tutor_tui.offline_server.realtime.wire import Json, Refusal

_REASONING_MODELS = "gpt-realtime-2"
"""Names that begin so may be told how hard to think. The offline guide is no such model."""
_REASONING_ONLY = ("reasoning", "parallel_tool_calls")

VAD_DEFAULTS: dict[str, Json] = {
    "server_vad": ServerVad(type="server_vad").model_dump(),
    "semantic_vad": SemanticVad(type="semantic_vad").model_dump(),
}
_INSTRUCTIONS = "You are a language tutor without a cloud. You walk a lesson script with the learner."


def fresh_session(session_id: str, model: str, expires_at: int) -> Json:
    """The session a client finds: the service's defaults. `expires_at` is unix time."""
    fresh = Session(type="realtime", model=model, instructions=_INSTRUCTIONS)
    names = {"object": "realtime.session", "id": session_id, "expires_at": expires_at}
    return names | fresh.model_dump(exclude=set(_REASONING_ONLY))


@dataclass(frozen=True, slots=True)
class Moment:
    """What a change depends on beside its own shape."""

    audio_was_sent: bool = False
    """The assistant has spoken: its voice is frozen."""
    responding: bool = False
    """A response is being made: its speed is not changed under it."""


def refuse_reasoning(fields: Json, model: str, path: str) -> None:
    """Turn down what only reasoning models take, as the service does."""
    for key in _REASONING_ONLY:
        if fields.get(key) is not None and not model.startswith(_REASONING_MODELS):
            raise Refusal("invalid_value", f"'{path}.{key}' is not supported by the model '{model}'.", f"{path}.{key}")


def judge_session(update: Json) -> None:
    """Raise `Refusal` unless `update` is one the service would take."""
    check(SESSION, update, "session")


def updated(session: Json, update: Json, moment: Moment) -> Json:
    """`session` with `update`, which was judged, merged into a copy of it. Raises `Refusal`, and then nothing has
    changed.
    """
    refuse_reasoning(update, session["model"], "session")
    merged = _merged(session, update)
    _judge_frozen(session, merged, moment)
    _judge_transcription(merged["audio"]["input"]["transcription"])
    return merged


def _merged(old: Json, new: Json) -> Json:
    """`new` laid over a copy of `old`, key by key; objects of another type, lists and words replace what was there."""
    result = copy.deepcopy(old)
    for key, value in new.items():
        before = result.get(key)
        if isinstance(value, dict) and isinstance(before, dict) and _same_kind(key, before, value):
            result[key] = _merged(before, value)
        elif isinstance(value, dict) and key == "turn_detection":
            result[key] = VAD_DEFAULTS[value["type"]] | value
        else:
            result[key] = copy.deepcopy(value)
    return result


def _same_kind(key: str, before: Json, value: Json) -> bool:
    if key in ("tool_choice", "truncation", "prompt", "tracing", "voice"):
        return False
    return key == "noise_reduction" or before.get("type") == value.get("type")


def _judge_frozen(session: Json, merged: Json, moment: Moment) -> None:
    old, new = session["audio"]["output"], merged["audio"]["output"]
    if merged["model"] != session["model"]:
        raise Refusal("invalid_value", "The model of a session cannot be changed.", "session.model")
    if moment.audio_was_sent and new["voice"] != old["voice"]:
        path = "session.audio.output.voice"
        raise Refusal("cannot_update_voice", "The voice cannot change once the assistant has spoken.", path)
    if moment.responding and new["speed"] != old["speed"]:
        path = "session.audio.output.speed"
        raise Refusal("invalid_value", "The speed can be changed between responses, not during one.", path)
    if session["tracing"] is not None and merged["tracing"] != session["tracing"]:
        raise Refusal("invalid_value", "Tracing cannot be changed once it is on.", "session.tracing")


def _judge_transcription(transcription: Json | None) -> None:
    if transcription is None:
        return
    path = "session.audio.input.transcription"
    model = transcription.get("model")
    if model is None:
        raise Refusal("missing_required_parameter", f"'{path}.model' is missing.", f"{path}.model")
    if transcription.get("language") and transcription.get("languages"):
        raise Refusal("invalid_value", f"'{path}': give language or languages, not both.", f"{path}.languages")
    for key in ("languages", "keywords"):
        if transcription.get(key) and model not in TRANSCRIBERS_WITH_LISTS:
            raise Refusal("invalid_value", f"'{path}.{key}' is not supported by '{model}'.", f"{path}.{key}")
