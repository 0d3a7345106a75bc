"""Was it one of the expected sentences? A decoder that knows only these, and a score that says how well they fit.

A grammar alone takes any speech for its nearest sentence. So the sentence has to fit the sound, by two measures: how
well each of its words does, and how much of the speech it leaves out as a pause. Both are smooth in the sound, and
neither asks what a free decoder made of it: that changes with every shift of the sound by a few samples.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder, get_model_path

from tutor_tui.offline_server.stt.grammar_network import END, PAUSE, START, network

EAR_RATE_HZ = 16_000
LEAST_SCORE = -7.5
"""A sentence of one word with less than this was not said.

`python -m tests.offline_server.stt.hearing_rates` prints what it lets pass.
"""
LESS_PER_WORD = 0.05
"""The more words, the worse the worst of them, and the more the others say."""
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
WINDOW_FRAMES = 25
CLOSE_FRAMES = 10
"""A sentence ends with a pause; sound that is cut closer than this is given one."""
LEAD_FRAMES = 25
TAIL_FRAMES = 50
"""Quiet frames kept before and after the speech: the last syllable may be among them."""
QUIET_SHARE = 0.1
"""Quieter than this share (−20 dB) of the utterance's loudest piece is quiet."""
COMMON = {"loglevel": "FATAL", "dither": True, "seed": 1}
"""Dither, because digital silence (a muted microphone) has no logarithm."""
_FRAME = EAR_RATE_HZ // 100


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

    @property
    def good(self) -> bool:
        """Whether the sentence was said."""
        return self.score >= self._least and self.left_out_frames <= MOST_LEFT_OUT_FRAMES

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
        # All sounds are weighed at each moment (compallsen), so that a score says how far a word is from the best of
        # them.
        config = Config(
            **COMMON,
            lm=None,
            dict=get_model_path("en-us/cmudict-en-us.dict"),
            compallsen=True,
            fsgusefiller=False,
        )
        self._decoder = Decoder(config)
        self._decoder.add_word(PAUSE, "SIL")
        self._sentences: dict[str, str] = {}

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these; those with words that the dictionary lacks cannot be listened for."""
        spelled = {_plain(sentence): sentence for sentence in sentences}
        self._sentences = {words: sentence for words, sentence in spelled.items() if self._knows(words)}
        if self._sentences:
            self._decoder.add_fsg("expected", self._decoder.create_fsg("", START, END, network(self._sentences)))
            self._decoder.activate_search("expected")

    def _knows(self, words: str) -> bool:
        return bool(words) and all(self._decoder.lookup_word(word) for word in words.split())

    def best_fit(self, sound: NDArray[np.int16], first: Fit | None = None) -> Fit:
        """As `fit` (or `first`, what that said), with a second chance: a right answer turned down is the worst that can
        happen.
        """
        fit = first or self.fit(sound)
        return fit if fit.good or fit.hopeless else self.fit(sound[SECOND_CHANCE_SHIFT:])

    def fit(self, sound: NDArray[np.int16]) -> Fit:
        """The expected sentence, as it was given, that fits a whole utterance best; mono at `EAR_RATE_HZ`.

        Takes about 5 % of the speech's length.
        """
        loud = _loud(sound)
        if not self._sentences or not loud.any():
            return Fit()
        first, last = np.flatnonzero(loud)[[0, -1]]
        begin, end = max(0, first - LEAD_FRAMES), last + 1 + TAIL_FRAMES
        close = max(0, (last + 1 + CLOSE_FRAMES) * _FRAME - len(sound))
        self._decode(np.pad(sound[begin * _FRAME : end * _FRAME], (0, close)))
        left_out = loud[begin:end]
        words: list[str] = []
        scores: list[float] = []
        total, spoken = 0.0, 0
        for segment in self._decoder.seg() or ():
            if segment.word == PAUSE or segment.word[0] in "<(":
                continue
            frames = segment.end_frame + 1 - segment.start_frame
            likelihood = math.log(segment.ascore) if segment.ascore > 0 else -math.inf
            total, spoken = total + likelihood, spoken + frames
            words.append(re.sub(r"\(\d+\)$", "", segment.word))
            scores.append(likelihood / max(frames, SHORTEST_WORD_FRAMES))
            left_out[segment.start_frame : segment.end_frame + 1] = False
        sentence = self._sentences.get(" ".join(words))
        if sentence is None:  # none was followed to its end
            return Fit()
        frames_left_out = int(np.max(np.convolve(left_out, np.ones(WINDOW_FRAMES))))
        score = min(scores) + SHARE_OF_THE_MEAN * total / spoken - LESS_PER_FRAME_LEFT_OUT * frames_left_out
        return Fit(sentence, score, frames_left_out)

    def _decode(self, sound: NDArray[np.int16]) -> None:
        """As a whole, not as it comes.

        The mean taken from its cepstrum is then its own, whatever came before and however long its first silence was.
        """
        self._decoder.start_utt()
        self._decoder.process_raw(sound.tobytes(), False, True)
        self._decoder.end_utt()


def _loud(sound: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which frames are not quiet."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return np.zeros(0, dtype=np.bool_)
    loudness = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    fifth_loudest = np.sort(loudness)[-5:][0]  # a click does not count
    return np.asarray(loudness > QUIET_SHARE * fifth_loudest)


def _plain(sentence: str) -> str:
    """As the dictionary spells: lower case, no marks but the apostrophe."""
    return " ".join(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*'?", sentence.casefold().replace("’", "'")))
