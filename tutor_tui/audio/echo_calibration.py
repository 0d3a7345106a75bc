"""Ten seconds in which the loudspeaker is heard through the microphone: how loud, how late, and what is left of it.

Pure but for `EchoTest`, which a sound card takes in place of its echo canceller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from tutor_tui.audio.echo_alignment import MARGIN
from tutor_tui.audio.echo_canceller import EchoCanceller
from tutor_tui.core import pcm
from tutor_tui.core.echo_mode import EchoMode

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Sound = NDArray[float64]

QUIET_S, BURST_S, SPEECH_S, TAIL_S = 1.0, 1.0, 6.0, 1.0
"""First the room is listened to; then comes noise, something that sounds like speech, and the last echoes."""
LEVEL_RMS = 2_500.0
"""−22 dBFS: as loud as the tutors' voices are."""
_SETTLED_S = 3.0
"""So long the canceller may take to learn; what is left is measured after it."""
_INAUDIBLE_DB = 6.0
"""An echo that raises the room's noise by less does no harm."""
_ENOUGH_DB = 15.0
"""When the canceller takes away so much, its silence can be told from a learner."""
_LATEST_S = 1.0
"""An echo that comes later is not looked for."""
_SPREAD = pcm.RATE_HZ // 100
_STANDS_OUT = 2.0
"""By so much an echo's correlations over 10 ms stand out from the others' median; those of mere noise by 1.4."""
_FAINT_DBFS = -70.0


def calibration_sound() -> bytes:
    """What is played: a burst of noise, then noise in syllables, of the band and the rhythm of speech."""
    import numpy

    generator = numpy.random.default_rng(1)
    count = int((BURST_S + SPEECH_S) * pcm.RATE_HZ)
    spectrum = numpy.fft.rfft(generator.standard_normal(count))
    hz = numpy.fft.rfftfreq(count, 1 / pcm.RATE_HZ)
    # From 200 Hz on, and falling by 6 dB an octave from 500 Hz on: the long-term spectrum of speech, roughly.
    spectrum *= (hz > 200) * (hz < 7_000) / numpy.maximum(1.0, hz / 500)
    sound = numpy.fft.irfft(spectrum, count)
    # Syllables of irregular length and loudness: a canceller may take what repeats itself for its own echo.
    ends = numpy.cumsum(generator.uniform(0.12, 0.4, int(SPEECH_S / 0.12)))
    loud = generator.uniform(0.2, 1.5, len(ends)) * (generator.random(len(ends)) > 0.15)
    at_s = numpy.arange(count) / pcm.RATE_HZ - BURST_S
    syllable = numpy.searchsorted(ends, at_s)
    begins = numpy.concatenate(([0.0], ends))[syllable]
    within = (at_s - begins) / (ends[syllable] - begins)
    sound *= numpy.where(at_s < 0, 0.5, numpy.sin(numpy.pi * within.clip(0, 1)) * loud[syllable])
    sound *= LEVEL_RMS / numpy.sqrt((sound**2).mean())
    return sound.clip(-32_768, 32_767).astype(numpy.int16).tobytes()


