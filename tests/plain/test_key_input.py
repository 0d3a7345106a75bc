"""What a terminal with kitty's keyboard protocol, left on by somebody, sends for a key of plain lines."""

from __future__ import annotations

import pytest

from tutor_tui.plain.key_input import _plain_key


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("\x1b[97;5u", "\x01"),
        ("\x1b[12618;5u", "\x03"),
        ("\x1b[99;5u", "\x03"),
        ("\x1b[12610;5u", "\x11"),
        ("\x1b[1081::113;5u", "\x11"),
        ("\x1b[223;5u", "\x1b[223;5u"),  # ctrl+ß, whose capital is two letters
        ("\x1b[97;5;97:98u", "\x1b[97;5;97:98u"),
        ("\x1b[223u", "ß"),
        ("\x1b[97;1:3u", ""),
    ],
    ids=ascii,
)
def test_a_key_is_what_it_writes_or_with_ctrl_a_control_character(sequence: str, key: str) -> None:
    assert _plain_key(sequence) == key
