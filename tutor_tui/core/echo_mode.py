"""Whether the microphone can hear the tutor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tutor_tui.core.lesson_plan import NoiseReduction

EchoMode = Literal["headphones", "speakers", "half-duplex"]
"""headphones: it cannot, and both may speak at once. speakers: it can, and the tutor's voice is taken out of what it
hears; for as long as that is not known to work, it rests while the tutor is heard. half-duplex: it always does."""

SpeakerKind = Literal["headphones", "speakers"]
"""What the tutor is heard by, where the system knows it; each is the echo mode that fits."""

NOISE_REDUCTION: Mapping[EchoMode, NoiseReduction] = {
    "headphones": "near_field",
    "speakers": "far_field",
    "half-duplex": "far_field",
}
"""Headphones come with a microphone at the mouth; loudspeakers with one somewhere in the room."""
