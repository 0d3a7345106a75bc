"""Was what Whisper wrote one of the expected sentences? A second opinion beside the recognisers that know only these.

Whisper is not told what is expected: given the right answer, it would hear the right answer. It writes by ear, so its
words are compared with the expected ones by their phones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.stt.phonetic_distance import Nearest, nearest

NEAR = 0.25
"""A distance up to this is the sentence. Of 224 synthetic answers in nine languages, by mixed voices in a noisy room,
95 % are so near (97 % of those with 16 phones and more), and 1 % of other sentences from the same lessons (0 %).
"""
DOUBTFUL = 0.3
"""Up to this it may be the sentence, and the learner is asked: 97 % (98 %), and 7 % of the others (3 %)."""
CLEAR = 0.35
"""Of a word's phones: a word that is farther away may have been another."""
_KNOWN_SENTENCES = 4_096


class ExpectedSentences:
    """The sentences that may be said now."""

    def __init__(self) -> None:
        self._sentences: Sequence[str] = ()

    def expect(self, sentences: Sequence[str]) -> None:
        """From now on it is these."""
        self._sentences = sentences

    def __bool__(self) -> bool:
        return bool(self._sentences)

    def prepare(self, language: str) -> None:
        """Find out now how they are pronounced, rather than when the learner waits."""
        for sentence in self._sentences:
            _phones(sentence, language)

    def match(self, heard: str, language: str) -> Hearing | None:
        """The sentence that `heard` in `language` is, or may be; None for something else."""
        found = self.nearest(heard, language)
        if found is None:
            return None
        sentence = self._sentences[found.index]
        match = Match.EXPECTED if found.distance <= NEAR else Match.UNSURE
        words = _judged(_pronounced(sentence, language), found.per_phone)
        return Hearing(sentence, match, words, rivals=(heard,))  # what was heard may be right beside it: a name

    def nearest(self, heard: str, language: str, most: float = DOUBTFUL) -> Nearest | None:
        """The sentence whose sounds are nearest to those of `heard`, and no farther than `most`."""
        return nearest(_phones(heard, language), [_phones(each, language) for each in self._sentences], most)


def _judged(words: Sequence[Pronounced], per_phone: Sequence[float]) -> tuple[HeardWord, ...]:
    """Each word, clear where its own phones are near to what was heard."""
    told = []
    first = 0
    for word in words:
        behind = first + len(word.phones)
        costs = per_phone[first:behind]
        told.append(HeardWord(word.text, is_clear=sum(costs) <= CLEAR * max(1, len(costs))))
        first = behind
    return tuple(told)


@lru_cache(_KNOWN_SENTENCES)
def _phones(sentence: str, language: str) -> tuple[str, ...]:
    return tuple(phone for word in _pronounced(sentence, language) for phone in word.phones)


@lru_cache(_KNOWN_SENTENCES)
def _pronounced(sentence: str, language: str) -> tuple[Pronounced, ...]:
    """Nothing for a sentence that nobody can read aloud: it is never the nearest."""
    try:
        return pronounce(sentence, language)
    except Unreadable:
        return ()
