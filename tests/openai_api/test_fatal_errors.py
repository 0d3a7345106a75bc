"""What no new attempt can cure (key, quota, model, billing): each has its sentence and its way out, and is not tried
again, wherever a server says it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from tests.session.room import Room, lesson_test
from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core.lesson import Phase
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime import errors

WAY_OUT = {
    "invalid_api_key": "OPENAI_API_KEY",
    "account_deactivated": "OPENAI_API_KEY",
    "insufficient_quota": "Add credit",
    "credit_balance_exhausted": "Add credit",
    "billing_hard_limit_reached": "Add credit",
    "missing_model": "--model",
    "invalid_model": "--model",
    "model_not_found": "--model",
    "beta_api_shape_disabled": "--dialect",
}


def raised(call: Callable[[], object]) -> LinkLost:
    with pytest.raises(LinkLost) as lost:
        call()
    return lost.value


def in_an_event(code: str) -> LinkLost:
    return raised(lambda: Talk().error(code, "In the server's words."))


def with_an_answer(code: str) -> LinkLost:
    details = {"type": "failed", "error": {"code": code, "message": "In the server's words."}}
    return raised(lambda: Talk().done(status="failed", status_details=details))


def on_closing(code: str) -> LinkLost:
    return errors.closed(4000, f"invalid_request_error.{code}")


def at_the_door(code: str) -> LinkLost:
    body = json.dumps({"error": {"code": code, "message": "In the server's words."}}).encode()
    return errors.refused(429, "api.openai.com", body, [("Retry-After", "1")])


def test_each_code_has_a_way_out() -> None:
    assert WAY_OUT.keys() == errors.FATAL.keys()


@pytest.mark.parametrize("where", [in_an_event, with_an_answer, on_closing, at_the_door])
@pytest.mark.parametrize("code", WAY_OUT)
def test_it_is_final_wherever_it_is_said(code: str, where: Callable[[str], LinkLost]) -> None:
    lost = where(code)
    assert (lost.title, lost.hint) == errors.FATAL[code]
    assert lost.title.endswith(".")
    assert WAY_OUT[code] in lost.hint
    assert lost.final and not lost.retry and not lost.asked_wait_s and not lost.usual


@pytest.mark.parametrize("code", WAY_OUT)
def test_a_lesson_stops_and_says_why_and_dials_when_it_is_told_to(code: str) -> None:
    async def body(room: Room) -> None:
        await room.tell(in_an_event(code))
        await asyncio.sleep(3_000)
        assert room.tutor.attempts == 1
        assert room.phase() is Phase.FAILED
        failed = room.session.lesson.failed
        assert failed is not None
        assert (failed.title, failed.hint, failed.severity) == (*errors.FATAL[code], "error")
        room.session.retry()
        await asyncio.sleep(1)
        assert room.session.lesson.linked

    lesson_test(body)
