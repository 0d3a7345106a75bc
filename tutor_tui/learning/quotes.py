"""Whether, and where, some words stand in what was said: what a use of an item is judged by."""

from __future__ import annotations

import unicodedata


def found_in(quote: str, said: str) -> str:
    """Where `quote` stands in `said`, in the characters of `said`; empty where it does not, or says nothing.

    Capitals, punctuation, blanks and the form of Unicode make no difference. It has to be whole words in scripts that
    part words by blanks: "art" is not in "start". A blank inside of a Korean or Chinese quote is no word of its own.
    """
    said = unicodedata.normalize("NFC", said)
    place = place_of(quote, said)
    return said[place[0] : place[1]] if place else ""


def place_of(quote: str, said: str) -> tuple[int, int] | None:
    """The same as places in `said`, which is in the form NFC: where it begins, and behind its end. None for nowhere."""
    wanted, _ = _letters(unicodedata.normalize("NFC", quote))
    letters, places = _letters(said)
    start = letters.find(wanted) if wanted else -1
    while start >= 0:
        first, last = places[start], places[start + len(wanted) - 1]
        if not _splits_a_word(said, first) and not _splits_a_word(said, last + 1):
            return first, last + 1
        start = letters.find(wanted, start + 1)
    return None


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters, marks and figures as they are compared, and the place in `text` that each comes from."""
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if _is_of_a_word(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _splits_a_word(text: str, place: int) -> bool:
    """Whether a word of a script with blanks goes on over this place."""
    around = text[max(0, place - 1) : place + 1]
    return len(around) == 2 and all(_is_of_a_word(each) and _parts_words(each) for each in around)


def _is_of_a_word(character: str) -> bool:
    """Whether it is a letter, a mark on one, or a figure."""
    return unicodedata.category(character)[0] in "LMN"


_WITHOUT_BLANKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # Han, kana
    (0xAC00, 0xD7FF),  # Hangul: blanks, but endings and particles are written on to the word
    (0xF900, 0xFAFF),  # Han
    (0x20000, 0x3FFFF),  # Han
)


def _parts_words(character: str) -> bool:
    return not any(first <= ord(character) <= last for first, last in _WITHOUT_BLANKS)
