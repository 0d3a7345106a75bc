"""The column beside the conversation: what does not fit as a whole is left out."""

from __future__ import annotations

from textual import events
from textual.containers import Vertical
from textual.geometry import Size
from textual.layout import ArrangeResult
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.ui.widgets.turn_detection_panel import MOST_ROWS


class WholeCards(VerticalLayout):
    """One below the other. Where the room is short, the last one counts more than those between it and the first."""

    name = "whole-cards"

    @override
    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        first, others = children[:1], children[1:]
        choices = [children, *([*first, each] for each in reversed(others)), first]
        for chosen in choices:
            placements = super().arrange(parent, chosen, size, greedy)
            if all(each.region.bottom <= size.height for each in placements):
                break
        return placements


class SideColumn(Vertical):
    """Cards beside the conversation; none is cut at the foot of the screen.

    Where the panel of turns may not fit, it leaves no line empty: of what scrolls away, nobody knows.
    """

    _layout = WholeCards()

    def on_resize(self, event: events.Resize) -> None:
        """Notices below take its lines, and give them back."""
        self.set_class(event.size.height < MOST_ROWS, "-tight")

    @property
    @override
    def layout(self) -> WholeCards:
        return self._layout
