"""Text → speech: espeak-ng, through ctypes, from the library and data that `espeakng_loader` brings.

What it does well: it is at hand in every language at once, about a hundred times faster than it speaks, and exact at
any pace. What it does not: it sounds like a machine, reads no kanji (see `kana`), hanzi wrongly
(see `pinyin`), and Korean letter by letter (see `hangul`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache

import soxr

from tutor_tui.core import pcm
from tutor_tui.offline_server.espeak_engine import Engine, engine
from tutor_tui.offline_server.tts.hangul import as_it_sounds
from tutor_tui.offline_server.tts.kana import in_kana
from tutor_tui.offline_server.tts.pinyin import in_pinyin
from tutor_tui.offline_server.tts.speaker import VOICE_PAUSE_MS, Speaker, Stop, trimmed
from tutor_tui.offline_server.tts.voice_text import short_pieces

WORDS_PER_MINUTE = 150
"""At speed 1. espeak-ng's own 175 is a news reader's; learners' materials are spoken at 120 to 160."""
SLOWEST_WORDS_PER_MINUTE = 80
"""espeak-ng's own limit. Below it the words stay at this pace and the gaps between them grow."""
_RESPELLED = {"ja": in_kana, "ko": as_it_sounds, "zh": in_pinyin}
_WORD_GAP_UNIT_MS = 22
"""espeak-ng's 10 ms, stretched as everything else is at its slowest pace (175 / 80 words per minute)."""


class Espeak(Speaker):
    """Says anything in many languages. Any number may be made and used on any thread: there is one engine inside."""

    def __init__(self) -> None:
        self._engine = _ready_engine()

    def can_say(self, language: str) -> bool:
        """Whether it has a voice for this language."""
        return self._engine.speaks(language)

    def say(self, text: str, language: str, speed: float, stop: Stop) -> Iterator[bytes]:
        """See `Speaker.say`. A language that espeak-ng does not have is read by the English voice."""
        pause = b""
        for piece in short_pieces(_RESPELLED.get(language, str)(text), language):
            if sound := _spoken(self._engine, piece, language, speed):
                yield pause + sound
                pause = pcm.silence(VOICE_PAUSE_MS)


def _spoken(engine: Engine, text: str, language: str, speed: float) -> bytes:
    """One sentence in one voice, without the silence at its ends; empty if there is nothing to hear in it."""
    wanted = WORDS_PER_MINUTE * speed
    pace = max(SLOWEST_WORDS_PER_MINUTE, wanted)
    gap_ms = 60_000 / wanted - 60_000 / pace
    samples = trimmed(engine.sound(text, language, round(pace), round(gap_ms / _WORD_GAP_UNIT_MS)), engine.rate_hz)
    sound: bytes = soxr.resample(samples, engine.rate_hz, pcm.RATE_HZ).astype("<i2").tobytes() if samples.size else b""
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
