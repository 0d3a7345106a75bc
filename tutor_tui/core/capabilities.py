"""What a tutor can do: asked instead of its name; the screen greys out the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Facts about one tutor."""

    hears: frozenset[str] | None = None
    """Languages it understands by ear (ISO 639-1); None for any. The others have to be typed."""
    semantic_vad: bool = True
    """Knows whether a sentence sounds finished. False: eagerness is mapped to fixed waits."""
    needs_truncation: bool = True
    """Has to be told how much of a stopped reply was heard."""
    interrupts_on_voice: bool = True
    """Stops its own answer when it hears the learner."""
    live_lesson: bool = True
    """Takes a new profile without a new connection."""
    costs_money: bool = True
    tools: bool = False
    """Calls the tools that a plan offers."""
