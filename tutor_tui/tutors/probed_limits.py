"""A tutor of which more is known than it says of itself: its server was asked what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from tutor_tui.core.capabilities import Ability, Capabilities, without
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink


class RestrictedTutor:
    """The tutor that it wraps, without the abilities in `lacks` (ability → why, as a sentence)."""

    def __init__(self, tutor: Tutor, lacks: Mapping[Ability, str]) -> None:
        self._tutor = tutor
        self._lacks = lacks

    @property
    def name(self) -> str:
        """Of the tutor."""
        return self._tutor.name

    @property
    def capabilities(self) -> Capabilities:
        """Of the tutor, without what its server lacks."""
        return without(self._tutor.capabilities, self._lacks)

    def connect(self, plan: LessonPlan) -> AbstractAsyncContextManager[TutorLink]:
        return self._tutor.connect(plan)

    async def close(self) -> None:
        await self._tutor.close()
