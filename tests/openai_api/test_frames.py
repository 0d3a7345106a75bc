"""The tables of the dialect: every event under its GA and its beta name, every frame of ours before a strict judge."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sdk_models import validate_client_event
from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.core import events as ev
from tutor_tui.core.plan import HistoryLine
from tutor_tui.core.safe_text import one_line, well_formed
from tutor_tui.openai_api.realtime import frames
from tutor_tui.openai_api.realtime.frames import Nonsense

SOUND = bytes(range(100))
B64 = base64.b64encode(SOUND).decode()
R4 = {"response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0}
USER = {"id": "u", "type": "message", "role": "user", "content": []}

SAME_IN_BOTH: list[tuple[str, dict[str, Any], ev.TutorEvent]] = [
    ("input_audio_buffer.speech_started", {"item_id": "u", "audio_start_ms": 3}, ev.LearnerStartedSpeaking("u")),
    ("input_audio_buffer.speech_stopped", {"item_id": "u", "audio_end_ms": 9}, ev.LearnerStoppedSpeaking("u")),
    ("input_audio_buffer.committed", {"item_id": "u", "previous_item_id": "p"}, ev.LearnerTurnKept("u", "p")),
    ("input_audio_buffer.committed", {"item_id": "u"}, ev.LearnerTurnKept("u", None)),
    (
        "conversation.item.input_audio_transcription.delta",
        {"item_id": "u", "content_index": 0, "delta": "네"},
        ev.LearnerTextDelta("u", "네"),
    ),
    (
        "conversation.item.input_audio_transcription.completed",
        {"item_id": "u", "content_index": 0, "transcript": "네, 좋아요"},
        ev.LearnerTextDone("u", "네, 좋아요"),
    ),
    (
        "conversation.item.input_audio_transcription.failed",
        {"item_id": "u", "content_index": 0, "error": {"code": "audio_unintelligible"}},
        ev.LearnerTextFailed("u"),
    ),
]
RENAMED: list[tuple[str, str, dict[str, Any], ev.TutorEvent]] = [
    ("response.output_audio.delta", "response.audio.delta", {**R4, "delta": B64}, ev.TutorAudio("i", SOUND)),
    ("response.output_audio.done", "response.audio.done", R4, ev.TutorAudioDone("i")),
    (
        "response.output_audio_transcript.delta",
        "response.audio_transcript.delta",
        {**R4, "delta": "안"},
        ev.TutorTextDelta("i", "안"),
    ),
    (
        "response.output_audio_transcript.done",
        "response.audio_transcript.done",
        {**R4, "transcript": "안녕"},
        ev.TutorTextDone("i", "안녕"),
    ),
    ("response.output_text.delta", "response.text.delta", {**R4, "delta": "a"}, ev.TutorTextDelta("i", "a")),
    ("response.output_text.done", "response.text.done", {**R4, "text": "ab"}, ev.TutorTextDone("i", "ab")),
    (
        "conversation.item.added",
        "conversation.item.created",
        {"item": USER, "previous_item_id": "p"},
        ev.ItemPlaced("u", "p", "learner"),
    ),
    (
        "conversation.item.added",
        "conversation.item.created",
        {"item": {**USER, "role": "assistant"}, "previous_item_id": None},
        ev.ItemPlaced("u", None, "tutor"),
    ),
]
TABLE = [
    *SAME_IN_BOTH,
    *((ga, fields, event) for ga, _, fields, event in RENAMED),
    *((beta, fields, event) for _, beta, fields, event in RENAMED),
]


def told(kind: str, **fields: Any) -> ev.TutorEvent | None:
    return frames.told(frames.parse(json.dumps({"type": kind, "event_id": "e", **fields})))


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_a_server_event_means(kind: str, fields: dict[str, Any], event: ev.TutorEvent) -> None:
    assert told(kind, **fields) == event


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
def test_unknown_fields_are_ignored(kind: str, fields: dict[str, Any], event: ev.TutorEvent) -> None:
    assert told(kind, **fields, obfuscation="xxxx", phase={"of": ["moon"]}) == event


@pytest.mark.parametrize(("kind", "fields", "event"), TABLE)
@pytest.mark.parametrize("wrong", [None, 7, ["x"], {"x": 1}, True])
def test_fields_of_a_wrong_type_or_missing_are_not_understood(
    kind: str, fields: dict[str, Any], event: ev.TutorEvent, wrong: object
) -> None:
    needed = [name for name in ("item_id", "delta", "transcript", "text", "item") if name in fields]
    for name in needed:
        assert told(kind, **{**fields, name: wrong}) is None
        assert told(kind, **{key: value for key, value in fields.items() if key != name}) is None


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
    with pytest.raises(Nonsense) as nonsense:
        frames.parse(raw)
    assert nonsense.value.kind == kind
    assert nonsense.value.sentence.endswith(".")


@pytest.mark.parametrize("delta", ["not base64!", "abc", "=", "é", "AAAA\n"])
def test_sound_that_is_not_base64_is_named(delta: str) -> None:
    with pytest.raises(Nonsense) as nonsense:
        told("response.output_audio.delta", item_id="i", delta=delta)
    assert nonsense.value.kind == "sound is not base64"


def test_empty_and_odd_sound_pass_as_they_are() -> None:
    assert told("response.output_audio.delta", item_id="i", delta="") == ev.TutorAudio("i", b"")
    odd = base64.b64encode(b"abc").decode()
    assert told("response.output_audio.delta", item_id="i", delta=odd) == ev.TutorAudio("i", b"abc")


def test_half_a_surrogate_pair_does_not_reach_the_screen() -> None:
    event = frames.told(frames.parse('{"type":"response.output_text.delta","item_id":"i","delta":"a\\ud83d"}'))
    assert event == ev.TutorTextDelta("i", "a\ufffd")
    assert well_formed("한국어 😀") == "한국어 😀"


def test_markup_and_escapes_are_passed_on_as_data() -> None:
    text = "[bold]\x1b[31m\u202e"
    assert told("response.output_text.delta", item_id="i", delta=text) == ev.TutorTextDelta("i", text)


def test_a_servers_message_becomes_one_short_printable_line() -> None:
    assert one_line(" a\x1b[31m\n\tb\u202e ") == "a [31m b"
    assert one_line("x" * 500) == "x" * 199 + "…"
    assert one_line({"not": "text"}) == ""


OURS: list[dict[str, Any]] = [
    json.loads(frames.append(SOUND)),
    frames.commit(),
    frames.clear(),
    frames.respond(),
    frames.respond("greet"),
    frames.cancel(),
    frames.cancel("resp_1"),
    frames.truncate("item_1", 300),
    frames.delete("item_1"),
    frames.message("user", "hi", "item_1"),
    frames.message("assistant", "hi", "item_1"),
    frames.message("system", "hi", "item_1"),
    frames.update({"type": "realtime", "instructions": ""}),
]


@pytest.mark.parametrize("frame", OURS, ids=lambda frame: frame["type"])
def test_every_frame_of_ours_passes_a_strict_judge(frame: dict[str, Any]) -> None:
    assert validate_client_event(frame) == []


def test_history_is_replayed_in_order_with_both_roles() -> None:
    lines = (HistoryLine("tutor", "안녕하세요!"), HistoryLine("learner", "hi \ud83d"))
    replayed = frames.history(lines, "h_")
    assert [validate_client_event(frame) for frame in replayed] == [[], []]
    assert [frame["item"]["role"] for frame in replayed] == ["assistant", "user"]
    assert [frame["item"]["content"][0]["text"] for frame in replayed] == ["안녕하세요!", "hi \ufffd"]
    assert [frame["item"]["content"][0]["type"] for frame in replayed] == ["output_text", "input_text"]


def test_long_history_becomes_one_note_and_the_last_lines() -> None:
    lines = tuple(HistoryLine("learner", f"line {number} " + "x" * 200) for number in range(100))
    replayed = frames.history(lines, "h_")
    assert len(replayed) == 31
    note = replayed[0]["item"]
    assert note["role"] == "system"
    assert "line 69" in note["content"][0]["text"]
    assert "line 70" not in note["content"][0]["text"]
    assert len(note["content"][0]["text"]) < 4_100
    assert "line 99" in replayed[-1]["item"]["content"][0]["text"]
    assert len({frame["item"]["id"] for frame in replayed}) == 31


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KINDS = st.sampled_from(sorted({kind for kind, _, _ in TABLE}))
_FIELDS = st.dictionaries(
    st.sampled_from(["item_id", "delta", "transcript", "text", "item", "previous_item_id", "response_id"]), _JSON
)


@pytest.mark.slow
@ANY_MACHINE
@given(_KINDS, _FIELDS)
def test_no_field_can_make_it_fail(kind: str, fields: dict[str, Any]) -> None:
    try:
        event = frames.told({"type": frames.GA_NAME.get(kind, kind), **fields})
    except Nonsense:
        return
    assert event is None or not isinstance(event, ev.Trouble)


@ANY_MACHINE
@given(st.text() | st.binary())
def test_no_frame_can_make_parsing_fail(raw: str | bytes) -> None:
    try:
        frame = frames.parse(raw)
    except Nonsense:
        return
    assert isinstance(frame["type"], str)
