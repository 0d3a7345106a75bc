"""Decoding a server's frames: every event under its GA and its beta name, and whatever else a server can send."""

from __future__ import annotations

import base64
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.openai_api.frames_table import B64, TABLE
from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.openai_api.realtime import frames
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.frames import decode


def decoded(kind: str, **fields: Any) -> se.ServerEvent:
    return decode(json.dumps({"type": kind, "event_id": "e", **fields}))


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_a_server_event_means(kind: str, fields: dict[str, Any], event: se.ServerEvent) -> None:
    assert decoded(kind, **fields) == event


def test_every_event_there_is_comes_out_of_some_frame() -> None:
    assert {type(event) for _, _, event in TABLE} | {se.Malformed} == set(get_args(se.ServerEvent))


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_unknown_fields_are_ignored(kind: str, fields: dict[str, Any], event: se.ServerEvent) -> None:
    assert decoded(kind, **fields, obfuscation="xxxx", phase={"of": ["moon"]}) == event


def needed(fields: dict[str, Any], event: se.ServerEvent) -> list[str]:
    """The fields without which the event cannot be understood."""
    if isinstance(event, se.Ignored | se.ItemTruncated | se.AudioPartAdded | se.ServerError):
        return []
    names = ["item_id", "delta", "transcript", "text", "item", "session"]
    if isinstance(event, se.InputTranscriptDone):
        names.remove("transcript")
    return [name for name in names if name in fields]


@pytest.mark.parametrize(
    ("kind", "fields", "event", "name"),
    [(kind, fields, event, name) for kind, fields, event in TABLE for name in needed(fields, event)],
)
@pytest.mark.parametrize("wrong", [None, 7, ["x"], {"x": 1}, True])
def test_a_field_of_a_wrong_type_or_missing_is_not_understood(
    kind: str, fields: dict[str, Any], event: se.ServerEvent, name: str, wrong: object
) -> None:
    got_wrong = decoded(kind, **{**fields, name: wrong})
    if name == "session" and isinstance(wrong, dict):
        assert type(got_wrong) is type(event)  # an object, though an odd one
    else:
        assert isinstance(got_wrong, se.Unrecognised | se.Ignored)
    got_none = decoded(kind, **{key: value for key, value in fields.items() if key != name})
    assert isinstance(got_none, se.Unrecognised | se.Ignored)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"\x00\x01", "binary frame"),
        ('{"type":', "malformed JSON"),
        ("", "malformed JSON"),
        ("[" * 200_000, "malformed JSON"),
        ("1" * 10_000, "malformed JSON"),
        ("[]", "no event"),
        ("null", "no event"),
        ('"session.created"', "no event"),
        ("{}", "no event"),
        ('{"type": 5}', "no event"),
        ('{"type": ["session.created"]}', "no event"),
    ],
)
def test_what_is_no_event_is_named(raw: str | bytes, kind: str) -> None:
    malformed = decode(raw)
    assert isinstance(malformed, se.Malformed)
    assert malformed.kind == kind
    assert malformed.sentence.endswith(".")


@pytest.mark.parametrize(
    ("fields", "rate_hz"),
    [
        ({"delta": "AAAA"}, 0),
        ({"audio": "AAAA"}, 0),
        ({"audio": "AAAA", "sample_rate_hz": 16_000}, 16_000),
        ({"audio": "AAAA", "sample_rate_hz": "16000"}, 0),
        ({"audio": "AAAA", "sample_rate_hz": 7}, 0),
        ({"audio": "AAAA", "sample_rate_hz": 10**400}, 0),
    ],
)
@pytest.mark.parametrize("kind", ["response.output_audio.delta", "response.audio.delta"])
def test_sound_is_found_in_another_field_and_may_name_its_rate(kind: str, fields: dict[str, Any], rate_hz: int) -> None:
    assert decoded(kind, item_id="i", **fields) == se.OutputAudioDelta("", "i", bytes(3), rate_hz)


