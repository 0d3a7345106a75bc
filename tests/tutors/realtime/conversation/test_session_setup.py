"""What a conversation opens with, and when it is ready."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.sdk_models import validate_client_event
from tests.tutors.realtime.conversation.talk import PLAN, SESSION, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.openai_api.realtime import errors
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.offline.tutor import CAPABILITIES
from tutor_tui.tutors.realtime.conversation.state import ConversationState
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


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
