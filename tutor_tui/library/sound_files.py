"""One side of a lesson as a WAV file: where each block belongs on the lesson's clock, and how it gets there.

A device counts its samples evenly, but tells when a block is due only roughly: the thread may be late, the latency is
an estimate. So blocks follow each other without a gap. Only where all blocks of the next half second are due later than
that (nothing came for a while), or one is due earlier (the two clocks have drifted apart), the place moves.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from tutor_tui.core import pcm

AHEAD_S = 0.5
"""So far the times of later blocks are looked at: a late thread has caught up by then."""
APART_S = 0.03
"""Clocks that are less apart are left alone: two voices that are, sound together."""
_AHEAD, _APART = round(AHEAD_S * pcm.RATE_HZ), round(APART_S * pcm.RATE_HZ)
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_BYTES_PER_S = pcm.RATE_HZ * pcm.SAMPLE_BYTES
MOST_BYTES = 2**32 - 10 * _BYTES_PER_S
"""Of the samples in a WAV file, whose sizes have 32 bits; with some room, this is a day and 51 minutes."""


class Track:
    """Gives each block its place. Times are in seconds since the lesson began."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[bytes, int]] = deque()
        """Each block, and the sample at which it is due."""
        self._next: int | None = None
        """Where the next block belongs if it follows the last one; None before the first."""

    def add(self, sound: bytes, at_s: float) -> None:
        """A block of whole samples, which is due at `at_s`."""
        self._waiting.append((sound, round(at_s * pcm.RATE_HZ)))

    def placed(self, now_s: float) -> Iterator[tuple[int, bytes]]:
        """The blocks whose place is known at `now_s`, each with that, as an offset in bytes; infinity brings all."""
        while self._waiting and self._waiting[0][1] + _AHEAD <= now_s * pcm.RATE_HZ:
            sound, due = self._waiting[0]
            place = due if self._next is None else self._next
            late = self._late(place)
            if self._next is None or abs(late) > _APART:
                place += late
            self._waiting.popleft()
            self._next = place + len(sound) // pcm.SAMPLE_BYTES
            yield place * pcm.SAMPLE_BYTES, sound

    def _late(self, place: int) -> int:
        """By how many samples the blocks to come are due later than one behind the other from there, at the least."""
        until, least = self._waiting[0][1] + _AHEAD, self._waiting[0][1] - place
        for sound, due in self._waiting:
            if due > until:
                break
            least = min(least, due - place)
            place += len(sound) // pcm.SAMPLE_BYTES
        return least


class SideFile:
    """A WAV file (24 kHz mono s16) that is whole after every `flush`, whatever then becomes of the process.

    All methods raise `OSError`. Where nothing is written it holds silence, which most file systems keep in no space.
    """

    def __init__(self, file: Path) -> None:
        """Open it, with what it holds; made for its owner only where there is none."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._raw = open(os.open(file, flags, 0o600), "r+b", buffering=0)  # noqa: SIM115 - `close` does
        self._bytes = max(0, os.fstat(self._raw.fileno()).st_size - _HEADER.size) & ~1
        try:
            self.flush(0)
        except OSError:
            self.close()
            raise

    def write(self, place: int, sound: bytes) -> None:
        """Put samples at that offset; those before the beginning are left out."""
        data = memoryview(sound)[max(0, -place) :]
        if data:
            start = max(0, place)
            self._write_all(_HEADER.size + start, data)
            self._bytes = max(self._bytes, start + len(data))

    def flush(self, least_bytes: int) -> None:
        """Have the file hold at least so much, and say how much it holds."""
        self._bytes = max(self._bytes, least_bytes)
        self._raw.truncate(_HEADER.size + self._bytes)
        self._write_all(0, memoryview(_header(self._bytes)))

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _write_all(self, offset: int, data: memoryview) -> None:
        self._raw.seek(offset)
        while data:
            data = data[self._raw.write(data) :]


def _header(data_bytes: int) -> bytes:
    rest = _HEADER.size - 8 + data_bytes
    shape = (16, 1, 1, pcm.RATE_HZ, _BYTES_PER_S, pcm.SAMPLE_BYTES, 8 * pcm.SAMPLE_BYTES)
    return _HEADER.pack(b"RIFF", rest, b"WAVE", b"fmt ", *shape, b"data", data_bytes)
