"""A question with two answers before something is deleted for good."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.ui.screens.modal import Modal, foot


class DeleteQuestion(Modal):
    """Asks whether something is to be deleted; the sheet below looks at `is_wanted` when it closes."""

    BINDINGS: ClassVar = [
        Binding("y", "delete", "Delete", show=False, id="delete.yes", tooltip="Delete it for good"),
        Binding("n", "close", "Keep", show=False, id="delete.no", tooltip="Keep it"),
    ]

    def __init__(self, question: str, what: Content, consequence: str) -> None:
        """`what` describes it, and `consequence` says in a sentence what goes with it."""
        super().__init__()
        self._question = question
        self._what = what
        self._consequence = consequence
        self.is_wanted = False

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = self._question
            sheet.border_subtitle = foot(("y", "delete"), ("n", "keep"))
            yield Static(self._what)
            yield Static(self._consequence, classes="note", markup=False)

    def action_delete(self) -> None:
        """Say so to the sheet below."""
        self.is_wanted = True
        self.dismiss()
