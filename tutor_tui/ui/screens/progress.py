"""What has come of all lessons of the language, in four pictures, each with a sentence that says what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.overview import Overview
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.progress_pictures import WIDE, Picture, pictures
from tutor_tui.ui.screens.modal import Modal, foot

_NONE_YET = "Nothing to show yet: the first picture comes with your first lesson that is kept."
_BESIDE = 12
"""Cells of the screen that are the sheet's own: its border, and what is round it."""


class ProgressScreen(Modal):
    """The pictures, one below the other."""

    ABOUT = HelpData(
        "Your progress",
        "What has come of your lessons in this language, compared with nobody but yourself. Pauses are told by your "
        "microphone: silences of a quarter of a second or more in the middle of a clause. A figure and a date stand at "
        "each column: the Monday of the week, or the day of the lesson.",
    )

    def __init__(self, look_up: Callable[[], Overview]) -> None:
        """`look_up` may wait for the disk, and raises `Problem`."""
        super().__init__()
        self._look_up = look_up

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Your progress"
            sheet.border_subtitle = foot(("↑↓", "scroll"), ("esc", "close"))
            yield Static("reading …", id="progress-none", classes="note", markup=False)
            yield VerticalScroll(id="progress")

    def on_mount(self) -> None:
        """Ask for it."""
        self.query_one("#progress").focus()
        self._read()

    @work(group="read", description="read the progress")
    async def _read(self) -> None:
        none = self.query_one("#progress-none", Static)
        try:
            overview = await asyncio.to_thread(self._look_up)
        except Problem as problem:
            none.update(printable_line(f"✕ {problem}"))
            return
        none.update(_NONE_YET)
        none.display = overview.is_empty
        await self.query_one("#progress").mount_all(
            Static(_drawn(each), classes="picture")
            for each in pictures(overview, min(WIDE, self.app.size.width - _BESIDE))
        )


def _drawn(picture: Picture) -> Content:
    lines = "\n".join(picture.lines)
    return Content.assemble(
        (f"{picture.heading}\n", "bold $primary"), (f"{picture.sentence}\n", "$muted"), (lines, "$accent")
    )
