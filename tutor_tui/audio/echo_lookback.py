"""The learner's first syllable over the tutor's voice, found by looking back.

An echo canceller that is to leave nothing of an echo takes away, with it, the first 0.2 s of whoever speaks into it:
until it is sure that somebody does. By then what was heard is still there, and what was at the speaker. So the way of
the echo is learnt from the seconds before, and that echo alone is taken out of the last moments. It leaves more than
the canceller does (5 to 12 dB go, not 40), which matters to nobody once the learner speaks; before, it is silenced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import complex64, float32, int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]
    Floats = NDArray[float32]
    Spectra = NDArray[complex64]

_BLOCK = 1_024
_ECHO_BLOCKS = 14
"""So late an echo may come: 0.6 s."""
_STEP = 1.0
_FRAME = pcm.RATE_HZ // 50
_LOUDER, _LEAD_FRAMES = 2.0, 5
"""The learner begins 0.1 s before the first frame that is so much louder than nine of ten of those before them."""
_LEAST_POWER = 1e6
"""Where the speaker is as good as silent (of a block's spectrum), nothing is learnt."""


def without_echo(near: Samples, far: Samples, recent: int) -> Samples:
    """The last `recent` samples of the microphone (`near`), without the echo of what was at the speaker (`far`), and
    silent until somebody speaks.

    Both are at `pcm.RATE_HZ`, side by side, and of one length; what comes before `recent` is learnt from. Takes some
    10 ms a second of sound. A partitioned adaptive filter in the frequency domain: J.-S. Soo and K. K. Pang,
    "Multidelay block frequency domain adaptive filter", IEEE Trans. ASSP 38 (1990).
    """
    import numpy

    count = -(-len(near) // _BLOCK)
    missing = count * _BLOCK - len(near)
    heard, given = (numpy.pad(each.astype(numpy.float32), (missing, 0)) for each in (near, far))
    learnt = count - -(-recent // _BLOCK)
    speaker = _spectra(given, count)
    way: Spectra = numpy.zeros((_ECHO_BLOCKS, _BLOCK + 1), numpy.complex64)
    left = heard.reshape(count, _BLOCK)
    for number in range(count):
        left[number] -= _echo(way, speaker[number : number + _ECHO_BLOCKS])
        if number < learnt:
            _learn(way, speaker[number : number + _ECHO_BLOCKS], left[number])
    kept = heard[len(heard) - recent :].clip(-32_768, 32_767)
    kept[: _onset(heard, recent)] = 0.0
    return kept.astype(numpy.int16)


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


def _spectra(sound: Floats, count: int) -> Spectra:
    """Of each block with the one before it; of silence for `_ECHO_BLOCKS` − 1 before the first."""
    import numpy

    padded = numpy.pad(sound, (_BLOCK, 0))
    pairs = numpy.lib.stride_tricks.sliding_window_view(padded, 2 * _BLOCK)[::_BLOCK][:count]
    before = numpy.zeros((_ECHO_BLOCKS - 1, _BLOCK + 1), numpy.complex64)
    return numpy.concatenate((before, numpy.fft.rfft(pairs).astype(numpy.complex64)))


def _echo(way: Spectra, speaker: Spectra) -> Floats:
    """Of the last block of `speaker`: `way` begins with the newest."""
    import numpy

    made = numpy.fft.irfft((way * speaker[::-1]).sum(axis=0))[_BLOCK:]
    return made.astype(numpy.float32)


def _learn(way: Spectra, speaker: Spectra, left: Floats) -> None:
    """One step towards a way by which less is `left`."""
    import numpy

    spectrum = numpy.fft.rfft(numpy.concatenate((numpy.zeros_like(left), left)))
    newest_first = speaker[::-1]
    power = (newest_first.real**2 + newest_first.imag**2).sum(axis=0)
    step = _STEP * spectrum / (power + _LEAST_POWER)
    change = numpy.fft.irfft(newest_first.conj() * step, axis=1)
    change[:, _BLOCK:] = 0.0  # an echo's way is causal, and as long as its block
    way += numpy.fft.rfft(change, axis=1).astype(numpy.complex64)
