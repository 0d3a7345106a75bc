"""Text normalisation: what is written in figures, signs and short forms becomes the words that a reader says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

from tutor_tui.offline_server.tts.normalise.chinese import chinese_rules
from tutor_tui.offline_server.tts.normalise.european import european_rules
from tutor_tui.offline_server.tts.normalise.japanese import japanese_rules
from tutor_tui.offline_server.tts.normalise.korean import korean_rules
from tutor_tui.offline_server.tts.normalise.languages import de, en, es, fr, it, pt
from tutor_tui.offline_server.tts.normalise.rules import Rule

_RULES: Mapping[str, Callable[[], tuple[Rule, ...]]] = {
    "ko": korean_rules,
    "ja": japanese_rules,
    "zh": chinese_rules,
} | {each.TABLES.code: lambda tables=each.TABLES: european_rules(tables) for each in (de, en, es, fr, it, pt)}
_MAY_CHANGE = re.compile(
    r"[^\w\s,!?'’\"“”„«»¿¡。、！？，…]|[0-9½]|\b(?:[IVX]+(?:er|e|re|è|ème)?|Mme|Mlle|Mrs?|Ms|Dr|St|etc|vs)\b"
)
"""A look in advance: most sentences hold words and pauses alone."""
_KEPT = re.compile("[²³ºª½¼¾⅓⅔№，：；！？（）]+")
"""Compatible forms would make 5² of it 52, 1º 1o, and one number in thousands of two with a wide comma between them."""
_BLANKS = re.compile(r"(?<=\S) {2,}(?=\S)")


def composed(text: str) -> str:
    """Letters composed and digits narrow, without what would then mean something else."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    kept = _KEPT.findall(text)
    parts = (unicodedata.normalize("NFKC", part) for part in _KEPT.split(text))
    return "".join(part + sign for part, sign in zip(parts, [*kept, ""], strict=True))


def spoken_form(text: str, language: str) -> str:
    """`text` as a reader of `language` (ISO 639-1) says it, in words.

    What is not understood stays as it is, and so does all text in a language without tables. Never raises.
    """
    text = composed(text)
    if language not in _RULES or not _MAY_CHANGE.search(text):
        return text
    said = text
    for pattern, words in _rules(language):
        said = pattern.sub(words, said)
    return text if said == text else _BLANKS.sub(" ", said)


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    return _RULES[language]()
