"""Figures as pictures made of block characters. Pure."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEFT_EIGHTHS = " ▏▎▍▌▋▊▉█"


def columns(values: Sequence[float], rows: int, cells: int, gap: int = 1) -> list[str]:
    """`values` as columns from zero up, so many rows high, each so many cells wide; the top row first.

    What is more than zero is seen, if only as a line.
    """
    most = max(values, default=0)
    heights = [_eighths(value, most, rows) for value in values]
    return [
        (" " * gap).join(_EIGHTHS[min(8, max(0, height - 8 * row))] * cells for height in heights)
        for row in reversed(range(rows))
    ]


def bar(value: float, most: float, cells: int) -> str:
    """`value` as a bar; `most` would fill so many cells."""
    whole, rest = divmod(_eighths(value, most, cells), 8)
    return _EIGHTHS[8] * whole + (_LEFT_EIGHTHS[rest] if rest else "")


def _eighths(value: float, most: float, length: int) -> int:
    """Of a line so many cells long, the part that stands for `value`, in eighths of a cell."""
    if value <= 0 or most <= 0:
        return 0
    return max(1, round(8 * length * min(value, most) / most))
