"""Two lines of level, one below the other: how the tutor says a sentence, and how the learner does. No score."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.shadowed import LEVEL_MS, Shadowed
from tutor_tui.speech.level_lines import drawn
from tutor_tui.ui.help_data import HelpData

_MARKS = " ▁▂▃▄▅▆▇█"
_NAME_CELLS = 9
_LEAST_ROWS = 12
"""A lower terminal has no room for a picture."""
_LEAST_STEPS_A_CELL = 0.5
"""A short sentence is not drawn wider than 10 ms a cell."""
_ROOM = 1.25
"""The learner, who has not spoken yet, may take so much longer than the tutor."""
_NOT_YET = {"listen": "(when the tutor has finished)", "speak": "(say it now)"}


class LevelLines(Widget):
    """Both on one scale of time, each from its first voice on; only there while a sentence is shadowed."""

    ABOUT = HelpData(
        "Shadowing",
        "How loud the tutor is from moment to moment as it says the sentence, and how loud you were: compare where "
        "the weight lies, where the pauses are, how long it takes. Each line begins with its first sound; the louder "
        "of the two voices reaches the top. It is no score.",
    )
    shadowed: reactive[Shadowed | None] = reactive(None, layout=True)

    def watch_shadowed(self, old: Shadowed | None, new: Shadowed | None) -> None:
        """Only there while there is something to show."""
        self.display = new is not None

    def lines(self, width: int) -> list[tuple[str, str, str]]:
        """Name, line and style of each row, on so many cells."""
        what, cells = self.shadowed, max(8, width - _NAME_CELLS)
        if what is None or self.app.size.height < _LEAST_ROWS:
            return []
        longest = max(len(what.own) or len(what.tutor) * _ROOM, len(what.tutor), 1)
        steps = max(_LEAST_STEPS_A_CELL, longest / cells)
        own = drawn(what.own, cells, steps, _MARKS) if what.own else _NOT_YET.get(what.stage, "")
        rows = (
            ("tutor", drawn(what.tutor, cells, steps, _MARKS), "$primary", what.stage in ("listen", "tutor")),
            ("you", own, "$secondary" if what.own else "$muted", what.stage in ("speak", "you")),
        )
        lines = [
            (f"{'▶' if now else ' '} {name}".ljust(_NAME_CELLS), line, f"bold {style}" if now else style)
            for name, line, style, now in rows
        ]
        return [*lines, (" " * _NAME_CELLS, _scale(cells, steps), "$muted")]

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.lines(width))

    @override
    def render(self) -> Content:
        return Content("\n").join(
            Content.assemble((name, style), (line, style)) for name, line, style in self.lines(self.size.width)
        )


def _scale(cells: int, steps_a_cell: float) -> str:
    """The seconds below the lines, as many as can be told apart."""
    cells_a_second = 1000 / LEVEL_MS / steps_a_cell
    every = next(each for each in (1, 2, 5, 10, 60) if cells_a_second * each >= 6)
    line = ""
    for second in range(0, int(cells / cells_a_second) + 1, every):
        at, words = round(second * cells_a_second), f"{second} s" if second else "0"
        if at + cell_len(words) <= cells:
            line = line.ljust(at) + words
    return line
