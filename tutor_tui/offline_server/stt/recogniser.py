"""One utterance, as it comes in: what is expected is looked for in the learner's closing silence, free speech beside.

Runs in a process of its own (see `pocketsphinx`): pocketsphinx keeps Python's lock while it works.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt.expected_phones import ExpectedPhones
from tutor_tui.offline_server.stt.expected_speech import ExpectedSpeech
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, QUIET_SHARE
from tutor_tui.offline_server.stt.target_words import TargetWords

LOOKS_MS = (200, 300, 400)
"""After so much quiet the expected sentences are tried in advance, and again where that leaves a doubt: the last words
may have been quiet, too. Server VAD waits longer before a turn ends.
"""
LONGEST_S = 60
"""Longer utterances are no answers: what comes later is not listened to, so that memory and time stay bounded."""

_MOST_BYTES = LONGEST_S * EAR_RATE_HZ * pcm.SAMPLE_BYTES

_USUAL_MEAN = "46.1,7.7,-6.1,7.5,-3.7,-1.1,4.6,-4.6,-0.7,-2.8,-1.0,-0.8,0.8"
"""The cepstral mean that is taken from the first utterance, while its own is not known: that of 18 sentences in nine
languages by synthetic voices, in rooms of `tests.benchmarks.ears.sounds`. By pocketsphinx's own ("40,3,-1") one word
more of the 54 in tests/audio_samples is misheard.
"""
MOST_IN_VAIN = 0.5
"""Of the utterance's length: who pauses often would have it looked at again and again, and wait at the end."""


class Expected(Protocol):
    """Listens for expected sentences."""

    @property
    def parts(self) -> Sequence[str]:
        """The names of what it hears with."""
        ...

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these; those that cannot be read cannot be listened for."""
        ...

    def fit(self, sound: NDArray[np.int16], looked: Any = None) -> Any:
        """A look at an utterance, at `EAR_RATE_HZ`; `looked` is what the look before said, earlier in one silence."""
        ...

    def hear(self, sound: NDArray[np.int16], looked: Any = None) -> Hearing:
        """What was said; `looked` is what `fit` made of it before its last silence."""
        ...


class Recogniser:
    """Understands one language, one utterance after the other: its expected sentences, in English free speech, too."""

    def __init__(self, language: str = "en", *, alone: bool = False) -> None:
        """`alone`: without the recogniser beside pocketsphinx that other languages than English have."""
        english = language == "en"
        self._expected: Expected = ExpectedSpeech() if english else ExpectedPhones(language, alone=alone)
        # The second and third pass cost up to half a second after the end of speech, and on the human recordings of
        # tests/audio_samples they make as many mistakes as the first alone (word error rate 0.39 against 0.30).
        # No dither: pocketsphinx draws it anew each time, and what is heard changed with it by a word in twenty.
        settings = {"loglevel": "FATAL", "fwdflat": False, "bestpath": False, "cmninit": _USUAL_MEAN}
        self._free: Any = Decoder(Config(**settings)) if english else _NoFreeSpeech()
        self._targets = TargetWords(language)
        self._listening = False
        self._sound = bytearray()
        self._loudest = 0.0
        self._quiet_ms = 0.0
        self._looked: Any = None
        """What fits that which was said before the present quiet."""
        self._judged: Hearing | None = None
        """The same, word by word."""
        self._looks = 0
        """How often was looked."""
        self._looking_s = 0.0
        """Processor time that such looks have taken."""

    @property
    def parts(self) -> Sequence[str]:
        """The names of what it hears with."""
        return self._expected.parts

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these in the next utterance."""
        self._expected.expect(sentences)

    def aim_at(self, targets: Iterable[str]) -> None:
        """One of these is said after the tutor in the next utterance: how each of its words was said is told."""
        self._targets.expect(targets)

    def begin(self) -> None:
        """A new utterance; one that was not finished is forgotten."""
        if self._listening:
            self._free.end_utt()
        self._resampler = soxr.ResampleStream(pcm.RATE_HZ, EAR_RATE_HZ, 1, dtype="int16")
        self._sound.clear()
        self._loudest, self._quiet_ms, self._looked, self._looks, self._looking_s = 0.0, 0.0, None, 0, 0.0
        self._judged = None
        self._free.start_utt()
        self._listening = True

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16, an even number of bytes."""
        samples = np.frombuffer(sound, dtype="<i2")
        if self._listening and samples.size:
            self._take(self._resampler.resample_chunk(samples))
            self._look_ahead(samples)

    def _take(self, samples: NDArray[np.int16]) -> None:
        if heard := samples.astype("<i2").tobytes():  # an empty buffer is an IndexError in pocketsphinx
            self._sound += heard
            self._free.process_raw(heard, False, False)

    def _look_ahead(self, samples: NDArray[np.int16]) -> None:
        """Use the learner's silence: try the expected sentences while the turn's end is still being waited for."""
        loudness = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._loudest = max(self._loudest, loudness)
        if loudness >= QUIET_SHARE * self._loudest:
            self._quiet_ms, self._looked, self._judged, self._looks = 0.0, None, None, 0
            return
        self._quiet_ms += pcm.ms_of(samples.nbytes)
        heard_s = len(self._sound) / pcm.SAMPLE_BYTES / EAR_RATE_HZ
        is_due = self._looks < len(LOOKS_MS) and self._quiet_ms >= LOOKS_MS[self._looks]
        if is_due and self._looking_s <= MOST_IN_VAIN * heard_s:
            began_s = time.process_time()
            self._looked = self._expected.fit(self._samples(), self._looked)
            if self._targets and (self._judged is None or self._judged.match is not Match.EXPECTED):
                self._judged = self._word_by_word()
            self._looks += 1
            self._looking_s += time.process_time() - began_s

    def _samples(self) -> NDArray[np.int16]:
        return np.frombuffer(bytes(self._sound), dtype="<i2")

    def finish(self) -> Hearing:
        """What was said, and whether it is one of the expected sentences."""
        if not self._listening:
            return Hearing()
        self._take(self._resampler.resample_chunk(np.zeros(0, dtype="<i2"), last=True))
        self._listening = False
        self._free.end_utt()
        heard = self._judged or self._word_by_word()
        return Hearing(self._freely()) if heard.match is Match.OTHER else heard

    def _word_by_word(self) -> Hearing:
        """The expected sentence, with how its words were said where it is one to say after the tutor."""
        sound = self._samples()
        return self._targets.judged(sound, self._expected.hear(sound, self._looked))

    def _freely(self) -> str:
        hypothesis = self._free.hyp()
        return str(hypothesis.hypstr) if hypothesis else ""


class _NoFreeSpeech:
    """In place of a decoder of free speech, of which there is none but for English."""

    def start_utt(self) -> None: ...

    def process_raw(self, sound: bytes, no_search: bool, full_utt: bool) -> None: ...

    def end_utt(self) -> None: ...

    def hyp(self) -> None: ...
