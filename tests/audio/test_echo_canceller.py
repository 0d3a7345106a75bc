"""The tutor's voice is taken out of the microphone's sound: in a room in numbers, and by the ends of a sound card."""

from __future__ import annotations

import asyncio
import math
import random
import sys
from bisect import bisect
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy
import pytest

from tests.audio.rooms import comes
from tests.support.echo_room import Ears, Room, Sound
from tests.support.paths import ROOT
from tutor_tui.audio.echo_alignment import Alignment, Moment
from tutor_tui.audio.echo_canceller import MISSING, MISSING_HINT, EchoCanceller
from tutor_tui.audio.resample import Inward
from tutor_tui.audio.sound_card import BaseSoundCard
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.core.events import EchoCancelled

SECOND = pcm.RATE_HZ


@cache
def speech() -> Sound:
    """Six seconds of somebody who reads aloud, as loud as a tutor."""
    sound, rate_hz, channels = read_wav(ROOT / "tests/audio_samples/austen-0870.wav")
    read = numpy.frombuffer(Inward(rate_hz, channels).convert(sound), numpy.int16)[: 6 * SECOND].astype(numpy.float32)
    return read * (2_500 / level(read))


@cache
def first_word() -> Sound:
    """Somebody says "seven", louder than the echo of `speech` is."""
    sound, rate_hz, channels = read_wav(ROOT / "tests/audio_samples/cards-003.wav")
    read = numpy.frombuffer(Inward(rate_hz, channels).convert(sound), numpy.int16).astype(numpy.float32)
    begin = int(numpy.flatnonzero(numpy.abs(read) > 500)[0])
    return read[begin : begin + SECOND // 2] * (2_200 / level(read[begin : begin + SECOND // 2]))


def level(sound: Sound) -> float:
    return float(numpy.sqrt((sound.astype(numpy.float64) ** 2).mean()))


def less_db(before: Sound, after: Sound, from_s: float) -> float:
    since = int(from_s * SECOND)
    return float(20 * numpy.log10(level(before[since : len(after)]) / level(after[since:])))


def test_a_learner_who_begins_over_the_tutor_is_found_again_by_looking_back() -> None:
    """The canceller takes the first 0.2 s away with the echo; of what is made anew 12 dB more are right than wrong."""
    room, at, length = Room(delay_ms=80), 9 * SECOND, SECOND // 5
    said = numpy.tile(speech(), 2)[: at + length]
    begins = first_word()[:length]
    ears = Ears()
    left = ears.hear(said, room.echo(said) + numpy.pad(begins, (at, 0)))
    anew = numpy.frombuffer(ears.canceller.recovery()(), numpy.int16).astype(numpy.float32)
    assert len(anew) == 4 * SECOND // 5, "0.8 s"
    assert not anew[: -length - SECOND // 5].any(), "what is left of the echo before the first word is silenced"
    assert level(left[-length:]) < 0.25 * level(begins), "it was as good as lost"
    assert level(anew[-length:] - begins) < 0.25 * level(begins)


def test_looking_back_over_nothing_finds_nothing() -> None:
    assert EchoCanceller().recovery()() == b""


# ---- the two clocks --------------------------------------------------------------------------------------------------


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
    tells: Callable[[float], float] = lambda _late_s: 0.0
    """What the devices say of a block that is so late."""

    def errors(self, alignment: Alignment) -> Iterator[float]:
        """After each block of the microphone, how many samples before what was due to the speaker it looks for them."""
        generator = random.Random(1)
        far_late_s = [generator.random() * self.late_s for _ in range(int(self.seconds * 50 * self.speed) + 1)]
        far_s = [(number + 1) * 0.02 / self.speed + late_s for number, late_s in enumerate(far_late_s)]
        lost = int(self.lost_at_s * 50) if math.isfinite(self.lost_at_s) else len(far_s)
        del far_s[lost : lost + self.lost_blocks], far_late_s[lost : lost + self.lost_blocks]
        for block in range(2, int(self.seconds * 50)):
            late_s = generator.random() * self.late_s + self.slide(block * 0.02)
            at_s = block * 0.02 + late_s
            written = max(bisect(far_s, at_s), 1)
            far = 480 * written, far_s[written - 1], far_s[written - 1] - self.tells(far_late_s[written - 1])
            moment = Moment(at_s, at_s - self.tells(late_s), *far)
            (alignment.begin if block == 2 else alignment.arrived)(480 * block, moment)
            missing = self.lost_blocks if block > lost + self.lost_blocks else 0
            yield 480 * (block * self.speed - missing) - alignment.far_at(480 * block)


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


@pytest.mark.parametrize("lost_blocks", [1, 2, 10])
def test_when_sound_was_lost_the_streams_are_laid_side_by_side_anew(lost_blocks: int) -> None:
    errors = [*Streams(seconds=5, lost_at_s=1.2, lost_blocks=lost_blocks).errors(Alignment())]
    assert errors[-1] == pytest.approx(0.03 * SECOND, abs=0.001 * SECOND)
    assert max(errors[125:]) - min(errors[125:]) < 0.002 * SECOND, "a second later nothing moves any more"


@pytest.mark.parametrize("lost_blocks", [1, 2, 10])
def test_sound_that_was_lost_is_no_difference_of_the_clocks(lost_blocks: int) -> None:
    alignment = Alignment()
    streams = Streams(seconds=20, speed=1.001, lost_at_s=14, lost_blocks=lost_blocks)
    known_ppm = [alignment.drift_ppm for _ in streams.errors(alignment)]
    assert min(known_ppm[15 * 50 :]) == pytest.approx(1_000, abs=100)
    assert max(known_ppm[15 * 50 :]) == pytest.approx(1_000, abs=100)


def later_and_later(at_s: float) -> float:
    """19 ms more within 10 s, as on PulseAudio."""
    return 0.019 * min(1.0, max(0.0, (at_s - 7) / 10))


def test_blocks_that_come_later_and_later_are_no_difference_of_the_clocks_where_the_devices_tell_it() -> None:
    alignment = Alignment()
    streams = Streams(seconds=30, late_s=0.001, slide=later_and_later, tells=lambda late_s: late_s + 0.04)
    errors = [*streams.errors(alignment)]
    assert max(errors[50:]) - min(errors[50:]) < 0.0005 * SECOND
    assert alignment.jumps == 0 and alignment.drift_ppm == pytest.approx(0, abs=5)


def test_blocks_that_come_sooner_and_sooner_are_not_looked_for_before_they_went_to_the_speaker() -> None:
    alignment = Alignment()
    sooner = lambda at_s: 0.019 - later_and_later(at_s)  # noqa: E731
    streams = Streams(seconds=30, late_s=0.001, slide=sooner, tells=lambda late_s: late_s)
    errors = [*streams.errors(alignment)]
    assert min(errors) > 0.009 * SECOND
    assert errors[-1] == pytest.approx(0.03 * SECOND, abs=0.011 * SECOND)
    assert alignment.jumps == 1


def test_devices_whose_word_is_now_this_and_now_that_are_not_believed() -> None:
    liar = random.Random(2)
    streams = Streams(seconds=20, late_s=0.001, tells=lambda _late_s: liar.random() * 0.05)
    errors = [*streams.errors(Alignment())]
    assert max(errors[10 * 50 :]) - min(errors[10 * 50 :]) < 0.0005 * SECOND


# ---- a room ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "at_least_db"),
    [
        (Room(delay_ms=80), 20),
        (Room(delay_ms=400, echo_db=0), 20),
        (Room(delay_ms=80, drift_ppm=1000), 12),  # for as long as the drift is not known
        (Room(delay_ms=400, drift_ppm=1000, clips_at=3_000), 12),
        (Room(delay_ms=200, clips_at=3_000), 20),
    ],
    ids=["near", "late and loud", "two clocks", "two clocks, late and overdriven", "overdriven"],
)
def test_the_echo_is_taken_out_and_that_is_known(room: Room, at_least_db: float) -> None:
    ears, heard = Ears(), room.echo(speech())
    left = ears.hear(speech(), heard, room.drift_ppm)
    assert less_db(heard, left, 2.0) > at_least_db
    assert not ears.works[10], "nothing was heard yet"
    assert ears.works[-1]


def twice() -> Sound:
    """All of it, and a second time after a pause."""
    return numpy.concatenate((speech(), numpy.zeros(SECOND // 2, numpy.float32), speech()))


def dbfs(sound: Sound) -> Sound:
    """How loud each frame of 20 ms is."""
    frames = sound[: len(sound) // 480 * 480].reshape(-1, 480) / 32_768
    return numpy.asarray(10 * numpy.log10((frames**2).mean(axis=1) + 1e-10), numpy.float32)


@pytest.mark.parametrize(
    "room",
    [Room(delay_ms=200, clips_at=3_000), Room(drift_ppm=1000, clips_at=3_000)],
    ids=["overdriven", "two clocks, overdriven"],
)
def test_no_syllable_of_an_overdriven_echo_stands_out(room: Room) -> None:
    ears, heard = Ears(), room.echo(twice())
    left = ears.hear(twice(), heard, room.drift_ppm)
    assert max(dbfs(left)[7 * 50 :]) < -60, "it was -46 and -53 dBFS"


def test_the_noise_of_the_room_stays_as_it_is() -> None:
    ears, heard = Ears(), Room(noise_rms=60).echo(twice())
    left = dbfs(ears.hear(twice(), heard))[7 * 50 :]
    assert min(left) > -63
    assert numpy.percentile(left, 95) < -55


def test_a_learner_who_talks_over_the_tutor_is_left_in() -> None:
    heard, learner = Room().echo(twice()), numpy.zeros(len(twice()), numpy.float32)
    voice = speech()[2 * SECOND : 5 * SECOND]
    learner[8 * SECOND : 11 * SECOND] = voice * (1.8 * level(heard) / level(voice))
    left = Ears().hear(twice(), heard + learner)
    assert less_db((heard + learner)[: 11 * SECOND], left[: 11 * SECOND], 8.0) < 7.2, "without a damper it is 6.6 dB"


def test_where_the_echo_comes_later_than_any_filter_is_long_nothing_is_promised() -> None:
    room = Room(delay_ms=900)
    said = numpy.concatenate((speech(), speech()))
    ears, heard = Ears(), room.echo(said)
    ears.hear(said, heard)
    assert not ears.works[-1]


def test_where_nothing_of_the_tutor_is_heard_nothing_has_to_be_taken_out() -> None:
    ears = Ears()
    ears.hear(speech(), numpy.zeros(len(speech()), numpy.float32))
    assert ears.works[-1]


@pytest.mark.parametrize("is_open", [True, False], ids=["speaker silent", "no speaker"])
def test_a_learner_whom_nobody_talks_over_is_left_as_they_are(is_open: bool) -> None:
    silence = numpy.zeros(len(speech()) if is_open else 0, numpy.float32)
    left = Ears().hear(silence, speech())
    assert numpy.array_equal(left, speech()[: len(left)].astype(numpy.int16))


def test_another_device_has_another_echo() -> None:
    ears = Ears()
    ears.hear(speech(), Room().echo(speech()))
    assert ears.canceller.works
    ears.canceller.renew()
    ears.canceller.clean(bytes(pcm.FRAME_BYTES))
    assert not ears.canceller.works


# ---- a sound card ----------------------------------------------------------------------------------------------------


async def test_what_the_speaker_is_given_is_taken_out_of_what_the_microphone_hears() -> None:
    card, now_s = BaseSoundCard(pcm.FRAME_MS), 0.0
    card.speaker.renew(pcm.RATE_HZ, 1, 0.1)
    card.microphone.canceller = card.speaker.canceller = EchoCanceller(lambda: now_s)
    frames, given, left = card.microphone.frames(), bytearray(4 * pcm.FRAME_BYTES), list[bytes]()
    card.speaker.play("I", speech().astype(numpy.int16).tobytes())
    for block in range(6 * 50):
        now_s += 0.02
        times = {"output_buffer_dac_time": 0.1, "current_time": 0.0}
        given += card.speaker.callback(None, 480, times, 0)[0]
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0)
        echo = bytes(given[block * pcm.FRAME_BYTES :][: pcm.FRAME_BYTES])
        card.microphone.callback(echo, 480, {}, 0)
        left.append(await waiting)
    assert card.microphone.echo_cancelled
    came = numpy.frombuffer(bytes(given[: len(left) * pcm.FRAME_BYTES]), numpy.int16).astype(numpy.float32)
    assert less_db(came, numpy.frombuffer(b"".join(left), numpy.int16).astype(numpy.float32), 1.0) > 20


async def test_what_cancels_echoes_is_loaded_where_it_is_wanted() -> None:
    card = BaseSoundCard(pcm.FRAME_MS)
    card.cancel_echo(True)
    assert await comes(lambda: card.microphone.canceller is not None)
    assert card.speaker.canceller is card.microphone.canceller
    card.cancel_echo(False)
    assert card.speaker.canceller is None is card.microphone.canceller


async def test_without_the_library_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    card = BaseSoundCard(pcm.FRAME_MS)
    card.cancel_echo(True)
    events: AsyncIterator[object] = card.events()
    assert await anext(events) == EchoCancelled(False, MISSING, MISSING_HINT)
    assert not card.microphone.echo_cancelled
