"""How an answer begins, ends and is billed, and why one fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tutors.realtime.conversation.talk import SESSION, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, NOT_SAID, ToldWord, hearing_fields


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
        ev.LearnerTextDone("u1", "우유", expected=True)
    ]
    error = {"code": NOT_LISTENED_FOR, "message": "Heard, but not listened for."}
    other = ev.LearnerTextFailed("u2", not_listened_for=True)
    assert talk.hear(f"{name}.failed", item_id="u2", error=error) == [other]
    denied = ev.LearnerTextFailed("u1", not_said=True)
    assert talk.hear(f"{name}.failed", item_id="u1", error={"code": NOT_SAID, "message": "No."}) == [denied]


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
