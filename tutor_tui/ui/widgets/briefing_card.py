"""What a lesson begins with: what is to come back in it, the last mistake, the last lesson, the goal."""

from __future__ import annotations

import asyncio

from textual import work

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.problems import Problem
from tutor_tui.learning.briefing import DUE
from tutor_tui.learning.look_ups import BriefingLines
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact


class BriefingCard(DefinitionList):
    """Above the conversation until the learner says something; there is no card where there is nothing to tell."""

    ABOUT = HelpData(
        "From earlier lessons",
        "What your tutor will bring back in this lesson, without the words themselves: they are for you to remember.",
    )

    def __init__(self, look_up: BriefingLines | None, drill_key: str) -> None:
        """`drill_key` is the name of the key that asks for all of it at once; empty where nobody holds drills."""
        super().__init__(id="briefing")
        self.border_title = "From earlier lessons"
        self._look_up = look_up
        self._drill_key = drill_key
        self._language = ""
        """Of the lesson that it was looked up for."""

    def show(self, lesson: Lesson) -> None:
        """Come with the lesson, and go when the learner begins to talk; what is due is not told in a drill on it."""
        language = lesson.plan.target_language
        if language != self._language and self._look_up is not None:
            self._language = language
            self._read(self._look_up, language)
        is_before = not lesson.plan.drill and not any(turn.role == "learner" for turn in lesson.turns)
        self.set_class(is_before, "-before")

    @work(group="read", exclusive=True, description="read the briefing")
    async def _read(self, look_up: BriefingLines, language: str) -> None:
        try:
            lines = await asyncio.to_thread(look_up, language)
        except Problem:
            return  # a library that cannot be read is told of where it is opened
        self.facts = tuple(Fact(name, words) for name, words in lines)
        has_drill = self._drill_key and any(name == DUE for name, _ in lines)
        self.border_subtitle = f"{self._drill_key}: a drill of two minutes" if has_drill else ""
        self.set_class(bool(lines), "-some")
