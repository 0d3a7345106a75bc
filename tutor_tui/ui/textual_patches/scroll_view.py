"""A scroll view that grows without a new layout of the whole screen.

In Textual (written for 8.2), `Widget.virtual_size` is a reactive with `layout=True`: each new line of a transcript laid
out every widget anew, 9 ms four times a second. Scrolling itself needs no layout (Textualize/textual#547).
"""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView


class GrowingScrollView(ScrollView, inherit_bindings=False):
    """Whoever changes `virtual_size` asks for a layout where one is needed: when the scroll bar comes or goes."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
