"""A sheet laid over the lesson: the conversation goes on under it, and escape puts it away."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from typing_extensions import override

from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line


class Modal(ModalScreen[None]):
    """What all sheets share: they lie over the lesson, and escape closes them."""

    BINDINGS: ClassVar = [
        Binding("escape", "close", "Close", id="sheet.close", tooltip="Back to the lesson", key_display="esc"),
    ]

    def on_compose(self) -> None:
        """Begin with the classes of the terminal's size, or all is styled and laid out again once they are there."""
        breakpoints = (self.app.HORIZONTAL_BREAKPOINTS, self.app.VERTICAL_BREAKPOINTS)
        for cells, steps in zip(self.app.size, breakpoints, strict=True):
            reached = sorted(step for step in steps or () if step[0] <= cells)
            self.add_class(*(name for _, name in reached[-1:]), update=False)

    def tell(self, problem: Problem, severity: Literal["warning", "error"] = "error") -> None:
        """Say what is wrong and what helps; it stays in sight when the sheet is closed."""
        self.notify(printable_line(problem.hint), title=printable_line(problem.title), severity=severity, markup=False)

    @override
    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close the sheet, once: of keys that come in a burst, a second one that closes it, too, would close what lies
        below.
        """
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def action_close(self) -> None:
        """Back to the lesson."""
        self.dismiss()


def foot(*hints: tuple[str, str]) -> Content:
    """A line of keys for a sheet's lower border."""
    parts = [Content.assemble((key, "bold $primary"), (f" {what}", "$muted")) for key, what in hints]
    return Content.assemble(" ", Content("  ").join(parts), " ")
