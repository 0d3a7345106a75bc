"""The keys that this process holds: kept out of everything that is shown or written, and from other programs.

A server may quote the key in what it says ("Incorrect API key provided: sk-…"), whole or half hidden. `core.safe_text`
and the recordings take it out there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from tutor_tui.core.key_masking import DOTS

SHORTEST = 8
"""A shorter key ("test", "ollama") is a word that may stand anywhere, and opens nothing."""
_MOST = 64
"""The newest are remembered: each start of the offline server has a token of its own."""
_MARKS = re.compile(r"\*{2,}|[•·]{2,}|[xX]{4,}|…|\.{3,}")
"""What services put in place of a key's middle when they quote it: its beginning, marks, its end."""
_MOST_MARKS = 200
_MOST_SHOWN = 40
_FEWEST_SHOWN = 4
"""So much of a key at both ends together is no chance."""

_keys: dict[str, None] = {}
_whole: list[re.Pattern[str]] = []
"""One pattern of all keys, in all their spellings; none while there is no key."""


def keep_secret(key: str) -> None:
    """Remember a key of ours."""
    if not key or key in _keys:
        return
    _keys[key] = None
    for oldest in list(_keys)[:-_MOST]:
        del _keys[oldest]
    spellings = {text for key in _long() for text in (key, json.dumps(key)[1:-1], quote(key, safe=""))}
    longest_first = sorted(spellings, key=len, reverse=True)
    _whole[:] = [re.compile("|".join(map(re.escape, longest_first)))] if spellings else []


def redacted(text: str) -> str:
    """`text` with dots for our own keys, whole or half hidden."""
    return _without_half_hidden(_whole[0].sub(DOTS, text)) if _whole else text


def _without_half_hidden(text: str) -> str:
    pieces, done = [], 0
    for _, mark in zip(range(_MOST_MARKS), _MARKS.finditer(text), strict=False):
        before, after = text[max(done, mark.start() - _MOST_SHOWN) : mark.start()], text[mark.end() :][:_MOST_SHOWN]
        if shown := next(filter(None, (_ends_shown(key, before, after) for key in _long())), None):
            first, last = shown
            pieces += [text[done : mark.start() - first], DOTS]
            done = mark.end() + last
    return "".join([*pieces, text[done:]])


def _ends_shown(key: str, before: str, after: str) -> tuple[int, int] | None:
    """How many characters of `key` stand before and after a mark; None when it is not this key that is quoted."""
    first = next((n for n in range(len(before), 0, -1) if key.startswith(before[-n:])), 0)
    last = next((n for n in range(len(after), 0, -1) if key.endswith(after[:n])), 0)
    return (first, last) if first + last >= _FEWEST_SHOWN else None


def without_keys(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    """The environment for another program of ours: without variables that hold a key, by their name or their value.

    `names` are left out too. A program that needs a key is given it on top.
    """
    return {
        name: value
        for name, value in environment.items()
        if not name.upper().endswith(("_KEY", "APIKEY")) and name not in names and value.strip() not in _keys
    }


def _long() -> Iterable[str]:
    return (key for key in _keys if len(key) >= SHORTEST)
