"""Was what Whisper wrote one of the expected sentences? A second opinion beside the recognisers that know only these.

Whisper is not told what is expected: given the right answer, it would hear the right answer. It writes by ear, so its
words are compared with the expected ones by their phones; and then it says how well what is expected fits the sound,
beside what it wrote itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.own_language import own_language
from tutor_tui.offline_server.phones import Pronounced, phones_of, words_if_readable
from tutor_tui.offline_server.stt.evidence import match_of
from tutor_tui.offline_server.stt.phonetic_distance import Nearest, nearest
from tutor_tui.offline_server.stt.second_opinion import FARTHEST, SecondEvidence, log_odds
from tutor_tui.offline_server.stt.worker_pipe import NOTHING

CLEAR = 0.35
"""Of a word's phones: a word that is farther away may have been another."""


class ExpectedSentences:
    """The sentences that may be said now."""

    def __init__(self) -> None:
        self._sentences: Sequence[str] = ()
        self._lesson = ""

    def expect(self, sentences: Sequence[str]) -> None:
        """From now on it is these."""
        self._sentences = sentences

    def __bool__(self) -> bool:
        return bool(self._sentences)

    def prepare(self, language: str) -> None:
        """The next utterances are those of a lesson in `language`; find out now how what is expected is pronounced,
        rather than when the learner waits.
        """
        self._lesson = language
        for sentence in self._sentences:
            phones_of(sentence, own_language(sentence) or language)

    def match(self, heard: str, language: str, fit: Callable[[str], float], first: Hearing = NOTHING) -> Hearing | None:
        """The sentence that was said, or may have been, where Whisper has `heard` this in `language`; None for
        something else. `fit` says how much worse a sentence fits the sound than what was heard, and `first` is what the
        other recognisers hold for the likeliest.
        """
        told = {found.index: found for found in self._candidates(heard, language, first.text)}
        best: tuple[float, Nearest] | None = None
        for index, found in told.items():
            sentence = self._sentences[index]
            first_odds = first.log_odds if sentence == first.text else None
            # What sounds the same is the same, in whatever letters it is written.
            evidence = SecondEvidence(first_odds, found.distance, fit(sentence) if found.distance else 0.0)
            odds = log_odds(evidence)
            if best is None or odds > best[0]:
                best = odds, found
        if best is None or (match := match_of(best[0])) is Match.OTHER:
            return None
        odds, found = best
        sentence = self._sentences[found.index]
        language = own_language(sentence) or language
        words = _judged(words_if_readable(sentence, language), found.per_phone)
        # What was heard may be right beside it: a name.
        agreed = sentence == first.text and not found.distance
        return Hearing(sentence, match, words, (heard,), language, is_agreed=agreed, log_odds=odds)

    def _candidates(self, heard: str, language: str, first: str) -> Iterator[Nearest]:
        """The nearest sentence, and the one that others have found, in whatever distance.

        What is heard in another language than that of the lesson can only be a request in that language.
        """
        said = phones_of(heard, language)
        phones = [self._phones(each, language) for each in self._sentences]
        if found := nearest(said, phones, FARTHEST):
            yield found
        if first in self._sentences:
            index = self._sentences.index(first)
            if found := nearest(said, [phones[index]]):
                yield replace(found, index=index)

    def _phones(self, sentence: str, language: str) -> tuple[str, ...]:
        own = own_language(sentence)
        if language not in (own, self._lesson):
            return ()
        return phones_of(sentence, own or language)


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
