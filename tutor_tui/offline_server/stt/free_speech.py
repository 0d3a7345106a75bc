"""English as it comes, without anything expected: phrase by phrase, so that nothing is left to do at a turn's end."""

from __future__ import annotations

import math
from typing import Any

from pocketsphinx import Config, Decoder

MOST_SILENCE_MS = 200
"""More silence behind a word says nothing, and costs time at each turn's end; with 500 ms of it one word more of the 54
in tests/audio_samples is misheard.
"""
PHRASE_ENDS_MS = 350
"""After so much silence the words before it are final, and what follows is a phrase of its own."""
SILENCE_SHARE = 2.0
"""Up to so many times (6 dB) the quietest piece of the utterance is silence for certain, and need not be decoded."""

_USUAL_MEAN = "46.1,7.7,-6.1,7.5,-3.7,-1.1,4.6,-4.6,-0.7,-2.8,-1.0,-0.8,0.8"
"""The cepstral mean that is taken from the first utterance, while its own is not known: that of 18 sentences in nine
languages by synthetic voices, in rooms of `tests.benchmarks.ears.sounds`. By pocketsphinx's own ("40,3,-1") one word
more of the 54 in tests/audio_samples is misheard.
"""


class FreeSpeech:
    """One utterance after the other."""

    def __init__(self) -> None:
        # The second and third pass cost up to half a second after the end of speech, and on the human recordings of
        # tests/audio_samples they make as many mistakes as the first alone (word error rate 0.39 against 0.30).
        # No dither: pocketsphinx draws it anew each time, and what is heard changed with it by a word in twenty.
        settings = {"loglevel": "FATAL", "fwdflat": False, "bestpath": False, "cmninit": _USUAL_MEAN}
        self._decoder: Any = Decoder(Config(**settings))
        self._phrases: list[str] = []
        self._is_in_phrase = False
        self._held = bytearray()
        """Quiet, to be decoded only if speech follows, or if it is no silence: soft words after a slammed door."""
        self._loudest_held, self._quietest = 0.0, math.inf

    def begin(self) -> None:
        """A new utterance; one that was not finished is forgotten."""
        self._end_phrase()
        self._phrases.clear()
        self._held.clear()
        self._loudest_held, self._quietest = 0.0, math.inf

    def feed(self, sound: bytes, loudness: float, quiet_ms: float) -> None:
        """More of it, mono s16 at `EAR_RATE_HZ`, of this loudness (RMS); the utterance ends with so much quiet."""
        self._quietest = min(self._quietest, loudness)
        if quiet_ms <= MOST_SILENCE_MS:
            self._decode_held()
            self._decode(sound)
            return
        self._held += sound
        self._loudest_held = max(self._loudest_held, loudness)
        if quiet_ms >= PHRASE_ENDS_MS:
            self._end_phrase()

    def finish(self) -> str:
        """The words, empty where there are none."""
        if self._loudest_held > SILENCE_SHARE * self._quietest:
            self._decode_held()
        self._end_phrase()
        return " ".join(self._phrases)

    def _decode_held(self) -> None:
        if self._held:
            self._decode(bytes(self._held))
            self._held.clear()
            self._loudest_held = 0.0

    def _decode(self, sound: bytes) -> None:
        if not self._is_in_phrase:
            self._decoder.start_utt()
            self._is_in_phrase = True
        self._decoder.process_raw(sound, False, False)

    def _end_phrase(self) -> None:
        if not self._is_in_phrase:
            return
        self._decoder.end_utt()
        self._is_in_phrase = False
        hypothesis = self._decoder.hyp()
        if hypothesis and hypothesis.hypstr:
            self._phrases.append(str(hypothesis.hypstr))
