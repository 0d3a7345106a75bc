"""Safe text cut to the cells of a terminal. What makes it safe is `core.safe_text`."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from tutor_tui.core.safe_text import printable_line


def fitted(text: str, cells: int) -> str:
    """One safe line in at most `cells` cells, an ellipsis where it had to be shortened."""
    line = printable_line(text)
    if cell_len(line) <= cells:
        return line
    return set_cell_size(line, cells - 1).rstrip() + "…" if cells > 0 else ""


def padded(text: str, cells: int) -> str:
    """One safe line in exactly `cells` cells."""
    return set_cell_size(fitted(text, cells), cells)
