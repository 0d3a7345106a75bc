"""Lines for the shell's own screen, where no full screen breaks them."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TextIO

_LEAST_ROOM = 12
"""Cells. With less, a column beside another is harder to read than lines that the terminal breaks."""


def beside(start: str, words: str, stream: TextIO) -> str:
    """`words` behind `start`; on a terminal too narrow for them, broken between words and kept beside it.

    What is piped stays one line, for `grep`.
    """
    if not stream.isatty():
        return f"{start}{words}".rstrip()
    from wcwidth import wcswidth, wrap  # 10 ms

    room = get_terminal_size().columns - wcswidth(start)
    if room < _LEAST_ROOM or wcswidth(words) <= room:
        return f"{start}{words}".rstrip()
    indent = " " * wcswidth(start)
    return start + f"\n{indent}".join(wrap(words, room, break_on_hyphens=False))
