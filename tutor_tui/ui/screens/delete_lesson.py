"""The question before a kept lesson is deleted."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.lesson_records import LessonLine
from tutor_tui.ui.kept_lesson_text import figures, title
from tutor_tui.ui.screens.modal import Modal, foot


class DeleteLessonScreen(Modal):
    """Asks whether a lesson is to be deleted; the sheet below looks at `is_wanted` when it closes."""

    BINDINGS: ClassVar = [
        Binding("y", "delete", "Delete", show=False, id="delete.yes", tooltip="Delete the lesson for good"),
        Binding("n", "close", "Keep", show=False, id="delete.no", tooltip="Keep the lesson"),
    ]

    def __init__(self, line: LessonLine) -> None:
        super().__init__()
        self._line = line
        self.is_wanted = False

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Delete this lesson?"
            sheet.border_subtitle = foot(("y", "delete"), ("n", "keep"))
            yield Static(Content.assemble(title(self._line.lesson), "\n", (figures(self._line), "$muted")))
            sound = ", and the recording of its sound" if self._line.recorded else ""
            yield Static(f"It is deleted for good, with its mistakes and words{sound}.", classes="note", markup=False)

    def action_delete(self) -> None:
        """Say so to the sheet below."""
        self.is_wanted = True
        self.dismiss()
