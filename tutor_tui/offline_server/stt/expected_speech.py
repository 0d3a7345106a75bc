"""Was it one of the expected English sentences? A decoder that knows only these, and a score of how well they fit.

A grammar alone takes any speech for its nearest sentence. So the sentence has to fit the sound, by two measures: how
well each of its words does, and how much of the speech it leaves out as a pause. Both are smooth in the sound, and
neither asks what a free decoder made of it: that changes with every shift of the sound by a few samples.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt.grammar_decoder import GrammarDecoder
from tutor_tui.offline_server.stt.grammar_network import PAUSE
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, cut_to_speech, most_within_250_ms

LEAST_SCORE = -7.5
"""A sentence of one word with less than this was not said.

`python -m tests.offline_server.stt.hearing_rates` prints what it lets pass.
"""
LESS_PER_WORD = 0.05
"""The more words, the worse the worst of them, and the more the others say."""
ODDS_PER_SCORE = 2.0
"""Log odds by which a sentence is likelier for a score that is higher by one."""
SHARE_OF_THE_MEAN = 0.25
"""Noise makes all words a little worse, a wrong word only one: the mean counts, but less than the worst word."""
SHORTEST_WORD_FRAMES = 12
"""A shorter word ("of") is judged as if it were so long: a few bad frames say nothing."""
MOST_LEFT_OUT_FRAMES = 18
"""Loud frames, within any 250 ms, that a sentence may leave out as a pause: more is another word."""
LESS_PER_FRAME_LEFT_OUT = 0.05
"""What is left out tells on the score before it is too much: "seven", its beginning left out, is a fair "ten"."""
SECOND_CHANCE_SHIFT = EAR_RATE_HZ // 200
"""Half a frame, in samples: the frames of the second chance lie between those of the first."""
SECOND_CHANCE_REACH = 2.0
"""What a second chance may still correct. On human speech it changes the score of a right answer by 0.8 at most."""
MOST_TRIES = 2
"""So often is an utterance looked at: of the human recordings a third try found no sentence that two had not found."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a sentence of the grammar fits the sound; without words none does."""

    words: str = ""
    score: float = -math.inf
    """Log likelihood per 10 ms of the worst word, a share of the mean of all, and less for what is left out.

    0 would be the best of all sounds there are, at every moment.
    """
    left_out_frames: int = 0
    """Measured as `MOST_LEFT_OUT_FRAMES` is."""
    tries: int = 1
    """How often the utterance was looked at so far."""

    @property
    def good(self) -> bool:
        """Whether the sentence was said."""
        return self.score >= self._least and self.left_out_frames <= MOST_LEFT_OUT_FRAMES

    @property
    def log_odds(self) -> float:
        """That it was, on the scale of `evidence`."""
        return ODDS_PER_SCORE * (self.score - self._least)

    @property
    def hopeless(self) -> bool:
        """Whether it was not said, however the frames fall. Where no sentence was followed to its end, one may be."""
        return bool(self.words) and self.score < self._least - SECOND_CHANCE_REACH

    @property
    def _least(self) -> float:
        return LEAST_SCORE - LESS_PER_WORD * (len(self.words.split()) - 1)


class ExpectedSpeech:
    """Knows the sentences that are expected, and no others."""

    def __init__(self) -> None:
        self._decoder = GrammarDecoder(english_dictionary=True)
        self._sentences: dict[tuple[str, ...], str] = {}

    @property
    def parts(self) -> Sequence[str]:
        """The names of what it hears with."""
        return ("pocketsphinx",)

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these; those with words that the dictionary lacks cannot be listened for."""
        spelled = {_plain(sentence): sentence for sentence in sentences}
        self._sentences = {words: sentence for words, sentence in spelled.items() if self._knows(words)}
        if self._sentences:
            self._decoder.listen_for(self._sentences)

    def _knows(self, words: tuple[str, ...]) -> bool:
        return bool(words) and all(map(self._decoder.knows, words))

    def hear(self, sound: NDArray[np.int16], looked: Fit | None = None) -> Hearing:
        """The expected sentence of a whole utterance; `looked` is what `fit` made of it before its last silence."""
        fit = self.fit(sound, looked or self.fit(sound))
        return Hearing(fit.words, Match.EXPECTED, log_odds=fit.log_odds) if fit.good else Hearing()

    def fit(self, sound: NDArray[np.int16], looked: Fit | None = None) -> Fit:
        """The expected sentence, as it was given, that fits a whole utterance best; mono at `EAR_RATE_HZ`.

        Where `looked`, what this said before, leaves a doubt, the utterance gets a second chance: a right answer turned
        down is the worst that can happen. Takes about 5 % of the speech's length.
        """
        if looked is None:
            return self._fit(sound)
        if looked.good or looked.hopeless or looked.tries >= MOST_TRIES:
            return looked
        return replace(self._fit(sound[SECOND_CHANCE_SHIFT:]), tries=looked.tries + 1)

    def _fit(self, sound: NDArray[np.int16]) -> Fit:
        speech, left_out = cut_to_speech(sound)
        if not self._sentences or not len(speech):
            return Fit()
        words: list[str] = []
        scores: list[float] = []
        total, spoken = 0.0, 0
        for span in self._decoder.decode(speech):
            if span.word == PAUSE:
                continue
            total, spoken = total + span.likelihood, spoken + span.frames
            words.append(span.word)
            scores.append(span.likelihood / max(span.frames, SHORTEST_WORD_FRAMES))
            left_out[span.first_frame : span.last_frame + 1] = False
        sentence = self._sentences.get(tuple(words))
        if sentence is None:  # none was followed to its end
            return Fit()
        frames_left_out = most_within_250_ms(left_out)
        score = min(scores) + SHARE_OF_THE_MEAN * total / spoken - LESS_PER_FRAME_LEFT_OUT * frames_left_out
        return Fit(sentence, score, frames_left_out)


def _plain(sentence: str) -> tuple[str, ...]:
    """As the dictionary spells: lower case, no marks but the apostrophe."""
    return tuple(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*'?", sentence.casefold().replace("’", "'")))
