"""Reading zip files that anybody may have made: never more of them than was asked for."""

from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from tutor_tui.exchange.unreadable import Unreadable

BEGINS = b"PK\x03\x04"
_FAILS = (BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, LookupError)
"""What zipfile raises where nothing is as it should be."""
_END = struct.Struct("<4s4H2LH")
"""The last record of the file, but for a comment."""
_LONGEST_COMMENT = 65_535
_MOST_LIST_BYTES = 16_000_000
"""Of the list of members, which zipfile reads into memory: some 200,000 of them."""
DAMAGED = "it is damaged"


class OpenZip:
    """A zip file that is open."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())

    def read(self, name: str, most_bytes: int) -> bytes:
        """A member, which is no larger than that. Raises `Unreadable`."""
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise Unreadable("it is encrypted")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable(DAMAGED)
        if info.file_size > most_bytes:
            raise _too_large(most_bytes)
        with self._archive.open(info) as member:  # what it says of its size need not be so
            data = member.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise _too_large(most_bytes)
        return data


def unpacked_zstd(data: bytes, most_bytes: int) -> bytes:
    """What is in one frame of Zstandard, which is no larger than that. Raises `Unreadable`."""
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor, ZstdError
    else:
        from backports.zstd import ZstdDecompressor, ZstdError

    try:
        unpacker = ZstdDecompressor()
        unpacked = unpacker.decompress(data, most_bytes + 1)
    except (ZstdError, EOFError, MemoryError):
        raise Unreadable(DAMAGED) from None
    if len(unpacked) > most_bytes:
        raise _too_large(most_bytes)
    if not unpacker.eof:
        raise Unreadable(DAMAGED)
    return unpacked


def _too_large(most_bytes: int) -> Unreadable:
    return Unreadable(f"what is packed in it is larger than {most_bytes // 1_000_000} MB")


@contextmanager
def open_zip(file: IO[bytes]) -> Iterator[OpenZip]:
    """The zip file. Raises `Unreadable` for one that is none, also for what is found out in the block."""
    try:
        _check_end(file)
        with ZipFile(file) as archive:
            yield OpenZip(archive)
    except _FAILS:
        raise Unreadable(DAMAGED) from None


def _check_end(file: IO[bytes]) -> None:
    """Raise where zipfile would read a list of any length."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + _END.size:
        raise Unreadable(DAMAGED)
    list_bytes = _END.unpack_from(tail, place)[5]
    if list_bytes > _MOST_LIST_BYTES:
        raise Unreadable("it holds too many files")
