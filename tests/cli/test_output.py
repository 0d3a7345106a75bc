"""Tables that line up, whatever is in them."""

from __future__ import annotations

import io
import unicodedata

import pytest
from wcwidth import wcswidth

from tutor_tui.app.terminal_lines import beside
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


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [32, 40, 80])
def test_a_long_sentence_is_broken_between_words_and_kept_beside_its_name(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "No microphone was found. Plug one in, or run: pulseaudio --start. 마이크를 찾을 수 없습니다."
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = beside("BAD  sound  ", words, Screen()).split("\n")
    assert len(lines) > 1 and lines[0].startswith("BAD  sound  No ")
    assert all(line.startswith(" " * 12) and line[12] != " " for line in lines[1:])
    assert max(map(wcswidth, lines)) <= columns
    assert " ".join(line[12:] for line in lines) == words


@pytest.mark.parametrize("columns", range(14, 40))
def test_a_command_is_not_broken_at_its_hyphens(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = beside("", "Go on with it: tutor-tui --resume last", Screen()).split("\n")
    assert max(map(len, lines)) <= columns
    assert any("tutor-tui" in line for line in lines) and any("--resume" in line for line in lines)


def test_what_is_piped_stays_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert beside("BAD  ", "word " * 30, io.StringIO()) == ("BAD  " + "word " * 30).rstrip()


def test_where_there_is_no_room_beside_the_terminal_breaks_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert "\n" not in beside(" " * 20, "word " * 30, Screen())
