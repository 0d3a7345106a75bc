"""The keys that this process holds: kept out of everything that is shown or written, and from other programs.

A server may quote the key in what it says ("Incorrect API key provided: sk-…"): whole, in other letters or an encoding,
half hidden, or in pieces that come one after another. `core.safe_text` and all that writes such words take it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from tutor_tui.core.key_masking import DOTS

ANKI_KEY_VARIABLE = "ANKI_CONNECT_API_KEY"
"""The variable with the key that Anki's add-on AnkiConnect may ask for."""
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
_PIECE = 12
"""So many characters of a key at an end of a word are no chance either."""
_WORDS = re.compile(rf"[!#-&(-\[\]-~]{{{_PIECE},}}")
"""What a piece of a key may stand in: ASCII without blanks, quotation marks and backslashes."""

_keys: dict[str, None] = {}
_in_small_letters: list[str] = []
"""The keys that are looked for; none while there is no key."""


def keep_secret(key: str) -> None:
    """Remember a key of ours."""
    if not key or key in _keys:
        return
    _keys[key] = None
    for oldest in list(_keys)[:-_MOST]:
        del _keys[oldest]
    _in_small_letters[:] = sorted({key.lower() for key in _long()}, key=len, reverse=True)


def redacted(text: str) -> str:
    """`text` with dots for our own keys, in capitals, encoded, half hidden or in pieces too."""
    if not _in_small_letters:
        return text
    small, may_be_encoded = text.lower(), "%" in text or "\\" in text
    for key in _in_small_letters:
        if may_be_encoded:
            text = _encoded(key).sub(DOTS, text)
        elif key in small:
            text = re.sub(re.escape(key), DOTS, text, flags=re.IGNORECASE)
    return _WORDS.sub(lambda word: _without_pieces(word[0]), _without_half_hidden(text))


@cache
def _encoded(key: str) -> re.Pattern[str]:
    """`key` as it stands, or each of its characters as a URL or JSON may write it, once or twice over."""
    return re.compile("".join(map(_encoded_character, key)), re.IGNORECASE)


def _encoded_character(char: str) -> str:
    plain = re.escape(char) if char.isalnum() else rf"\\{{0,4}}{re.escape(char)}"
    codes = "|".join(f"{ord(each):02x}" for each in {char, char.upper()})
    return rf"(?:{plain}|(?:%(?:25){{0,2}}|\\{{1,4}}u00)(?:{codes}))"


def _without_pieces(word: str) -> str:
    """`word` with dots for the beginning and the end that are pieces of a key."""
    for key in _in_small_letters:
        if word[:_PIECE].lower() in key:
            word = DOTS + word[next(_lengths_in(key, word)) :]
        if len(word) >= _PIECE and word[-_PIECE:].lower() in key:
            word = word[: -next(_lengths_in(key[::-1], word[::-1]))] + DOTS
    return word


def _lengths_in(key: str, word: str) -> Iterator[int]:
    """How many characters at the beginning of `word` are a piece of `key`, the most first."""
    small = word[: len(key)].lower()
    return (length for length in range(len(small), 0, -1) if small[:length] in key)


def _without_half_hidden(text: str) -> str:
    pieces, done = [], 0
    for _, mark in zip(range(_MOST_MARKS), _MARKS.finditer(text), strict=False):
        before, after = text[max(done, mark.start() - _MOST_SHOWN) : mark.start()], text[mark.end() :][:_MOST_SHOWN]
        ends = (_ends_shown(key, before.lower(), after.lower()) for key in _in_small_letters)
        if shown := next(filter(None, ends), None):
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
