"""What came of the lesson, on a sheet of its own before it is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.look_ups import ReportLines
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact

_WRITTEN_S = 2.5
"""By then all of the lesson is in the library: what is kept is written every two seconds."""


class ReportScreen(Modal):
    """The lesson is over: any key that closes this sheet leaves, but for the one that begins it again."""

    ABOUT = HelpData(
        "What came of the lesson",
        "How long you spoke, what you said well, what to improve, new words, and what has grown in comparison with "
        "your own earlier lessons of the same kind. learner.report = false leaves at once instead.",
    )

    BINDINGS: ClassVar = [
        Binding("x", "again", "Again", show=False, id="report.again", tooltip="Do the same task once more, shorter"),
    ]

    def __init__(
        self, lesson_id: str, report_lines: ReportLines, quit_key: str, hold_again: Callable[[], None] | None
    ) -> None:
        """`hold_again` begins the same task once more; None where it is not done again."""
        super().__init__()
        self._hold_again = hold_again
        self._look_up = partial(report_lines, lesson_id)
        self._quit_key = quit_key

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "What came of it"
            again = (("x", "once more now, shorter"),) if self._hold_again else ()
            sheet.border_subtitle = foot(*again, (f"{self._quit_key}, esc", "leave"))
            yield Static("reading …", id="report-none", classes="note", markup=False)
            with VerticalScroll():
                yield DefinitionList(name_cells=12, id="report")

    def on_mount(self) -> None:
        """Ask for it."""
        self.query_one(VerticalScroll).focus()
        self._read()

    @work(group="read", description="read the report")
    async def _read(self) -> None:
        """Show what is known now; what was said last may come a moment later."""
        await self._show()
        self.set_timer(_WRITTEN_S, self._read_again)

    @work(group="again", description="read the report again")
    async def _read_again(self) -> None:
        await self._show()

    async def _show(self) -> None:
        none = self.query_one("#report-none", Static)
        try:
            lines = await asyncio.to_thread(self._look_up)
        except Problem as problem:
            none.update(printable_line(f"✕ {problem}"))
            return
        none.display = False
        headings = ["", *(heading for heading, _ in lines)]
        starts = [heading if heading != before else "" for before, heading in pairwise(headings)]
        self.query_one(DefinitionList).facts = tuple(
            Fact(start, line) for start, (_, line) in zip(starts, lines, strict=True)
        )

    def action_again(self) -> None:
        """The lesson is not over yet: its task is done once more."""
        if self._hold_again is not None:
            self.dismiss()
            self._hold_again()

    @override
    def action_close(self) -> None:
        """The lesson is over."""
        self.app.exit()
