"""Brings an answer and what was expected to one form, so that only differences that matter are left.

Case, marks, accents, contractions, digits, and in Korean the two polite endings, are no reason to call an answer wrong.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tutor_tui.speech.korean_particles import final_consonant
from tutor_tui.speech.traditional import simplified

UNSPACED = frozenset({"ko", "ja", "zh"})
"""Compared letter by letter: spaces are not reliable there, or do not exist."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")

_CONTRACTIONS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bshan't\b", "shall not"),
        (r"n't\b", " not"),
        (r"\blet's\b", "let us"),
        (r"'s got\b", " has got"),
        (r"\b(i)'m\b", r"\1 am"),
        (r"\b(\w+)'re\b", r"\1 are"),
        (r"\b(\w+)'ll\b", r"\1 will"),
        (r"\b(\w+)'ve\b", r"\1 have"),
        (r"\b(\w+)'d\b", r"\1 would"),
        (r"\b(he|she|it|that|this|what|where|who|how|when|why|there|here|name)'s\b", r"\1 is"),
        (r"\bgonna\b", "going to"),
        (r"\bwanna\b", "want to"),
        (r"\b(?:okay|o\.k\.)(?!\w)", "ok"),
        (r"\bmr\b\.?", "mister"),
        (r"\bdr\b\.?", "doctor"),
        (r"(?<=\d)([ap])m\b", r" \1m"),
        (r"\b([ap])(?:\.\s?| )m\b\.?", r"\1m"),
    )
)
_MAY_BE_SHORT = re.compile(r"'|cannot|\b[gw](?:on|an)na\b|okay|o\.k\.|\b[md]r\b|[ap](?:\.\s?| )?m\b")
"""A look in advance, for the many sentences in which there is nothing to write out."""
_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 6
"""Longer ones are telephone numbers and the like: said digit by digit, if at all."""
_SPOKEN_AND = re.compile(r"\b(hundred|thousand),? and\b")
"""Said by some and not by others."""


@lru_cache(maxsize=4096)  # the expected sentences are compared with every answer
def key(text: str, language: str) -> str:
    """What two answers have in common if they are the same answer: words with single spaces, or letters without."""
    return ("" if language in UNSPACED else " ").join(words(text, language))


@lru_cache(maxsize=4096)
def words(text: str, language: str) -> tuple[str, ...]:
    """The words of `text` in comparable form."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    if language == "zh":
        plain = simplified(plain)
    if language == "en" and _MAY_BE_SHORT.search(plain):
        for pattern, full in _CONTRACTIONS:
            plain = pattern.sub(full, plain)
    if language not in UNSPACED:
        plain = _DIGITS.sub(lambda digits: _in_words(digits[0], language), plain)
    if language == "en" and " and" in plain:
        plain = _SPOKEN_AND.sub(r"\1", plain)
    if language not in UNSPACED and not plain.isascii():
        plain = _without_accents(plain)
    found = _WORD.findall(plain)
    return tuple(_without_politeness(word) if language == "ko" else word for word in found)


@lru_cache(maxsize=4096)
def tokens(text: str, language: str) -> tuple[str, ...]:
    """What patterns are looked for in: the words of `text`, or its letters where spaces cannot be relied upon.

    A Korean copula stays as it was written, because its form is one of the first things that are learnt.
    """
    if language not in UNSPACED:
        return words(text, language)
    plain = unicodedata.normalize("NFKC", text).casefold()
    if language == "zh":
        plain = simplified(plain)
    fold = _without_politeness_but_copula if language == "ko" else str
    return tuple("".join(fold(word) for word in _WORD.findall(plain)))


def _without_accents(text: str) -> str:
    """Latin letters without their accents: those are for writing, and not every keyboard has them."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _in_words(digits: str, language: str) -> str:
    """A number as it is said; digits that are no number, or in a language without words for them, stay."""
    if len(digits) > _MOST_DIGITS:
        return digits
    from num2words import num2words  # 75 ms, and many lessons hold no digit

    try:
        return f" {num2words(int(digits), lang=language).casefold()} "
    except NotImplementedError:
        return digits


# ---- Korean: -아요/-어요 and -ㅂ니다/-습니다 are equally polite ------------------------------------------------------

PREDICATE_END = "•"
"""Stands for any polite ending. A word without one is left alone: leaving politeness out is a mistake to be noticed."""
_LAST_LETTERS = frozenset("요다까")
"""Of all polite endings."""
_COPULAS = ("이에요", "이예요", "입니다", "예요", "에요", "애요")
_FIRST, _LAST, _FINALS, _VOWELS = 0xAC00, 0xD7A3, 28, 21
_FINAL_B = 17
_OPENED_VOWEL = {9: 8, 14: 13, 6: 20, 10: 11}
"""Contracted with the ending: 와 → 오, 워 → 우, 여 → 이, 돼 → 되."""
_BEFORE_YO = frozenset({0, 1, 2, 4, 5, *_OPENED_VOWEL})
"""Vowels that a verb has before -요: ㅏ ㅐ ㅑ ㅓ ㅔ, and those that were contracted. 주요 and 마시요 are no forms."""
_CONTRACTING = frozenset({0, 1, 4, 5, 6, 18})
"""Stems in ㅏ ㅐ ㅓ ㅔ ㅕ ㅡ take no -아 or -어 of their own: 가어요 is no form."""
_BRIGHT = frozenset({0, 2, 8})
"""After ㅏ ㅑ ㅗ it is -아, else -어: 멀아요 is no form."""
_CHANGING = frozenset("춥덥맵쉽렵깝맙겁볍럽듣")
"""Stems that change before -아 or -어: 춥어요 and 듣어요 are no forms."""


def _without_politeness_but_copula(word: str) -> str:
    if word == "아닙니다":
        return "아니에요"
    return word if word.endswith((*_COPULAS, "입니까")) else _without_politeness(word)


def _without_politeness(word: str) -> str:
    if word[-1] not in _LAST_LETTERS:
        return word
    for ending in _COPULAS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + "이" + PREDICATE_END
    if word.endswith(("습니다", "습니까")) and len(word) > 3:
        return word[:-3] + PREDICATE_END
    if word.endswith(("니다", "니까")) and len(word) > 2 and final_consonant(word[-3]) == _FINAL_B:
        return word[:-3] + chr(ord(word[-3]) - _FINAL_B) + PREDICATE_END
    if word.endswith("요") and (stem := _stem(word[:-1])):
        return stem + PREDICATE_END
    return word


def _stem(body: str) -> str:
    """`body`, which stood before -요, as it stands before -ㅂ니다; "" where no verb has that form."""
    last = body[-1:]
    if last in ("아", "어") and len(body) > 1:
        before = body[-2]
        contracts = final_consonant(before) == 0 and _vowel(before) in _CONTRACTING
        harmonious = (last == "아") == (_vowel(before) in _BRIGHT)
        return body[:-1] if harmonious and not contracts and before not in _CHANGING else ""
    if last in ("해", "세"):
        return body[:-1] + {"해": "하", "세": "시"}[last]
    if last and last != "하" and final_consonant(last) == 0 and (vowel := _vowel(last)) in _BEFORE_YO:
        return body[:-1] + chr(ord(last) + (_OPENED_VOWEL.get(vowel, vowel) - vowel) * _FINALS)
    return ""


def _vowel(syllable: str) -> int:
    return (ord(syllable) - _FIRST) // _FINALS % _VOWELS
