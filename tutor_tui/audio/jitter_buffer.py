"""How much of an item is gathered before it is heard, and how much of its beginning is not worth the wait."""

from __future__ import annotations

from tutor_tui.core import pcm

LARGEST_MS = 300
"""The most that is gathered where pieces come late: who waits longer for an answer thinks that none comes."""
_SHRINKS = 0.75
"""What is left of it after an item that came in time: a line that was bad once is not bad for ever."""
_SILENT = 32
"""Samples below this (-60 dBFS) are no sound yet."""
LONGEST_LEAD_MS = 400
"""More of silence is a pause that somebody wanted."""
_STEP_BYTES = pcm.bytes_of(10)


class JitterBuffer:
    """Learns from holes: as long as pieces come in time, nothing is gathered but a block. For the device's thread."""

    def __init__(self) -> None:
        self.gathers = 0
        """Bytes of an item that have to be there before it begins, or comes back."""
        self.hole_ms = 0
        """Silence in the middle of items so far, because their next piece came too late."""
        self._late = False

    def hole(self, byte_count: int) -> None:
        """An item comes back behind so much silence: what was late will be late again."""
        self._late = True
        self.hole_ms += pcm.ms_of(byte_count)
        self.gathers = min(pcm.bytes_of(LARGEST_MS), self.gathers + byte_count)

    def item_ended(self) -> None:
        """An item was said to its end."""
        if not self._late:
            self.gathers = int(self.gathers * _SHRINKS)
        self._late = False


def leading_silence(piece: bytes) -> int:
    """Bytes of silence at the beginning of a piece, in steps of 10 ms; what is shorter than one is no silence.

    The last step before the voice is kept: voices begin softly.
    """
    samples = pcm.samples_of(piece)
    step, silent = _STEP_BYTES // pcm.SAMPLE_BYTES, 0
    while silent < len(samples) and pcm.peak(samples[silent : silent + step]) < _SILENT:
        silent += step
    if silent >= len(samples):
        return len(piece) if len(samples) >= step else 0
    return max(0, silent - step) * pcm.SAMPLE_BYTES
