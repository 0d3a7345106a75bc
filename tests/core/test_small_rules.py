"""Turn detection and back-off: the small rules."""

from __future__ import annotations

import pytest

from tutor_tui.core.reconnect_backoff import LONGEST_WAIT_S, wait_s
from tutor_tui.core.turn_detection import (
    SILENCE_DURATION_MS,
    Eagerness,
    PushToTalk,
    SemanticVad,
    ServerVad,
    describe,
    with_patience,
)


def test_patience_moves_the_silence_within_its_limits() -> None:
    normal = ServerVad(silence_duration_ms=1_500)
    assert with_patience(normal, 1) == ServerVad(silence_duration_ms=1_800)
    assert with_patience(normal, -1) == ServerVad(silence_duration_ms=1_200)
    assert with_patience(normal, 100) == ServerVad(silence_duration_ms=int(SILENCE_DURATION_MS.high))
    assert with_patience(normal, -100) == ServerVad(silence_duration_ms=int(SILENCE_DURATION_MS.low))


@pytest.mark.parametrize(
    ("eagerness", "steps", "result"),
    [("high", 1, "medium"), ("medium", 1, "low"), ("low", 1, "low"), ("low", -2, "high"), ("auto", 1, "low")],
)
def test_patience_moves_the_eagerness(eagerness: Eagerness, steps: int, result: Eagerness) -> None:
    assert with_patience(SemanticVad(eagerness), steps) == SemanticVad(result)


def test_push_to_talk_has_all_the_patience_there_is() -> None:
    assert with_patience(PushToTalk(), -3) == PushToTalk()


def test_each_way_says_what_it_does() -> None:
    texts = [describe(each) for each in (ServerVad(), SemanticVad(), PushToTalk())]
    assert "1.5 s" in texts[0] and "low" in texts[1] and "key" in texts[2]


def test_the_first_attempt_does_not_wait_and_later_ones_double() -> None:
    assert [wait_s(attempt, 0.0) for attempt in range(1, 8)] == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert wait_s(10_000, 0.0) == LONGEST_WAIT_S
    assert 0.75 * 2.0 <= wait_s(4, 0.99) < 2.0
