"""English without expectations, phrase by phrase, on human recordings."""

from __future__ import annotations

import numpy as np
import pytest

from tests.offline_server.recordings import recording
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.recogniser import Recogniser

PIECE = pcm.bytes_of(32)
BANG = (np.resize(np.array([1, -1], dtype="<i2"), pcm.RATE_HZ // 20) * 30_000).tobytes()


@pytest.fixture
def recogniser() -> Recogniser:
    """A new one: what it makes of a sound depends a little on what it has heard before."""
    recogniser = Recogniser()
    recogniser.expect([])
    recogniser.begin()
    return recogniser


def feed(recogniser: Recogniser, *sounds: bytes) -> None:
    sound = b"".join(sounds)
    for first in range(0, len(sound), PIECE):
        recogniser.feed(sound[first : first + PIECE])


@pytest.mark.parametrize("pause_ms", [250, 700])
def test_what_is_said_on_both_sides_of_a_pause_is_one_text(recogniser: Recogniser, pause_ms: int) -> None:
    feed(recogniser, recording("cards-003"), pcm.silence(pause_ms), recording("cards-001"), pcm.silence(500))
    words = recogniser.finish().text.split()
    assert words[:2] == ["seven", "of"] and words.count("of") == 2


def test_soft_words_behind_a_loud_bang_are_words(recogniser: Recogniser) -> None:
    """They are quiet by the utterance's loudest piece, and would have been taken for the silence at its end."""
    soft = (np.frombuffer(recording("cards-003"), dtype="<i2") // 16).astype("<i2").tobytes()
    feed(recogniser, pcm.silence(100), BANG, soft, pcm.silence(500))
    assert "of" in recogniser.finish().text.split()


def test_nothing_is_left_to_decode_at_the_end_of_a_turn(recogniser: Recogniser) -> None:
    free = recogniser._free
    assert free is not None
    feed(recogniser, recording("cards-003"), pcm.silence(500))
    assert not free._is_in_phrase
    assert recogniser.finish().text.startswith("seven of")


def test_an_utterance_that_was_not_finished_is_forgotten(recogniser: Recogniser) -> None:
    feed(recogniser, recording("cards-003"))
    recogniser.begin()
    feed(recogniser, recording("cards-001"), pcm.silence(500))
    assert "seven" not in recogniser.finish().text
