"""Words that may stand before what was meant, and say nothing of their own: "Sí, tengo hambre." is "Tengo hambre."."""

from __future__ import annotations

import re
from collections.abc import Mapping

YES: Mapping[str, tuple[str, ...]] = {
    "de": ("ja",),
    "en": ("yes", "yeah"),
    "es": ("sí",),
    "fr": ("oui",),
    "it": ("sì",),
    "ja": ("はい", "ええ", "うん"),
    "ko": ("네", "예"),
    "pt": ("sim",),
    "zh": ("是的", "对", "好的"),
}
"""By language (ISO 639-1). A "no" is none of them: it is most of "No, gracias"."""
_ALL = {typed for words in YES.values() for word in words for typed in (word, word.translate({0xED: "i", 0xEC: "i"}))}
_BEFORE = re.compile(rf"(?:{'|'.join(sorted(_ALL))})\s*[,，、]\s*", re.IGNORECASE)


def without_yes(text: str) -> str:
    """What follows a yes and a comma at the beginning, as a sentence of its own; `text` where there is none."""
    found = _BEFORE.match(text)
    rest = text[found.end() :] if found else ""
    if not any(map(str.isalnum, rest)):
        return text
    return rest[0].upper() + rest[1:] if text[0].isupper() else rest
