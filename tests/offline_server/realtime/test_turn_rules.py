"""The session's turn detection as rules for the detector; the detector itself is tested in tests/speech."""

from __future__ import annotations

import pytest

from tutor_tui.core.turn_detection import EAGERNESS, EAGERNESS_WAIT_MS
from tutor_tui.offline_server.realtime.session_config import VAD_DEFAULTS
from tutor_tui.offline_server.realtime.turn_rules import TurnRules, turn_rules
from tutor_tui.speech.vad import SEMANTIC_WAIT_MS


def session(detection: object) -> dict[str, object]:
    return {"audio": {"input": {"turn_detection": detection}}}


def test_server_vad_is_taken_as_it_is() -> None:
    vad = VAD_DEFAULTS["server_vad"] | {"threshold": 0.7, "prefix_padding_ms": 120, "silence_duration_ms": 900}
    assert turn_rules(session(vad | {"create_response": False})) == TurnRules(0.7, 120, 900, False, True)
    assert turn_rules(session(None)) is None


@pytest.mark.parametrize("eagerness", EAGERNESS)
def test_each_eagerness_is_a_wait_no_longer_than_documented(eagerness: str) -> None:
    found = turn_rules(session(VAD_DEFAULTS["semantic_vad"] | {"eagerness": eagerness}))
    assert found is not None
    wait = {name: ms for name, ms in SEMANTIC_WAIT_MS.items() if name == eagerness}
    assert [found.silence_ms] == list(wait.values())
    longest = {name: ms for name, ms in EAGERNESS_WAIT_MS.items() if name == eagerness}
    assert found.silence_ms <= longest[eagerness]  # type: ignore[index]  # parametrize knows only strings


def test_less_eager_waits_longer() -> None:
    assert SEMANTIC_WAIT_MS["low"] > SEMANTIC_WAIT_MS["medium"] == SEMANTIC_WAIT_MS["auto"] > SEMANTIC_WAIT_MS["high"]
