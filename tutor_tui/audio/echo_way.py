"""The way of an echo, learnt at once from some seconds of sound; and where in what is left of it somebody speaks.

25 to 40 dB of the echo go by it, where the loudspeaker is not overdriven (18 dB where it is).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.audio.echo_delay import LATEST, delay_of
from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import float64, int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]
    Floats = NDArray[float64]

_SOONER, _TAPS = pcm.RATE_HZ // 100, pcm.RATE_HZ // 4
"""Its way begins 10 ms before what is loudest of it, and is 0.25 s long: of a longer one less is learnt in 6 s."""
_NOISE = 1e-3
"""What is no echo (−30 dB beside what was at the speaker): without it, sounds that the speaker hardly made were
believed to have been heard much louder."""
_STEPS = 10
"""Three times as many change nothing."""
_LOUDER, _LEAD_FRAMES = 2.0, 5
"""The learner speaks in the first frame that is so much louder than nine of ten of those before them. They begin where,
backwards from there, no frame of the next 0.1 s is so much louder than half of those."""


class EchoWay(NamedTuple):
    """From the speaker to the microphone."""

    later: int
    """So many samples after the sound the echo begins."""
    taps: Floats
    """What becomes of it: an impulse response at `pcm.RATE_HZ`."""

    def echo(self, far: Samples) -> Floats:
        """Of all of this sound but its first `len(taps)` samples, which are needed, too."""
        import numpy

        size = 1 << (len(far) - 1).bit_length()
        made: Floats = numpy.fft.irfft(numpy.fft.rfft(far, size) * numpy.fft.rfft(self.taps, size), size)
        return made[len(self.taps) : len(far)]


def way_of(near: Samples, far: Samples) -> EchoWay | None:
    """By which most of what the microphone heard (`near`) is an echo of what was at the speaker (`far`).

    Both are at `pcm.RATE_HZ`, side by side, and of one length. None of less than a second, and where no echo is heard.
    Takes some 10 ms a second of sound.
    """
    import numpy

    delay = delay_of(near[LATEST:], far) if len(near) >= 2 * LATEST else None
    if delay is None:
        return None
    later = max(0, round(delay) - _SOONER)
    given = numpy.pad(far.astype(numpy.float64), (later, 0))[: len(near)]
    return EchoWay(later, _solved(near.astype(numpy.float64), given))


def _solved(heard: Floats, given: Floats) -> Floats:
    """What makes most of `heard` of `given`, as a filter: the solution of the Wiener-Hopf equations.

    By conjugate gradients, with T. Chan's circulant preconditioner ("An optimal circulant preconditioner for Toeplitz
    systems", SIAM J. Sci. Stat. Comput. 9, 1988): their matrix is never made.
    """
    import numpy

    size = 1 << (len(heard) + _TAPS - 1).bit_length()
    spectrum = numpy.fft.rfft(given, size).conj()
    wanted = numpy.fft.irfft(spectrum * numpy.fft.rfft(heard, size), size)[:_TAPS]
    power = numpy.fft.irfft(abs(spectrum) ** 2, size)[:_TAPS]
    least = _NOISE * power[0]
    power[0] += least
    mirrored = numpy.concatenate(([0.0], power[:0:-1]))
    matrix = numpy.fft.rfft(numpy.concatenate((power, mirrored))).real
    shares = numpy.arange(_TAPS) / _TAPS
    inverse = 1.0 / numpy.fft.rfft((1 - shares) * power + shares * mirrored).real.clip(least)
    taps = numpy.zeros(_TAPS)
    error = wanted
    step = nearer = numpy.fft.irfft(inverse * numpy.fft.rfft(error), _TAPS)
    product = error @ nearer
    for _ in range(_STEPS):
        ahead = numpy.fft.irfft(matrix * numpy.fft.rfft(step, 2 * _TAPS))[:_TAPS]
        length = product / (step @ ahead)
        taps += length * step
        error = error - length * ahead
        nearer = numpy.fft.irfft(inverse * numpy.fft.rfft(error), _TAPS)
        before, product = product, error @ nearer
        step = nearer + (product / before) * step
    return taps


def onset(left: Floats, recent: int) -> int:
    """Where in the last `recent` samples somebody begins to speak; 0 where that is not to be told."""
    import numpy

    frames = left[len(left) % pcm.FRAME_SAMPLES :].reshape(-1, pcm.FRAME_SAMPLES)
    loud = numpy.sqrt((frames**2).mean(axis=1))
    count = recent // pcm.FRAME_SAMPLES
    before = loud[-2 * count : -count]  # as long, and just before it
    if not len(before):
        return 0
    softer, usual = _LOUDER * numpy.quantile(before, (0.5, 0.9))
    louder = numpy.flatnonzero(loud[-count:] > usual)
    begin = int(louder[0]) if len(louder) else 0
    while (sounds := numpy.flatnonzero(loud[-count:][max(0, begin - _LEAD_FRAMES) : begin] > softer)).size:
        begin = max(0, begin - _LEAD_FRAMES) + int(sounds[0])
    return max(0, begin - _LEAD_FRAMES) * pcm.FRAME_SAMPLES
