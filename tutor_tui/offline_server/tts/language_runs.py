"""Which language is this piece of text in? Each is given to the voice that can say it.

Letters decide where they can (Hangul, kana, Han). Between languages of Latin letters a few frequent words decide,
and only when they speak clearly: a voice that changes by mistake is worse than an accent.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from tutor_tui.offline_server.tts.normalise import spoken_form

_FREQUENT = {
    "en": "the a an is are am you your i my it of and to in that what how do say try word we not with this",
    "es": "el la los las un una es está son eres soy yo tú mi tu y de que qué cómo en con no por para muy me te se",
    "fr": "le la les un une est sont es suis je tu vous mon ton et de que comment en dans avec ne pas pour très ce",
    "de": "der die das ein eine ist sind bist bin ich du sie mein dein und von was wie in mit nicht für sehr wir",
}
_FREQUENT_WORDS = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}
_COUNTED = re.compile(r"(?<![A-Za-z0-9.,])[₩¥$€£]?[0-9][0-9.,:/~–-]*(?=[^\W\d_])(?![A-Za-zÀ-ɏ])")
"""A number, and no blank between it and a letter that is not Latin."""
_UNIT = re.compile(r"(?<=[0-9])\s?°?(?:km/h|[kcm]?m[²2]?|[km]?g|[mc]?[lL]|GB|MB|C)(?![A-Za-z])\W*")
CLEAR_LEAD = 2
"""So many more frequent words than its own language make a sentence foreign."""


def runs(sentence: str, language: str) -> list[tuple[str, str]]:
    """`sentence` as (text, language) pieces, each for one voice; spaces and marks stay with what is before them."""
    has_kana = any(_script(letter) == "kana" for letter in sentence)
    latin = _latin_language(sentence, language)
    homes = {
        "hangul": "ko",
        "kana": "ja",
        "han": "ja" if language == "ja" or (language != "zh" and has_kana) else "zh",
        "latin": latin,
        "other": language,
    }
    tags: list[str] = []
    current = ""
    for letter in sentence:
        if script := _script(letter):
            current = homes[script]
        tags.append(current)
    _keep_together(sentence, tags)
    first = next((home for home in tags if home), language)
    grouped = groupby(zip(sentence, tags, strict=True), key=lambda pair: pair[1] or first)
    return [("".join(letter for letter, _ in letters), home) for home, letters in grouped]


def spoken_runs(sentence: str, language: str) -> list[tuple[str, str]]:
    """The same, each in words: numbers, signs and short forms are said as in its own language."""
    return [(spoken_form(run, tongue), tongue) for run, tongue in runs(sentence, language)]


def _keep_together(sentence: str, tags: list[str]) -> None:
    """A number goes with the letters behind it (It is 3시), and a unit with the number before it (175cm예요)."""
    for found in _COUNTED.finditer(sentence):
        tags[found.start() : found.end()] = [tags[found.end()]] * len(found[0])
    for found in _UNIT.finditer(sentence):
        tags[found.start() : found.end()] = [tags[found.start() - 1]] * len(found[0])


def _script(letter: str) -> str:
    """The writing system of one character; "" for digits, marks and spaces."""
    code = ord(letter)
    if code < 0x250:
        return "latin" if letter.isalpha() else ""
    if 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7AF:
        return "hangul"
    if 0x3040 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9D:
        return "kana"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or letter == "々":
        return "han"
    if unicodedata.category(letter).startswith("L"):
        return "latin" if "LATIN" in unicodedata.name(letter, "") else "other"
    return ""


def _latin_language(sentence: str, language: str) -> str:
    """Whose voice says the Latin letters of `sentence`."""
    own = language if language not in ("ko", "ja", "zh") else "en"
    words = re.findall(r"[^\W\d_]+", sentence.casefold())
    counts = {code: sum(word in frequent for word in words) for code, frequent in _FREQUENT_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if own in counts and counts[best] - counts[own] >= CLEAR_LEAD else own
