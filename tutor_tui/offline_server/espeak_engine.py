"""The one espeak-ng of this process: it speaks (`tts.espeak`), and it says of which sounds a text is made (`phones`).

The library keeps its state in the process, so there is one engine, and one lock.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem

_PITCH = 45
_PITCH_RANGE = 60
"""A little livelier than espeak-ng's 50: questions should be heard as questions."""
_VOICE_NAMES = {"en": "en-us", "zh": "cmn"}
"""Where espeak-ng's name for the voice is not the language code."""
_FALLBACK_VOICE = "en-us"

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_IPA = 2
_OK = 0
_RATE, _PITCH_PARAMETER, _RANGE, _WORD_GAP = 1, 3, 4, 7
_BY_CHARACTER = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_BUFFER_MS = 200
_LONGEST_PATH = 150
"""Its buffer for the path has 160 bytes, and names of files follow."""


class Engine:
    """To be had from `engine`. Safe on any thread."""

    def __init__(self) -> None:
        """Raises `Problem` where the library or its data cannot be used."""
        self._lock = threading.Lock()
        self._sound = bytearray()
        self._voice = ""
        self._voice_is_its_own = False
        path = espeakng_loader.get_library_path()
        try:
            self._library = ctypes.CDLL(path)
        except OSError as error:
            raise _broken(str(error)) from error
        data = espeakng_loader.get_data_path().encode()
        if len(data) > _LONGEST_PATH:
            raise _broken(f"it can read no folder whose path is longer than {_LONGEST_PATH} bytes")
        self.rate_hz = int(self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _DONT_EXIT))
        """Of what it speaks."""
        if self.rate_hz <= 0:
            raise _broken("its data cannot be read")
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._set(_PITCH_PARAMETER, _PITCH)
        self._set(_RANGE, _PITCH_RANGE)

    def _set(self, parameter: int, value: int) -> None:
        self._library.espeak_SetParameter(parameter, value, 0)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        """espeak-ng's callback: keeps the samples, says "go on" (0)."""
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * pcm.SAMPLE_BYTES)
        return 0

    def sound(self, text: str, language: str, words_per_minute: int, word_gap: int) -> NDArray[np.int16]:
        """`text` spoken in one voice, at `rate_hz`. `word_gap` is in espeak-ng's own units, 10 ms at its usual pace."""
        with self._lock:
            self._use_voice(language)
            self._set(_RATE, words_per_minute)
            self._set(_WORD_GAP, word_gap)
            self._sound.clear()
            data = text.encode("utf-8", "replace")
            if self._library.espeak_Synth(data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None) != _OK:
                raise _broken("it cannot speak")
            return np.frombuffer(bytes(self._sound), dtype=np.int16)

    def ipa(self, text: str, language: str) -> str:
        """How `text` is said, in the International Phonetic Alphabet, with blanks between words and a line a clause."""
        data = text.encode("utf-8", "replace").replace(b"\0", b" ")
        left = ctypes.c_char_p(data)
        clauses = []
        with self._lock:
            self._use_voice(language)
            while left.value is not None:  # it sets the pointer to null behind the last clause
                clauses.append(self._library.espeak_TextToPhonemes(ctypes.byref(left), _UTF8, _IPA) or b"")
        return b"\n".join(clauses).decode("utf-8", "replace")

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for `language`; another is read by the English one."""
        with self._lock:
            self._use_voice(language)
            return self._voice_is_its_own

    def _use_voice(self, language: str) -> None:
        name = _VOICE_NAMES.get(language, language)
        if name == self._voice:
            return
        self._voice_is_its_own = self._library.espeak_SetVoiceByName(name.encode("ascii", "replace")) == _OK
        if not self._voice_is_its_own:
            self._library.espeak_SetVoiceByName(_FALLBACK_VOICE.encode())
        self._voice = name


def _broken(reason: str) -> Problem:
    hint = "Install it again: pip install --force-reinstall espeakng-loader"
    return Problem(f"The offline tutor's voice (espeak-ng) does not start: {reason}.", hint, ExitCode.SOUND)


_first = threading.Lock()


def engine() -> Engine:
    """The engine, made at the first call. Raises `Problem` where it does not start."""
    with _first:  # a cached function alone would let two threads start the engine twice
        return _only_engine()


@cache
def _only_engine() -> Engine:
    return Engine()
