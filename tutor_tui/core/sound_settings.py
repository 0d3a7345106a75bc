"""What the learner sets of microphone and speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.setting_field import setting

BlockMs = Literal["10", "20", "40"]
_FILE_PREFIX = "file:"


def file_instead(input_device: str) -> str | None:
    """The path of the WAV file that is to speak in place of a microphone; None where a real device is wanted."""
    wanted = input_device.strip()
    return wanted.removeprefix(_FILE_PREFIX) if wanted.startswith(_FILE_PREFIX) else None


LOUDEST_GAIN_DB = 30.0
"""Of a voice at −58 dBFS and below, Whisper behind the server's voice activity detection heard 2 words of 54 as it
came, and 52 with 12 to 30 dB more; from −46 dBFS on a gain changes nothing."""


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """Microphone and speaker."""

    input_device: str = setting(
        "",
        "Microphone",
        "Number or part of the name; empty for the system's default. file:VOICE.wav lets a WAV file speak instead.",
    )
    output_device: str = setting("", "Speaker", "Number or part of the name; empty for the system's default.")
    echo_mode: EchoMode = setting(
        "headphones",
        "Headphones or speakers",
        "headphones: you can talk over the tutor. speakers: so you can, for its voice is taken out of the microphone's "
        "sound. half-duplex: the microphone rests while the tutor is heard.",
    )
    pause_at_voice: bool = setting(
        True,
        "Pause at a voice",
        "The tutor gets quieter at a sound and pauses at a voice; it goes on if you did not speak, or said “mm-hm”.",
    )
    gain_db: float = setting(
        0.0,
        "Microphone gain",
        "Makes your voice louder by so much, 0 to 30, where the system cannot: for a very soft voice or microphone.",
        low=0.0,
        high=LOUDEST_GAIN_DB,
        step=3.0,
        unit="dB",
    )
    block_ms: BlockMs = setting(
        "20",
        "Block",
        "Sound travels in blocks of this length; 10 answers sooner but uses more CPU, 40 is for a slow machine.",
        unit="ms",
    )
