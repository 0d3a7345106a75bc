"""Words of what the learner said after the tutor that came out as others, and what may be done about each. Pure.

Only a sound that a learner can change is named, and by what the mouth does: a number would help nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from tutor_tui.core.safe_text import one_line

RIGHT_SIGN = "✓"
"""Behind a word that the learner has had right, where the tutor writes what they are to say: colour is not the only
sign.
"""
PHONE_LETTERS = 2
"""Of the longest name of a sound."""
_WORD_CHARACTERS = 40
"""Of a word that is named: what is longer is none."""


class DifferentWord(NamedTuple):
    """A word in whose place something else was heard."""

    first: int
    """The character of the text that it begins with."""
    last: int
    """The one behind its last."""
    phone: str = ""
    """The sound that made it another, as the CMU dictionary writes it without stress; "" where it is not one alone."""
    heard: str = ""
    """What was heard for it; "" where it was left out."""


Places: TypeAlias = tuple[tuple[int, int], ...]
"""From which character of a text to which some words go."""


def kept(unclear: Places, different: tuple[DifferentWord, ...]) -> dict[str, Any]:
    """As it is kept of a turn; nothing where all words were clear, or nobody knows."""
    return {"unclear": [*map(list, unclear)], "different": [*map(list, different)]} if unclear or different else {}


ACCEPTED = "accepted"
"""Beside that: the turn's words in the language's script, where the tutor took them for right."""


def accepted_in(kept: Mapping[str, Any]) -> str:
    """What the tutor took for right of a turn; empty where it did not, or nobody knows."""
    found = kept.get(ACCEPTED)
    return found if isinstance(found, str) else ""


def unclear_in(kept: Mapping[str, Any]) -> Places:
    """The unclear words of what was kept. What is none of ours is passed over: the file may come from anywhere."""
    return tuple((first, last) for first, last, *_ in _entries(kept.get("unclear")))


def different_in(kept: Mapping[str, Any]) -> tuple[DifferentWord, ...]:
    """The same of words in whose place something else was heard."""
    return tuple(
        DifferentWord(first, last, *map(_name, names)) for first, last, *names in _entries(kept.get("different"))
    )


def _entries(kept: object) -> Iterator[Sequence[Any]]:
    for entry in kept if isinstance(kept, list) else ():
        match entry:
            case [int(), int()] | [int(), int(), str(), str()]:
                yield entry
            case _:
                continue


def _name(phone: str) -> str:
    return phone if len(phone) <= PHONE_LETTERS and phone.isalpha() else ""


def different_words(text: str, words: tuple[DifferentWord, ...]) -> str:
    """These words of the text, for a list: "말해, 주세요"."""
    return ", ".join(one_line(text[word.first : word.last], _WORD_CHARACTERS) for word in words)


def how_to_say(text: str, words: tuple[DifferentWord, ...], language: str) -> tuple[str, ...]:
    """A line for each sound that can be made otherwise. `language` is that of the text, ISO 639-1."""
    return tuple(_lines(text, words, language))


def _lines(text: str, words: tuple[DifferentWord, ...], language: str) -> Iterator[str]:
    for word in words:
        tip = _tip(word.phone, word.heard, language)
        if tip:
            sound, heard = _letters(word.phone), _letters(word.heard)
            was = f"sounded like {heard}" if heard else "was not heard"
            yield f"“{one_line(text[word.first : word.last], _WORD_CHARACTERS)}”: {sound} {was}; {tip}."


_LETTERS: Mapping[str, str] = {
    "TH": "th (as in think)",
    "DH": "th (as in this)",
    "ZH": "s (as in measure)",
    "JH": "j",
    "HH": "h",
    "IY": "ee (as in see)",
    "IH": "i (as in sit)",
    "UW": "oo (as in moon)",
    "UH": "oo (as in book)",
    "EH": "e (as in bed)",
    "AE": "a (as in cat)",
    "AA": "a (as in father)",
    "AH": "u (as in cup)",
    "AO": "o (as in or)",
    "OW": "o (as in no)",
}
"""How a sound is shown; any other by its name, which readers of English know: "sh"."""


def _letters(phone: str) -> str:
    return _LETTERS.get(phone, phone.lower())


_BREATH = "more breath, and no hum in the throat"
_HUM = "less breath, and let the throat hum"
_TAP = "touch behind the teeth with the tongue tip, for a moment only"
_BETWEEN = "put the tongue tip between the teeth and let air through"
_TIPS: Mapping[tuple[str, str], str] = {
    **dict.fromkeys((("P", "B"), ("T", "D"), ("K", "G"), ("CH", "JH"), ("S", "Z"), ("F", "V")), _BREATH),
    **dict.fromkeys((("B", "P"), ("D", "T"), ("G", "K"), ("JH", "CH"), ("Z", "S"), ("V", "F")), _HUM),
    ("SH", "ZH"): _BREATH,
    ("ZH", "SH"): _HUM,
    ("L", "R"): "put the tongue tip up behind the teeth and keep it there",
    ("L", "D"): "let the sound flow past the sides of the tongue",
    ("R", "L"): _TAP,
    ("R", "D"): _TAP,
    ("TH", "S"): _BETWEEN,
    ("TH", "T"): _BETWEEN,
    ("DH", "D"): _BETWEEN,
    ("S", "TH"): "keep the tongue tip behind the teeth",
    ("T", "TH"): "touch behind the teeth, and stop the air for a moment",
    ("D", "DH"): "touch behind the teeth, and stop the air for a moment",
    ("S", "SH"): "move the tongue forward, close behind the teeth",
    ("SH", "S"): "move the tongue back a little and round the lips",
    ("V", "B"): "put the upper teeth on the lower lip and let air through",
    ("V", "W"): "put the upper teeth on the lower lip",
    ("W", "V"): "round the lips; the teeth touch nothing",
    ("B", "V"): "close both lips for a moment",
    ("HH", "K"): "only breathe; the tongue touches nothing",
    ("K", "HH"): "close the back of the mouth with the tongue, then let go",
    ("JH", "Y"): "touch the roof of the mouth first",
    ("Y", "JH"): "come near the roof of the mouth, but do not touch it",
    ("JH", "Z"): "stop the air for a moment first",
    ("Z", "JH"): "do not stop the air",
    ("N", "NG"): "put the tongue tip up behind the teeth",
    ("NG", "N"): "keep the tongue tip down and close with its back",
    ("N", "M"): "keep the lips open",
    ("M", "N"): "close the lips",
    ("IY", "IH"): "hold it longer and spread the lips",
    ("IH", "IY"): "make it shorter and looser",
    ("UW", "UH"): "hold it longer and round the lips more",
    ("UH", "UW"): "make it shorter and looser",
    ("EH", "AE"): "open the mouth less",
    ("AE", "EH"): "open the mouth wider",
    ("AE", "AA"): "move the tongue forward",
    ("OW", "AH"): "round the lips",
    ("AO", "AH"): "round the lips",
    ("AH", "OW"): "do not round the lips",
    ("AH", "AO"): "do not round the lips",
}
"""Sound and what was heard for it → what the mouth does. After textbooks of phonetics (place, manner and voice of each
sound); pairs that nobody can tell a learner something about in a line are left out.
"""
_TIPS_IN: Mapping[tuple[str, str, str], str] = {
    ("en", "R", "L"): "curl the tongue tip back; it touches nothing",
    ("en", "R", "D"): "curl the tongue tip back; it touches nothing",
    ("fr", "R", "L"): "make it at the back of the mouth; the tongue tip stays down",
    ("de", "R", "L"): "make it at the back of the mouth; the tongue tip stays down",
}
"""The same where a language has a sound of its own there."""
_VOWELS = frozenset(["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"])


def _tip(phone: str, heard: str, language: str) -> str:
    if phone and not heard:
        return "" if phone in _VOWELS else "say it to the end"
    return _TIPS_IN.get((language, phone, heard)) or _TIPS.get((phone, heard), "")
