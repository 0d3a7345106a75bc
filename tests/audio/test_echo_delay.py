"""The delay of an echo is found in two sounds, to a fraction of a sample, and none where there is none."""

from __future__ import annotations

import numpy
import pytest

from tests.audio.echo_sounds import recorded
from tests.support.echo_room import Room, Sound
from tutor_tui.audio.echo_delay import delay_of
from tutor_tui.core import pcm

NEAR, LATEST = pcm.RATE_HZ // 2, pcm.RATE_HZ // 2
END = 3 * pcm.RATE_HZ


def found(heard: Sound, said: Sound) -> float | None:
    return delay_of(heard[END - NEAR : END].astype(numpy.int16), said[END - NEAR - LATEST : END])


@pytest.mark.parametrize(
    "room",
    [
        Room(delay_ms=80),
        Room(delay_ms=450, echo_db=6),
        Room(delay_ms=120, echo_db=-26, noise_rms=10),
        Room(delay_ms=120, clips_at=1_500),
        Room(delay_ms=200, reverberation_ms=600, seed=4),
    ],
    ids=["near", "late and loud", "soft, in noise", "overdriven", "in a bathroom"],
)
def test_it_is_found(room: Room) -> None:
    said = recorded("austen-0870")
    assert found(room.echo(said), said) == pytest.approx(room.delay_ms * pcm.RATE_HZ / 1_000, abs=0.3)


def test_it_is_found_between_two_samples() -> None:
    said = recorded("austen-0870")
    heard = numpy.interp(numpy.arange(len(said)) - 1_000.4, numpy.arange(len(said)), said).astype(numpy.float32)
    assert found(heard, said) == pytest.approx(1_000.4, abs=0.1)


def test_it_is_found_beside_a_learner_who_is_as_loud() -> None:
    said, other = recorded("austen-0870"), recorded("austen-0890")[: END + 1]
    heard = Room(delay_ms=80, echo_db=0).echo(said)[: len(other)] + other
    assert found(heard, said) == pytest.approx(80 * pcm.RATE_HZ / 1_000, abs=0.5)


def test_none_is_found_where_there_is_none() -> None:
    said, noise = recorded("austen-0870"), numpy.random.default_rng(1).normal(0, 500, END).astype(numpy.float32)
    assert found(noise, said) is None
    assert found(recorded("austen-0890"), said) is None
    assert found(numpy.zeros(END, numpy.float32), said) is None
    assert found(said, numpy.zeros(END, numpy.float32)) is None


def test_what_is_later_than_is_looked_for_is_not_found() -> None:
    said = recorded("austen-0870")
    assert found(Room(delay_ms=700).echo(said), said) is None
