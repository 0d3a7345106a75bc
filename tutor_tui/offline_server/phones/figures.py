"""Figures as the words that they are said as, in their place: "3시" is 세 시, and still one word of the sentence."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise import spoken_form

FIGURE = re.compile(r"\d")


def in_words(text: str, behind: str, language: str) -> str:
    """How `text` is said before `behind`, which may be what it counts: 2 is 两 before 个, and 두 before 시."""
    together = spoken_form(text + behind, language)
    rest = spoken_form(behind, language)
    if rest and together.endswith(rest):
        return together.removesuffix(rest).strip()
    return spoken_form(text, language)


def said_words(words: list[str], language: str) -> list[str]:
    """Of words that are written apart, each as it is said among the others; one of figures may be several."""
    return [
        in_words(word, "".join(f" {each}" for each in words[place + 1 :]), language) if FIGURE.search(word) else word
        for place, word in enumerate(words)
    ]
