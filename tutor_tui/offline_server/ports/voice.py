"""What the server needs of a voice, as Protocols."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol, runtime_checkable


class TextToSpeech(Protocol):
    """Speaks; called from worker threads."""

    def speak(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None]:
        """24 kHz mono s16 in pieces of at most 200 ms. Closing it ends the work on it."""
        ...


@runtime_checkable
class SpeaksAhead(Protocol):
    """A voice that may be slow to begin."""

    def speak_ahead(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None] | None:
        """As `speak`, for what may be said later: its first piece is made in advance. None where that would be there
        at once anyhow.
        """
        ...
