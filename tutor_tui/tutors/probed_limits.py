"""A tutor of which more is known than it says of itself: what its server cannot do, and who can read it on the way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from tutor_tui.core.capabilities import Ability, Capabilities, without
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink


class RestrictedTutor:
    """The tutor that it wraps, without the abilities in `lacks` (ability → why, as a sentence)."""

    def __init__(self, tutor: Tutor, lacks: Mapping[Ability, str], *, unencrypted: bool = False) -> None:
        self._tutor = tutor
        self._lacks = lacks
        self._unencrypted = unencrypted

    @property
    def name(self) -> str:
        """Of the tutor."""
        return self._tutor.name

    @property
    def capabilities(self) -> Capabilities:
        """Of the tutor, without what its server lacks."""
        return replace(without(self._tutor.capabilities, self._lacks), unencrypted=self._unencrypted)

    def connect(self, plan: LessonPlan) -> AbstractAsyncContextManager[TutorLink]:
        return self._tutor.connect(plan)

    async def close(self) -> None:
        await self._tutor.close()
