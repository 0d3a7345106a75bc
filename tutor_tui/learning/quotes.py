"""Whether, and where, some words stand in what was said: what a use of an item is judged by."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

from tutor_tui.core.term_gaps import BLANK, begins_with_gap, ends_with_gap, has_gap, parts_of


def found_in(quote: str, said: str) -> str:
    """Where `quote` stands in `said`, in the characters of `said`; empty where it does not, or says nothing.

    Capitals, punctuation, blanks and the form of Unicode make no difference. It has to be whole words in scripts that
    part words by blanks: "art" is not in "start". A blank inside of a Korean or Chinese quote is no word of its own.
    """
    said = unicodedata.normalize("NFC", said)
    place = place_of(quote, said)
    return said[place[0] : place[1]] if place else ""


def place_of(quote: str, said: str, from_place: int = 0) -> tuple[int, int] | None:
    """The same as places in `said`, which is in the form NFC: where it begins, and behind its end; from some place on.
    None for nowhere.
    """
    wanted, _ = _letters(unicodedata.normalize("NFC", quote))
    letters, places = _letters(said)
    start = letters.find(wanted, bisect_left(places, from_place)) if wanted else -1
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


# ---- terms with a gap -----------------------------------------------------------------------------------------------

_IN_A_GAP = 40
"""Characters at most: a name or a number, and no sentence."""
_FILLED = 60
"""Characters of a term and what stands in its gaps, at most: longer ones are not asked for."""
_SENTENCE_END = re.compile(r"[.!?。！？]")
_WORD_BEFORE, _WORD_BEHIND = re.compile(r"[^\s.!?。！？]+\s*$"), re.compile(r"\s*[^\s.!?。！？]+")


def term_in(term: str, said: str) -> str:
    """What was said of a term, with what stood in its gaps: "me llamo Ana" of "me llamo …"; empty where it was not.

    A gap between two of its words has to be filled, within one sentence; before and behind them a word belongs to it
    where there is one. Without a gap it is as `found_in`.
    """
    said = unicodedata.normalize("NFC", said)
    place = place_of_term(term, said)
    return said[place[0] : place[1]] if place else ""


def filled_in(term: str, example: str) -> str:
    """A term with a gap as it was said in this example, with something in each of its gaps; empty where it was not."""
    found = term_in(term, example) if has_gap(term) else ""
    is_open = place_of("".join(parts_of(term)), found) == (0, len(found))  # nothing stands before or behind its words
    return "" if is_open or len(found) > _FILLED else found


def with_gap(example: str, term: str) -> str:
    """An example with a gap in the place of a term: "Hay ____, tostadas y pan." Empty where it does not hold the term,
    or nothing else.
    """
    example = unicodedata.normalize("NFC", example)
    place = None if has_gap(term) else place_of(term, example)
    if place is None:
        return ""
    before, behind = example[: place[0]], example[place[1] :]
    return f"{before}{BLANK}{behind}" if any(map(str.isalpha, before + behind)) else ""


def place_of_term(term: str, said: str) -> tuple[int, int] | None:
    """The same as places in `said`, which is in the form NFC."""
    if not has_gap(term):
        return place_of(term, said)
    first, *others = parts_of(term)
    place = place_of(first, said)
    while place is not None:
        if (found := _continued(place, others, said)) is not None and not _goes_on(term, first, place, said):
            begin, end = found
            before = _WORD_BEFORE.search(said, max(0, begin - _IN_A_GAP), begin) if begins_with_gap(term) else None
            behind = _WORD_BEHIND.match(said, end) if ends_with_gap(term) else None
            return before.start() if before else begin, behind.end() if behind else end
        place = place_of(first, said, place[0] + 1)
    return None


def _continued(place: tuple[int, int], others: Sequence[str], said: str) -> tuple[int, int] | None:
    """From where the first words of a term stand to where the last do; None where the others do not follow."""
    begin, end = place
    for part in others:
        following = place_of(part, said, end + 1)
        if following is None:
            return None
        between = said[end : following[0]]
        if len(between) > _IN_A_GAP or _SENTENCE_END.search(between) or not any(map(_is_of_a_word, between)):
            return None
        end = following[1]
    return begin, end


def _goes_on(term: str, first: str, place: tuple[int, int], said: str) -> bool:
    """Whether the word in `said` is a longer one, in a script in which endings are written on to words: 안 is not in
    안녕, where the term has a blank behind it, and none begins in the midst of a word.
    """
    around = [said[max(0, at - 1) : at + 1] for at in place]
    is_within = [len(each) == 2 and all(map(_is_hangul, each)) for each in around]
    parted = term[len(first) :].startswith(" ") and term.startswith(first)
    return (is_within[0] and not begins_with_gap(term)) or (is_within[1] and parted)


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"
