"""A learner who talks over the tutor is heard with no more harm than taking the echo out does; in a room in numbers."""

from __future__ import annotations

import numpy
import pytest

from tests.audio.echo_sounds import LATE, SECOND, first_word, level, speech
from tests.support.echo_room import Ears, Room, Sound
from tutor_tui.audio.echo_canceller import EchoCanceller

BEGINS = 9 * SECOND
"""When the learner begins to speak."""
KNOWN = BEGINS + 2 * SECOND // 5
"""When it is known that they do."""


def found(anew: bytes) -> Sound:
    return numpy.frombuffer(anew, numpy.int16).astype(numpy.float32)


def tutor(seconds: float) -> Sound:
    """It speaks for so long, and is silent then, for 3 s."""
    return numpy.pad(numpy.tile(speech(), 3)[: int(seconds * SECOND)], (0, 3 * SECOND))


def learner() -> Sound:
    """Four seconds, as loud as the tutor is at the speaker."""
    return numpy.pad(speech()[: 4 * SECOND], (BEGINS, 0))


def less_wrong_db(left: Sound, begin: int, end: int) -> float:
    """By how many dB what is wrong of the learner's words is softer than they are."""
    right = learner()[begin - LATE : end - LATE]
    return float(20 * numpy.log10(level(right) / level(left[begin:end] - right)))


@pytest.mark.parametrize("drift_ppm", [0, 1000])
def test_a_learner_who_begins_over_the_tutor_is_found_again_by_looking_back(drift_ppm: int) -> None:
    """The canceller takes the first 0.2 s away with the echo; of what is made anew 24 dB more are right than wrong."""
    room, length = Room(delay_ms=80, drift_ppm=drift_ppm), SECOND // 5
    said = numpy.tile(speech(), 2)
    begins = first_word()[:length]
    ears = Ears()
    heard = room.echo(said)[: BEGINS + length] + numpy.pad(begins, (BEGINS, 0))
    left = ears.hear(said, heard, drift_ppm)
    anew = found(ears.canceller.recovery()()())
    assert len(anew) == 4 * SECOND // 5, "0.8 s"
    assert not anew[: -length - SECOND // 5].any(), "what is left of the echo before the first word is silenced"
    assert level(left[-length:]) < 0.25 * level(begins), "it was as good as lost"
    assert level(anew[LATE - length :] - begins[:-LATE]) < 0.06 * level(begins)


def test_what_a_learner_says_next_is_left_to_them_until_the_echo_is_over() -> None:
    """The tutor pauses 0.1 s after it is known that they speak, and its echo is heard for 0.4 s more."""
    said, room = tutor(9.5), Room(delay_ms=200)
    heard = room.echo(said) + numpy.pad(learner(), (0, len(said)))[: len(said)]
    by_canceller = Ears().hear(said, heard)
    left = Ears(looks_back_after=KNOWN // 480 - 1).hear(said, heard)
    assert less_wrong_db(by_canceller, KNOWN, KNOWN + SECOND // 2) < 10
    assert less_wrong_db(left, KNOWN, KNOWN + SECOND // 2) > 20
    assert less_wrong_db(left, KNOWN + SECOND // 2, BEGINS + 3 * SECOND) > 20


def test_a_tutor_that_goes_on_is_taken_out_as_before() -> None:
    """It had paused for a moment: nobody spoke."""
    said, room = numpy.tile(speech(), 3), Room(delay_ms=80)
    said[KNOWN : KNOWN + SECOND // 2] = 0.0
    heard = room.echo(said)
    goes_on = KNOWN + SECOND // 2
    left = Ears(looks_back_after=KNOWN // 480 - 1).hear(said, heard)
    assert 20 * numpy.log10(level(heard[goes_on:]) / level(left[goes_on:])) > 35


def test_a_tutor_that_does_not_pause_is_taken_out_again_after_a_while() -> None:
    """Of an overdriven echo a way takes less than the canceller does."""
    said, room = numpy.tile(speech(), 3), Room(delay_ms=80, clips_at=1_500)
    heard = room.echo(said)
    later = KNOWN + 7 * SECOND // 2
    left = Ears(looks_back_after=KNOWN // 480 - 1).hear(said, heard)
    assert level(left[later:]) < 0.25 * level(left[KNOWN : KNOWN + 2 * SECOND])


def test_all_of_what_a_learner_says_is_equally_late() -> None:
    """What is found again, what follows it, and what need not be looked at."""
    said = tutor(9.5)
    ears = Ears(looks_back_after=KNOWN // 480 - 1)
    left = ears.hear(said, Room(delay_ms=80).echo(said) + numpy.pad(learner(), (0, len(said)))[: len(said)])
    anew = found(ears.anew)
    assert lag(anew, learner()[KNOWN - len(anew) :]) == pytest.approx(LATE, abs=2)
    assert lag(left[KNOWN:], learner()[KNOWN : KNOWN + SECOND]) == pytest.approx(LATE, abs=2)
    assert lag(left[BEGINS + 2 * SECOND :], learner()[BEGINS + 2 * SECOND :]) == LATE


def lag(sound: Sound, source: Sound) -> int:
    """By how many samples it follows, at most 20 ms."""
    count = min(len(sound), len(source)) - 480
    return int(numpy.argmax([sound[late : late + count] @ source[:count] for late in range(480)]))


def test_looking_back_over_nothing_finds_nothing() -> None:
    assert EchoCanceller().recovery()()() == b""


def test_what_was_lost_meanwhile_is_not_looked_back_at() -> None:
    """Another device is opened while the way of the echo is being learnt."""
    said, ears = tutor(9.0), Ears()
    ears.hear(said, Room(delay_ms=80).echo(said)[: 8 * SECOND])
    learn = ears.canceller.recovery()
    anew = learn()
    ears.canceller.renew()
    ears.canceller.clean(bytes(960))
    assert anew() == b""
