"""A kept item as lines to edit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, VerticalScroll
from textual.widgets import Input, Label
from typing_extensions import override

from tutor_tui.core.safe_text import one_line, printable_line
from tutor_tui.core.tools import NOTE_CHARACTERS
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.kept_item_text import meaning_name
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.textual_patches.text_line import TextLine

_ABOUT = HelpData(
    "Edit what is kept",
    "Enter keeps all lines as they stand; escape leaves everything as it was. What is empty is not known.",
)


class EditItemScreen(Modal):
    """The lines of one item; the sheet below looks at `edited` when it closes, None where nothing is to change."""

    BINDINGS: ClassVar = [
        Binding("up", "app.focus_previous", "Up", show=False, id="edit.up", tooltip="To the line above"),
        Binding("down", "app.focus_next", "Down", show=False, id="edit.down", tooltip="To the line below"),
    ]

    def __init__(self, item: Item) -> None:
        super().__init__()
        self._item = item
        self.edited: Item | None = None

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Edit"
            sheet.border_subtitle = foot(("↑↓", "lines"), ("enter", "keep"), ("esc", "leave as it was"))
            with VerticalScroll(can_focus=False):
                for name, label in self._lines():
                    with Horizontal():
                        yield Label(label, markup=False)
                        yield EditLine(getattr(self._item, name), name)

    def on_mount(self) -> None:
        """Begin with the first line."""
        self.query(EditLine).first().focus()

    def _lines(self) -> tuple[tuple[str, str], ...]:
        """Each text of such an item, and what it is called."""
        match self._item.kind:
            case ItemKind.WORD:
                return (
                    ("term", "word"),
                    ("reading", "reading"),
                    ("meaning", meaning_name(self._item)),
                    ("example", "as said"),
                )
            case ItemKind.CORRECTION:
                return ("said", "you said"), ("term", "better"), ("meaning", meaning_name(self._item))
            case ItemKind.CAN_DO:
                return (("term", "can-do"),)
            case ItemKind.FACT:
                return (("term", "about you"),)

    @on(Input.Submitted)
    def _keep(self) -> None:
        lines: dict[str, Any] = {name: self.query_one(f"#edit-{name}", Input).value for name, _ in self._lines()}
        if not lines["term"].strip():
            self.query_one("#edit-term").focus()
            self.notify(
                "A word has to be left here: to be rid of it, press esc, then d.", severity="warning", markup=False
            )
            return
        edited = replace(self._item, **lines, id="")
        self.edited = edited if replace(edited, id=self._item.id) != self._item else None
        self.dismiss()


class EditLine(TextLine):
    """One text of the item."""

    ABOUT = _ABOUT

    def __init__(self, value: str, name: str) -> None:
        super().__init__(
            printable_line(value),
            compact=True,
            placeholder="(empty)",
            select_on_focus=False,
            max_length=NOTE_CHARACTERS,
            id=f"edit-{name}",
        )
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        """Lines become one; what is too long is cut, and said so."""
        event.stop()
        event.prevent_default()
        text = one_line(event.text, len(event.text))
        room = max(0, NOTE_CHARACTERS - len(self.value))
        self.insert_text_at_cursor(text[:room])
        if len(text) > room:
            kept = f"Of {len(text)} pasted characters the first {room} were taken"
            words = f"{kept}: a line here has {NOTE_CHARACTERS} at most."
            self.notify(words, severity="warning", markup=False)
