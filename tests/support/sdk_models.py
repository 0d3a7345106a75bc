"""Is a client frame one that a strict server takes? Judged by the official SDK's own types, extra fields forbidden.

A GA server unless another dialect is named; of the beta, the SDK still has the types.

The SDK describes what a client may send as `TypedDict`s. They document, but refuse nothing by themselves: this module
walks them, and adds the ranges that stand only in their docstrings.
"""

from __future__ import annotations

import base64
import binascii
import collections.abc
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Required, Union, get_args, get_origin, get_type_hints

from openai.types.beta.realtime import realtime_client_event_param as beta_events
from openai.types.realtime import realtime_client_event_param
from typing_extensions import is_typeddict

Version = Literal["ga", "beta"]
_EVENTS: Mapping[Version, tuple[Any, ...]] = {
    "ga": get_args(realtime_client_event_param.RealtimeClientEventParam),
    "beta": get_args(beta_events.RealtimeClientEventParam),
}
_NULLABLE = {
    "session.audio.input.noise_reduction",
    "session.audio.input.transcription",
    "session.input_audio_noise_reduction",
    "session.input_audio_transcription",
    "session.turn_detection",
}
"""Fields whose docstring says that `null` turns them off, though their type does not."""
_BETA_VOICES = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse"]
_KNOWN_VOICES = [*_BETA_VOICES, "marin", "cedar"]
_NEW_TRANSCRIBERS = ("gpt-transcribe", "gpt-live-transcribe")
_BETA_TRANSCRIBERS = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "whisper-1")
_MAX_APPEND_BYTES = 15 * 1024 * 1024


def validate_client_event(frame: object, version: Version = "ga") -> list[str]:
    """What a strict server would object to in `frame`, one sentence each; an empty list is a good frame."""
    if not isinstance(frame, dict):
        return ["an event must be an object"]
    shapes, rules = _shapes(version), _RULES[version]
    shape = shapes.get(str(frame.get("type")))
    if shape is None:
        return [f"type: unknown event type {frame.get('type')!r}; supported are {', '.join(sorted(shapes))}"]
    complaints = list(_typed_dict(shape, frame, ""))
    return complaints or [text for path, value in _leaves(frame, "") for text in _out_of_range(rules, path, value)]


def _shapes(version: Version) -> dict[str, Any]:
    """Event type → the SDK's type of it."""
    shapes = _SHAPES.setdefault(version, {})
    if not shapes:
        for event in _EVENTS[version]:
            (name,) = get_args(_bare(_hints(event)["type"]))
            shapes[name] = event
    return shapes


_SHAPES: dict[Version, dict[str, Any]] = {}
_HINTS: dict[Any, dict[str, Any]] = {}


def _hints(shape: Any) -> dict[str, Any]:
    if shape not in _HINTS:
        _HINTS[shape] = get_type_hints(shape, include_extras=True)
    return _HINTS[shape]


def _bare(hint: Any) -> Any:
    """`hint` without `Required[...]` around it."""
    return get_args(hint)[0] if get_origin(hint) is Required else hint


