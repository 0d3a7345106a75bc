"""Whether a quote has anything of an item in it: the words themselves, or another form of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tutor_tui.core.assent import without_yes
from tutor_tui.core.term_gaps import parts_of
from tutor_tui.learning.quotes import term_in

_SHORT = 2
"""Letters: words of no more than so many are articles and little verbs, which change from sentence to sentence."""
_SHARED = 0.4
"""Of the shorter of two forms of a word, at least so much is common to both: 멀다, 멀어요; schreiben, geschrieben."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u3099\u309a])*")
"""With the marks that make another letter of kana."""
_HAN = re.compile(r"[\u3400-\u9fff]")


def words_of(term: str, said: str) -> str:
    """What was said of a term, as it is written in `said`, whatever stands in its gaps; a yes before it may be missing.
    Empty where it was not said.
    """
    return term_in(term, said) or term_in(without_yes(term), said)


def holds(quote: str, term: str) -> bool:
    """Whether a quote holds a term in some form: each of its longer words shares half of its letters with a word there.

    Of forms that have nothing in common, "go" and "went", nobody here can tell; they do not count.
    """
    if words_of(term, quote):
        return True
    wanted = [word for part in parts_of(without_yes(term)) or [term] for word in _words(part)]
    wanted = [word for word in wanted if len(word) > _SHORT] or wanted
    said = _words(quote)
    return bool(wanted) and all(any(_are_forms(each, other) for other in said) for each in wanted)


def _words(text: str) -> Sequence[str]:
    """In letters without case; a syllable of Hangul is two or three."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(_ACCENTS.sub("", plain))


def _are_forms(one: str, other: str) -> bool:
    common = _longest_common(one, other)
    if len(_HAN.findall(one)) == 1 and _HAN.search(common):
        return True  # 行く, 行きます: what follows the one character is all that changes
    return len(common) >= max(_SHORT, _SHARED * min(len(one), len(other)))


def _longest_common(one: str, other: str) -> str:
    shorter, longer = sorted((one, other), key=len)
    for length in range(len(shorter), 0, -1):
        for begin in range(len(shorter) - length + 1):
            if shorter[begin : begin + length] in longer:
                return shorter[begin : begin + length]
    return ""
