"""Japanese by its kana: kanji are read by the table of our lessons' words; what it lacks, by the `ja` extra."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from tutor_tui.core.line_help import SCRIPTS
from tutor_tui.offline_server.phones import english
from tutor_tui.offline_server.phones.figures import FIGURE
from tutor_tui.offline_server.phones.kana import phones_of_kana
from tutor_tui.offline_server.phones.pronounced import Pronounced, Unreadable
from tutor_tui.offline_server.tts.normalise import spoken_form
from tutor_tui.speech.japanese import KANJI, words_in
from tutor_tui.speech.kanji_readings import pieces

_PHRASE = re.compile(r"[^\s、。,.!?！？「」（）()…〜~・]+")
_TO_WO = re.compile(r"[^を]*を|[^を]+")
"""を is never anything but a particle, behind which a word begins."""
_LATIN = re.compile(r"[A-Za-z']+")
_OPENS = re.compile(r"[\u30a0-\u30fa\u3400-\u9fff\uf900-\ufaff々A-Za-z0-9]")
"""A letter in which a word begins, where it stands behind hiragana."""
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_PREFIXES = ("お", "ご")


def read(sentence: str) -> Iterator[Pronounced]:
    """The words of `sentence`: cut where the script changes and after を; where the table fails, by the dictionary."""
    text = unicodedata.normalize("NFKC", sentence)
    if not SCRIPTS["ja"].search(text):
        yield from english.read(text)
        return
    words = _by_table(text)
    if any(KANJI.search(kana) for _, kana in words):
        words = _by_dictionary(text) or words
    for written, kana in words:
        yield Pronounced(written, _phones(kana))


@lru_cache(maxsize=16_384)
def _phones(kana: str) -> tuple[str, ...]:
    """Of a word in kana, or in Latin letters."""
    if KANJI.search(kana):
        raise Unreadable("a kanji that no table has")
    found: list[str] = []
    place = 0
    for latin in _LATIN.finditer(kana):
        found += [*phones_of_kana(kana[place : latin.start()]), *english.phones_of_word(latin[0])]
        place = latin.end()
    return (*found, *phones_of_kana(kana[place:]))


def _by_dictionary(text: str) -> list[tuple[str, str]]:
    """Each word with its kana; nothing without the `ja` extra."""
    found: list[tuple[str, str]] = []
    for word in words_in(spoken_form(text, "ja")) or ():
        if not _PHRASE.fullmatch(word.written):
            continue
        if word.joins and found:
            written, kana = found.pop()
            found.append((written + word.written, kana + word.said))
        else:
            found.append((word.written, word.said))
    return found


def _by_table(text: str) -> list[tuple[str, str]]:
    return [word for phrase in _PHRASE.findall(text) for part in _TO_WO.findall(phrase) for word in _words(part)]


def _words(phrase: str) -> list[tuple[str, str]]:
    """Cut where the script changes."""
    found: list[tuple[str, str]] = []
    in_letters = spoken_form(phrase, "ja") if FIGURE.search(phrase) else phrase
    if in_letters != phrase:  # a number and what it counts are one word: 3つ is みっつ
        return [(phrase, "".join(kana for _, kana in pieces(in_letters)))]
    for written, kana in pieces(phrase):
        behind = found[-1][0] if found else ""
        opens = _OPENS.match(written) and _HIRAGANA.match(behind[-1:]) and behind not in _PREFIXES
        if not found or opens:
            found.append((written, kana))
        else:
            found[-1] = (behind + written, found[-1][1] + kana)
    return found
