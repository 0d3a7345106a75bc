"""What of the tutor is missing, and how that is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tutor_tui.core.problems import ExitCode, Problem


class Unavailable(Problem):
    """A part of the tutor is missing, and the learner can do something about it. The lesson goes on without."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title, hint, ExitCode.TUTOR)


Tell: TypeAlias = Callable[[Unavailable], None]
"""Takes news for the learner; called from any thread."""