class EchoTest(EchoCanceller):
    """Cancels as in a lesson, and keeps what it was told."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(clock)
        self.heard, self.left, self.given = bytearray(), bytearray(), bytearray()
        """What the microphone heard, what was left of it, and what was at the speaker, sample by sample."""

    def clean(self, frame: bytes) -> bytes:
        self.reference = None
        left = super().clean(frame)
        self.heard += frame
        self.left += left
        self.given += bytes(len(frame)) if self.reference is None else self.reference.tobytes()
        return left


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of it; levels in dBFS."""

    seconds: float
    """How much sound came from the microphone."""
    noise_dbfs: float
    """The room, before anything was played."""
    echo_dbfs: float
    """What was heard of the test sound."""
    delay_ms: float | None
    """How late; None where nothing like it was heard."""
    left_dbfs: float
    """What was left behind the canceller, once it had learnt."""
    works: bool
    """Whether the canceller knows that it works."""
    clipped: bool
    digital_silence: bool

    @property
    def audible(self) -> bool:
        """Whether the tutor would hear itself."""
        return self.delay_ms is not None and self.echo_dbfs > self.noise_dbfs + _INAUDIBLE_DB

    @property
    def faint(self) -> bool:
        """Whether the microphone hears so little that it may be turned down."""
        return not self.digital_silence and max(self.noise_dbfs, self.echo_dbfs) < _FAINT_DBFS

    @property
    def taken_away_db(self) -> float:
        """How much of the echo the canceller takes away."""
        return max(0.0, self.echo_dbfs - self.left_dbfs)

    @property
    def mode(self) -> EchoMode:
        """What to choose."""
        if not self.audible:
            return "headphones"
        return "speakers" if self.works and self.taken_away_db >= _ENOUGH_DB else "half-duplex"


def calibrated(heard: bytes, left: bytes, given: bytes, works: bool) -> Calibration:
    """What three recordings of the same time tell (24 kHz mono s16)."""
    import numpy

    at_mic, behind, at_speaker = (
        numpy.frombuffer(each, numpy.int16).astype(numpy.float64) for each in _even(heard, left, given)
    )
    sounding = numpy.flatnonzero(at_speaker)
    begin, end = (int(sounding[0]), int(sounding[-1])) if len(sounding) else (len(at_mic), len(at_mic))
    settled = min(end, begin + int(_SETTLED_S * pcm.RATE_HZ))
    delay = _delay(at_mic, at_speaker, begin)
    return Calibration(
        seconds=len(at_mic) / pcm.RATE_HZ,
        noise_dbfs=_dbfs(at_mic[:begin]),
        echo_dbfs=_dbfs(at_mic[begin:end]),
        delay_ms=None if delay is None else (delay + MARGIN) * 1000 / pcm.RATE_HZ,
        left_dbfs=_dbfs(behind[settled:end]),
        works=works,
        clipped=bool(len(at_mic)) and float(numpy.abs(at_mic).max()) >= pcm.CLIP_LEVEL,
        digital_silence=not at_mic.any(),
    )


def _even(*sounds: bytes) -> list[bytes]:
    shortest = min(map(len, sounds)) & ~1
    return [each[:shortest] for each in sounds]


def _delay(heard: Sound, given: Sound, begin: int) -> int | None:
    """After how many samples `given` is heard; None where it is not."""
    import numpy

    part = given[begin : begin + int(BURST_S * pcm.RATE_HZ)]
    found = heard[begin : begin + int((BURST_S + _LATEST_S) * pcm.RATE_HZ)]
    if not len(part):
        return None
    size = 1 << (len(part) + len(found)).bit_length()
    cross = numpy.fft.rfft(found, size) * numpy.conj(numpy.fft.rfft(part, size))
    # Every frequency that was played counts alike (PHAT), so that a room's colour does not blur the peak.
    strength = numpy.abs(numpy.fft.rfft(part, size))
    played = strength > 0.01 * numpy.sqrt((strength**2).mean())
    cross = numpy.where(played, cross / numpy.maximum(numpy.abs(cross), 1e-9), 0.0)
    alike = numpy.abs(numpy.fft.irfft(cross, size)[: int(_LATEST_S * pcm.RATE_HZ)])
    # A room spreads an echo over many lags, each hardly above the noise; together they stand out.
    power = numpy.convolve(alike**2, numpy.ones(_SPREAD), "valid")
    place = int(power.argmax())
    if power[place] < _STANDS_OUT * numpy.median(power):
        return None
    return place + int(alike[place : place + _SPREAD].argmax())


def _dbfs(sound: Sound) -> float:
    import numpy

    mean_square = float((sound**2).mean()) if len(sound) else 0.0
    return max(pcm.FLOOR_DBFS, 10 * float(numpy.log10(max(mean_square, 1e-9) / 32_768**2)))
