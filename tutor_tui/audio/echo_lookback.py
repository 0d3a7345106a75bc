"""The learner's first syllable over the tutor's voice, found by looking back.

An echo canceller that is to leave nothing of an echo takes away, with it, the first 0.2 s of whoever speaks into it:
until it is sure that somebody does. By then what was heard is still there, and what was at the speaker. So the way of
the echo is learnt from the seconds before, and that echo alone is taken out of the last moments: 25 to 40 dB go of it,
where the loudspeaker is not overdriven (18 dB where it is). Before the learner speaks, what is left is silenced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.audio.echo_delay import delay_of
from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import float64, int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]
    Floats = NDArray[float64]

_LATEST = pcm.RATE_HZ // 2
"""So late an echo may come (0.5 s), as in `echo_canceller`."""
_SOONER, _TAPS = pcm.RATE_HZ // 100, pcm.RATE_HZ // 4
"""Its way begins 10 ms before what is loudest of it, and is 0.25 s long: of a longer one less is learnt in 6 s."""
_NOISE = 1e-3
"""What is no echo (−30 dB beside what was at the speaker): without it, sounds that the speaker hardly made were
believed to have been heard much louder."""
_STEPS = 10
"""Three times as many change nothing."""
_FRAME = pcm.RATE_HZ // 50
_LOUDER, _LEAD_FRAMES = 2.0, 5
"""The learner begins 0.1 s before the first frame that is so much louder than nine of ten of those before them."""


def without_echo(near: Samples, far: Samples, recent: int) -> Samples:
    """The last `recent` samples of the microphone (`near`), without the echo of what was at the speaker (`far`), and
    silent until somebody speaks.

    Both are at `pcm.RATE_HZ`, side by side, and of one length; what comes before `recent` is learnt from, if it is a
    second or more. Takes some 10 ms a second of sound.
    """
    import numpy

    left = near.astype(numpy.float64)
    given, learnt = far.astype(numpy.float64), len(near) - recent
    delay = delay_of(left[_LATEST:learnt], given[:learnt]) if learnt >= 2 * _LATEST else None
    if delay is not None:
        later = max(0, round(delay) - _SOONER)
        given = numpy.pad(given, (later, 0))[: len(near)]
        left -= _convolved(given, _way(left[:learnt], given[:learnt]))
    kept = left[len(left) - recent :].clip(-32_768, 32_767)
    kept[: _onset(left, recent)] = 0.0
    return kept.astype(numpy.int16)


def _way(heard: Floats, given: Floats) -> Floats:
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
    way = numpy.zeros(_TAPS)
    error = wanted
    step = nearer = numpy.fft.irfft(inverse * numpy.fft.rfft(error), _TAPS)
    product = error @ nearer
    for _ in range(_STEPS):
        ahead = numpy.fft.irfft(matrix * numpy.fft.rfft(step, 2 * _TAPS))[:_TAPS]
        length = product / (step @ ahead)
        way += length * step
        error = error - length * ahead
        nearer = numpy.fft.irfft(inverse * numpy.fft.rfft(error), _TAPS)
        before, product = product, error @ nearer
        step = nearer + (product / before) * step
    return way


def _convolved(sound: Floats, way: Floats) -> Floats:
    """As long as `sound`."""
    import numpy

    size = 1 << (len(sound) + len(way) - 1).bit_length()
    made: Floats = numpy.fft.irfft(numpy.fft.rfft(sound, size) * numpy.fft.rfft(way, size), size)[: len(sound)]
    return made


def _onset(left: Floats, recent: int) -> int:
    """Where in the last `recent` samples somebody begins to speak; 0 where that is not to be told."""
    import numpy

    frames = left[len(left) % _FRAME :].reshape(-1, _FRAME)
    loud = numpy.sqrt((frames**2).mean(axis=1))
    count = recent // _FRAME
    before = loud[-2 * count : -count]  # as long, and just before it
    if not len(before):
        return 0
    louder = numpy.flatnonzero(loud[-count:] > _LOUDER * numpy.quantile(before, 0.9))
    return max(0, int(louder[0]) - _LEAD_FRAMES) * _FRAME if len(louder) else 0
