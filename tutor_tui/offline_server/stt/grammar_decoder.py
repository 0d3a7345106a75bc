"""A decoder that knows a few sentences and no others: which of them fits a sound best, and how well."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder, get_model_path

from tutor_tui.offline_server.stt.grammar_network import END, PAUSE, START, network

COMMON = {"loglevel": "FATAL", "dither": True, "seed": 1}
"""Dither, because digital silence (a muted microphone) has no logarithm."""
_BY_DICTIONARY = {"dict": get_model_path("en-us/cmudict-en-us.dict")}
_BY_PHONES = {"dict": os.devnull, "bestpath": False, "beam": 1e-200, "pbeam": 1e-200, "wbeam": 1e-150}
"""Speech of other languages is far from English sounds: with narrow beams, or a second pass over what is left of them,
sentences break off in the middle.
"""
_UNSHIFTED = 1024
"""Without the second pass scores come divided by this."""
_ANY_SOUNDS = "any sounds"


@dataclass(frozen=True, slots=True)
class Span:
    """A word in the sound."""

    word: str
    first_frame: int
    last_frame: int
    likelihood: float
    """Its natural logarithm. 0 would be the best of all sounds there are, at every moment."""

    @property
    def frames(self) -> int:
        """Its length."""
        return self.last_frame + 1 - self.first_frame


class GrammarDecoder:
    """Words are of the English dictionary, or, without that, given by their phones."""

    def __init__(self, *, english_dictionary: bool) -> None:
        self._scale = 1 if english_dictionary else _UNSHIFTED
        # All sounds are weighed at each moment (compallsen), so that a score says how far a word is from the best of
        # them.
        settings = COMMON | (_BY_DICTIONARY if english_dictionary else _BY_PHONES)
        self._decoder: Any = Decoder(Config(**settings, lm=None, compallsen=True, fsgusefiller=False))
        self._decoder.add_word(PAUSE, "SIL")
        if not english_dictionary:
            self._decoder.add_allphone_file(_ANY_SOUNDS)

    def knows(self, word: str) -> bool:
        """Whether the dictionary has it."""
        return bool(self._decoder.lookup_word(word))

    def word_of(self, phones: Sequence[str]) -> str:
        """The word that sounds so, added to the dictionary where it is new."""
        word = "_".join(phones)
        if not self.knows(word):
            self._decoder.add_word(word, " ".join(phones), False)
        return word

    def listen_for(self, sentences: Iterable[tuple[str, ...]]) -> None:
        """Exactly these, at least one; of words that the dictionary has."""
        grammar = self._decoder.create_fsg("", START, END, network(sentences))
        self._decoder.add_fsg("expected", grammar)

    def decode(self, sound: NDArray[np.int16]) -> list[Span]:
        """The words of the sentence that fits a whole utterance best, and its pauses; mono at 16 kHz.

        As a whole, not as it comes: the mean taken from its cepstrum is then its own, whatever came before and however
        long its first silence was.
        """
        self._run("expected", sound)
        return [
            Span(
                re.sub(r"\(\d+\)$", "", segment.word), segment.start_frame, segment.end_frame, self._log(segment.ascore)
            )
            for segment in self._decoder.seg() or ()
            if segment.word[0] not in "<("
        ]

    def any_sounds(self, sound: NDArray[np.int16]) -> list[float]:
        """The likelihood of whatever sounds fit best, frame by frame, as `Span.likelihood` is."""
        self._run(_ANY_SOUNDS, sound)
        likelihoods: list[float] = []
        for segment in self._decoder.seg() or ():
            frames = segment.end_frame + 1 - segment.start_frame
            likelihoods += [self._log(segment.ascore) / frames] * frames
        return likelihoods

    def _run(self, search: str, sound: NDArray[np.int16]) -> None:
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(sound.tobytes(), False, True)
        self._decoder.end_utt()

    def _log(self, score: float) -> float:
        return math.log(score) * self._scale if score > 0 else -math.inf
