"""All lessons of a language at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Overview:
    """What has come of them. Each list goes from the oldest to the newest."""

    weeks: Sequence[tuple[date, float]] = ()
    """Monday of each of the last weeks → minutes of practice."""
    strength: Mapping[str, int] = field(default_factory=dict)
    """How well items are remembered, the weakest class first → how many there are."""
    mistakes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Kind of mistake, the most frequent first → how many were noted in each of these weeks."""
    pauses: Sequence[tuple[date, float]] = ()
    """Pauses within a clause, a minute of speech: the day of each lesson, and of it and the two before it the median.
    """
    last_pauses: float | None = None
    """The same of the newest lesson alone."""
    voiced: int = 0
    """In so many lessons the learner said enough for it."""

    goal: str = ""
    """The learner's goal for a week and how far this one has come; empty without a goal."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        practised = any(minutes for _, minutes in self.weeks)
        return not (practised or any(self.strength.values()) or self.mistakes or self.pauses)
