"""A text in the form that espeak-ng reads without loss: letters composed, digits narrow, and pieces short enough.

Measured with the library that espeakng_loader brings: a word of more than about 50 Hangul or 60 kana loses its end, and
so does a clause of more than 130 Hangul; its voices for other scripts read on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor_tui.offline_server.tts.normalise import composed
from tutor_tui.speech.spoken_text import spoken_text

LONGEST_CLAUSE = {"ko": 100, "ja": 50, "zh": 400}
"""Characters that a voice is given at once; other languages are cut into sentences, and that is enough."""
LONGEST_WORD = {"ko": 40, "ja": 50, "zh": 400}
_PAUSE = re.compile(r"[^\s、，,・;；]*[\s、，,・;；]*")
_LONG_VOWEL = re.compile(r"([あいうえおアイウエオ])ー+")
"""After a vowel of its own, espeak-ng reads the mark that makes it long as the name of a sign."""


def voice_text(text: str) -> str:
    """`text` for the voice alone; empty when there is nothing to say in it."""
    text = composed(spoken_text(text))
    return _LONG_VOWEL.sub(r"\1\1", text)


def short_pieces(text: str, language: str) -> Iterator[str]:
    """`text` in pieces that the voice of `language` reads to their end, cut at pauses where there are any."""
    longest, longest_word = LONGEST_CLAUSE.get(language), LONGEST_WORD.get(language)
    if longest is None or longest_word is None or len(text) <= longest_word:
        yield text
        return
    piece = ""
    for found in _PAUSE.finditer(text):
        word = found[0]
        while word:
            part, word = word[:longest_word], word[longest_word:]
            if piece and len(piece) + len(part) > longest:
                yield piece
                piece = ""
            piece += part
            if word:  # cut inside a word: it is one to the voice, too
                yield piece
                piece = ""
    if piece:
        yield piece
