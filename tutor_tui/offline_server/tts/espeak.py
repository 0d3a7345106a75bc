"""Text → speech: espeak-ng, through ctypes, from the library and data that `espeakng_loader` brings.

What it does well: it is at hand in every language at once, about a hundred times faster than it speaks, and exact at
any pace. What it does not: it sounds like a machine, and it reads no kanji (see `kana`).
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from functools import cache

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.tts.kana import in_kana
from tutor_tui.offline_server.tts.language_runs import runs
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
_PITCH = 45
_PITCH_RANGE = 60
"""A little livelier than espeak-ng's 50: questions should be heard as questions."""
_QUIET = 100
"""Samples below this (−50 dBFS) count as silence when the ends are trimmed."""
_LEAD_IN_MS = 10
_VOICE_NAMES = {"en": "en-us", "zh": "cmn"}
"""Where espeak-ng's name for the voice is not the language code."""
_FALLBACK_VOICE = "en-us"

_WORD_GAP_UNIT_MS = 22
"""espeak-ng's 10 ms, stretched as everything else is at its slowest pace (175 / 80 words per minute)."""
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_OK = 0
_RATE, _PITCH_PARAMETER, _RANGE, _WORD_GAP = 1, 3, 4, 7
_BY_CHARACTER = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_BUFFER_MS = 200
_LONGEST_PATH = 150
"""Its buffer for the path has 160 bytes, and names of files follow."""


class Espeak:
    """Says anything in many languages. Any number may be made and used on any thread: there is one engine inside."""

    def __init__(self) -> None:
        self._engine = _engine()

    def speak(self, text: str, language: str, speed: float = 1.0) -> Iterator[bytes]:
        """`text` as sound, 24 kHz mono s16, in pieces of at most `PIECE_MS`; made sentence by sentence, as asked for.

        `language` is ISO 639-1; words in other letters are said by the voice that can read them, and a language that
        espeak-ng does not have is read by the English one. `speed` from 0.25 to 1.5 scales the words per minute.
        """
        pause = b""
        for sentence in sentences(_UNSPEAKABLE.sub(" ", text)):
            for run, tongue in runs(voice_text(sentence), language):
                for piece in short_pieces(in_kana(run) if tongue == "ja" else run, tongue):
                    if sound := self._engine.say(piece, tongue, speed):
                        yield from _pieces(pause + sound)
                        pause = pcm.silence(VOICE_PAUSE_MS)
            pause = pcm.silence(SENTENCE_PAUSE_MS) if pause else b""


def _pieces(sound: bytes) -> Iterator[bytes]:
    size = pcm.bytes_of(PIECE_MS)
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


class _Engine:
    """espeak-ng keeps its state in the process, so there is one of these, and one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sound = bytearray()
        self._voice = ""
        path = espeakng_loader.get_library_path()
        try:
            self._library = ctypes.CDLL(path)
        except OSError as error:
            raise _broken(str(error)) from error
        data = espeakng_loader.get_data_path().encode()
        if len(data) > _LONGEST_PATH:
            raise _broken(f"it can read no folder whose path is longer than {_LONGEST_PATH} bytes")
        self._rate_hz = int(self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _DONT_EXIT))
        if self._rate_hz <= 0:
            raise _broken("its data cannot be read")
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._set(_PITCH_PARAMETER, _PITCH)
        self._set(_RANGE, _PITCH_RANGE)
        self.say("a", "en", 1.0)  # the first resampling costs 30 ms: now, not when the learner waits

    def _set(self, parameter: int, value: int) -> None:
        self._library.espeak_SetParameter(parameter, value, 0)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        """espeak-ng's callback: keeps the samples, says "go on" (0)."""
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * pcm.SAMPLE_BYTES)
        return 0

    def say(self, text: str, language: str, speed: float) -> bytes:
        """One sentence in one voice, without the silence at its ends; empty if there is nothing to hear in it."""
        with self._lock:
            self._use_voice(language)
            self._use_pace(speed)
            self._sound.clear()
            data = text.encode("utf-8", "replace")
            if self._library.espeak_Synth(data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None) != _OK:
                raise _broken("it cannot speak")
            samples = np.frombuffer(bytes(self._sound), dtype=np.int16)
        return self._ready(samples)

    def _use_voice(self, language: str) -> None:
        name = _VOICE_NAMES.get(language, language)
        if name == self._voice:
            return
        if self._library.espeak_SetVoiceByName(name.encode("ascii", "replace")) != _OK:
            self._library.espeak_SetVoiceByName(_FALLBACK_VOICE.encode())
        self._voice = name

    def _use_pace(self, speed: float) -> None:
        low, high = SPEED_LIMITS
        wanted = WORDS_PER_MINUTE * min(high, max(low, speed))
        pace = max(SLOWEST_WORDS_PER_MINUTE, wanted)
        gap_ms = 60_000 / wanted - 60_000 / pace
        self._set(_RATE, round(pace))
        self._set(_WORD_GAP, round(gap_ms / _WORD_GAP_UNIT_MS))

    def _ready(self, samples: NDArray[np.int16]) -> bytes:
        """Trimmed and at the lesson's rate."""
        loud = np.flatnonzero((samples > _QUIET) | (samples < -_QUIET))
        if not loud.size:
            return b""
        margin = self._rate_hz * _LEAD_IN_MS // 1000
        trimmed = samples[max(0, loud[0] - margin) : loud[-1] + margin]
        sound: bytes = soxr.resample(trimmed, self._rate_hz, pcm.RATE_HZ).astype("<i2").tobytes()
        return sound


def _broken(reason: str) -> Problem:
    hint = "Install it again: pip install --force-reinstall espeakng-loader"
    return Problem(f"The offline tutor's voice (espeak-ng) does not start: {reason}.", hint, ExitCode.SOUND)


_first = threading.Lock()


def _engine() -> _Engine:
    with _first:  # a cached function alone would let two threads start the engine twice
        return _only_engine()


@cache
def _only_engine() -> _Engine:
    return _Engine()
