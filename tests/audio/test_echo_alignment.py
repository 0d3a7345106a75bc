"""Where the speaker's stream and the microphone's belong together, told by their blocks and by the echo; in numbers."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tutor_tui.audio.echo_alignment import Alignment, Moment
from tutor_tui.core import pcm

SECOND = pcm.RATE_HZ
_BLOCK = 480
_WINDOW = 25 * _BLOCK


def _never(_at_s: float) -> float | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Streams:
    """20 ms blocks of two streams, each up to so late."""

    seconds: float
    speed: float = 1.0
    """How much faster the speaker's clock is."""
    late_s: float = 0.012
    lost_at_s: float = math.inf
    """From then on so many of the speaker's blocks are not asked for."""
    lost_blocks: int = 10
    slide: Callable[[float], float] = lambda _at_s: 0.0
    """So much later (s) the microphone's blocks come at that time (s)."""
    echo: Callable[[float], float | None] = _never
    """How late the echo is (s) that is found at that time (s); None where there is none."""

    def errors(self, alignment: Alignment) -> Iterator[float]:
        """After each block of the microphone, how many samples before what was due to the speaker it looks for them."""
        generator = random.Random(1)
        far_s = [
            (number + 1) * 0.02 / self.speed + generator.random() * self.late_s
            for number in range(int(self.seconds * 50 * self.speed) + 1)
        ]
        lost = int(self.lost_at_s * 50) if math.isfinite(self.lost_at_s) else len(far_s)
        del far_s[lost : lost + self.lost_blocks]
        for block in range(2, int(self.seconds * 50)):
            near, at_s = _BLOCK * block, block * 0.02 + generator.random() * self.late_s + self.slide(block * 0.02)
            written = max(bisect(far_s, at_s), 1)
            moment = Moment(at_s, _BLOCK * written, far_s[written - 1])
            (alignment.begin if block == 2 else alignment.arrived)(near, moment)
            due = near * self.speed - _BLOCK * (self.lost_blocks if block > lost + self.lost_blocks else 0)
            if block % 25 == 0 and (late_s := self.echo(block * 0.02)) is not None:
                self._tell(alignment, near, due - late_s * SECOND + generator.gauss(0, 0.2))
            yield due - alignment.far_at(near)

    def _tell(self, alignment: Alignment, near: int, heard: float) -> None:
        """That at `near` this sample of the speaker's was heard, as it is found in the middle of half a second."""
        place = alignment.far_at(near) - _WINDOW / 2 * (1 + alignment.drift_ppm * 1e-6)
        alignment.echoed(near - _WINDOW / 2, place, place - (heard - _WINDOW / 2 * self.speed))


@pytest.mark.parametrize("drift_ppm", [0, 1000, -1000])
def test_two_clocks_are_followed_however_irregular_their_blocks(drift_ppm: int) -> None:
    alignment = Alignment()
    errors, known_ppm = list[float](), list[float]()
    for error in Streams(seconds=90, speed=1 + drift_ppm * 1e-6).errors(alignment):
        errors.append(error)
        known_ppm.append(alignment.drift_ppm)
    assert known_ppm[6 * 50] == pytest.approx(drift_ppm, abs=250), "an echo canceller follows what is left of it"
    assert known_ppm[20 * 50] == pytest.approx(drift_ppm, abs=60)
    assert alignment.drift_ppm == pytest.approx(drift_ppm, abs=20)
    assert min(errors) > 0, "nothing is asked for that has not gone to the speaker"
    assert max(errors[3 * 50 :]) - min(errors[3 * 50 :]) < 0.003 * SECOND
    assert max(errors[-500:]) - min(errors[-500:]) < 0.0005 * SECOND


@pytest.mark.parametrize("drift_ppm", [0, 1000, -1000])
def test_an_echo_tells_how_the_clocks_differ_within_two_seconds(drift_ppm: int) -> None:
    alignment = Alignment()
    streams = Streams(seconds=60, speed=1 + drift_ppm * 1e-6, echo=lambda _at_s: 0.12)
    known_ppm, errors = list[float](), list[float]()
    for error in streams.errors(alignment):
        errors.append(error)
        known_ppm.append(alignment.drift_ppm)
    assert known_ppm[2 * 50] == pytest.approx(drift_ppm, abs=50)
    assert known_ppm[4 * 50] == pytest.approx(drift_ppm, abs=10)
    assert alignment.drift_ppm == pytest.approx(drift_ppm, abs=1)
    assert min(errors) > 0
    assert max(errors[2 * 50 :]) - min(errors[2 * 50 :]) < 0.0002 * SECOND


