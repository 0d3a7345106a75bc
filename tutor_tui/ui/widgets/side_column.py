"""The column beside the conversation: what does not fit as a whole is left out."""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import Size
from textual.layout import ArrangeResult
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget
from typing_extensions import override


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
    """Cards beside the conversation; none is cut at the foot of the screen."""

    _layout = WholeCards()

    @property
    @override
    def layout(self) -> WholeCards:
        return self._layout
