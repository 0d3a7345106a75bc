"""Text → speech: hibari, by the extra `[voices]`: one American voice, learnt from one of Kokoro's and far quicker."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from tutor_tui.offline_server.tts import weights
from tutor_tui.offline_server.tts.slow_pace import at_pace
from tutor_tui.offline_server.tts.speaker import Stop, as_s16, trimmed
from tutor_tui.offline_server.tts.voices import VoiceEntry

PACE = 0.85
"""What it calls 1 is a news reader's pace."""
NEEDED_MB = 250
"""Measured: 163 MB once it has spoken, dictionaries and onnxruntime included."""


class Hibari:
    """Says one sentence at a time, on any thread: a second of it takes 40 ms."""

    def __init__(self) -> None:
        """Takes half a second. Raises `Unavailable`."""
        weights.check_machine(weights.cpu_flags(), weights.free_mb(), NEEDED_MB)
        try:
            import hibari

            self._tts = hibari.Hibari(threads=1)
            self._phones = self._tts.phonemize
            self._phones("a")  # loads its dictionaries
        except ImportError:
            raise weights.unavailable("The package hibari-tts is missing", reinstall=False) from None
        except Exception as failure:  # noqa: BLE001 - onnxruntime's own errors have no common kind, nor damaged files
            raise weights.broke_down("The better English voice does not start", failure) from None
        self._lock = threading.Lock()

    def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        """See `Speaker.say`. Raises `Unavailable` where it breaks down."""
        yield from at_pace(self._spoken(text, max(1.0, speed) * PACE, voice.gain_db, stop), speed)

    def _spoken(self, text: str, pace: float, gain_db: float, stop: Stop) -> Iterator[bytes]:
        with self._lock:
            phrases: list[str] = self._phones(text)
        for phrase in phrases:
            if stop.asked:
                return
            if sound := self._sound(phrase, pace, gain_db):
                yield sound

    def _sound(self, phones: str, pace: float, gain_db: float) -> bytes:
        try:
            with self._lock:
                samples = self._tts.from_phonemes(phones, pace)
        except Exception as failure:  # noqa: BLE001 - as above
            raise weights.broke_down("The better English voice broke down", failure) from None
        return trimmed(as_s16(np.asarray(samples, np.float32), gain_db)).tobytes()