def _typed_dict(shape: Any, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: must be an object"
        return
    hints = _hints(shape)
    for key in value.keys() - hints.keys():
        yield f"{_join(path, key)}: unknown parameter"
    for key, hint in hints.items():
        if key in value:
            yield from _check(_bare(hint), value[key], _join(path, key))
        elif get_origin(hint) is Required:
            yield f"{_join(path, key)}: missing required parameter"


def _check(hint: Any, value: object, path: str) -> Iterator[str]:
    """Complaints about `value`, which should be a `hint`."""
    origin = get_origin(hint)
    if value is None and path in _NULLABLE:
        return
    if origin in (Union, types.UnionType):
        yield from _any_of(get_args(hint), value, path)
    elif is_typeddict(hint):
        yield from _typed_dict(hint, value, path)
    elif origin is Literal:
        if not any(value == allowed and type(value) is type(allowed) for allowed in get_args(hint)):
            yield f"{path}: must be one of {', '.join(map(repr, get_args(hint)))}"
    elif origin in (list, collections.abc.Iterable, collections.abc.Sequence):
        yield from _list_of(get_args(hint)[0], value, path)
    elif origin is dict:
        yield from _dict_of(get_args(hint)[1], value, path)
    elif not _is_a(hint, value):
        yield f"{path}: must be {getattr(hint, '__name__', hint)}"


def _is_a(hint: Any, value: object) -> bool:
    """Scalars as JSON has them: a bool is no number, a whole number is a float too."""
    if hint in (object, Any):
        return True
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint in (str, bool):
        return isinstance(value, hint)
    if hint is type(None):
        return value is None
    raise TypeError(f"the SDK uses a type this walker does not know: {hint!r}")


def _any_of(choices: Sequence[Any], value: object, path: str) -> Iterator[str]:
    """No complaint if one choice fits; else the complaints of the choice that was meant, told by `type` and `role`."""
    verdicts = [(choice, list(_check(choice, value, path))) for choice in choices]
    if all(complaints for _, complaints in verdicts):
        meant = min(verdicts, key=lambda verdict: (not _named(verdict[0], value), len(verdict[1])))
        yield from meant[1]


def _named(choice: Any, value: object) -> bool:
    """Whether `value` carries the `type` (and `role`) that `choice` asks for."""
    if not is_typeddict(choice) or not isinstance(value, dict):
        return False
    tags = {key: _bare(hint) for key, hint in _hints(choice).items() if key in ("type", "role")}
    return bool(tags) and all(value.get(key) in get_args(hint) for key, hint in tags.items())


def _list_of(hint: Any, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: must be a list"
        return
    for index, element in enumerate(value):
        yield from _check(hint, element, f"{path}[{index}]")


def _dict_of(hint: Any, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: must be an object"
        return
    for key, element in value.items():
        yield from _check(hint, element, _join(path, key))


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _leaves(value: object, path: str) -> Iterator[tuple[str, Any]]:
    """Every value of a frame with its path, the containers included."""
    yield path, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, _join(path, key))


def _out_of_range(rules: Mapping[str, Callable[[Any], str]], path: str, value: Any) -> Iterator[str]:
    rule = rules.get(path)
    if rule is not None and (complaint := rule(value)):
        yield f"{path}: {complaint}"


def _between(low: float, high: float) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        return "" if not isinstance(value, (int, float)) or low <= value <= high else f"must be from {low} to {high}"

    return rule


def _audio(value: Any) -> str:
    try:
        size = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return "is not base64"
    return "" if size <= _MAX_APPEND_BYTES else "is larger than 15 MiB"


def _modalities(value: Any) -> str:
    return "" if value in (["audio"], ["text"]) else "must be ['audio'] or ['text']"


def _transcription(value: Any) -> str:
    if value is None:
        return ""
    if "language" in value and "languages" in value:
        return "language and languages exclude each other"
    if ("languages" in value or "keywords" in value) and value.get("model") not in _NEW_TRANSCRIBERS:
        return f"languages and keywords need one of {', '.join(_NEW_TRANSCRIBERS)}"
    if len(set(value.get("languages", ()))) != len(value.get("languages", ())):
        return "the same language twice"
    return ""


def _metadata(value: Any) -> str:
    if value is None:
        return ""
    fits = len(value) <= 16 and all(len(key) <= 64 and len(text) <= 512 for key, text in value.items())
    return "" if fits else "at most 16 pairs of 64 and 512 characters"


def _beta_modalities(value: Any) -> str:
    return "" if sorted(value) in (["text"], ["audio", "text"]) else "must be ['text'] or ['audio', 'text']"


def _beta_transcription(value: Any) -> str:
    if value is None or value.get("model") in _BETA_TRANSCRIBERS:
        return ""
    return f"model must be one of {', '.join(_BETA_TRANSCRIBERS)}"


def _beta_turn_detection(value: Any) -> str:
    """The SDK has one type for both kinds; each takes its own fields only."""
    if value is None:
        return ""
    own = {"server_vad": {"threshold", "prefix_padding_ms", "silence_duration_ms"}, "semantic_vad": {"eagerness"}}
    strange = value.keys() - {"type", "create_response", "interrupt_response"} - own.get(value.get("type"), set())
    return f"{value.get('type')} does not take {', '.join(sorted(strange))}" if strange else ""


def _beta_voice(value: Any) -> str:
    return "" if value in _BETA_VOICES else f"must be one of {', '.join(_BETA_VOICES)}"


def _voice(value: Any) -> str:
    return "" if isinstance(value, dict) or value in _KNOWN_VOICES else f"must be one of {', '.join(_KNOWN_VOICES)}"


def _item_content(assistant_part: str) -> Callable[[Any], str]:
    """Which parts each role may have: assistants are given as text only (API reference: `conversation.item.create`)."""
    allowed = {
        "system": {"input_text"},
        "user": {"input_text", "input_audio", "input_image"},
        "assistant": {assistant_part},
    }

    def rule(value: Any) -> str:
        if value.get("type") != "message":
            return ""
        role, parts = value.get("role"), {part.get("type") for part in value.get("content", ())}
        return (
            "" if parts and parts <= allowed.get(role, set()) else f"{role} messages cannot hold {parts or 'nothing'}"
        )

    return rule


def _longest(limit: int) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        return "" if isinstance(value, str) and 0 < len(value) <= limit else f"must have 1 to {limit} characters"

    return rule


def _turn_detection(path: str) -> dict[str, Callable[[Any], str]]:
    return {
        f"{path}.threshold": _between(0, 1),
        f"{path}.prefix_padding_ms": _between(0, 10_000),
        f"{path}.silence_duration_ms": _between(1, 60_000),
        f"{path}.idle_timeout_ms": _between(5_000, 30_000),
    }


_COMMON_RULES: dict[str, Callable[[Any], str]] = {
    "event_id": _longest(512),
    "audio": _audio,
    "audio_end_ms": _between(0, 3_600_000),
    "content_index": _between(0, 0),
    "item.id": _longest(32),
    "item_id": _longest(64),
    "response.metadata": _metadata,
}
_GA_RULES: dict[str, Callable[[Any], str]] = {
    **_COMMON_RULES,
    **_turn_detection("session.audio.input.turn_detection"),
    "item": _item_content("output_text"),
    "response.output_modalities": _modalities,
    "response.max_output_tokens": _between(1, 4096),
    "session.output_modalities": _modalities,
    "session.max_output_tokens": _between(1, 4096),
    "session.audio.input.transcription": _transcription,
    "session.audio.output.speed": _between(0.25, 1.5),
    "session.audio.output.voice": _voice,
    "session.truncation.retention_ratio": _between(0, 1),
}
_BETA_RULES: dict[str, Callable[[Any], str]] = {
    **_COMMON_RULES,
    **_turn_detection("session.turn_detection"),
    "item": _item_content("text"),
    "response.modalities": _beta_modalities,
    "response.max_response_output_tokens": _between(1, 4096),
    "session.modalities": _beta_modalities,
    "session.max_response_output_tokens": _between(1, 4096),
    "session.input_audio_transcription": _beta_transcription,
    "session.turn_detection": _beta_turn_detection,
    "session.speed": _between(0.25, 1.5),
    "session.voice": _beta_voice,
}
_RULES: Mapping[Version, Mapping[str, Callable[[Any], str]]] = {"ga": _GA_RULES, "beta": _BETA_RULES}
"""Ranges that the SDK's docstrings and the captures state, by path."""

assert typing.TYPE_CHECKING or all(is_typeddict(event) for events in _EVENTS.values() for event in events), (
    "the SDK changed how it types client events"
)
