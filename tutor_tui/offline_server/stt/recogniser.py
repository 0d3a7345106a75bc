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

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt.expected_in_english import ExpectedInEnglish
from tutor_tui.offline_server.stt.expected_phones import ExpectedPhones
from tutor_tui.offline_server.stt.free_speech import FreeSpeech
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ, QUIET_SHARE
from tutor_tui.offline_server.stt.target_words import TargetWords

LOOKS_MS = (200, 400)
"""After so much quiet the expected sentences are tried in advance, and once more where that leaves a doubt: the last
words may have been quiet, too. Server VAD waits longer before a turn ends. On human speech a third look found nothing.
"""
LONGEST_S = 60
"""Longer utterances are no answers: what comes later is not listened to, so that memory and time stay bounded."""

_MOST_BYTES = LONGEST_S * EAR_RATE_HZ * pcm.SAMPLE_BYTES

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
        self._expected: Expected = ExpectedInEnglish(alone=alone) if english else ExpectedPhones(language, alone=alone)
        self._free = FreeSpeech() if english else None
        self._targets = TargetWords(language)
        self._listening = False
        self._sound = bytearray()
        self._loudness = 0.0
        """Of the newest piece."""
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
        self._resampler = soxr.ResampleStream(pcm.RATE_HZ, EAR_RATE_HZ, 1, dtype="int16")
        self._sound.clear()
        self._loudest, self._quiet_ms, self._looked, self._looks, self._looking_s = 0.0, 0.0, None, 0, 0.0
        self._judged = None
        if self._free:
            self._free.begin()
        self._listening = True

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16, an even number of bytes."""
        samples = np.frombuffer(sound, dtype="<i2")
        if self._listening and samples.size:
            self._measure(samples)
            self._take(self._resampler.resample_chunk(samples))
            self._look_ahead()

    def _take(self, samples: NDArray[np.int16]) -> None:
        if heard := samples.astype("<i2").tobytes():  # an empty buffer is an IndexError in pocketsphinx
            self._sound += heard
            if self._free:
                self._free.feed(heard, self._loudness, self._quiet_ms)

    def _measure(self, samples: NDArray[np.int16]) -> None:
        self._loudness = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._loudest = max(self._loudest, self._loudness)
        if self._loudness >= QUIET_SHARE * self._loudest:
            self._quiet_ms, self._looked, self._judged, self._looks = 0.0, None, None, 0
        else:
            self._quiet_ms += pcm.ms_of(samples.nbytes)

    def _look_ahead(self) -> None:
        """Use the learner's silence: try the expected sentences while the turn's end is still being waited for."""
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
        heard = self._judged or self._word_by_word()
        return Hearing(self._free.finish() if self._free else "") if heard.match is Match.OTHER else heard

    def _word_by_word(self) -> Hearing:
        """The expected sentence, with how its words were said where it is one to say after the tutor."""
        sound = self._samples()
        return self._targets.judged(sound, self._expected.hear(sound, self._looked))
