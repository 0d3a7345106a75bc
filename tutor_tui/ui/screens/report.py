"""What came of the lesson, on a sheet of its own before it is left."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import pairwise

from textual import work
from textual.app import ComposeResult
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
    """The lesson is over: any key that closes this sheet leaves."""

    ABOUT = HelpData(
        "What came of the lesson",
        "How long you spoke, what you said well, what to mend, new words, and what has grown in comparison with your "
        "own earlier lessons of the same kind. learner.report = false leaves at once instead.",
    )

    def __init__(self, lesson_id: str, report_lines: ReportLines, quit_key: str) -> None:
        super().__init__()
        self._look_up = partial(report_lines, lesson_id)
        self._quit_key = quit_key

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "What came of it"
            sheet.border_subtitle = foot((f"{self._quit_key}, esc", "leave"))
            yield Static("reading …", id="report-none", classes="note", markup=False)
            with VerticalScroll():
                yield DefinitionList(name_cells=11, id="report")

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

    @override
    def action_close(self) -> None:
        """The lesson is over."""
        self.app.exit()
