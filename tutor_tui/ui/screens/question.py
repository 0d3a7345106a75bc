"""Questions with two answers: before something is deleted for good, and before it is lost."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.standing_news import KEEP_CONSEQUENCE, KEEP_QUESTION
from tutor_tui.session.again import ENDS_KEPT, ENDS_UNKEPT
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


class AgainQuestion(Modal):
    """Asks whether the lesson is to end and its task to begin anew; the screen below looks at `is_wanted`."""

    BINDINGS: ClassVar = [
        Binding("y", "begin", "Begin", show=False, id="again.yes", tooltip="End the lesson, and do its task once more"),
        Binding("n", "close", "Go on", show=False, id="again.no", tooltip="Go on with the lesson"),
    ]

    def __init__(self, words: str, *, kept: bool) -> None:
        """`words` say what begins. `kept`: what was said until now can be read later."""
        super().__init__()
        self._words = words
        self._consequence = ENDS_KEPT if kept else ENDS_UNKEPT
        self.is_wanted = False

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "End this lesson?"
            sheet.border_subtitle = foot(("y", "begin"), ("n", "go on with this one"))
            yield Static(printable_line(self._words), markup=False)
            yield Static(self._consequence, classes="note", markup=False)

    def action_begin(self) -> None:
        """Say so to the screen below."""
        self.is_wanted = True
        self.dismiss()


class KeepQuestion(Modal):
    """Asks, as the lesson is left, whether its notes are to be kept; `answer` is None for who stays in the lesson."""

    BINDINGS: ClassVar = [
        Binding("y", "answer(True)", "Keep", show=False, id="leave.keep", tooltip="Keep your notes, and leave"),
        Binding("n", "answer(False)", "Leave", show=False, id="leave.lose", tooltip="Leave without them"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.answer: bool | None = None

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Before you leave"
            sheet.border_subtitle = foot(("y", "keep them"), ("n", "leave without"), ("esc", "back"))
            yield Static(KEEP_QUESTION, markup=False)
            yield Static(KEEP_CONSEQUENCE, classes="note", markup=False)

    def action_answer(self, keep: bool) -> None:
        """Say so to the screen below."""
        self.answer = keep
        self.dismiss()
