"""A text as sound: sentence by sentence, each language by the voice that can say it, and to be stopped at any time."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.tts.language_runs import spoken_runs
from tutor_tui.offline_server.tts.voice_text import voice_text
from tutor_tui.speech.sentences import sentences

PIECE_MS = 200
"""The longest piece: after a cancel, no more than this is on its way."""
SPEED_LIMITS = (0.25, 1.5)
SENTENCE_PAUSE_MS = 250
VOICE_PAUSE_MS = 60
"""Between two voices in one sentence."""
_QUIET = 100
"""Samples below this (−50 dBFS) count as silence when the ends are trimmed."""
_LEAD_IN_MS = 10
KNEE = 0.7
"""Up to here (-3 dBFS) sound is as it was made. Voices as loud as each other have single peaks of up to +3 dBFS, which
would be cut off at 0; a curve that is the same for all keeps loudness where it is, and its ends from cracking.
"""
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Stop:
    """Ends a text that is being spoken. To be asked for from any thread."""

    def __init__(self, *, is_awaited: bool = True) -> None:
        self.asked = False
        self.is_awaited = is_awaited
        """Whether somebody waits for the sound; what is made in advance may take its time."""
        self._interrupt: Callable[[], object] = _nothing

    def ask(self) -> None:
        """No more of it."""
        self.asked = True
        self._interrupt()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """While work is done that `interrupt` breaks off."""
        self._interrupt = interrupt
        try:
            if self.asked:
                interrupt()
            yield
        finally:
            self._interrupt = _nothing


def _nothing() -> None:
    """There is no work to break off."""


class Speech(Generator[bytes, None, None]):
    """The sound of a text, piece by piece. `close` ends it at once, from any thread, also while a piece is made."""

    def __init__(self, pieces: Iterator[bytes], stop: Stop) -> None:
        self._pieces = pieces
        self._stop = stop

    def send(self, value: None) -> bytes:
        """The next piece, as `next` gives it."""
        piece = next(self._pieces)
        self._stop.is_awaited = True  # what was made in advance was this one
        return piece

    def throw(self, kind: Any, value: Any = None, trace: Any = None) -> bytes:
        """End it."""
        self.close()
        raise value if isinstance(value, BaseException) else kind

    def close(self) -> None:
        """End it at once; what is asked for afterwards is the end."""
        self._stop.ask()


class Speaker(ABC):
    """Says a text of one language or of several."""

    def speak(self, text: str, language: str, speed: float = 1.0, *, is_awaited: bool = True) -> Speech:
        """`text` as sound, 24 kHz mono s16, in pieces of at most `PIECE_MS`; made as it is asked for.

        `language` is ISO 639-1; words in other letters are said by the voice that can read them. `speed` from 0.25 to
        1.5 scales the words per minute. Without `is_awaited` the first piece is made before it is wanted.
        """
        stop = Stop(is_awaited=is_awaited)
        return Speech(self._pieces(text, language, speed, stop), stop)

    def _pieces(self, text: str, language: str, speed: float, stop: Stop) -> Iterator[bytes]:
        low, high = SPEED_LIMITS
        speed = min(high, max(low, speed))
        pause = b""
        for sentence in sentences(_UNSPEAKABLE.sub(" ", text)):
            for run, tongue in spoken_runs(voice_text(sentence), language):
                sounded = False
                for sound in self.say(run, tongue, speed, stop):
                    if stop.asked:
                        return
                    yield from _cut(sound if sounded else pause + sound)
                    sounded = True
                pause = pcm.silence(VOICE_PAUSE_MS) if sounded else pause
            pause = pcm.silence(SENTENCE_PAUSE_MS) if pause else b""

    @abstractmethod
    def say(self, text: str, language: str, speed: float, stop: Stop) -> Iterator[bytes]:
        """A text of one language without silence at its ends, in pieces that follow each other; none if there is
        nothing to hear in it.
        """


def _cut(sound: bytes) -> Iterator[bytes]:
    size = pcm.bytes_of(PIECE_MS)
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def trimmed(
    samples: NDArray[np.int16], rate_hz: int = pcm.RATE_HZ, *, start: bool = True, end: bool = True
) -> NDArray[np.int16]:
    """`samples` without the silence at their ends, or at one of them; none where nothing sounds."""
    loud = np.flatnonzero((samples > _QUIET) | (samples < -_QUIET))
    if not loud.size:
        return samples[:0]
    margin = rate_hz * _LEAD_IN_MS // 1000
    return samples[max(0, loud[0] - margin) if start else 0 : loud[-1] + margin if end else len(samples)]


def as_s16(samples: NDArray[np.float32], gain_db: float = 0.0) -> NDArray[np.int16]:
    """Samples from -1 to 1 as they go out; what is louder than `KNEE` is rounded off."""
    sound = samples * 10 ** (gain_db / 20)
    loud = np.abs(sound)
    over = loud > KNEE
    if over.any():
        rounded = KNEE + (1 - KNEE) * np.tanh((loud[over] - KNEE) / (1 - KNEE))
        sound[over] = np.copysign(rounded, sound[over])
    return (sound * 32_767).astype("<i2")
