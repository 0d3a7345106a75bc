"""The line on which the conversation is searched, as `less` and `vim` have it: type, enter, then n and N."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static
from typing_extensions import override

from tutor_tui.ui.help_data import HelpData

_CHARACTERS = 200
HINTS = "n older · N newer · esc ends"


class SearchLine(Input):
    """What is searched for. While it has the focus, letters are letters."""

    BINDINGS: ClassVar = [
        Binding("up", "move(-1)", "Older", id="search.older", tooltip="Go to the match before"),
        Binding("down", "move(1)", "Newer", id="search.newer", tooltip="Go to the next match"),
        Binding("escape", "leave", "End", id="search.end", tooltip="End the search"),
    ]
    ABOUT = HelpData(
        "Searching",
        "Type what you look for: the newest match is shown at once. Up and down go on to others. After enter, the keys "
        "n and N do, too, and all other keys are themselves again. Escape ends the search.",
    )

    @dataclass
    class Moved(Message):
        """To another match."""

        steps: int

    class Ended(Message):
        """The search is over."""

    def __init__(self) -> None:
        super().__init__(compact=True, max_length=_CHARACTERS, select_on_focus=False)
        self.cursor_blink = False

    def action_move(self, steps: int) -> None:
        """To another match."""
        self.post_message(self.Moved(steps))

    def action_leave(self) -> None:
        """No more search."""
        self.post_message(self.Ended())


class SearchBar(Horizontal):
    """The line, and what was found."""

    def __init__(self) -> None:
        super().__init__(id="search")
        self.line = SearchLine()
        self._outcome = Static(id="search-outcome", markup=False)

    @override
    def compose(self) -> ComposeResult:
        yield Static("/", id="search-mark", markup=False)
        yield self.line
        yield self._outcome

    def show_outcome(self, outcome: str, *, hints: bool) -> None:
        """What was found, and the keys that go on with it."""
        self._outcome.update(" · ".join(filter(None, (outcome, HINTS if hints else ""))))
