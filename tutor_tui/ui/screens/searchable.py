"""Reading back in the conversation, and searching it: what the lesson's screen does with what is found."""

from __future__ import annotations

from textual import on
from textual.screen import Screen
from textual.widgets import Input

from tutor_tui.ui.widgets.bottom_panel import BottomPanel
from tutor_tui.ui.widgets.search_bar import SearchLine
from tutor_tui.ui.widgets.transcript import Transcript


class SearchableScreen(Screen[None]):
    """A screen with a conversation, and below it the line to search it in."""

    transcript: Transcript
    bottom: BottomPanel

    def action_follow(self) -> None:
        """Back to the newest line."""
        self.transcript.follow()

    def action_page(self, pages: int) -> None:
        """Read back, or on."""
        self.transcript.action_scroll_lines(pages * max(1, self.transcript.size.height - 2))

    def action_oldest(self) -> None:
        """To the first line."""
        self.transcript.scroll_to(y=0, animate=False, force=True)

    def action_search(self) -> None:
        """Search the conversation, or change what is searched for."""
        self.set_class(True, "-searching")
        self.transcript.look_for(self.bottom.search.line.value)
        self.set_focus(self.bottom.search.line)

    @on(Input.Changed, "SearchLine")
    def _look_for(self, message: Input.Changed) -> None:
        if self.has_class("-searching"):
            self.transcript.look_for(message.value)

    @on(Input.Submitted, "SearchLine")
    def _go_on_with_keys(self) -> None:
        self.transcript.focus()
        self._show_outcome()

    @on(SearchLine.Moved)
    def _to_match(self, message: SearchLine.Moved) -> None:
        self.transcript.action_match(message.steps)

    @on(SearchLine.Ended)
    def _end_search(self) -> None:
        self.transcript.action_end_search()

    @on(Transcript.SearchEnded)
    def _search_ended(self) -> None:
        self.set_class(False, "-searching")
        self.bottom.search.line.value = ""
        self.transcript.focus()

    @on(Transcript.MatchShown)
    def _show_outcome(self) -> None:
        search = self.transcript.search
        if search is not None:
            self.bottom.search.show_outcome(search.outcome, hints=not self.bottom.search.line.has_focus)
