"""What has come of all lessons of the language, in four pictures, each with a sentence that says what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.minutes_text import whole_minutes
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.overview import Overview
from tutor_tui.ui.charts import bar, columns
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot

_NONE_YET = "Nothing to show yet: the first picture comes with your first lesson that is kept."
_NAME_CELLS = 14
_BAR_CELLS = 24
_COLUMN_CELLS = 2
_MOST_COLUMNS = 14
_KINDS = 4
_ROWS = 3


class Picture(NamedTuple):
    """One picture: its heading, what it says, and its lines."""

    heading: str
    sentence: str
    lines: tuple[str, ...]


def pictures(overview: Overview) -> Iterator[Picture]:
    """Those for which there is something to draw."""
    minutes = [each for _, each in overview.weeks]
    if any(minutes):
        first = overview.weeks[0][0]
        begin = f"{first.day} {first:%b}"
        legend = begin + "now".rjust(len(minutes) * (_COLUMN_CELLS + 1) - 1 - len(begin))
        this_week, all_weeks = whole_minutes(minutes[-1]), whole_minutes(sum(minutes))
        sentence = f"{this_week} min this week; {all_weeks} min in the last {counted(len(minutes), 'week')}."
        sentence += f" Your goal, in all languages: {overview.goal}." if overview.goal else ""
        yield Picture("Minutes a week", sentence, (*columns(minutes, _ROWS, _COLUMN_CELLS), legend))
    if total := sum(overview.strength.values()):
        most = max(overview.strength.values())
        sentence = f"{counted(total, 'item')}: how long you will remember them without practice."
        rows = (_row(name, number, most) for name, number in overview.strength.items())
        yield Picture("Words and mistakes kept", sentence, tuple(rows))
    if overview.mistakes:
        sums = {kind: sum(weeks) for kind, weeks in overview.mistakes.items()}
        top = next(iter(sums))
        sentence = f"Noted week by week; most often {top or 'other'}: {sums[top]} of {sum(sums.values())}."
        shown = list(overview.mistakes.items())[:_KINDS]
        rows = (f"{_named(kind)}{columns(weeks, 1, 1, gap=0)[0]}  {sums[kind]}" for kind, weeks in shown)
        yield Picture("Mistakes by kind", sentence, tuple(rows))
    if overview.pauses:
        latest = overview.pauses[-_MOST_COLUMNS:]
        change = f", {latest[0]:.1f} before" if len(latest) > 1 else ""
        sentence = f"{latest[-1]:.1f} a minute of speech now{change}; fewer is more fluent."
        yield Picture("Pauses within a clause", sentence, tuple(columns(latest, _ROWS, _COLUMN_CELLS)))


def _row(name: str, number: int, most: int) -> str:
    return f"{_named(name)}{bar(number, most, _BAR_CELLS)} {number}"


def _named(name: str) -> str:
    return printable_line(name or "other")[: _NAME_CELLS - 1].ljust(_NAME_CELLS)


class ProgressScreen(Modal):
    """The pictures, one below the other."""

    ABOUT = HelpData(
        "Your progress",
        "What has come of your lessons in this language, compared with nobody but yourself. Pauses are told by your "
        "microphone: silences of a quarter of a second or more in the middle of a clause.",
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
            Static(_drawn(each), classes="picture") for each in pictures(overview)
        )


def _drawn(picture: Picture) -> Content:
    lines = "\n".join(picture.lines)
    return Content.assemble(
        (f"{picture.heading}\n", "bold $primary"), (f"{picture.sentence}\n", "$muted"), (lines, "$accent")
    )
