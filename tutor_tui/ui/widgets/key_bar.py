"""The line of keys at the foot: as many as fit, the most wanted first; what does nothing now is struck through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.ui.help_data import HelpData


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key as it is shown."""

    key: str
    label: str
    action: str
    greyed: bool = False
    """It does nothing now; pressed or clicked it says why."""
    with_last: bool = False
    """The other half of the one before it: both are shown, or neither."""
    short: str = ""
    """Another label, for where the usual one does not fit."""


class KeyBar(Widget):
    """Keys and what they do; each can be clicked."""

    ABOUT = HelpData(
        "The keys",
        "What each key does now. The help lists all of them, and the settings file can move each one. A key that is "
        "struck through does nothing now; press it to see why.",
    )
    hints: reactive[tuple[KeyHint, ...]] = reactive(())
    last: reactive[tuple[KeyHint, ...]] = reactive(())
    """Shown at the right, whatever the width."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []
        """From which cell to which one each action can be clicked."""

    @override
    def render(self) -> Content:
        room = self.size.width - self._cells(self.last) - 2
        chosen: list[KeyHint] = []
        pairs: list[list[KeyHint]] = []
        for hint in self.hints:
            if hint.with_last and pairs:
                pairs[-1].append(hint)
            else:
                pairs.append([hint])
        for pair in pairs:
            shorter = [replace(each, label=each.short or each.label) for each in pair]
            fitting = (each for each in (pair, shorter) if self._cells((*chosen, *each)) <= room)
            chosen += next(fitting, [])
        gap = max(1, self.size.width - self._cells(chosen) - self._cells(self.last))
        self._places = []
        left = self._joined(chosen, 0)
        right = self._joined(self.last, self._cells(chosen) + gap)
        return Content.assemble(left, " " * gap, right)

    @staticmethod
    def _cells(hints: Sequence[KeyHint]) -> int:
        return sum(cell_len(hint.key) + cell_len(hint.label) + 3 for hint in hints) - 2 if hints else 0

    def _joined(self, hints: Sequence[KeyHint], x: int) -> Content:
        parts = []
        for hint in hints:
            end = x + cell_len(hint.key) + cell_len(hint.label) + 1
            self._places.append((x, end, hint.action))
            if hint.greyed:
                parts.append(Content.assemble((hint.key, "$muted"), " ", (hint.label, "$muted strike")))
            else:
                parts.append(Content.assemble((hint.key, "bold $primary"), (f" {hint.label}", "$muted")))
            x = end + 2
        return Content("  ").join(parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        for start, end, action in self._places:
            if start <= event.x < end and action:
                await self.run_action(action)
