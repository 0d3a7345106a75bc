"""How late the echo of the speaker is in what the microphone hears, told by the two sounds themselves.

To a fraction of a sample, where an echo is heard at all: also one that is 26 dB softer than the voice, or overdriven.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor_tui.core import pcm

if TYPE_CHECKING:
    from numpy import floating, signedinteger
    from numpy.typing import NDArray

    Sound = NDArray[signedinteger[Any]] | NDArray[floating[Any]]

LATEST = pcm.RATE_HZ // 2
"""So late an echo is looked for (0.5 s): later ones no canceller of ours finds."""
_LOWEST_HZ, _HIGHEST_HZ = 200, 6_000
"""Below is a room's rumble, above little of a voice."""
_CLEAR = 8.0
"""So far the peak stands out from all other delays (their RMS): of no echo at all it is 5 or 6."""
_LEAST_SHARE = 1e-3
"""What is so much softer than the loudest frequency says next to nothing, and is not made as loud as that."""


def delay_of(near: Sound, far: Sound) -> float | None:
    """By how many samples `near` follows what is like it in `far`; None where nothing clearly is.

    Both end at one moment, and are at `pcm.RATE_HZ`; `far` begins as much sooner as an echo may be late. The phase
    transform: C. H. Knapp and G. C. Carter, "The generalized correlation method for estimation of time delay", IEEE
    Trans. ASSP 24 (1976); between two samples by a parabola through three.
    """
    import numpy

    latest = len(far) - len(near)
    size = 1 << (len(far) - 1).bit_length()
    both = numpy.fft.rfft(near * numpy.hanning(len(near)), size) * numpy.fft.rfft(far, size).conj()
    loud = numpy.abs(both)
    if not loud.any():
        return None
    both /= loud + _LEAST_SHARE * loud.max()
    per_hz = size / pcm.RATE_HZ
    both[: round(_LOWEST_HZ * per_hz)] = both[round(_HIGHEST_HZ * per_hz) :] = 0
    likeness = numpy.roll(numpy.fft.irfft(both, size), latest)[: latest + 1]
    peak = int(likeness.argmax())
    if not 0 < peak < latest or likeness[peak] < _CLEAR * numpy.sqrt((likeness**2).mean()):
        return None
    before, at, after = likeness[peak - 1 : peak + 2]
    return float(peak + 0.5 * (before - after) / (before - 2 * at + after))
