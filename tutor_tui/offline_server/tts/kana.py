"""Japanese for a voice that reads only kana.

espeak-ng has no kanji: it spells each as "Chinese letter", in English. A learner must not hear that. With the `ja`
extra (SudachiPy and its small dictionary) every kanji is read in its sentence; without it, the words of our lessons are
read by a table, and other kanji become a short pause.
"""

from __future__ import annotations

from tutor_tui.speech.japanese import KANJI, words_in
from tutor_tui.speech.kanji_readings import pieces


def in_kana(text: str) -> str:
    """`text` with its kanji as kana. Loads the dictionary at the first kanji: 0.1 s, 20 MB."""
    if not KANJI.search(text):
        return text
    words = words_in(text)
    if words is None:
        return by_table(text)
    said = (word.said if word.is_particle or KANJI.search(word.written) else word.written for word in words)
    return KANJI.sub("、", "".join(said))


def by_table(text: str) -> str:
    """As far as the table goes; what is left of the kanji is a pause."""
    return KANJI.sub("、", "".join(kana for _, kana in pieces(text)))
