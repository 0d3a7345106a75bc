"""How fast a voice speaks: judged by what is usual, and soon by what it has said."""

from __future__ import annotations

from tutor_tui.speech.words_heard import usual_ms

_MEMORY_MS = 20_000.0
"""How much of what was said last counts: little enough to follow a voice that slows down for a learner."""
_SHORTEST_MS = 400.0
"""A shorter text says nothing about pace: what is silence around it weighs too much."""


class SpeakingRate:
    """Tells how long a text will sound. `speed` is what the voice was asked for, and may be changed."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._usual_ms = 0.0
        self._real_ms = 0.0
        """What was said so far, at speed 1."""

    def expected_ms(self, text: str) -> int:
        """How long `text` will sound."""
        usual = usual_ms(text) / self.speed
        return round(usual * self._real_ms / self._usual_ms if self._usual_ms else usual)

    def learn(self, text: str, ms: float) -> None:
        """Note that `text` took `ms` to say."""
        usual = usual_ms(text)
        if usual < _SHORTEST_MS or ms < _SHORTEST_MS:
            return
        self._usual_ms += usual
        self._real_ms += ms * self.speed
        if self._usual_ms > _MEMORY_MS:
            kept = _MEMORY_MS / self._usual_ms
            self._usual_ms *= kept
            self._real_ms *= kept
