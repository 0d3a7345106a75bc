"""Tells every widget of a new size, whoever has asked where something is in the meantime.

Textual (written for 8.2) sends `Resize` to what has another size than in the compositor's map, and makes a new map
whenever a place is asked for after something came into sight. If that is between a change of style and the layout that
follows, the layout finds no difference: the conversation kept the lines of its old width and was cut by the panel. No
issue of theirs is known to us.
"""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget
from typing_extensions import override


class TellingCompositor(Compositor):
    """Compares each layout with the layout before."""

    def __init__(self) -> None:
        super().__init__()
        self._last_layout: CompositorMap = {}

    @override
    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._last_layout
        result = super().reflow(parent, size)
        self._last_layout = self._full_map
        return result
