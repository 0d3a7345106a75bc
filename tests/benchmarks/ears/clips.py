"""Speech to measure on, by another engine than the one which says how sentences should sound: Kokoro, not espeak-ng."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.benchmarks.ears import sounds
from tests.benchmarks.ears.corpus import Spoken, spoken
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ
from tutor_tui.offline_server.tts import kokoro
from tutor_tui.offline_server.tts.speaker import Stop
from tutor_tui.offline_server.tts.voices import VoiceEntry

HELD_OUT = {
    "en": ("bf_emma", "am_michael"),
    "es": ("ef_dora", "em_alex"),
    "fr": ("ff_siwis", "if_sara"),
    "it": ("if_sara", "im_nicola"),
    "pt": ("pf_dora", "pm_alex"),
    "zh": ("zf_xiaoxiao", "zm_yunxi"),
    "ja": ("jf_alpha", "jm_kumo"),
    "ko": ("jf_alpha", "am_michael"),
    "de": ("if_sara", "bf_emma"),
}
"""The voices to measure on, by Kokoro's names for them. Nothing is calibrated on them.

Kokoro has no voice for Korean and German and one for French: what is there instead has an accent.
"""
PACES = (0.85, 1.1)
_SPOKEN_AS = {"en": "en-us", "pt": "pt-br"}
"""Where Kokoro calls a language by another name."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sentence by one voice at one pace."""

    spoken: Spoken
    voice: str
    pace: float
    path: Path
    """Where it is kept."""

    @property
    def seed(self) -> int:
        """Of its room and its noise."""
        return _number(self.path.name)


def planned(language: str, most: int, folder: Path) -> Iterator[Clip]:
    """The clips of a language, made or not; a sentence always by the same voice at the same pace."""
    ways = list(itertools.product(HELD_OUT[language], PACES))
    for each in spoken(language, most):
        voice, pace = ways[_number(each.text) % len(ways)]
        name = hashlib.sha256(f"{each.text} {voice} {pace}".encode()).hexdigest()[:12]
        yield Clip(each, voice, pace, folder / f"{language}-{name}.wav")


def made(language: str, most: int, folder: Path) -> list[Clip]:
    """The clips of a language; those that `folder` lacks are made, which takes a second or two each.

    Raises `Unavailable` where they cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = list(planned(language, most, folder))
    for clip in found:
        if not clip.path.is_file():
            speech = said(clip.spoken.text, language, clip.voice, clip.pace)
            sounds.write(clip.path, sounds.in_a_room(speech, clip.seed))
    return found


def said(text: str, language: str, voice: str, pace: float = 1.0) -> NDArray[np.float64]:
    """`text` by one of Kokoro's voices, whatever language it is of: −1 to 1, at `EAR_RATE_HZ`."""
    entry = VoiceEntry(voice, language, "kokoro", "Apache-2.0", "", voice, _SPOKEN_AS.get(language, language))
    samples = np.frombuffer(b"".join(_kokoro().say(text, entry, pace, Stop())), dtype="<i2") / 32_768
    return np.asarray(soxr.resample(samples, pcm.RATE_HZ, EAR_RATE_HZ), dtype=np.float64)


@cache
def _kokoro() -> kokoro.Kokoro:
    return kokoro.load()


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
