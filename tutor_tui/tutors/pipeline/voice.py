"""What reads the tutor's sentences aloud: a speech service over HTTP, or a Realtime model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from tutor_tui.core.lesson_plan import LessonPlan


class Voice(Protocol):
    """Reads text aloud."""

    def prepare(self, plan: LessonPlan) -> None:
        """Something will have to be read soon: what can be opened before, should be. Returns at once."""
        ...

    def read(self, text: str, plan: LessonPlan) -> AsyncIterator[bytes]:
        """`text` as 24 kHz mono s16, as it comes, in pieces of whole samples. Raises `ServiceFailure`.

        Who stops reading the iterator early has the service stop, too.
        """
        ...

    async def close(self) -> None:
        """Hang up."""
        ...
