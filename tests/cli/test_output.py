"""Tables that line up, whatever is in them."""

from __future__ import annotations

import unicodedata

import pytest

from tutor_tui.cli.output import table


@pytest.mark.parametrize(
    ("cell", "cells"),
    [
        ("abc", 3),
        ("한국", 4),
        (unicodedata.normalize("NFD", "한국"), 4),  # as macOS writes file names: jamo, one after another
        ("日本", 4),
        (unicodedata.normalize("NFD", "é"), 1),
        ("a\x1b[2J\tb", 7),
    ],
)
def test_columns_line_up_as_a_terminal_shows_them(cell: str, cells: int) -> None:
    head, row, other = table(("NAME", "WHAT"), [(cell, "x"), ("12345678", "y")])
    assert head == "NAME      WHAT"
    assert other == "12345678  y"
    padding = len(row) - len(row.removesuffix("x").rstrip()) - len("x")
    assert padding == 8 - cells + 2
