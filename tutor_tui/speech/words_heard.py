"""How much of a spoken answer was heard, in words: a tutor that was stopped should remember no more than that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor_tui.core import pcm
from tutor_tui.core.asides import without_asides

_BYTES_PER_LETTER = pcm.bytes_of(65)
"""A calm voice: about 15 letters a second."""
_BYTES_PER_WIDE = pcm.bytes_of(180)
"""About five and a half syllables a second, for scripts that write one to a character."""
_FIRST_WIDE = "\u1100"
"""Hangul, kana and Chinese characters come from here on."""
_BYTES_PER_FIGURE = pcm.bytes_of(240)
"""A figure and a sign stand for a word, or for a good part of one: 14:30, 50 %, 2026."""
_FIGURES = frozenset("0123456789%€$£¥₩°")
_PAUSE_MS = 250
"""Between two sentences."""
_NEXT_SENTENCE = re.compile(r"[.!?]\s+\S|[。！？]\s*\S")
_WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class Piece:
    """A part of an answer, and its sound."""

    text: str
    sound_bytes: int = 0
    """0 where it was only shown."""


def heard(pieces: Sequence[Piece], heard_ms: int) -> list[Piece]:
    """The pieces that `heard_ms` of sound cover; of the last one the whole words."""
    left = pcm.bytes_of(max(0, heard_ms))
    kept: list[Piece] = []
    if left == 0:
        return kept
    for piece in pieces:
        if piece.sound_bytes > left:
            kept.append(Piece(words_heard(piece.text, left / piece.sound_bytes), left))
            break
        kept.append(piece)
        left -= piece.sound_bytes
    return kept


def begun(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, where more sound was to come for the last one: of that, the words whose sound is there.

    How long it would have become is judged by the pieces before it, or by a usual pace.
    """
    *whole, last = pieces
    usual = sum(_usual_bytes(piece.text) for piece in whole if piece.sound_bytes)
    pace = sum(piece.sound_bytes for piece in whole) / usual if usual else 1.0
    share = last.sound_bytes / max(1.0, pace * _usual_bytes(last.text))
    return [*whole, Piece(words_heard(last.text, min(1.0, share)), last.sound_bytes)]


def usual_ms(text: str) -> float:
    """How long a calm voice takes to say `text`, without what stands in brackets."""
    said = without_asides(text)
    return _usual_bytes(said) / pcm.BYTES_PER_MS + _PAUSE_MS * len(_NEXT_SENTENCE.findall(said))


def _usual_bytes(text: str) -> int:
    return sum(map(_bytes_of_one, text))


def _bytes_of_one(char: str) -> int:
    return _BYTES_PER_FIGURE if char in _FIGURES else _BYTES_PER_WIDE if char >= _FIRST_WIDE else _BYTES_PER_LETTER


def words_heard(text: str, share: float) -> str:
    """The beginning of `text` that takes `share` of its time, in whole words; in whole characters where the script
    writes no spaces.
    """
    left = _usual_bytes(text) * share + _BYTES_PER_LETTER / 2
    words = _WORD.findall(text)
    kept = ""
    for part in words if len(words) > 1 else text:
        if _usual_bytes(part.rstrip()) > left:
            break
        kept += part
        left -= _usual_bytes(part)
    return kept
