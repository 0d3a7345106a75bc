"""Text → speech: espeak-ng, through ctypes, from the library and data that `espeakng_loader` brings."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from functools import cache
from typing import ClassVar

import espeakng_loader
import numpy as np
import soxr

from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem

PIECE_BYTES = pcm.bytes_of(200)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])[」』”’）]*\s*|\n+")


def sentences(text: str) -> list[str]:
    """`text` cut into speakable sentences; nothing but white space is lost."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE, _PITCH, _RANGE, _WORDGAP = 1, 3, 4, 7
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_VOICES = {"en": "en-us", "zh": "cmn"}


class Voice:
    """Speaks."""

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        with self._lock:
            self._engine = _engine()

    def speak(self, text: str, language: str, speed: float = 1.0) -> Iterator[bytes]:
        """Sentence by sentence, pieces of at most 200 ms of 24 kHz mono s16."""
        for sentence in sentences(text):
            with self._lock:
                sound = self._engine.synthesise(sentence, _VOICES.get(language, language), round(150 * speed))
            for start in range(0, len(sound), PIECE_BYTES):
                yield sound[start : start + PIECE_BYTES]


class _Engine:
    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        path = espeakng_loader.get_data_path().encode()
        self.rate_hz: int = self._library.espeak_Initialize(_SYNCHRONOUS, 60, path, _DONT_EXIT)
        if self.rate_hz <= 0:
            raise Problem(
                "espeak-ng cannot start.", "Reinstall it: pip install --force-reinstall espeakng-loader", ExitCode.SOUND
            )
        self._pieces: list[bytes] = []
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    def synthesise(self, text: str, voice: str, words_per_minute: int) -> bytes:
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        self._pieces.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, _UTF8, None, None)
        samples = np.frombuffer(b"".join(self._pieces), dtype="<i2")
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 100)
        if not len(loud):
            return b""
        resampled = soxr.resample(samples[max(0, loud[0] - 200) :], self.rate_hz, pcm.RATE_HZ)
        return bytes(resampled.astype("<i2").tobytes())


@cache
def _engine() -> _Engine:
    return _Engine()
