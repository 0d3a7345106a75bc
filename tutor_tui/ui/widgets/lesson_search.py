"""The line on which past lessons are searched."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from tutor_tui.ui.help_data import HelpData


class LessonSearch(Input):
    """Words that a line must have for its lesson to stay in the list."""

    BINDINGS: ClassVar = [
        Binding("down", "done", "Lessons", show=False, id="past-search.down", tooltip="To the lessons"),
        Binding("escape", "leave", "End", show=False, id="past-search.end", tooltip="Show all lessons"),
    ]
    ABOUT = HelpData("Search", "Type a word or two: only lessons with a line that has all of them stay in the list.")

    class Done(Message):
        """On to what was found."""

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder="/ searches what was said")
        self.cursor_blink = False

    def action_done(self) -> None:
        """To the lessons that were found."""
        self.post_message(self.Done())

    def action_leave(self) -> None:
        """Search no more."""
        self.value = ""
        self.post_message(self.Done())
