"""How fast a tutor's voice can speak, and by how much that is changed."""

from __future__ import annotations

from tutor_tui.core.turn_detection import Range

PACE = Range(0.25, 1.5, 0.05, "×")
"""The speeds a tutor's voice can take (`speed` in OpenAI's Realtime API)."""
PACE_STEP = 0.15
"""A change by so much is heard at once; less is not."""
PACE_ENDS = f"The pace is at its limit: it goes from {PACE.low:g}× to {PACE.high:g}×."
"""What is said where `other_pace` changes nothing."""


def other_pace(speed: float, change: float) -> float:
    """`speed` so much faster, or slower below 0, as far as a voice can."""
    return round(PACE.clamp(speed + change), 2)
