"""JSON for people and programs: whole for the one, harmless to the other's terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor_tui.core.safe_text import printable_json


@settings(deadline=None)
@given(st.text() | st.dictionaries(st.text(), st.text()))
def test_nothing_is_lost_and_everything_prints(value: object) -> None:
    text = printable_json(value)
    assert json.loads(text) == value
    assert text.isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("안녕 ¿sí?", '"안녕 ¿sí?"'),
        ("\x1b[2J\x9b\x7f", r'"\u001b[2J\u009b\u007f"'),
        ("a\u202eb\u2028", r'"a\u202eb\u2028"'),
        ("\ud800", r'"\ud800"'),
        ("\U000e0041😀", r'"\udb40\udc41😀"'),
    ],
)
def test_only_what_would_not_print_is_escaped(value: str, text: str) -> None:
    assert printable_json(value) == text