@pytest.mark.parametrize(
    ("session", "heard", "spoken"),
    [
        ({}, None, None),
        ({"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16_000}}}}, 16_000, None),
        ({"audio": {"output": {"format": {"type": "wav", "sample_rate": 24_000}}}}, None, 24_000),
        ({"input_audio_sampling_rate": 16_000, "input_audio_format": "pcm16"}, 16_000, None),
        ({"audio": {"input": {"format": {"rate": 0}}, "output": {"format": {"rate": 1e300}}}}, None, None),
        ({"audio": {"input": {"format": "pcm"}, "output": []}}, None, None),
    ],
)
def test_a_session_tells_its_rates(session: dict[str, Any], heard: int | None, spoken: int | None) -> None:
    told = decoded("session.updated", session=session)
    assert isinstance(told, se.SessionUpdated)
    assert (told.session.hears_hz, told.session.speaks_hz) == (heard, spoken)


@pytest.mark.parametrize("delta", ["not base64!", "abc", "=", "é", "AAAA\n"])
def test_sound_that_is_not_base64_is_named(delta: str) -> None:
    malformed = decoded("response.output_audio.delta", item_id="i", delta=delta)
    assert isinstance(malformed, se.Malformed)
    assert malformed.kind == "sound is not base64"


def test_empty_and_odd_sound_pass_as_they_are() -> None:
    assert decoded("response.output_audio.delta", item_id="i", delta="") == se.OutputAudioDelta("", "i", b"")
    odd = base64.b64encode(b"abc").decode()
    assert decoded("response.output_audio.delta", item_id="i", delta=odd) == se.OutputAudioDelta("", "i", b"abc")


@pytest.mark.parametrize(("kind", "fields", "_event"), TABLE)
def test_half_a_surrogate_pair_gets_nowhere(kind: str, fields: dict[str, Any], _event: se.ServerEvent) -> None:
    """Neither to the screen nor, in an id that we repeat to the server, into what we send: it could not go out."""

    def spoilt(value: Any) -> Any:
        match value:
            case str():
                return value if value in (B64, "message", "user", "assistant", "function_call") else f"{value}\ud83d"
            case dict():
                return {name: spoilt(each) for name, each in value.items()}
            case list():
                return [spoilt(each) for each in value]
            case _:
                return value

    assert "ud83d" not in ascii([*_texts(decoded(kind, **spoilt(fields)))])


def _texts(value: Any) -> list[str]:
    """Every text in an event, but for the bill, of which only numbers are read."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    names = [name for name in getattr(type(value), "__match_args__", ()) if name != "usage"]
    return [text for name in names for text in _texts(getattr(value, name))]


def test_markup_and_escapes_are_passed_on_as_data() -> None:
    text = "[bold]\x1b[31m\u202e"
    assert decoded("response.output_text.delta", item_id="i", delta=text) == se.OutputTextDelta("", "i", text)


def test_what_was_said_is_in_no_repr() -> None:
    for kind, fields in (
        ("response.output_text.delta", "delta"),
        ("response.output_audio_transcript.done", "transcript"),
    ):
        assert "secret" not in repr(decoded(kind, item_id="i", **{fields: "secret"}))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KINDS = st.sampled_from(sorted({*frames._DECODERS, *frames._GA_NAME}))
# fmt: off
_NAMES = [
    "item_id", "delta", "transcript", "text", "item", "previous_item_id", "response_id", "response", "session",
    "error", "status", "output", "id", "role", "type", "call_id", "name", "arguments", "audio_end_ms", "part",
    "conversation_id", "status_details", "usage",
]
# fmt: on
_FIELDS = st.recursive(
    st.dictionaries(st.sampled_from(_NAMES), _JSON),
    lambda inner: st.dictionaries(st.sampled_from(_NAMES), _JSON | inner, max_size=5),
)


@pytest.mark.slow
@ANY_MACHINE
@given(_KINDS, _FIELDS)
def test_no_field_can_make_it_fail(kind: str, fields: dict[str, Any]) -> None:
    assert isinstance(decoded(**{**fields, "kind": kind}), get_args(se.ServerEvent))


@ANY_MACHINE
@given(st.text() | st.binary())
def test_no_frame_can_make_decoding_fail(raw: str | bytes) -> None:
    assert isinstance(decode(raw), get_args(se.ServerEvent))


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"error": "model is loading", "code": "busy"}, se.ErrorDetail("busy", "model is loading")),
        ({"message": "model is loading"}, se.ErrorDetail("", "model is loading")),
        ({"error": "server_error"}, se.ErrorDetail("server_error", "server_error")),
        ({"error": None, "code": "x", "message": "m", "param": "p"}, se.ErrorDetail("x", "m", "p")),
        ({"detail": "no such session"}, se.ErrorDetail("", "no such session")),
        ({"event_id": "event_of_the_server", "message": "m"}, se.ErrorDetail("", "m")),
        ({}, se.ErrorDetail()),
        ({"error": ["x"]}, se.ErrorDetail()),
    ],
)
def test_an_error_is_read_wherever_it_stands(fields: dict[str, Any], detail: se.ErrorDetail) -> None:
    assert decoded("error", **fields) == se.ServerError(detail)


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_an_event_passed_on_as_bytes_is_the_same(kind: str, fields: dict[str, Any], event: se.ServerEvent) -> None:
    assert decode(json.dumps({"type": kind, **fields}, ensure_ascii=False).encode()) == event


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_a_lone_surrogate_in_any_text_stays_outside(kind: str, fields: dict[str, Any], event: se.ServerEvent) -> None:
    for name, value in fields.items():
        for text in _texts_in(decoded(kind, **{**fields, name: _with_surrogates(value)})):
            assert text.encode().decode() == text


def _with_surrogates(value: object) -> object:
    match value:
        case str():
            return value + "\ud800"
        case dict():
            return {name: _with_surrogates(each) for name, each in value.items()}
        case list():
            return [_with_surrogates(each) for each in value]
        case _:
            return value


def _texts_in(value: object) -> list[str]:
    """All texts in an event but those of the bill, which is not for showing."""
    match value:
        case str():
            return [value]
        case list() | tuple():
            return [text for each in value for text in _texts_in(each)]
        case _ if fields := getattr(value, "__dataclass_fields__", None):
            return [text for name in fields if name != "usage" for text in _texts_in(getattr(value, name))]
        case _:
            return []


@pytest.mark.parametrize("depth", [500, 991, 2_000])
def test_arguments_nested_however_deep_end_nothing(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    call = '{"type":"function_call","status":"completed","call_id":"c","name":"n","arguments":{"x":' + nested + "}}"
    event = decode('{"type":"response.output_item.done","response_id":"r","item":' + call + "}")
    assert isinstance(event, se.FunctionCallDone | se.Malformed)


@pytest.mark.parametrize("voice", [{"id": 5}, {"id": None}, {}, 7, ["marin"], None])
def test_a_voice_that_is_no_text_is_not_known(voice: object) -> None:
    event = decoded("session.updated", session={"voice": voice})
    assert isinstance(event, se.SessionUpdated)
    assert event.session.applied.voice is None
