"""The state of one conversation, without a socket: what goes out for what comes in."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sdk_models import validate_client_event
from tests.support.strict_vendors import VENDORS
from tests.tutors.helpers import ANY_MACHINE, refusals
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.settings import DialectName
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, NOT_SAID, ToldWord, hearing_fields
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.offline.tutor import CAPABILITIES
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

PLAN = LessonPlan("Korean", "Teach.", "marin", target_language="ko", native_language="en")
SESSION = {"type": "realtime", "model": "gpt-realtime-2.1-mini", "expires_at": 99}


class Talk:
    """A conversation and the frames that it sent, each checked by the judge."""

    def __init__(
        self,
        plan: LessonPlan = PLAN,
        model: str = "gpt-realtime-2.1-mini",
        *,
        ready: bool = True,
        dialect: ServerDialect = GA,
    ) -> None:
        self.queue: list[ClientEvent] = []
        self.conversation = ConversationState(model, plan, self.queue.append, dialect=dialect)
        self.conversation.open()
        self.opening = self.sent()
        if ready:
            self.hear("session.created", session=SESSION)
            for _ in [frame for frame in self.opening if frame["type"] == "session.update"]:
                self.hear("session.updated", session=SESSION)
            self.sent()

    def sent(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = [json.loads(client_events.encode(event)) for event in self.queue]
        self.queue.clear()
        for frame in frames:
            assert VENDORS[self.conversation.dialect.name].complaints(frame) == [], frame
        return frames

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.sent()]

    def hear(self, kind: str, **fields: Any) -> list[ev.TutorEvent]:
        return self.conversation.receive(decode(json.dumps({"type": kind, **fields})))

    def ask(self, *commands: cmd.Command) -> list[dict[str, Any]]:
        for command in commands:
            self.conversation.command(command)
        return self.sent()

    def is_ready(self) -> bool:
        return self.conversation.ready

    def error(self, code: str | None, message: str = "no", **fields: Any) -> list[ev.TutorEvent]:
        return self.hear("error", error={"type": "invalid_request_error", "code": code, "message": message, **fields})

    def reply(self, reply_id: str = "r1", item_id: str = "a1", ms: int = 1_000, *, done: bool = False) -> None:
        """The server answers with `ms` of sound."""
        self.hear("response.created", response={"id": reply_id, "status": "in_progress", "conversation_id": "c"})
        sound = base64.b64encode(pcm.silence(ms)).decode()
        self.hear("response.output_audio.delta", response_id=reply_id, item_id=item_id, delta=sound)
        if done:
            self.hear("response.output_audio.done", response_id=reply_id, item_id=item_id)
            self.done(reply_id)

    def done(self, reply_id: str = "r1", status: str = "completed", **fields: Any) -> list[ev.TutorEvent]:
        return self.hear("response.done", response={"id": reply_id, "status": status, "conversation_id": "c", **fields})


# ---- opening --------------------------------------------------------------------------------------------------------


def test_the_session_is_set_up_with_everything_that_a_lesson_wants() -> None:
    update, reasoning = Talk(replace(PLAN, turn_detection=SemanticVad("low"), speed=0.9)).opening
    assert update["session"] == {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": "Teach.",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "noise_reduction": {"type": "near_field"},
                "transcription": {"model": "gpt-transcribe", "languages": ["ko", "en"]},
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": "low",
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "marin", "speed": 0.9},
        },
        "max_output_tokens": 2048,
        "truncation": {"type": "retention_ratio", "retention_ratio": 0.8, "token_limits": {"post_instructions": 8000}},
    }
    assert reasoning["session"] == {"type": "realtime", "reasoning": {"effort": "low"}}


@pytest.mark.parametrize("model", ["gpt-realtime-1.5", "gpt-realtime", "some-local-model"])
def test_models_that_do_not_reason_are_not_told_to(model: str) -> None:
    assert [frame["session"].get("reasoning") for frame in Talk(model=model).opening] == [None]


def test_a_language_learnt_in_itself_is_named_once() -> None:
    update = Talk(replace(PLAN, target_language="en")).opening[0]
    assert update["session"]["audio"]["input"]["transcription"]["languages"] == ["en"]


def test_push_to_talk_turns_detection_off_and_server_vad_says_everything() -> None:
    assert (
        Talk(replace(PLAN, turn_detection=PushToTalk())).opening[0]["session"]["audio"]["input"]["turn_detection"]
        is None
    )
    detection = Talk(replace(PLAN, turn_detection=ServerVad(0.6, 400, 2_500), answers=False)).opening[0]
    assert detection["session"]["audio"]["input"]["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.6,
        "prefix_padding_ms": 400,
        "silence_duration_ms": 2_500,
        "create_response": False,
        "interrupt_response": True,
    }


def test_a_custom_voice_and_an_older_transcriber_have_their_own_shape() -> None:
    sent: list[Any] = []
    conversation = ConversationState("gpt-realtime-2.1", replace(PLAN, voice="voice_1234"), sent.append, "whisper-1")
    conversation.open()
    session = sent[0]["session"]
    assert session["audio"]["output"]["voice"] == {"id": "voice_1234"}
    assert session["audio"]["input"]["transcription"] == {"model": "whisper-1", "language": "ko"}
    assert validate_client_event(sent[0]) == []


def test_ready_only_when_every_update_is_answered() -> None:
    talk = Talk(ready=False)
    assert talk.hear("session.created", session=SESSION) == []
    first = talk.hear("session.updated", session=SESSION)
    assert [type(event) for event in first] == [ev.PlanApplied]
    assert not talk.is_ready()
    assert talk.hear("session.updated", session=SESSION)[1:] == [ev.LinkReady("gpt-realtime-2.1-mini", 99.0)]
    assert talk.is_ready()
    assert [type(event) for event in talk.hear("session.updated", session=SESSION)] == [ev.PlanApplied]


def test_a_server_that_never_confirms_is_ready_when_overdue_but_a_mute_one_is_lost() -> None:
    talk = Talk(ready=False)
    with pytest.raises(LinkLost, match="says nothing"):
        talk.conversation.overdue()
    talk.hear("session.created", session=SESSION)
    assert talk.conversation.overdue() == [ev.LinkReady("gpt-realtime-2.1-mini", 99.0)]
    assert talk.conversation.overdue() == []


def test_an_own_server_that_says_nothing_yet_is_slow_and_no_address_is_to_be_checked() -> None:
    lost = errors.mute(is_ours=True)
    assert str(lost) == "The offline tutor is slow to start on this machine. Trying again."
    tutor = WebSocketTutor(RealtimeEndpoint("ws://127.0.0.1:1/v1", "token"), "guide", capabilities=CAPABILITIES)
    with pytest.raises(LinkLost, match=lost.title):
        tutor._new_conversation(PLAN, lambda event: None).overdue()


def test_history_comes_after_the_settings_and_is_no_news_to_the_lesson() -> None:
    talk = Talk(replace(PLAN, history=(HistoryLine("tutor", "안녕"), HistoryLine("learner", "네"))))
    assert [frame["type"] for frame in talk.opening] == ["session.update"] * 2 + ["conversation.item.create"] * 2
    ids = [frame["item"]["id"] for frame in talk.opening[2:]]
    placed = {"type": "message", "role": "assistant", "content": []}
    assert talk.hear("conversation.item.added", item={**placed, "id": ids[0]}, previous_item_id=None) == []
    assert talk.hear("conversation.item.added", item={**placed, "id": ids[1]}, previous_item_id=ids[0]) == []
    new = talk.hear("conversation.item.added", item={**placed, "id": "a"}, previous_item_id=ids[1])
    assert new == [ev.ItemPlaced("a", None, "tutor")]


def test_notes_and_tool_calls_are_no_lines_but_keep_the_order() -> None:
    talk = Talk()
    line = {"type": "message", "role": "user", "content": [], "id": "u"}
    talk.hear("conversation.item.added", item=line, previous_item_id=None)
    note = {"type": "message", "role": "system", "content": [], "id": "n"}
    call = {"type": "function_call", "id": "f"}
    assert talk.hear("conversation.item.added", item=note, previous_item_id="u") == []
    assert talk.hear("conversation.item.added", item=call, previous_item_id="n") == []
    assert talk.hear("input_audio_buffer.committed", item_id="u2", previous_item_id="f") == [
        ev.LearnerTurnKept("u2", "u")
    ]


# ---- changing settings ----------------------------------------------------------------------------------------------


def test_a_change_sends_only_what_changed_each_setting_by_itself() -> None:
    talk = Talk()
    frames = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8)))
    assert [frame["session"] for frame in frames] == [
        {"type": "realtime", "instructions": "Be brief."},
        {"type": "realtime", "audio": {"output": {"speed": 0.8}}},
    ]
    assert talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8))) == []
    (held,) = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8, answers=False)))
    assert held["session"]["audio"]["input"]["turn_detection"]["create_response"] is False


def test_of_two_changes_the_first_to_be_confirmed_says_that_another_is_on_its_way() -> None:
    talk = Talk()
    assert len(talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8)))) == 2
    said = [talk.hear("session.updated", session=SESSION) for _ in range(2)]
    assert [event.more for events in said for event in events if isinstance(event, ev.PlanApplied)] == [True, False]


def test_noise_reduction_can_be_turned_off() -> None:
    (frame,) = Talk().ask(cmd.Configure(replace(PLAN, noise_reduction=None)))
    assert frame["session"] == {"type": "realtime", "audio": {"input": {"noise_reduction": None}}}


def test_the_voice_is_changed_before_the_first_sound_and_never_after() -> None:
    talk = Talk()
    assert len(talk.ask(cmd.Configure(replace(PLAN, voice="cedar")))) == 1
    talk.reply(done=True)
    assert talk.ask(cmd.Configure(replace(PLAN, voice="coral"))) == []


def test_the_pace_waits_for_the_end_of_the_reply() -> None:
    talk = Talk()
    talk.reply()
    assert talk.ask(cmd.Configure(replace(PLAN, speed=0.7))) == []
    assert talk.ask(cmd.Configure(replace(PLAN, speed=0.8))) == []
    talk.done()
    assert [frame["session"]["audio"] for frame in talk.sent()] == [{"output": {"speed": 0.8}}]


def test_a_pace_that_met_a_reply_just_begun_is_sent_again_after_it() -> None:
    talk = Talk()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, speed=0.7)))
    talk.reply()
    assert talk.error("invalid_value", "between turns only", event_id=update["event_id"]) == []
    assert talk.sent() == []
    talk.done()
    (again,) = talk.sent()
    assert again["session"]["audio"] == {"output": {"speed": 0.7}}
    assert isinstance(talk.error("invalid_value", "never", event_id=again["event_id"])[0], ev.PlanRefused)


def test_what_is_applied_is_told_in_ga_and_beta_shape() -> None:
    talk = Talk()
    ga = {
        "model": "m",
        "audio": {
            "input": {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}},
            "output": {"voice": "cedar", "speed": 1},
        },
    }
    (applied,) = talk.hear("session.updated", session=ga)
    assert isinstance(applied, ev.PlanApplied)
    assert (applied.applied.turn_detection, applied.applied.voice) == (SemanticVad("high"), "cedar")
    assert (applied.applied.speed, applied.applied.model) == (1.0, "m")
    vad = {"type": "server_vad", "threshold": 0.4, "prefix_padding_ms": 300, "silence_duration_ms": 700}
    (applied,) = talk.hear("session.updated", session={"turn_detection": vad, "voice": "echo"})
    assert isinstance(applied, ev.PlanApplied)
    assert (applied.applied.turn_detection, applied.applied.voice) == (ServerVad(0.4, 300, 700), "echo")
    (applied,) = talk.hear("session.updated", session={"audio": {"input": {"turn_detection": None}}})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == PushToTalk()
    (applied,) = talk.hear("session.updated", session={"audio": "?", "turn_detection": {"type": "x"}, "speed": "fast"})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection is None
    assert applied.applied.speed is None


def test_a_refusal_by_event_id_springs_back_and_can_be_tried_again() -> None:
    talk = Talk()
    pace, _ = talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    events = talk.error("invalid_value", "too slow", event_id=pace["event_id"])
    assert refusals(*events) == ["The tutor did not take the speaking pace: too slow"]
    again = talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    assert [frame["session"]["audio"] for frame in again] == [{"output": {"speed": 0.3}}]
    talk.error("invalid_value", "too slow", event_id=again[0]["event_id"])
    assert talk.ask(cmd.Configure(replace(PLAN, turn_detection=PushToTalk()))) == [], "the old pace is still in force"


def test_a_refusal_without_event_id_is_the_oldest_update_and_the_others_stand() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    (refused,) = talk.error("invalid_value", "too slow", event_id=None)
    assert isinstance(refused, ev.PlanRefused)
    (applied,) = talk.hear("session.updated", session=SESSION)
    assert isinstance(applied, ev.PlanApplied)


def test_a_refusal_that_names_its_setting_finds_it_among_several() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.3)))
    (refused,) = talk.error("invalid_value", "too slow", param="session.audio.output.speed")
    assert (
        isinstance(refused, ev.PlanRefused) and refused.reason == "The tutor did not take the speaking pace: too slow"
    )
    (again,) = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.3)))
    assert again["session"]["audio"] == {"output": {"speed": 0.3}}


def test_errors_of_a_server_that_never_confirms_are_not_taken_for_refusals() -> None:
    talk = Talk(ready=False)
    talk.hear("session.created", session=SESSION)
    talk.conversation.overdue()
    assert isinstance(talk.error("strange", "what?")[0], ev.Trouble)
    assert talk.sent() == []
    (update,) = talk.ask(cmd.Configure(replace(PLAN, speed=0.3)))
    assert isinstance(talk.error("strange", "what?")[0], ev.Trouble)
    assert isinstance(talk.error("strange", "too slow", event_id=update["event_id"])[0], ev.PlanRefused)


def test_an_error_about_something_else_does_not_refuse_an_update() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.3)))
    assert talk.error("response_cancel_not_active", event_id=None) == []
    (trouble,) = talk.error("invalid_value", "what?", param="item.id")
    assert isinstance(trouble, ev.Trouble)
    (trouble,) = talk.error("invalid_value", "what?", event_id="another")
    assert isinstance(trouble, ev.Trouble)
    assert [type(event) for event in talk.error("invalid_value", "too slow")] == [ev.PlanRefused]


def test_a_refused_set_up_is_sent_again_in_pieces_so_that_only_the_bad_one_is_lost() -> None:
    talk = Talk(ready=False)
    events = talk.error("invalid_value", "no such voice", param="session.audio.output.voice", event_id=None)
    assert refusals(*events) == ["The tutor did not take the voice: no such voice"]
    pieces = talk.sent()
    assert len(pieces) == 10
    assert all("voice" not in json.dumps(piece) for piece in pieces)
    assert not talk.is_ready()
    for _ in range(11):
        events = talk.hear("session.updated", session=SESSION)
    assert isinstance(events[-1], ev.LinkReady)


def test_a_refusal_that_names_nothing_finds_its_culprit_piece_by_piece() -> None:
    talk = Talk(ready=False, model="some-local-model")
    assert talk.error("unknown_parameter", "unknown key") == []
    pieces = talk.sent()
    assert len(pieces) == 11
    told: list[ev.TutorEvent] = []
    for piece in pieces:
        bad = "truncation" in piece["session"] or "instructions" in piece["session"]
        told += talk.error("unknown_parameter", "what") if bad else talk.hear("session.updated", session=SESSION)
    assert refusals(*told) == ["The tutor did not take the instructions: what"]
    assert ev.Unknown("refused: truncation") in told, "the learner did not choose it, so it is only counted"
    assert talk.is_ready()


# ---- turns and replies ----------------------------------------------------------------------------------------------


def test_push_to_talk_commits_and_asks() -> None:
    talk = Talk(replace(PLAN, turn_detection=PushToTalk()))
    assert [frame["type"] for frame in talk.ask(cmd.BeginTurn())] == ["input_audio_buffer.clear"]
    talk.conversation.buffered_ms = 100
    assert [frame["type"] for frame in talk.ask(cmd.EndTurn())] == ["input_audio_buffer.commit", "response.create"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_press_too_short_is_dropped_and_gently_told_without_a_word_from_the_server(dialect: DialectName) -> None:
    """Not every server is told to clear, and not every one says that it has."""
    talk = Talk(replace(PLAN, turn_detection=PushToTalk()), dialect=DIALECTS[dialect])
    talk.ask(cmd.BeginTurn())
    talk.conversation.buffered_ms = 99
    assert talk.conversation.command(cmd.EndTurn()) == [ev.TurnTooShort()]
    assert {frame["type"] for frame in talk.sent()} <= {"input_audio_buffer.clear"}
    assert talk.hear("input_audio_buffer.cleared") == []


def test_a_press_too_short_that_nobody_wants_answered_is_not_told() -> None:
    """What was typed instead is being answered: that must not seem to be over."""
    talk = Talk(replace(PLAN, turn_detection=PushToTalk()))
    talk.ask(cmd.BeginTurn())
    assert talk.conversation.command(cmd.EndTurn(answer=False)) == []


def test_a_turn_too_short_of_one_who_is_listened_to_has_no_answer() -> None:
    talk = Talk()
    assert talk.conversation.command(cmd.EndTurn()) == [ev.ReplyEnded("", "failed")]


def test_a_server_that_counts_otherwise_is_told_gently_and_does_not_answer() -> None:
    talk = Talk(replace(PLAN, turn_detection=PushToTalk()))
    talk.conversation.buffered_ms = 120
    talk.ask(cmd.EndTurn())
    assert talk.error("input_audio_buffer_commit_empty", "buffer too small") == [ev.TurnTooShort()]
    talk.hear("response.created", response={"id": "r1"})
    assert talk.sent() == [{"type": "response.cancel", "response_id": "r1"}]


def test_the_next_press_is_counted_although_the_last_is_confirmed_late() -> None:
    talk = Talk(replace(PLAN, turn_detection=PushToTalk()))
    talk.conversation.buffered_ms = 500
    talk.ask(cmd.EndTurn(), cmd.BeginTurn())
    talk.conversation.buffered_ms = 150
    talk.hear("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    talk.conversation.buffered_ms += 50
    assert talk.ask(cmd.EndTurn())[0]["type"] == "input_audio_buffer.commit"


def test_the_thinking_key_only_asks() -> None:
    assert [frame["type"] for frame in Talk().ask(cmd.EndTurn(commit=False))] == ["response.create"]


def test_a_typed_line_enters_under_its_own_id_and_is_answered() -> None:
    item, ask = Talk().ask(cmd.Say("네", "typed_1"))
    assert item["item"] == {
        "id": "typed_1",
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "네"}],
    }
    assert ask["type"] == "response.create"
    assert "response" not in ask


@pytest.mark.parametrize(
    ("command", "kind"),
    [(cmd.Greet("Begin!"), "greet"), (cmd.Repeat(), "repeat"), (cmd.CheckIn("Gently."), "check-in")],
)
def test_greeting_repeating_and_checking_in_keep_the_sessions_instructions(command: cmd.Command, kind: str) -> None:
    note, ask = Talk().ask(command)
    assert note["item"]["role"] == "system"
    assert ask["response"] == {"metadata": {"kind": kind}}


def test_a_greeting_without_an_opening_needs_no_note() -> None:
    assert [frame["type"] for frame in Talk().ask(cmd.Greet(""))] == ["response.create"]


def test_a_request_beside_a_reply_waits_for_its_end() -> None:
    talk = Talk()
    talk.reply()
    assert [frame["type"] for frame in talk.ask(cmd.Say("one", "t1"), cmd.Say("two", "t2"))] == [
        "conversation.item.create",
        "conversation.item.create",
    ]
    talk.done()
    assert talk.types() == ["response.create"], "one answer to both lines"


def test_a_request_beside_a_request_waits_too() -> None:
    talk = Talk()
    asked = talk.ask(cmd.Say("one", "t1"), cmd.Repeat())
    assert [frame["type"] for frame in asked].count("response.create") == 1
    talk.reply(done=True)
    (second,) = talk.sent()
    assert second["response"] == {"metadata": {"kind": "repeat"}}


def test_a_request_that_met_a_reply_of_the_server_is_made_again_after_it() -> None:
    talk = Talk()
    talk.ask(cmd.Say("hello", "t1"))
    talk.hear("response.created", response={"id": "by_vad"})
    assert talk.error("conversation_already_has_active_response", "Wait until it is finished") == []
    assert talk.sent() == []
    talk.done("by_vad")
    assert talk.types() == ["response.create"]


def test_a_refused_request_does_not_block_the_next() -> None:
    talk = Talk()
    (_, ask) = talk.ask(cmd.Say("hello", "t1"))
    assert isinstance(talk.error("invalid_value", "what?", event_id=ask["event_id"])[0], ev.Trouble)
    assert [frame["type"] for frame in talk.ask(cmd.Say("hello", "t2"))][-1] == "response.create"


def test_one_refused_setting_names_itself_and_there_is_more_to_come() -> None:
    talk = Talk()
    talk.reply()
    plan = replace(PLAN, speed=0.8, turn_detection=ServerVad(0.9, 300, 500))
    (update,) = talk.ask(cmd.Configure(plan))
    (refused,) = talk.error("invalid_value", "too deaf", event_id=update["event_id"])
    assert isinstance(refused, ev.PlanRefused)
    assert (refused.setting, refused.more) == ("turn_detection", True)
    talk.done()
    (pace,) = talk.sent()
    assert pace["session"]["audio"]["output"]["speed"] == 0.8
    (applied,) = talk.hear("session.updated", session={})
    assert isinstance(applied, ev.PlanApplied) and not applied.more


def test_of_several_changes_only_the_last_answer_settles() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.8, turn_detection=ServerVad(0.9, 300, 500))))
    more = [event.more for _ in range(2) for event in talk.hear("session.updated", session={})]  # type: ignore[union-attr]
    assert more == [True, False]


def test_a_refused_voice_leaves_the_plans_and_not_its_stand_in() -> None:
    talk = Talk(dialect=DIALECTS["beta"], ready=False)
    talk.hear("session.created", session={"voice": "alloy", "input_audio_format": "pcm16"})
    talk.hear("session.updated", session={"voice": "coral", "input_audio_format": "pcm16"})
    talk.sent()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, voice="verse")))
    (refused,) = talk.error("invalid_value", "no such voice", event_id=update["event_id"])
    assert isinstance(refused, ev.PlanRefused)
    assert (refused.setting, refused.voice) == ("voice", "marin")


@pytest.mark.parametrize("kept", [0.30000001192092896, 0.2999999999])
def test_a_server_that_keeps_less_exact_figures_says_the_same(kept: float) -> None:
    vad = {"type": "server_vad", "threshold": kept, "prefix_padding_ms": 300, "silence_duration_ms": 500}
    (applied, *_) = Talk().hear("session.updated", session={"turn_detection": vad, "speed": kept})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == ServerVad(0.3, 300, 500)
    assert applied.applied.speed == 0.3


# ---- stopping -------------------------------------------------------------------------------------------------------


def test_the_key_cancels_then_truncates_at_what_was_heard() -> None:
    talk = Talk()
    talk.reply(ms=1_000)
    frames = talk.ask(cmd.Interrupt("key", (cmd.Unheard("a1", 400),)))
    assert frames[0] == {"type": "response.cancel", "response_id": "r1"}
    assert frames[1]["type"] == "conversation.item.truncate"
    assert (frames[1]["item_id"], frames[1]["content_index"], frames[1]["audio_end_ms"]) == ("a1", 0, 400)


def test_a_voice_needs_no_cancel() -> None:
    talk = Talk()
    talk.reply(ms=1_000)
    frames = talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 400),)))
    assert [frame["type"] for frame in frames] == ["conversation.item.truncate"]


def test_nothing_is_cancelled_when_nothing_is_active() -> None:
    talk = Talk()
    talk.reply(ms=1_000, done=True)
    frames = talk.ask(cmd.Interrupt("key", (cmd.Unheard("a1", 400),)))
    assert [frame["type"] for frame in frames] == ["conversation.item.truncate"]


def test_what_was_not_heard_at_all_is_deleted_and_later_items_too() -> None:
    talk = Talk()
    talk.reply(item_id="a1")
    talk.reply(item_id="a2")
    frames = talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 10), cmd.Unheard("a2", 0))))
    assert [(frame["type"], frame["item_id"]) for frame in frames] == [
        ("conversation.item.truncate", "a1"),
        ("conversation.item.delete", "a2"),
    ]


def test_never_truncated_beyond_what_was_received() -> None:
    talk = Talk()
    talk.reply(ms=1_000)
    (frame,) = talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 5_000),)))
    assert frame["audio_end_ms"] == 1_000


def test_an_item_heard_to_its_end_is_left_alone() -> None:
    talk = Talk()
    talk.reply(ms=1_000, done=True)
    assert talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 1_000),))) == []


def test_a_second_press_does_not_cancel_twice() -> None:
    talk = Talk()
    talk.reply()
    assert [frame["type"] for frame in talk.ask(cmd.Interrupt("key"), cmd.Interrupt("key"))] == ["response.cancel"]


def test_a_reply_asked_for_and_not_begun_is_cancelled_when_it_begins() -> None:
    talk = Talk()
    talk.ask(cmd.Say("hello", "t1"))
    assert talk.ask(cmd.Interrupt("key")) == []
    talk.hear("response.created", response={"id": "r9"})
    assert talk.sent() == [{"type": "response.cancel", "response_id": "r9"}]


def test_typed_words_wait_until_the_reply_that_the_server_is_about_to_give_is_cancelled() -> None:
    talk = Talk()
    talk.hear("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    frames = talk.ask(cmd.Interrupt("key"), cmd.Say("one", "t1"))
    assert [frame["type"] for frame in frames] == ["conversation.item.create"]
    talk.hear("response.created", response={"id": "r1"})
    assert talk.sent() == [{"type": "response.cancel", "response_id": "r1"}]
    talk.done("r1", "cancelled", status_details={"reason": "client_cancelled"})
    assert [frame["type"] for frame in talk.sent()] == ["response.create"]
    talk.hear("response.created", response={"id": "r2"})
    assert talk.sent() == [], "the answer to the typed words is wanted"


def test_typed_words_are_answered_after_a_reply_that_was_asked_for_and_stopped() -> None:
    talk = Talk()
    talk.ask(cmd.Say("hello", "t1"), cmd.Interrupt("key"), cmd.Say("one", "t2"))
    talk.hear("response.created", response={"id": "r1"})
    assert talk.sent() == [{"type": "response.cancel", "response_id": "r1"}]
    talk.done("r1", "cancelled", status_details={"reason": "client_cancelled"})
    assert [frame["type"] for frame in talk.sent()] == ["response.create"]


def test_a_reply_the_server_is_about_to_give_is_cancelled_too_but_not_the_one_after() -> None:
    talk = Talk()
    talk.hear("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    assert talk.ask(cmd.Interrupt("key")) == []
    talk.hear("response.created", response={"id": "r1"})
    assert [frame["type"] for frame in talk.sent()] == ["response.cancel"]
    talk.done("r1", "cancelled", status_details={"reason": "client_cancelled"})
    talk.hear("response.created", response={"id": "r2"})
    assert talk.sent() == []


def test_stopping_forgets_what_was_asked_behind() -> None:
    talk = Talk()
    talk.reply()
    talk.ask(cmd.Say("one", "t1"), cmd.Interrupt("key"))
    talk.done(status="cancelled")
    assert talk.sent() == []


def test_typing_after_stopping_is_answered_when_the_reply_has_ended() -> None:
    talk = Talk()
    talk.reply()
    frames = talk.ask(cmd.Interrupt("key"), cmd.Say("one", "t1"))
    assert [frame["type"] for frame in frames] == ["response.cancel", "conversation.item.create"]
    talk.done(status="cancelled")
    assert talk.types() == ["response.create"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("response_cancel_not_active", "Cancellation failed: no active response found"),
        ("conversation_already_has_active_response", "Conversation already has an active response"),
        ("item_truncate_invalid_item_id", "not found"),
        ("item_delete_invalid_item_id", "not found"),
        ("unsupported_content_type", "no audio"),
        ("invalid_value", "Audio content of 1000ms is already shorter than 1200ms"),
        (None, "Only model output audio messages can be truncated"),
    ],
)
def test_races_never_reach_the_learner(code: str | None, message: str) -> None:
    assert Talk().error(code, message) == []


def test_any_refusal_of_a_cut_is_a_race() -> None:
    talk = Talk()
    talk.reply()
    (cut,) = talk.ask(cmd.Interrupt("voice", (cmd.Unheard("a1", 10),)))
    assert talk.error("some_new_code", "cannot", event_id=cut["event_id"]) == []


# ---- what the server tells ------------------------------------------------------------------------------------------


def test_a_reply_begins_and_ends_with_its_bill() -> None:
    talk = Talk(model="gpt-realtime-2.1")
    assert talk.hear("response.created", response={"id": "r1"}) == [ev.ReplyStarted("r1")]
    usage = {
        "input_tokens": 132,
        "output_tokens": 121,
        "input_token_details": {
            "text_tokens": 100,
            "audio_tokens": 32,
            "cached_tokens": 64,
            "cached_tokens_details": {"text_tokens": 64, "audio_tokens": 0},
        },
        "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
    }
    ended, bill = talk.done("r1", usage=usage)
    assert ended == ev.ReplyEnded("r1", "completed")
    usd = (36 * 4 + 64 * 0.40 + 32 * 32 + 30 * 24 + 91 * 64) / 1_000_000
    assert bill == ev.Usage(pytest.approx(usd), 132, 121)  # type: ignore[arg-type]  # approx stands for a float


@pytest.mark.parametrize(
    "usage", [None, [], {}, {"input_tokens": "many", "input_token_details": 5}, {"input_tokens": -4}]
)
def test_a_strange_bill_is_no_trouble(usage: object) -> None:
    ended, *bills = Talk().done(usage=usage)
    assert isinstance(ended, ev.ReplyEnded)
    assert all(isinstance(bill, ev.Usage) and bill.usd == 0 for bill in bills)


@pytest.mark.parametrize("absurd", [10**400, -(10**400), 1e999, float("nan"), True, "1"])
def test_numbers_that_cannot_be_reckoned_with_count_as_not_said(absurd: object) -> None:
    talk = Talk(ready=False)
    talk.hear("session.created", session={**SESSION, "expires_at": absurd})
    vad = {"type": "server_vad", "threshold": absurd, "prefix_padding_ms": 300, "silence_duration_ms": 500}
    session = {"speed": absurd, "turn_detection": vad}
    (applied,) = talk.hear("session.updated", session=session)
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.speed is None
    assert applied.applied.turn_detection is None
    assert talk.hear("session.updated", session={})[1:] == [ev.LinkReady("gpt-realtime-2.1-mini", None)]
    usage = {"input_tokens": absurd, "output_token_details": {"audio_tokens": absurd}}
    assert talk.done(usage=usage)[1:] == [ev.Usage(0.0)]
    written = {"item_id": "u", "transcript": "x", "usage": {"type": "duration", "seconds": absurd}}
    name = "conversation.item.input_audio_transcription.completed"
    assert talk.hear(name, **written)[1:] == [ev.Usage(0.0)]


def test_writing_down_is_billed_by_the_second_and_by_the_token() -> None:
    talk = Talk()
    name = "conversation.item.input_audio_transcription.completed"
    usage: dict[str, Any] = {"type": "duration", "seconds": 60}
    assert talk.hear(name, item_id="u", transcript="x", usage=usage)[1:] == [ev.Usage(0.0045)]
    usage = {"type": "tokens", "input_tokens": 600, "output_tokens": 9, "input_token_details": {"audio_tokens": 600}}
    assert talk.hear(name, item_id="v", transcript="x", usage=usage)[1:] == [ev.Usage(0.0045, 600, 9)]
    assert talk.hear(name, item_id="v", transcript="x", usage=usage) == [ev.LearnerTextDone("v", "x")], "once"
    assert talk.hear(name, item_id="w", transcript="x") == [ev.LearnerTextDone("w", "x")]


@pytest.mark.parametrize(
    ("status", "details", "reason"),
    [
        ("cancelled", {"type": "cancelled", "reason": "turn_detected"}, "turn_detected"),
        ("completed", None, ""),
    ],
)
def test_how_a_reply_ended(status: ev.ReplyStatus, details: object, reason: str) -> None:
    assert Talk().done(status=status, status_details=details) == [ev.ReplyEnded("r1", status, reason)]


SUBJECT = "The service refused this subject."
REST = "Ask for the rest."


@pytest.mark.parametrize(
    ("status", "details", "title", "hint"),
    [
        ("incomplete", {"reason": "max_output_tokens"}, "The answer grew too long and was cut off.", REST),
        ("incomplete", {"reason": "content_filter"}, SUBJECT, ""),
        ("incomplete", {"reason": "tired"}, "The answer is incomplete.", "tired"),
        ("incomplete", {}, "The answer is incomplete.", REST),
        ("failed", {"error": {"code": None, "type": None}}, "The tutor could not answer.", "Say it again."),
        ("failed", {"error": {"code": None, "message": "no GPU"}}, "The tutor could not answer.", "no GPU"),
        ("failed", {"reason": "no GPU"}, "The tutor could not answer.", "no GPU"),
        ("failed", None, "The tutor could not answer.", "Say it again."),
        ("failed", {"error": {"code": "moderation_blocked"}}, SUBJECT, ""),
        ("failed", {"error": {"code": "content_policy_violation"}}, SUBJECT, ""),
        ("failed", {"error": {"code": "content_filter"}}, SUBJECT, ""),
        ("failed", {"error": {"code": "forbidden"}}, SUBJECT, ""),
    ],
)
def test_an_answer_without_its_end_is_told_in_one_sentence(
    status: ev.ReplyStatus, details: object, title: str, hint: str
) -> None:
    ended, trouble = Talk().done(status=status, status_details=details)
    assert isinstance(ended, ev.ReplyEnded) and ended.status == status
    assert isinstance(trouble, ev.Trouble) and not trouble.fatal
    assert trouble.title == title
    assert trouble.hint == (hint or "Talk about something else: the lesson goes on.")


def test_what_was_stopped_is_not_told_as_a_failure() -> None:
    talk = Talk()
    talk.reply(done=False)
    talk.ask(cmd.Interrupt("key"))
    assert talk.done(status="incomplete", status_details={"reason": "content_filter"}) == [
        ev.ReplyEnded("r1", "incomplete", "content_filter")
    ]


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation", "content_filter", "forbidden"])
def test_a_subject_that_is_refused_as_an_error_ends_the_wait_for_its_answer(code: str) -> None:
    talk = Talk()
    (_, ask) = talk.ask(cmd.Say("hello", "t1"))
    trouble, ended = talk.error(code, "no", event_id=ask["event_id"])
    assert isinstance(trouble, ev.Trouble) and trouble.title == SUBJECT
    assert ended == ev.ReplyEnded("", "failed", "no")


def test_why_nothing_can_be_written_down_is_told_once() -> None:
    talk = Talk()
    name = "conversation.item.input_audio_transcription.failed"
    error = {"code": "quota", "message": "No credit for whisper-1."}
    failed, trouble = talk.hear(name, item_id="u1", error=error)
    assert failed == ev.LearnerTextFailed("u1")
    assert trouble == ev.Trouble("What you say cannot be written down.", "No credit for whisper-1.")
    assert talk.hear(name, item_id="u2", error=error) == [ev.LearnerTextFailed("u2")]
    assert len(talk.hear(name, item_id="u3", error={"message": "too loud"})) == 2
    assert talk.hear(name, item_id="u4") == [ev.LearnerTextFailed("u4")]


def test_how_surely_the_learner_was_heard_is_told_and_is_no_trouble() -> None:
    talk = Talk()
    name = "conversation.item.input_audio_transcription"
    hearing = hearing_fields("unsure", [ToldWord("우유", False)])
    unsure = ev.LearnerTextDone("u1", "우유", unsure=True, unclear=((0, 2),))
    assert talk.hear(f"{name}.completed", item_id="u1", transcript="우유", **hearing) == [unsure]
    confirmed = hearing_fields("expected", [])
    assert talk.hear(f"{name}.completed", item_id="u1", transcript="우유", **confirmed) == [
        ev.LearnerTextDone("u1", "우유")
    ]
    error = {"code": NOT_LISTENED_FOR, "message": "Heard, but not listened for."}
    other = ev.LearnerTextFailed("u2", not_listened_for=True)
    assert talk.hear(f"{name}.failed", item_id="u2", error=error) == [other]
    denied = ev.LearnerTextFailed("u1", not_said=True)
    assert talk.hear(f"{name}.failed", item_id="u1", error={"code": NOT_SAID, "message": "No."}) == [denied]


# ---- stopped, given up ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["key", "voice"])
def test_a_new_item_of_a_stopped_answer_is_neither_heard_nor_shown(by: Literal["key", "voice"]) -> None:
    talk = Talk()
    talk.reply(done=False)
    if by == "key":
        talk.ask(cmd.Interrupt("key"))
    else:
        talk.hear("input_audio_buffer.speech_started", item_id="u1")
    part = {"response_id": "r1", "item_id": "a2"}
    item = {"id": "a2", "type": "message", "role": "assistant"}
    assert talk.hear("conversation.item.added", item=item, previous_item_id="a1") == []
    assert talk.hear("response.output_audio_transcript.delta", **part, delta="And then") == []
    assert talk.hear("response.output_audio.delta", **part, delta="AAAA") == []
    more = talk.hear("response.output_audio_transcript.delta", response_id="r1", item_id="a1", delta=" more")
    assert more == [ev.TutorTextDelta("a1", " more")], "shown as not heard"


@pytest.mark.parametrize("by", ["key", "voice"])
def test_of_two_answers_at_once_nothing_is_heard_after_an_interruption(by: Literal["key", "voice"]) -> None:
    talk = Talk()
    talk.reply("r1", "a1")
    talk.reply("r2", "a2")
    if by == "key":
        talk.ask(cmd.Interrupt("key"))
    else:
        talk.hear("input_audio_buffer.speech_started", item_id="u1")
    for number in (1, 2):
        part = {"response_id": f"r{number}", "item_id": f"a{number}"}
        assert talk.hear("response.output_audio.delta", **part, delta="AAAA") == []


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


@pytest.mark.parametrize("stopped_only", [True, False])
def test_an_answer_that_was_stopped_and_does_not_end_holds_nothing_up(stopped_only: bool) -> None:
    talk = Talk()
    talk.reply(done=False)
    talk.ask(cmd.Interrupt("key"))
    assert [frame["type"] for frame in talk.ask(cmd.Say("hello", "t1"))] == ["conversation.item.create"]
    assert [frame["type"] for frame in talk.ask(cmd.GiveUp(stopped_only))] == ["response.create"]
    talk.hear("response.created", response={"id": "r2"})
    talk.done("r1", status="cancelled")  # late
    assert [frame["type"] for frame in talk.ask(cmd.Say("more", "t2"))] == ["conversation.item.create"], "r2 goes on"


def test_an_answer_that_is_wanted_is_given_up_only_when_it_is_overdue() -> None:
    talk = Talk()
    talk.reply(done=False)
    assert talk.ask(cmd.GiveUp(stopped_only=True)) == []
    assert [frame["type"] for frame in talk.ask(cmd.GiveUp())] == ["response.cancel"]
    assert talk.ask(cmd.Say("hello", "t1"))[-1]["type"] == "response.create"


def test_the_answer_to_a_turn_that_is_just_ending_is_cancelled_too() -> None:
    talk = Talk()
    talk.hear("input_audio_buffer.speech_started", item_id="u1")
    talk.hear("input_audio_buffer.speech_stopped", item_id="u1")
    talk.ask(cmd.Interrupt("key"))
    talk.hear("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    assert talk.hear("response.created", response={"id": "r1"}) == []
    assert [frame["type"] for frame in talk.sent()] == ["response.cancel"]
    assert talk.hear("response.output_audio.delta", response_id="r1", item_id="a1", delta="AAAA") == []


# ---- who interrupts -------------------------------------------------------------------------------------------------


def left_to_us() -> Talk:
    """A conversation whose server goes on with its answer while it hears the learner."""
    return Talk(replace(PLAN, interrupts=False))


def says(talk: Talk, item_id: str = "u1") -> list[ev.TutorEvent]:
    """The learner says something, to its end."""
    began = talk.hear("input_audio_buffer.speech_started", item_id=item_id)
    talk.hear("input_audio_buffer.speech_stopped", item_id=item_id)
    talk.hear("input_audio_buffer.committed", item_id=item_id, previous_item_id="a1")
    return began


def test_a_server_that_leaves_interrupting_to_us_still_answers_by_itself_and_goes_on_until_it_is_stopped() -> None:
    talk = left_to_us()
    detection = talk.opening[0]["session"]["audio"]["input"]["turn_detection"]
    assert (detection["create_response"], detection["interrupt_response"]) == (True, False)
    talk.reply()
    assert says(talk) == [ev.LearnerStartedSpeaking("u1", stops=False)]
    assert talk.hear("response.output_audio.delta", response_id="r1", item_id="a1", delta="AAAA")
    assert [frame["type"] for frame in talk.ask(cmd.Interrupt("key"))] == ["response.cancel"]
    assert not talk.hear("response.output_audio.delta", response_id="r1", item_id="a1", delta="AAAA")


def test_while_it_answers_no_other_answer_is_expected_of_it() -> None:
    talk = left_to_us()
    talk.reply()
    says(talk)
    assert talk.ask(cmd.LeaveUnanswered("u1")) == [], "what is being said goes on"
    assert [event for event in talk.done() if isinstance(event, ev.ReplyEnded)] == [ev.ReplyEnded("r1")]
    assert [frame["type"] for frame in talk.ask(cmd.EndTurn(commit=False))] == ["response.create"]


@pytest.mark.parametrize("begun", [True, False])
def test_its_answer_to_what_may_be_no_turn_is_cancelled_and_asked_for_again_if_it_was_one(begun: bool) -> None:
    talk = left_to_us()
    talk.reply(done=True)
    says(talk)
    response = {"id": "r2", "status": "in_progress", "conversation_id": "c"}
    if begun:
        talk.hear("response.created", response=response)
    talk.ask(cmd.LeaveUnanswered("u1"))
    if not begun:
        assert talk.hear("response.created", response=response) == []
        assert talk.types() == ["response.cancel"]
    assert not talk.hear("response.output_audio.delta", response_id="r2", item_id="a2", delta="AAAA")
    assert talk.ask(cmd.EndTurn(commit=False)) == []
    talk.done("r2", status="cancelled")
    assert talk.types() == ["response.create"]


def test_what_was_no_turn_is_forgotten_and_its_refusal_is_no_trouble() -> None:
    talk = left_to_us()
    talk.reply()
    says(talk)
    (frame,) = talk.ask(cmd.LeaveUnanswered("u1", forget=True))
    assert (frame["type"], frame["item_id"]) == ("conversation.item.delete", "u1")
    assert talk.error("item_not_found", event_id=frame["event_id"]) == []


def test_a_failed_reply_is_told_with_a_way_out() -> None:
    error = {"type": "server_error", "code": "rate_limit_exceeded", "message": "Slow down"}
    ended, trouble = Talk().done(status="failed", status_details={"type": "failed", "error": error})
    assert ended == ev.ReplyEnded("r1", "failed", "Slow down")
    assert isinstance(trouble, ev.Trouble)
    assert trouble.hint
    assert not trouble.fatal


@pytest.mark.parametrize("code", ["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"])
def test_an_empty_purse_ends_the_lesson_wherever_it_shows(code: str) -> None:
    with pytest.raises(LinkLost) as lost:
        Talk().done(status="failed", status_details={"type": "failed", "error": {"type": code, "message": "x"}})
    assert not lost.value.retry
    with pytest.raises(LinkLost) as lost:
        Talk().error(code)
    assert lost.value.final
    assert "Add credit" in lost.value.hint or "limit" in lost.value.hint


def test_an_expired_session_is_worth_another_attempt() -> None:
    with pytest.raises(LinkLost) as lost:
        Talk().error("session_expired", "Your session hit the maximum duration of 60 minutes.")
    assert lost.value.retry
    assert lost.value.usual


def test_an_answer_outside_the_conversation_is_not_printed_but_billed() -> None:
    talk = Talk()
    talk.hear("response.created", response={"id": "r1", "conversation_id": "conv_1"})
    aside = {"id": "o1", "conversation_id": None, "metadata": {"kind": "correction"}}
    assert talk.hear("response.created", response=aside) == []
    assert talk.hear("response.output_text.delta", response_id="o1", item_id="x", delta="psst") == []
    assert talk.hear("response.output_text.done", response_id="o1", item_id="x", text="psst") == []
    assert talk.hear("response.output_text.delta", response_id="r1", item_id="a", delta="yes") == [
        ev.TutorTextDelta("a", "yes")
    ]
    assert talk.hear("response.done", response={**aside, "usage": {}}) == [ev.Usage(0.0)]
    assert talk.done("r1")[0] == ev.ReplyEnded("r1")


def test_a_server_that_never_names_its_conversation_is_heard_all_the_same() -> None:
    talk = Talk()
    nameless = {"id": "r1", "conversation_id": None, "output_modalities": ["audio"]}
    assert talk.hear("response.created", response=nameless) == [ev.ReplyStarted("r1")]
    assert talk.hear("response.created", response={**nameless, "id": "o", "output_modalities": ["text"]}) == []


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


# ---- notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_a_system_message_and_asks_for_no_answer() -> None:
    talk = Talk()
    (told,) = talk.ask(cmd.Note("Lesson clock: half time."))
    item = told["item"]
    assert told["type"] == "conversation.item.create"
    assert (item["role"], item["content"]) == ("system", [{"type": "input_text", "text": "Lesson clock: half time."}])
    assert talk.hear("conversation.item.added", item=item, previous_item_id=None) == [], "it is no line of the lesson"
    (again,) = talk.ask(cmd.Note("Lesson clock: begin to close."))
    assert again["item"]["id"] != item["id"]


def test_a_new_conversation_is_told_asides_as_the_systems() -> None:
    history = (HistoryLine("tutor", "Hello."), HistoryLine("aside", "Lesson clock: begin to close."))
    frames = Talk(replace(PLAN, history=history)).opening
    items = [frame["item"] for frame in frames if frame["type"] == "conversation.item.create"]
    assert [item["role"] for item in items] == ["assistant", "system"]
