"""Plain lines for terminals and pipes: tables, verdicts, and nothing in them that a terminal would obey."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TextIO

from tutor_tui.core.safe_text import printable_line

GREEN, YELLOW, RED = "32", "33", "31"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table whose columns are as wide as they need to be; the last is left ragged."""
    from wcwidth import wcswidth  # 10 ms, which only tables need

    lines = [list(head), *([printable_line(cell) for cell in row] for row in rows)]
    widths = [max(map(wcswidth, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell + " " * (width - wcswidth(cell)) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def coloured(text: str, colour: str, stream: TextIO) -> str:
    """`text` in that colour where colours can be seen and are wanted (https://no-color.org)."""
    wanted = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
    return f"\x1b[{colour}m{text}\x1b[0m" if wanted else text
