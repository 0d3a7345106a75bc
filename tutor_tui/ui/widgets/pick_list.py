"""A list to pick one line from, with keys that have names of their own."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.widgets import OptionList

from tutor_tui.ui.help_data import HelpData


class PickList(OptionList, inherit_bindings=False):
    """Textual's list, its keys named so that they can be changed."""

    BINDINGS: ClassVar = [
        Binding("up,k", "cursor_up", "Up", show=False, id="list.up", tooltip="One line up"),
        Binding("down,j", "cursor_down", "Down", show=False, id="list.down", tooltip="One line down"),
        Binding("pageup", "page_up", "Page up", show=False, id="list.page-up", tooltip="A page up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="list.page-down", tooltip="A page down"),
        Binding("home", "first", "First", show=False, id="list.first", tooltip="To the first line"),
        Binding("end", "last", "Last", show=False, id="list.last", tooltip="To the last line"),
        Binding("enter,space", "select", "Choose", show=False, id="list.choose", tooltip="Take this one"),
    ]

    def __init__(self, *, about: HelpData, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self.ABOUT = about
