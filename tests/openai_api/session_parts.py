"""What tests put into a session: a tool, and the flat shape of the beta."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spec:
    name: str = "look"
    description: str = "Look something up."
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    answers: bool = True


LOOK = Spec()
FLAT = {"object": "realtime.session", "model": "m", "modalities": ["text", "audio"], "input_audio_format": "pcm16"}
