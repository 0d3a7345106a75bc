"""The line on which the conversation is searched, as `less` and `vim` have it: type, enter, then n and N."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static
from typing_extensions import override

from tutor_tui.ui.help_data import HelpData

_CHARACTERS = 200
_HINTS = "n older · N newer · esc"


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
        "n and N do, too, and all other keys are themselves again. Escape stops the tutor, and "
        "ends the search when the tutor is silent.",
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

    esc_stops: reactive[bool] = reactive(default=False)
    """Escape is for the tutor now, who comes first."""

    def __init__(self) -> None:
        super().__init__(id="search")
        self._found = ""
        self._hints = False
        self.line = SearchLine()
        self._outcome = Static(id="search-outcome", markup=False)

    @override
    def compose(self) -> ComposeResult:
        yield Static("/", id="search-mark", markup=False)
        yield self.line
        yield self._outcome

    def show_outcome(self, outcome: str, *, hints: bool) -> None:
        """What was found, and the keys that go on with it."""
        self._found, self._hints = outcome, hints
        self._show()

    def watch_esc_stops(self) -> None:
        """The hint follows what the key does."""
        self._show()

    def _show(self) -> None:
        hints = f"{_HINTS} {'stops the tutor' if self.esc_stops else 'ends'}" if self._hints else ""
        self._outcome.update(" · ".join(filter(None, (self._found, hints))))
