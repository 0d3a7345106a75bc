"""How a mistake is named: where it is, and in words that are ours, not the client's."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tutor_tui.offline_server.realtime.schema.client_events import WIDEST, judge, parsed
from tutor_tui.offline_server.realtime.wire import Refusal

VAD = "session.audio.input.turn_detection"


def refusal_of(**event: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        judge(event)
    return caught.value


def refused_session(**fields: Any) -> Refusal:
    return refusal_of(type="session.update", session={"type": "realtime", **fields})


def refused_vad(**fields: Any) -> Refusal:
    return refused_session(audio={"input": {"turn_detection": {"type": "server_vad", **fields}}})


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (refused_vad(threshold="0.5"), f"'{VAD}.threshold' has to be a valid number."),
        (refused_vad(threshold=True), f"'{VAD}.threshold' has to be a valid number."),
        (refused_vad(threshold=float("inf")), f"'{VAD}.threshold' has to be less than or equal to 1."),
        (refused_vad(prefix_padding_ms=1.0), f"'{VAD}.prefix_padding_ms' has to be a valid integer."),
        (refused_vad(create_response=1), f"'{VAD}.create_response' has to be a valid boolean."),
        (
            refused_vad(idle_timeout_ms=6_000),
            f"'{VAD}.idle_timeout_ms' is not supported by this server; leave it null.",
        ),
        (refused_vad(server_vad={}), f"'{VAD}.server_vad' is not a known parameter."),
        (refused_session(audio={"input": {"turn_detection": 5}}), f"'{VAD}' has to be an object."),
        (refused_session(tools=[{"type": "function"}]), "'session.tools[0].name' is missing."),
        (refused_session(tools=[{"type": "x"}]), "'session.tools[0].type' has to be one of 'function', 'mcp'."),
        (refused_session(tool_choice={"type": "function"}), "'session.tool_choice.name' is missing."),
        (refused_session(truncation="often"), "'session.truncation' has to be 'auto' or 'disabled'."),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value.param),
)
def test_a_mistake_is_named_by_its_path(refusal: Refusal, message: str) -> None:
    assert refusal.message == message
    assert message.startswith(f"'{refusal.param}' ")


def test_nothing_of_what_the_client_wrote_is_left_in_a_traceback() -> None:
    refusal = refused_session(instructions=["a secret"])
    assert refusal.__cause__ is None and refusal.__context__ is None


def test_an_object_has_only_so_many_keys() -> None:
    """A note about each of a million unknown ones would take a gigabyte."""
    wide = {str(n): 0 for n in range(WIDEST + 1)}
    with pytest.raises(Refusal, match="keys") as caught:
        parsed(json.dumps({"type": "response.create", "response": {"metadata": wide}}))
    assert caught.value.code == "invalid_json"


def test_the_server_is_ready_before_its_models_are() -> None:
    program = "import sys, tutor_tui.offline_server.__main__; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
