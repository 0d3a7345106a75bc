"""Cuts a stream of text into pieces that can be spoken one by one, as early as the language allows.

A piece ends where a voice would fall: after a sentence, at a line break, or, when neither comes, at the last pause
within `LONGEST_PIECE` characters. Joined together the pieces are the text, white space included.
"""

from __future__ import annotations

import re

from tutor_tui.core.asides import is_aside
from tutor_tui.speech.spoken_text import spoken_text

LONGEST_PIECE = 300
"""Characters, about 20 s of speech: a text without sentences must not keep the voice waiting."""
LEADING = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "approx"),
        *("z.b", "d.h", "u.a", "bzw", "nr", "hr", "hrn", "fr", "frl", "evtl", "ggf"),  # German
        *("mme", "mlle", "p.ex", "sr", "sra", "srta", "dra", "dña", "p.ej", "dott", "sig"),  # French, Spanish, Italian
    )
)
"""Words that end in a full stop and lead on to what they belong to, lower case, the last stop left out."""
ABBREVIATIONS = LEADING | {"jr", "etc", "a.m", "p.m", "usw", "ud", "uds", "ecc"}
"""The same, and those that a sentence may end with, too."""

_WIDE_STOP = "。！？｡"
_CLOSERS = re.escape("\"'”’»›)]}」』）】》〉")
_END = re.compile(
    rf"(?P<line>\n+)"
    rf"|[{_WIDE_STOP}]+[{_CLOSERS}]*\s*(?=[^{_WIDE_STOP}{_CLOSERS}\s])"
    rf"|(?P<stop>[.!?…؟।]+)[{_CLOSERS}*_]*\s+(?=\S)"
)
"""Each way to end needs to see what follows: a closing bracket belongs to the sentence before it."""
_OPEN_BRACKET = re.compile(r"(?:^|\s)[(（\[][^()（）\[\]\n]*\Z")
_SQUARE = re.compile(r"[\[【](?![^\]]*\]\()[^\[\]【】]*[\]】]")
"""Square brackets that are no link."""
_PAUSE = re.compile(r"[,;:،、，；：—–]\s*|\s+")
_ORDINAL = re.compile(r"\d{1,2}|[A-Za-zÀ-ÿ]")
"""Before a full stop: "3. Mai", "1. Open the door", "J. Austen". Years and prices are longer."""


class SentenceCutter:
    """Takes text as it comes and gives pieces back as soon as they are complete."""

    def __init__(self, longest: int = LONGEST_PIECE) -> None:
        self._longest = longest
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        """The pieces that `text` completes."""
        self._rest += text
        pieces = []
        while end := self._end():
            pieces.append(self._rest[:end])
            self._rest = self._rest[end:]
        return pieces

    def flush(self) -> list[str]:
        """What is left, at the end of the text."""
        rest, self._rest = self._rest, ""
        return [rest] if rest else []

    def _end(self) -> int:
        """Where the first piece ends; 0 while that is open."""
        for found in _END.finditer(self._rest):
            if found.end() > self._longest:
                break
            if not self._rest[: found.start()].strip() or self._is_in_brackets(found):
                continue
            if not self._goes_on(found):
                return found.end()
        return self._pause() if len(self._rest) > self._longest else 0

    def _is_in_brackets(self, found: re.Match[str]) -> bool:
        """Whether the brackets are still open here: what stands in brackets is one piece, as long as it is one line."""
        return not found["line"] and _OPEN_BRACKET.search(self._rest, 0, found.end()) is not None

    def _goes_on(self, found: re.Match[str]) -> bool:
        """Whether a full stop ends no sentence: small letters follow, or it belongs to the word before it."""
        if found["stop"] != ".":
            return False
        follows = self._rest[found.end()]
        if follows.islower():
            return True
        words = self._rest[: found.start()].split()
        if any(short in ABBREVIATIONS for short in _last_words(words)):
            return True
        # No name and no month stands in brackets: "Start with I. (Fang mit I an.)"
        return bool(words) and _ORDINAL.fullmatch(_bare(words[-1])) is not None and follows not in "(（"

    def _pause(self) -> int:
        ends = [found.end() for found in _PAUSE.finditer(self._rest, 0, self._longest)]
        return ends[-1] if ends else self._longest


def leads_on(text: str) -> bool:
    """Whether the full stop that `text` ends with belongs to a title, a short form or an initial before a word."""
    if not text.endswith("."):
        return False
    words = text.removesuffix(".").split()
    return any(short in LEADING or (len(short) == 1 and short.isalpha()) for short in _last_words(words))


def _last_words(words: list[str]) -> list[str]:
    """The last word, and the last two as one: "p. ej." is as good as "p.ej."."""
    return ["".join(map(_bare, words[-count:])).lower() for count in (1, 2) if len(words) >= count]


def _bare(word: str) -> str:
    """Without what opens before it."""
    return word.lstrip("(\"'“‘«¿¡*_")


def sentences(text: str) -> list[str]:
    """The pieces of a text that is there as a whole, without the white space around them."""
    cutter = SentenceCutter()
    return [piece for part in (*cutter.feed(text), *cutter.flush()) if (piece := part.strip())]


def speakable(piece: str) -> str:
    """`piece` as a voice should read it (`spoken_text`); empty when nothing is, or when it all stands in brackets."""
    return "" if is_aside(piece.strip()) else spoken_text(_SQUARE.sub(" ", piece))
