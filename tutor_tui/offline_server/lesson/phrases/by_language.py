"""Which of the guide's own words are for which language."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases import de, en, es, fr, ja, ko, zh
from tutor_tui.offline_server.lesson.phrases.wording import Phrases

_PHRASES = {
    "en": en.PHRASES,
    "ko": ko.PHRASES,
    "es": es.PHRASES,
    "fr": fr.PHRASES,
    "de": de.PHRASES,
    "ja": ja.PHRASES,
    "zh": zh.PHRASES,
}
LANGUAGES = frozenset(_PHRASES)
"""Languages that the guide has words in."""


def phrases_in(language: str) -> Phrases:
    """The guide's words in `language`; in English where it has none."""
    return _PHRASES.get(language, _PHRASES["en"])
