"""The human recordings that the ears are tested on, and what is said in them."""

from __future__ import annotations

import wave

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.support.paths import SAMPLES
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ

SPOKEN = {
    "austen-0870": "and mister john dashwood had then leisure to consider how much there might be prudently in his "
    "power to do for them",
    "austen-0880": "he was not an ill disposed young man",
    "austen-0890": "unless to be rather cold hearted and rather selfish is to be ill disposed",
    "cards-001": "ten of clubs",
    "cards-002": "four queen of clubs",
    "cards-003": "seven of clubs",
}
OTHERS = ["ten of hearts", "four kings of clubs", "seven queens of spades", "he was an ill disposed old man"]
"""Four more for the grammar of ten, each easily taken for one of the six."""


def recording_16k(name: str) -> NDArray[np.int16]:
    """A recording as it is: 16 kHz mono."""
    with wave.open(str(SAMPLES / f"{name}.wav")) as file:
        assert file.getframerate() == EAR_RATE_HZ
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def recording(name: str) -> bytes:
    """A recording as the lesson hears it: 24 kHz."""
    return bytes(soxr.resample(recording_16k(name), EAR_RATE_HZ, pcm.RATE_HZ).astype("<i2").tobytes())
