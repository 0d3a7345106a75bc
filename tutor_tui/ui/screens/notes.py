"""What the tutor wrote down, on a sheet: on narrow screens there is no room for it beside the conversation."""

from __future__ import annotations

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_summary import counted
from tutor_tui.session.session import Session
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact
from tutor_tui.ui.widgets.notes_card import NotesCard, note_facts

_NONE_YET = (
    "Nothing yet. While you talk, the tutor writes down your mistakes with the better form, and words worth keeping; "
    "newest first."
)

_LOOKS_S = 0.5


class NotesScreen(Modal):
    """All notes, newest first. The list grows while the conversation goes on under it."""

    ABOUT = NotesCard.ABOUT

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Noted"
            sheet.border_subtitle = foot(("↑↓", "scroll"), ("esc", "close"))
            with VerticalScroll():
                yield Static(Content(_NONE_YET), id="none-yet", classes="note")
                yield DefinitionList(name_cells=9, id="all-notes")

    def on_mount(self) -> None:
        """Follow the lesson."""
        self._follow()

    @work(group="notes", description="follow the notes")
    async def _follow(self) -> None:
        """Show the newest notes now and then: nobody waits for one."""
        async for lesson in self._session.watch:
            self._show(lesson)
            await asyncio.sleep(_LOOKS_S)

    def _show(self, lesson: Lesson) -> None:
        blank = Fact("", "")
        facts = tuple(fact for note in note_facts(lesson) for fact in (*note.facts, blank))
        self.query_one("#none-yet").display = not facts
        self.query_one(DefinitionList).facts = facts
        corrections, words = len(lesson.corrections), len(lesson.words)
        self.query_one(".sheet").border_title = f"Noted: {counted(corrections, 'mistake')}, {counted(words, 'word')}"
