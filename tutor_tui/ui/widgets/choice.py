"""One of a few: all of them in sight, the chosen one marked by shape and not by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.ui.cell_width import fitted, padded
from tutor_tui.ui.help_data import HelpData


class Choice(Widget, can_focus=True):
    """Options in a row or one below the other; arrow keys and the mouse choose."""

    BINDINGS: ClassVar = [
        Binding("left,up", "move(-1)", "Before", show=False, id="choice.before", tooltip="The option before"),
        Binding("right,down", "move(1)", "After", show=False, id="choice.after", tooltip="The next option"),
    ]
    value: reactive[str] = reactive("")
    """The chosen option; one that is not among them marks none."""
    barred: reactive[Mapping[str, str]] = reactive(dict)
    """Options that cannot be chosen now, and why."""

    @dataclass
    class Changed(Message):
        """The learner chose."""

        choice: Choice
        value: str
        by_mouse: bool = False

        @property
        def control(self) -> Choice:
            """Whose message this is, for `@on` with a selector."""
            return self.choice

    @dataclass
    class Barred(Message):
        """The learner came upon an option that cannot be chosen."""

        why: str

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        label: str = "",
        label_cells: int = 0,
        column: bool = False,
        value: str = "",
        about: HelpData | None = None,
        barred: Mapping[str, str] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._options = tuple(options)
        self._label = label
        self._label_cells = label_cells
        self._column = column
        self.ABOUT = about or HelpData(label, "Arrow keys choose.")
        self.set_reactive(Choice.value, value)
        if barred:
            self.set_reactive(Choice.barred, barred)
            self.watch_barred(barred)

    def watch_barred(self, barred: Mapping[str, str]) -> None:
        """Why something cannot be chosen is told where the mouse rests."""
        names = dict(self._options)
        reasons = [f"{names.get(value, value)}: {why}" for value, why in barred.items()]
        self.tooltip = Content("\n".join(reasons)) if reasons else None

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._options) if self._column else len(self._rows(width))

    def _rows(self, width: int) -> list[list[int]]:
        """Which options stand on which line."""
        if self._column:
            return [[i] for i in range(len(self._options))]
        rows: list[list[int]] = [[]]
        used = self._label_cells
        for i, (_, words) in enumerate(self._options):
            cells = cell_len(words) + 4
            if used + cells - 2 > width and rows[-1]:
                rows.append([])
                used = self._label_cells
            rows[-1].append(i)
            used += cells
        return rows

    @override
    def render(self) -> Content:
        lines = []
        for number, row in enumerate(self._rows(self.size.width)):
            label = padded(self._label if number == 0 else "", self._label_cells)
            lines.append(Content.assemble((label, self._label_style()), Content("  ").join(map(self._option, row))))
        return Content("\n").join(lines)

    def _label_style(self) -> str:
        return "bold $primary" if self.has_focus else "$foreground"

    def _option(self, i: int) -> Content:
        value, words = self._options[i]
        room = self.size.width - self._label_cells - 2
        if value in self.barred:
            mark = "● " if value == self.value else "╳ "
            return Content.assemble((mark, "$muted"), (fitted(words, room), "$muted strike"))
        if value == self.value:
            style = "bold $primary" if self.has_focus else "bold $foreground"
            return Content.assemble(("● ", style), (fitted(words, room), style))
        return Content.assemble(("○ ", "$muted"), (fitted(words, room), "$muted"))

    def action_move(self, steps: int) -> None:
        """To the next option that can be chosen; says why of one that is passed over."""
        values = [value for value, _ in self._options]
        at = values.index(self.value) if self.value in values else (-1 if steps > 0 else len(values))
        ahead = values[at + 1 :] if steps > 0 else values[: max(0, at)][::-1]
        if ahead and ahead[0] in self.barred:
            self.post_message(self.Barred(self.barred[ahead[0]]))
        chosen = next((value for value in ahead if value not in self.barred), None)
        if chosen is not None:
            self._choose(chosen)

    def on_click(self, event: events.Click) -> None:
        """The option under the mouse."""
        rows = self._rows(self.size.width)
        if not 0 <= event.y < len(rows):
            return
        x = self._label_cells
        for i in rows[event.y]:
            end = x + cell_len(self._options[i][1]) + 2
            if x <= event.x < end:
                self._try(self._options[i][0])
            x = end + 2

    def _try(self, value: str) -> None:
        if value in self.barred:
            self.post_message(self.Barred(self.barred[value]))
        else:
            self._choose(value, by_mouse=True)

    def _choose(self, value: str, *, by_mouse: bool = False) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value, by_mouse))
