"""Turns that end, and answers that are asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tutors.realtime.conversation.talk import PLAN, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.settings import DialectName
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS


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
