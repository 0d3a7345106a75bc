"""Speech → text: pocketsphinx with the English model of its wheel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import soxr
from pocketsphinx import Config, Decoder, get_model_path

from tutor_tui.core import pcm
from tutor_tui.offline.grammar import jsgf

EAR_RATE_HZ = 16_000


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was understood."""

    text: str
    expected: bool
    """One of the expected sentences was recognised, and the check believed it."""


class Ears:
    """Understands one learner."""

    languages: ClassVar[frozenset[str]] = frozenset({"en"})

    def __init__(self, language: str) -> None:
        self._decoders: list[Decoder] = []
        self._free: Decoder | None = None
        self._grammar: Decoder | None = None
        self._expecting = False
        if language in self.languages:
            self._free = Decoder(Config(loglevel="FATAL"))
            self._grammar = Decoder(Config(loglevel="FATAL", lm=None, dict=get_model_path("en-us/cmudict-en-us.dict")))

    def expect(self, sentences: Sequence[str]) -> None:
        """Sentences to listen for in the next utterance."""
        if self._grammar is None:
            return
        known = [s for s in sentences if s and all(self._grammar.lookup_word(w) for w in s.split())]
        self._expecting = bool(known)
        if known:
            self._grammar.add_jsgf_string("expected", jsgf(known))
            self._grammar.activate_search("expected")

    def begin(self) -> None:
        """A new utterance."""
        self._resampler = soxr.ResampleStream(pcm.RATE_HZ, EAR_RATE_HZ, 1, dtype="int16")
        self._decoders = [d for d in (self._grammar if self._expecting else None, self._free) if d]
        for decoder in self._decoders:
            decoder.start_utt()

    def feed(self, sound: bytes) -> None:
        """More of it."""
        self._decode(sound, last=False)

    def _decode(self, sound: bytes, *, last: bool) -> None:
        if not self._decoders:
            return
        samples = np.frombuffer(sound[: len(sound) & ~1], dtype="<i2")
        heard = self._resampler.resample_chunk(samples, last=last).astype("<i2").tobytes()
        for decoder in self._decoders:
            if heard:  # an empty buffer is an IndexError in pocketsphinx
                decoder.process_raw(heard, False, False)

    def partial(self) -> str:
        """Best words so far."""
        for decoder in self._decoders:
            if hypothesis := decoder.hyp():
                return str(hypothesis.hypstr)
        return ""

    def finish(self) -> Hearing:
        """End of the utterance."""
        self._decode(b"", last=True)
        heard = []
        for decoder in self._decoders:
            decoder.end_utt()
            hypothesis = decoder.hyp()
            heard.append(str(hypothesis.hypstr) if hypothesis else "")
        if len(heard) == 2 and heard[0]:
            return Hearing(heard[0], True)
        return Hearing(heard[-1] if heard else "", False)
