"""Facts about the one audio format of the lesson: 24 kHz, mono, signed 16-bit little-endian PCM.

OpenAI's Realtime API fixes the format (`audio/pcm` at 24 kHz): 48 bytes are one millisecond.
"""

from __future__ import annotations

import math
import sys
from array import array

RATE_HZ = 24_000
SAMPLE_BYTES = 2
BYTES_PER_MS = RATE_HZ * SAMPLE_BYTES // 1000
FRAME_MS = 20
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
FRAME_SAMPLES = FRAME_BYTES // SAMPLE_BYTES
FLOOR_DBFS = -96.0
"""What silence measures as: the dynamic range of 16 bits (20·log10(2¹⁶) ≈ 96 dB)."""
CLIP_LEVEL = 32_700
"""A sample this far out counts as clipped: converters rarely reach the last code exactly."""


def ms_of(byte_count: int) -> int:
    """Whole milliseconds in `byte_count` bytes, rounded down (the API refuses a truncation past the end)."""
    return byte_count // BYTES_PER_MS


def bytes_of(ms: float) -> int:
    """Bytes that `ms` milliseconds fill, always a whole number of samples."""
    return int(ms * RATE_HZ / 1000) * SAMPLE_BYTES


def silence(ms: float) -> bytes:
    """`ms` milliseconds of digital silence."""
    return bytes(bytes_of(ms))


def samples_of(pcm: bytes) -> array[int]:
    """The samples of `pcm` in this machine's byte order; an odd last byte is left out."""
    samples = array("h", pcm[: len(pcm) & ~1])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def bytes_from(samples: array[int]) -> bytes:
    """Samples in this machine's order as little-endian bytes."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()


def dbfs(samples: array[int]) -> float:
    """Loudness (RMS) in dB below full scale: 0 is a full-scale square wave, `FLOOR_DBFS` is silence."""
    if not samples:
        return FLOOR_DBFS
    mean_square = math.hypot(*samples) ** 2 / len(samples)  # half the time of a sum of squares
    if mean_square < 1.0:
        return FLOOR_DBFS
    return max(FLOOR_DBFS, 10 * math.log10(mean_square / 32_768**2))


def peak(samples: array[int]) -> int:
    """The largest excursion from zero, 0 to 32768."""
    return max(max(samples), -min(samples)) if samples else 0


def amplified(pcm: bytes, gain_db: float) -> bytes:
    """`pcm` so much louder; what would be beyond full scale is clipped."""
    factor = 10 ** (gain_db / 20)
    return bytes_from(array("h", (max(-32_768, min(32_767, round(each * factor))) for each in samples_of(pcm))))


def faded_out(pcm: bytes) -> bytes:
    """`pcm` brought to zero over its length, so that a cut does not click.

    By the square of what is left: a straight line is louder to its end than the ear needs, and stops with a corner.
    """
    samples = samples_of(pcm)
    last = len(samples) - 1
    if last < 1:
        return bytes(len(pcm) & ~1)
    return bytes_from(array("h", (sample * (last - i) ** 2 // last**2 for i, sample in enumerate(samples))))
