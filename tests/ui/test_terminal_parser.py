"""What a terminal never sends, and a program may print into it, ends nothing: the next key is a key again."""

from __future__ import annotations

import pytest
from textual.events import Key

from tutor_tui.ui.textual_patches.terminal_parser import TerminalParser


@pytest.mark.parametrize(
    "sequence",
    ["\x1b[999999999A", "\x1b[9999999u", "\x1b\x1b[12618:12618:99;5:1u", "\x1b\x1b[<1;1;" + "9" * 20 + "M"],
    ids=ascii,
)
def test_a_number_beyond_all_measure_is_no_key_and_ends_nothing(sequence: str) -> None:
    parser = TerminalParser(0.0)
    list(parser.feed(sequence))
    assert [each.key for each in parser.feed("q") if isinstance(each, Key)] == ["q"]
