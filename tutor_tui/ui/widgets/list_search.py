"""The line on which a list is searched: past lessons, or what is kept of them."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from tutor_tui.ui.help_data import HelpData

REST_S = 0.2
"""How long the typed words have to rest before they are looked for."""
_CHARACTERS = 200


class ListSearch(Input):
    """Words that something must have to stay in the list."""

    BINDINGS: ClassVar = [
        Binding("down", "done", "List", show=False, id="past-search.down", tooltip="To what was found"),
        Binding("escape", "leave", "End", show=False, id="past-search.end", tooltip="Show all"),
    ]

    class Done(Message):
        """On to what was found."""

    def __init__(self, placeholder: str, about: str) -> None:
        """`about` is the help, in a sentence."""
        super().__init__(compact=True, placeholder=placeholder, max_length=_CHARACTERS)
        self.ABOUT = HelpData("Search", about)
        self.cursor_blink = False

    def action_done(self) -> None:
        """To what was found."""
        self.post_message(self.Done())

    def action_leave(self) -> None:
        """Search no more."""
        self.value = ""
        self.post_message(self.Done())