@pytest.mark.parametrize("echo", [_never, lambda _at_s: 0.12], ids=["unheard", "heard"])
@pytest.mark.parametrize("lost_blocks", [1, 2, 10])
def test_when_sound_was_lost_the_streams_are_laid_side_by_side_anew(
    lost_blocks: int, echo: Callable[[float], float | None]
) -> None:
    errors = [*Streams(seconds=5, lost_at_s=1.2, lost_blocks=lost_blocks, echo=echo).errors(Alignment())]
    assert errors[-1] == pytest.approx(0.03 * SECOND, abs=0.001 * SECOND)
    assert max(errors[125:]) - min(errors[125:]) < 0.002 * SECOND, "a second later nothing moves any more"


@pytest.mark.parametrize("echo", [_never, lambda _at_s: 0.12], ids=["unheard", "heard"])
@pytest.mark.parametrize("lost_blocks", [1, 2, 10])
def test_sound_that_was_lost_is_no_difference_of_the_clocks(
    lost_blocks: int, echo: Callable[[float], float | None]
) -> None:
    alignment = Alignment()
    streams = Streams(seconds=20, speed=1.001, lost_at_s=14, lost_blocks=lost_blocks, echo=echo)
    known_ppm = [alignment.drift_ppm for _ in streams.errors(alignment)]
    assert min(known_ppm[15 * 50 :]) == pytest.approx(1_000, abs=100)
    assert max(known_ppm[15 * 50 :]) == pytest.approx(1_000, abs=100)


def later_and_later(at_s: float) -> float:
    """19 ms more within 10 s, as on PulseAudio."""
    return 0.019 * min(1.0, max(0.0, (at_s - 7) / 10))


def test_blocks_that_come_later_and_later_are_no_difference_of_the_clocks_where_the_echo_does_not() -> None:
    alignment = Alignment()
    streams = Streams(seconds=30, late_s=0.001, slide=later_and_later, echo=lambda _at_s: 0.12)
    errors = [*streams.errors(alignment)]
    assert max(errors[100:]) - min(errors[100:]) < 0.0001 * SECOND
    assert alignment.jumps == 0 and alignment.drift_ppm == pytest.approx(0, abs=1)


def test_blocks_that_come_sooner_and_sooner_are_not_looked_for_before_they_went_to_the_speaker() -> None:
    alignment = Alignment()
    streams = Streams(
        seconds=30, late_s=0.001, slide=lambda at_s: 0.019 - later_and_later(at_s), echo=lambda _at_s: 0.12
    )
    errors = [*streams.errors(alignment)]
    assert min(errors) > 0.009 * SECOND
    assert errors[-1] == pytest.approx(0.03 * SECOND, abs=0.011 * SECOND)
    assert alignment.jumps == 1


def test_what_is_taken_for_an_echo_now_and_then_moves_nothing() -> None:
    alignment, chance = Alignment(), random.Random(3)
    streams = Streams(seconds=60, echo=lambda at_s: 0.12 if at_s < 3 or chance.random() < 0.6 else chance.random() / 2)
    errors = [*streams.errors(alignment)]
    assert max(errors[100:]) - min(errors[100:]) < 0.0002 * SECOND
    assert alignment.drift_ppm == pytest.approx(0, abs=1)


def test_a_loudspeaker_that_is_moved_is_no_difference_of_the_clocks() -> None:
    alignment = Alignment()
    streams = Streams(seconds=40, speed=1.0003, echo=lambda at_s: 0.12 if at_s < 20 else 0.123)
    known_ppm, errors = list[float](), list[float]()
    for error in streams.errors(alignment):
        errors.append(error)
        known_ppm.append(alignment.drift_ppm)
    assert min(known_ppm[15 * 50 :]) == pytest.approx(300, abs=30)
    assert max(known_ppm[15 * 50 :]) == pytest.approx(300, abs=30)
    assert max(errors[15 * 50 :]) - min(errors[15 * 50 :]) < 0.0004 * SECOND, "the canceller finds it where it is now"


def test_after_a_minute_without_an_echo_the_clocks_are_still_known() -> None:
    alignment = Alignment()
    streams = Streams(seconds=80, speed=1.0003, echo=lambda at_s: 0.12 if at_s < 10 or at_s > 70 else None)
    errors = [*streams.errors(alignment)]
    assert max(errors[200:]) - min(errors[200:]) < 0.0005 * SECOND
