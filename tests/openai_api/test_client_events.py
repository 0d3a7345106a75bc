"""What we send: every event before a strict judge, and nothing in it that could not go out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sdk_models import validate_client_event
from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.openai_api.private_extensions import kind_metadata
from tutor_tui.openai_api.realtime import client_events

SOUND = bytes(range(100))

OURS: list[Any] = [
    json.loads(client_events.append(SOUND)),
    client_events.COMMIT,
    client_events.create_tool_output("call_1", "{}", "output_1"),
    client_events.CLEAR,
    client_events.create_response(),
    client_events.create_response({"metadata": kind_metadata("greet")}, "respond_1"),
    client_events.cancel_response(),
    client_events.cancel_response("resp_1"),
    client_events.truncate_item("item_1", 300),
    client_events.delete_item("item_1"),
    client_events.create_message("user", "hi", "item_1"),
    client_events.create_message("assistant", "hi", "item_1"),
    client_events.create_message("system", "hi", "item_1"),
    client_events.update_session({"type": "realtime", "instructions": ""}),
]


@pytest.mark.parametrize("frame", OURS, ids=lambda frame: frame["type"])
def test_every_frame_of_ours_passes_a_strict_judge(frame: dict[str, Any]) -> None:
    assert validate_client_event(frame) == []


def test_history_is_replayed_in_order_with_both_roles() -> None:
    lines = (HistoryLine("tutor", "안녕하세요!"), HistoryLine("learner", "hi \ud83d"))
    replayed: list[Any] = client_events.history(lines, "h_")
    assert [validate_client_event(frame) for frame in replayed] == [[], []]
    assert [frame["item"]["role"] for frame in replayed] == ["assistant", "user"]
    assert [frame["item"]["content"][0]["text"] for frame in replayed] == ["안녕하세요!", "hi \ufffd"]
    assert [frame["item"]["content"][0]["type"] for frame in replayed] == ["output_text", "input_text"]


@ANY_MACHINE
@given(st.text(st.characters(), max_size=20))
def test_whatever_an_event_holds_can_go_out(text: str) -> None:
    for event in (client_events.delete_item(text, text), client_events.update_session({"instructions": text})):
        client_events.encode(event).encode()
