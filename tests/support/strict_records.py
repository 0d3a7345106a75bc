"""What the strict server bills, and what it remembers of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

USAGE = {
    "total_tokens": 253,
    "input_tokens": 132,
    "output_tokens": 121,
    "input_token_details": {
        "text_tokens": 119,
        "audio_tokens": 13,
        "image_tokens": 0,
        "cached_tokens": 64,
        "cached_tokens_details": {"text_tokens": 64, "audio_tokens": 0, "image_tokens": 0},
    },
    "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
}


@dataclass(frozen=True, slots=True)
class Received:
    """One client frame."""

    at: float
    """`time.monotonic()` seconds."""
    connection: int
    """0 for the first connection."""
    frame: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.frame.get("type"))


@dataclass(frozen=True, slots=True)
class Sent:
    """One event told."""

    at: float
    connection: int
    type: str
    frame: dict[str, Any]
