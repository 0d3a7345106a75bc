"""How an utterance is taken in: what is looked at before its end, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt import recogniser as module
from tutor_tui.offline_server.stt.recogniser import Recogniser

LOUD = np.full(pcm.RATE_HZ // 10, 8_000, dtype="<i2").tobytes()
SILENCE = pcm.silence(240)


class Slow:
    """A look takes a second of processor time."""

    def __init__(self) -> None:
        self.clock_s = 0.0
        self.looks = 0
        self.was_looked_at = False
        self.parts = ("slow",)

    def expect(self, sentences: Iterable[str]) -> None: ...

    def fit(self, sound: NDArray[np.int16], looked: Hearing | None = None) -> Hearing:
        self.looks += 1
        self.clock_s += 1.0
        return Hearing("yes", Match.EXPECTED)

    def hear(self, sound: NDArray[np.int16], looked: Hearing | None = None) -> Hearing:
        self.was_looked_at = looked is not None
        return looked or self.fit(sound)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(module, "time", SimpleNamespace(process_time=lambda: slow.clock_s))
    return slow


def listening(expected: Slow) -> Recogniser:
    recogniser = Recogniser("es", alone=True)
    recogniser._expected = expected
    recogniser.begin()
    return recogniser


def feed(recogniser: Recogniser, sound: bytes) -> None:
    for start in range(0, len(sound), pcm.bytes_of(20)):
        recogniser.feed(sound[start : start + pcm.bytes_of(20)])


def test_the_closing_silence_is_used_for_a_look(slow: Slow) -> None:
    recogniser = listening(slow)
    feed(recogniser, LOUD * 5 + SILENCE)
    assert slow.looks == 1
    assert recogniser.finish().text == "yes" and slow.was_looked_at


def test_a_longer_silence_is_used_for_further_looks(slow: Slow) -> None:
    recogniser = listening(slow)
    feed(recogniser, LOUD * 40 + SILENCE * 4)
    assert slow.looks == len(module.LOOKS_MS)
    assert recogniser.finish().text == "yes" and slow.was_looked_at


def test_who_speaks_on_after_a_pause_is_looked_at_again(slow: Slow) -> None:
    recogniser = listening(slow)
    feed(recogniser, LOUD * 30 + SILENCE + LOUD)
    recogniser.finish()
    assert not slow.was_looked_at and slow.looks == 2


def test_many_pauses_are_not_looked_at_for_longer_than_they_are_worth(slow: Slow) -> None:
    """Otherwise the looks fall further and further behind the speech, and the learner waits for all of them."""
    recogniser = listening(slow)
    pauses, seconds = 12, 12 * 0.34
    feed(recogniser, (LOUD + SILENCE) * pauses)
    assert 1 <= slow.looks <= module.MOST_IN_VAIN * seconds + 1
    assert recogniser.finish().text == "yes"
