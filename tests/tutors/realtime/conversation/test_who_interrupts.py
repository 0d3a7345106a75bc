"""A server that leaves it to us who interrupts its answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tutors.realtime.conversation.talk import PLAN, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd


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
