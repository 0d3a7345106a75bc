"""What hearing costs on this machine: measured with a recogniser of its own, as a lesson would start it."""

from __future__ import annotations

import numpy as np

from tutor_tui.core import pcm
from tutor_tui.offline_server.lesson.requests import requests_aloud
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx, Usage

_VOICE_HZ = 120
_SYLLABLES_HZ = 4


def cost(language: str) -> Usage | None:
    """The processor time of one second of something like speech, and the memory; None where no recogniser starts.

    Of a language that is heard, an ISO 639-1 code. Takes a second, most of it for starting.
    """
    recogniser = PocketSphinx(language)
    try:
        recogniser.wake()
        recogniser.expect(requests_aloud([language]))
        before = recogniser.usage()
        recogniser.begin()
        recogniser.feed(_second())
        recogniser.finish()
        after = recogniser.usage()
    finally:
        recogniser.close()
    if before is None or after is None:
        return None
    return Usage(after.processor_s - before.processor_s, after.memory_mb, after.by)


def _second() -> bytes:
    """A buzz that swells and fades as syllables do: judged for as long as speech is, and no word of any language."""
    at_s = np.arange(pcm.RATE_HZ) / pcm.RATE_HZ
    buzz = at_s * _VOICE_HZ % 1 - 0.5
    return bytes((buzz * np.sin(np.pi * _SYLLABLES_HZ * at_s) ** 2 * 16_000).astype("<i2").tobytes())
