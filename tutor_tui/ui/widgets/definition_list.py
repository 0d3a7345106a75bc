"""Names at the left, values beside them, each value wrapped under itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.safe_text import printable_line
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.wrap import wrap


class Fact(NamedTuple):
    """One line, or several where the value is long."""

    name: str
    value: str


class DefinitionList(Widget):
    """A list of facts, as many lines high as they need. Both parts are shown literally."""

    facts: reactive[tuple[Fact, ...]] = reactive((), layout=True)

    def __init__(
        self,
        facts: Sequence[Fact] = (),
        *,
        name_cells: int = 9,
        name_style: str = "$muted",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._name_cells = name_cells
        self._name_style = name_style
        self.set_reactive(DefinitionList.facts, tuple(facts))

    def rows_of(self, facts: Sequence[Fact], width: int) -> list[Fact]:
        """`facts` as the rows of a list that is `width` cells wide."""
        rows = []
        for name, value in facts:
            words = wrap(printable_line(value), max(4, width - self._room(facts, width)))
            rows += [Fact(name if i == 0 else "", line) for i, line in enumerate(words)]
        return rows

    def _room(self, facts: Sequence[Fact], width: int) -> int:
        """Cells for the names: no less than were given, so that lists line up, and enough for the longest name."""
        longest = max((cell_len(printable_line(each.name)) for each in facts), default=0)
        return max(self._name_cells, min(longest + 2, width // 2))

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.rows_of(self.facts, width))

    @override
    def render(self) -> Content:
        room = self._room(self.facts, self.size.width)
        return Content("\n").join(
            Content.assemble((f"{fitted(name, room - 2)}".ljust(room), self._name_style), value)
            for name, value in self.rows_of(self.facts, self.size.width)
        )
