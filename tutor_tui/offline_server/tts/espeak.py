"""Text → speech: espeak-ng, through ctypes, from the library and data that `espeakng_loader` brings.

What it does well: it is at hand in every language at once, about a hundred times faster than it speaks, and exact at
any pace. What it does not: it sounds like a machine, and it reads no kanji (see `kana`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import cache

import numpy as np
import soxr
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.espeak_engine import Engine, engine
from tutor_tui.offline_server.tts.kana import in_kana
from tutor_tui.offline_server.tts.language_runs import spoken_runs
from tutor_tui.offline_server.tts.voice_text import short_pieces, voice_text
from tutor_tui.speech.sentences import sentences

PIECE_MS = 200
"""The longest piece: after a cancel, no more than this is on its way."""
WORDS_PER_MINUTE = 150
"""At speed 1. espeak-ng's own 175 is a news reader's; learners' materials are spoken at 120 to 160."""
SLOWEST_WORDS_PER_MINUTE = 80
"""espeak-ng's own limit. Below it the words stay at this pace and the gaps between them grow."""
SPEED_LIMITS = (0.25, 1.5)
SENTENCE_PAUSE_MS = 250
VOICE_PAUSE_MS = 60
"""Between two voices in one sentence."""
_QUIET = 100
"""Samples below this (−50 dBFS) count as silence when the ends are trimmed."""
_LEAD_IN_MS = 10
_WORD_GAP_UNIT_MS = 22
"""espeak-ng's 10 ms, stretched as everything else is at its slowest pace (175 / 80 words per minute)."""
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Espeak:
    """Says anything in many languages. Any number may be made and used on any thread: there is one engine inside."""

    def __init__(self) -> None:
        self._engine = _ready_engine()

    def speak(self, text: str, language: str, speed: float = 1.0) -> Iterator[bytes]:
        """`text` as sound, 24 kHz mono s16, in pieces of at most `PIECE_MS`; made sentence by sentence, as asked for.

        `language` is ISO 639-1; words in other letters are said by the voice that can read them, and a language that
        espeak-ng does not have is read by the English one. `speed` from 0.25 to 1.5 scales the words per minute.
        """
        pause = b""
        for sentence in sentences(_UNSPEAKABLE.sub(" ", text)):
            for run, tongue in spoken_runs(voice_text(sentence), language):
                for piece in short_pieces(in_kana(run) if tongue == "ja" else run, tongue):
                    if sound := _spoken(self._engine, piece, tongue, speed):
                        yield from _pieces(pause + sound)
                        pause = pcm.silence(VOICE_PAUSE_MS)
            pause = pcm.silence(SENTENCE_PAUSE_MS) if pause else b""


def _pieces(sound: bytes) -> Iterator[bytes]:
    size = pcm.bytes_of(PIECE_MS)
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def _spoken(engine: Engine, text: str, language: str, speed: float) -> bytes:
    """One sentence in one voice, without the silence at its ends; empty if there is nothing to hear in it."""
    low, high = SPEED_LIMITS
    wanted = WORDS_PER_MINUTE * min(high, max(low, speed))
    pace = max(SLOWEST_WORDS_PER_MINUTE, wanted)
    gap_ms = 60_000 / wanted - 60_000 / pace
    return _ready(engine.sound(text, language, round(pace), round(gap_ms / _WORD_GAP_UNIT_MS)), engine.rate_hz)


def _ready(samples: NDArray[np.int16], rate_hz: int) -> bytes:
    """Trimmed and at the lesson's rate."""
    loud = np.flatnonzero((samples > _QUIET) | (samples < -_QUIET))
    if not loud.size:
        return b""
    margin = rate_hz * _LEAD_IN_MS // 1000
    trimmed = samples[max(0, loud[0] - margin) : loud[-1] + margin]
    sound: bytes = soxr.resample(trimmed, rate_hz, pcm.RATE_HZ).astype("<i2").tobytes()
    return sound


_first = threading.Lock()


def _ready_engine() -> Engine:
    with _first:
        return _warm_engine()


@cache
def _warm_engine() -> Engine:
    """The engine after a first word: the first resampling costs 30 ms, now and not when the learner waits."""
    first = engine()
    _spoken(first, "a", "en", 1.0)
    return first
