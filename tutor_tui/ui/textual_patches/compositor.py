"""Tells every widget of a new size, and draws no more than what has changed.

Textual (written for 8.2) sends `Resize` to what has another size than in the compositor's map, and makes a new map
whenever a place is asked for after something came into sight. If that is between a change of style and the layout that
follows, the layout finds no difference: the conversation kept the lines of its old width and was cut by the panel. No
issue of theirs is known to us.

For an update of one line, here the meter's, it draws all lines of every widget with a neighbour on it, and then leaves
out all but the one: a third of what a lesson takes while nobody speaks.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override


class TellingCompositor(Compositor):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._last_layout: CompositorMap = {}

    @override
    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._last_layout
        result = super().reflow(parent, size)
        self._last_layout = self._full_map
        return result

    @override
    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """The lines within `crop` of each widget that shows in it: its region, what clips it, and the lines."""
        if crop is None:
            yield from super()._get_renders()
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in list(self.visible_widgets.items()):
            if clip.intersection(region).overlaps(crop):
                clip_here = clip.intersection(rows)
                yield region, clip_here, widget.render_lines(region.intersection(clip_here).translate(-region.offset))
