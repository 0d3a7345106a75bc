"""Whether a term is a word or a phrase, by what it is made of."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")
"""What a whole sentence ends with, in the languages that are taught."""
_BEFORE_WORDS: Mapping[str, str] = {
    "en": "a an the to",
    "de": "der die das den dem des ein eine einen sich",
    "es": "el la los las un una unos unas lo",
    "fr": "le la les un une des du se",
    "it": "il lo la i gli le un uno una",
    "pt": "o a os as um uma uns umas",
}
"""By language, what is learnt together with a word and makes no phrase of it: articles, and what marks a verb."""
_UNSPACED = ("ja", "zh")
"""Languages in which nothing parts words."""


def is_sentence(term: str) -> bool:
    """Whether a term ends as a whole sentence does."""
    return term.rstrip().endswith(SENTENCE_ENDS)


def is_phrase(term: str, language: str) -> bool:
    """Whether a term is several words. Where nothing parts them, what ends in a mark is a phrase."""
    return " " in bare(term, language) or (language in _UNSPACED and is_sentence(term))


def bare(term: str, language: str) -> str:
    """A term without what is only learnt together with it: "un café" is "café"."""
    parts = term.split()
    is_more = len(parts) > 1 and parts[0].casefold() in _BEFORE_WORDS.get(language, "").split()
    return " ".join(parts[1:] if is_more else parts)
