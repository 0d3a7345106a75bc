"""How long a text is to a model, and how long its answer may be."""

from __future__ import annotations

MAX_OUTPUT_TOKENS = 2_048
"""About a minute and a half of speech (1,200 audio tokens a minute)."""


def tokens_in(text: str) -> int:
    """How many tokens of a model `text` is, within 15 percent: one for 4.3 Latin characters, or 1.3 of CJK."""
    wide = sum(char >= "\u2e80" for char in text)  # from there on stand Chinese, Japanese and Korean
    return round((len(text) - wide) / 4.3 + wide / 1.3)
