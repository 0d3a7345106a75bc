"""Events that come twice, late or never, in the beta's names, or that are nonsense."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutors.helpers import ANY_MACHINE
from tests.tutors.realtime.conversation.talk import PLAN, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.server_dialects import ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS


def test_an_answer_whose_end_is_told_twice_is_billed_once_and_ends_no_other() -> None:
    talk = Talk()
    usage = {"input_tokens": 10, "output_tokens": 10}
    talk.reply("r1", "a1")
    assert len(talk.done("r1", usage=usage)) == 2
    talk.reply("r2", "a2")
    assert talk.done("r1", usage=usage) == []
    assert [frame["type"] for frame in talk.ask(cmd.Say("hello", "t1"))] == ["conversation.item.create"], "r2 goes on"


def test_a_delta_that_comes_after_all_of_the_words_adds_nothing() -> None:
    talk = Talk()
    talk.reply("r1", "a1")
    part = {"response_id": "r1", "item_id": "a1"}
    talk.hear("response.output_audio_transcript.delta", **part, delta="Good ")
    talk.hear("response.output_audio_transcript.done", **part, transcript="Good day.")
    assert talk.hear("response.output_audio_transcript.delta", **part, delta="day.") == []


def test_lines_whose_predecessor_comes_late_take_their_places_once_more() -> None:
    """Also where a server has them in a circle."""
    talk = Talk()

    def placed(item_id: str, previous: str, role: str = "user") -> list[ev.TutorEvent]:
        item = {"id": item_id, "type": "message", "role": role}
        return talk.hear("conversation.item.added", item=item, previous_item_id=previous)

    first, second = ev.ItemPlaced("a1", "u1", "tutor"), ev.ItemPlaced("u2", "a1", "learner")
    assert placed("a1", "u1", "assistant") == [first]
    assert placed("u2", "a1") == [second]
    assert talk.hear("input_audio_buffer.speech_started", item_id="u1") == [
        ev.LearnerStartedSpeaking("u1"),
        first,
        second,
    ]
    assert placed("u1", "u2") == [ev.ItemPlaced("u1", "u2", "learner")]


def test_an_answer_whose_beginning_was_lost_begins_with_its_first_part() -> None:
    talk = Talk()
    talk.ask(cmd.Say("hello", "t1"))
    part = {"response_id": "r1", "item_id": "a1"}
    heard = talk.hear("response.output_audio_transcript.delta", **part, delta="Hi")
    assert heard == [ev.ReplyStarted("r1"), ev.TutorTextDelta("a1", "Hi")]
    assert talk.done()[0] == ev.ReplyEnded("r1")


def test_beta_names_work_all_the_way() -> None:
    talk = Talk()
    sound = base64.b64encode(pcm.silence(500)).decode()
    talk.hear("response.created", response={"id": "r1"})
    (audio,) = talk.hear("response.audio.delta", response_id="r1", item_id="a1", delta=sound)
    assert audio == ev.TutorAudio("a1", pcm.silence(500))
    (cut,) = talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 900),)))
    assert cut["audio_end_ms"] == 500


@pytest.mark.parametrize(
    "raw", [b"\x00", "{", "[]", '{"type":"response.output_audio.delta","item_id":"i","delta":"%%%"}']
)
def test_nonsense_is_counted_every_time_and_told_once(raw: str | bytes) -> None:
    talk = Talk()
    counted, told = talk.conversation.receive(decode(raw))
    assert isinstance(counted, ev.Unknown)
    assert isinstance(told, ev.Trouble)
    assert told.hint
    assert not told.fatal
    assert talk.conversation.receive(decode(raw)) == [counted]


def test_unknown_events_are_counted_under_a_harmless_name() -> None:
    talk = Talk()
    assert talk.hear("response.mcp_call.in_progress", item_id="x") == [ev.Unknown("response.mcp_call.in_progress")]
    assert talk.hear("x" * 1_000 + "\x1b") == [ev.Unknown("x" * 79 + "…")]
    assert talk.hear("rate_limits.updated", rate_limits=[]) == []


def test_nothing_that_was_said_shows_in_a_repr() -> None:
    talk = Talk(replace(PLAN, instructions="secret", history=(HistoryLine("learner", "secret"),)))
    talk.conversation.command(cmd.Say("secret", "t1"))
    assert "secret" not in repr(talk.conversation)


_KEYS = (
    "id type role code message param event_id status status_details error reason usage conversation_id "
    "output_modalities audio input output turn_detection speed input_token_details cached_tokens "
    "cached_tokens_details text_tokens metadata expires_at"
)
_KINDS = (
    "session.created session.updated error response.created response.done conversation.item.added "
    "input_audio_buffer.committed input_audio_buffer.cleared response.output_audio.delta "
    "conversation.item.input_audio_transcription.completed"
)
_FIELDS = "session error response item item_id previous_item_id delta transcript usage response_id"
_WORDS = "r1 a1 u1 completed failed insufficient text message user session.x update_1"
_VALUE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.sampled_from([*_WORDS.split(), -7, 3, 10**400, -(10**400), 1e999]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_KEYS.split()), inner, max_size=4),
    max_leaves=8,
)
_FRAMES = st.fixed_dictionaries(
    {"type": st.sampled_from(_KINDS.split())}, optional=dict.fromkeys(_FIELDS.split(), _VALUE)
)


@pytest.mark.slow
@ANY_MACHINE
@given(st.lists(_FRAMES, max_size=6), st.sampled_from(list(DIALECTS.values())))
def test_no_server_can_make_it_fail_and_no_frame_of_ours_is_wrong(
    frames: list[dict[str, Any]], dialect: ServerDialect
) -> None:
    talk = Talk(ready=False, dialect=dialect)
    for frame in frames:
        try:
            talk.conversation.receive(decode(json.dumps(frame)))
        except LinkLost:
            return
        talk.ask(
            cmd.Configure(replace(PLAN, speed=0.5)), cmd.Say("x", "t"), cmd.Interrupt("key", (cmd.Unheard("a1", 5),))
        )
