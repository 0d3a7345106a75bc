"""How each word was said of a sentence that the learner says after the tutor: what two recognisers hold against it.

By itself each of them takes some words said well for others, and not the same ones. So what they hold against a word is
added up: what neither is sure of, both may be, and what one alone holds for another word may still be unsure, which is
never shown as wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.pronunciation import WordClarity, clarities, slip
from tutor_tui.offline_server.stt import phone_posteriors
from tutor_tui.offline_server.stt.grammar_decoder import GrammarDecoder
from tutor_tui.offline_server.stt.grammar_network import PAUSE
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, cut_to_speech

LONGEST_S = 20
"""Longer speech is no sentence that is said after the tutor."""
SHORTEST_WORD_FRAMES = 12
"""A shorter word is judged as if it were so long: a few bad frames say nothing."""
MOST_LOSS, MOST_MISFIT = 6.0, 6.0
"""What either recogniser can say against a word at most: where one was led astray by its neighbours, it says more."""
AT_FIRST, PER_LOSS, PER_MISFIT, FEW_PHONES = -5.1, 1.6, 0.8, -2.5
"""Log odds that another word was said: before all evidence, for what it loses by the one and misses by the other, and
divided by the number of its phones. By logistic regression on 100 Mandarin sentences of calibration voices, as they
were said and with other words in the place of one.
"""
DIFFERENT_ODDS = 1.6
"""Log odds from which on it was another. Of 506 words of these sentences 2.4 % have as much, and of 396 that were put
in place of those said 78 %; of Japanese ones, which nothing was fitted to, 2.9 % of 103 and 95 % of 120. By the voices
that the ears are measured on, in seven languages 0.7 % of 1302 words, and 84 % of 560 others.
"""
CLEAR_ODDS = -0.7
"""Log odds up to which a word is clear: of words said well five in six, of others one in twenty."""
MOSTLY = 0.5
"""Of the letters of a sentence: where more are in words that were clear, it was the sentence that was tried."""


class TargetWords:
    """Knows the sentences that the learner is to say now."""

    def __init__(self, language: str) -> None:
        """`language` is that of the lesson: ISO 639-1."""
        self._language = language
        self._targets: dict[str, tuple[Pronounced, ...]] = {}
        self._decoder: GrammarDecoder | None = None
        """Made at the first sentence: most of a lesson has none."""

    def expect(self, sentences: Iterable[str]) -> None:
        """The learner is to say one of these; those with words that nobody can read are left out."""
        self._targets.clear()
        for text in sentences:
            try:
                self._targets[text] = pronounce(text, self._language)
            except Unreadable:
                continue

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._targets)

    def judged(self, sound: NDArray[np.int16], heard: Hearing) -> Hearing:
        """`heard` with how each word was said, where it is one of the sentences; mono at `EAR_RATE_HZ`.

        Where that is not sure, it is the sentence of which most was said, as unsure, or none of them.
        """
        among = [heard.text] if heard.text in self._targets else [] if heard.text else [*self._targets]
        posteriors = phone_posteriors.load() if among else None
        speech, _ = cut_to_speech(sound)
        if posteriors is None or not 0 < len(speech) <= LONGEST_S * EAR_RATE_HZ:
            return heard
        phones = posteriors.of(speech)
        tried = [(text, words) for text in among if (words := self._words(text, speech, phones))]
        if not tried:
            return heard
        text, words = max(tried, key=lambda each: _share_said(each[1]))
        if heard.match is Match.EXPECTED:
            return replace(heard, words=words)
        return Hearing(text, Match.UNSURE, words) if _share_said(words) > MOSTLY else Hearing()

    def _words(self, text: str, speech: NDArray[np.int16], phones: NDArray[np.float32]) -> tuple[HeardWord, ...]:
        words = self._targets[text]
        found = clarities(words, phones, self._language)
        fits = self._fits(words, speech) if found else []
        if len(fits) != len(found):
            return ()
        heard = (_together(word, fit) for word, fit in zip(found, fits, strict=True))
        return tuple(
            replace(word, slip=slip(words, place, phones, self._language)) if word.is_different else word
            for place, word in enumerate(heard)
        )

    def _fits(self, words: Sequence[Pronounced], speech: NDArray[np.int16]) -> list[float]:
        """How much better than each word any sounds at all fit its place, per 10 ms; empty where it was not followed to
        its end.
        """
        decoder = self._decoder = self._decoder or GrammarDecoder(english_dictionary=False)
        names = tuple(decoder.word_of(word.phones) for word in words)
        any_sounds = np.array(decoder.any_sounds(speech))
        decoder.listen_for([names])
        spans = [span for span in decoder.decode(speech) if span.word != PAUSE]
        if tuple(span.word for span in spans) != names:
            return []
        return [
            (span.likelihood - float(any_sounds[span.first_frame : span.last_frame + 1].sum()))
            / max(span.frames, SHORTEST_WORD_FRAMES)
            for span in spans
        ]


def _together(word: WordClarity, fit: float) -> HeardWord:
    """What both recognisers make of a word."""
    odds = (
        AT_FIRST
        + PER_LOSS * min(word.loss, MOST_LOSS)
        + PER_MISFIT * min(max(0.0, -fit), MOST_MISFIT)
        + FEW_PHONES / max(word.phones, 1)
    )
    return HeardWord(word.text, odds <= CLEAR_ODDS, is_different=odds >= DIFFERENT_ODDS)


def _share_said(words: Sequence[HeardWord]) -> float:
    """Of a sentence, by length, how much was surely said."""
    return sum(len(word.text) for word in words if word.is_clear) / sum(len(word.text) for word in words)
