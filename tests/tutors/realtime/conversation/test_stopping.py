"""An answer that is stopped, and one that comes or stays all the same."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd


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
