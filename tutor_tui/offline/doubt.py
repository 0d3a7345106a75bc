"""The second look: a grammar in which the recognised sentence has to stand against what else may have been said.

Its rivals are itself with one word left out, and itself with any part replaced by what was freely heard there.
The free words were picked from 130,000 as the best fit, so they start with a handicap; measured on the recordings of
tests/audio_samples, their pieces and joins (97 % of the right sentences stay; wrong ones a word or two away: 12 %
instead of 63 %; other sentences: 2 % instead of 7 %).
"""

from __future__ import annotations

from difflib import SequenceMatcher

HANDICAP = f"{1e-32:.32f}"
"""Weight of a freely heard part against the expected one. Measured: at 1e-27 right sentences begin to be lost, at
1e-36 "ten" begins to pass for "seven".
"""


def second_look(words: str, freely: str) -> str:
    """The JSGF grammar of `words` and its rivals. Both are dictionary words with single spaces."""
    expected = words.split()
    shorter = [" ".join(expected[:left] + expected[left + 1 :]) for left in range(len(expected))]
    paths = [_mixture(expected, freely.split()), *filter(None, shorter)]
    return f"#JSGF V1.0;\ngrammar doubt;\npublic <sentence> = {' | '.join(paths)};\n"


def _mixture(expected: list[str], heard: list[str]) -> str:
    """`expected`, and wherever `heard` differs from it, that too."""
    parts = []
    for kind, begin, end, heard_begin, heard_end in SequenceMatcher(None, expected, heard, False).get_opcodes():
        one, other = (" ".join(side) or "<NULL>" for side in (expected[begin:end], heard[heard_begin:heard_end]))
        parts.append(one if kind == "equal" else f"(/1.0/ {one} | /{HANDICAP}/ {other})")
    return " ".join(parts)
