"""The tutor's voice is taken out of the microphone's sound: in a room in numbers, and by the ends of a sound card."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import numpy
import pytest

from tests.audio.echo_sounds import LATE, level, speech
from tests.audio.rooms import comes
from tests.support.echo_room import Ears, Room, Sound
from tutor_tui.audio.echo_canceller import MISSING, MISSING_HINT, EchoCanceller
from tutor_tui.audio.sound_card import BaseSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import EchoCancelled

SECOND = pcm.RATE_HZ


def less_db(before: Sound, after: Sound, from_s: float) -> float:
    since = int(from_s * SECOND)
    return float(20 * numpy.log10(level(before[since : len(after)]) / level(after[since:])))


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


def test_when_sound_was_lost_the_echo_is_soon_taken_out_again() -> None:
    """Half a second of the speaker's blocks is never asked for, as when the machine stands still."""
    ears, said = Ears(), numpy.tile(speech(), 3)
    lost = slice(8 * SECOND, 17 * SECOND // 2)
    played = said.copy()
    played[lost] = 0.0
    heard = Room(delay_ms=80).echo(played)
    blocks = [each.astype(numpy.int16).tobytes() for each in said.reshape(-1, SECOND // 50)]
    left = list[Sound]()
    for number in range(16 * 50):
        ears.now_s = number * 0.02
        if not lost.start <= number * SECOND // 50 < lost.stop:
            ears.canceller.played(blocks[number])
        frame = heard[number * 480 : (number + 1) * 480].astype(numpy.int16).tobytes()
        ears.now_s += 0.005
        ears.canceller.arrived(480, ears.canceller.moment)
        left.append(numpy.frombuffer(ears.canceller.clean(frame), numpy.int16).astype(numpy.float32))
    assert less_db(heard, numpy.concatenate(left), 10.0) > 25


def test_no_noise_is_put_where_there_is_silence_between_two_words() -> None:
    speaks = numpy.arange(6 * SECOND) % SECOND < 0.7 * SECOND
    said = (speech() * speaks).astype(numpy.float32)
    heard = Room(delay_ms=80, noise_rms=0, reverberation_ms=50).echo(said)
    before, after = (sound.reshape(-1, SECOND // 50) for sound in (heard, Ears().hear(said, heard)))
    silent = [number for number in range(2, len(before)) if level(before[number - 2 : number + 1]) < 0.5]
    assert len(silent) > 40, "a fifth of each second"
    assert max(level(after[number]) for number in silent) < 6, "−75 dBFS; of itself it puts 21 there"


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
    assert numpy.array_equal(left[LATE:], speech()[: len(left) - LATE].astype(numpy.int16)), "but for 9.3 ms"


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
