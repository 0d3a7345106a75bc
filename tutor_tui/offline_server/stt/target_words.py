"""How each word was said of a sentence that the learner says after the tutor: two recognisers have to agree.

By itself each of them takes some words said well for others. So a word counts as different only where both hold it for
another, and as clear only where neither does; all else is unsure, which is never shown as wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.pronunciation import Clarity, WordClarity, clarities, slip
from tutor_tui.offline_server.stt import phone_posteriors
from tutor_tui.offline_server.stt.grammar_decoder import GrammarDecoder
from tutor_tui.offline_server.stt.grammar_network import PAUSE
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, cut_to_speech

LONGEST_S = 20
"""Longer speech is no sentence that is said after the tutor."""
SHORTEST_WORD_FRAMES = 12
"""A shorter word is judged as if it were so long: a few bad frames say nothing."""
CLEAR_FIT = -4.0
"""What a word fits at least, by pocketsphinx, that is clear: as `Evidence.worst_word`."""
DIFFERENT_FIT = -2.0
"""What it fits at most that is another. With `pronunciation.DIFFERENT`, of 224 words that calibration voices said well
in nine languages 1.3 % count as different, and of 89 that were put in place of those said, 79 %.
"""
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
    is_different = word.clarity is Clarity.DIFFERENT and fit <= DIFFERENT_FIT
    return HeardWord(word.text, word.clarity is Clarity.CLEAR and fit >= CLEAR_FIT, is_different=is_different)


def _share_said(words: Sequence[HeardWord]) -> float:
    """Of a sentence, by length, how much was surely said."""
    return sum(len(word.text) for word in words if word.is_clear) / sum(len(word.text) for word in words)
