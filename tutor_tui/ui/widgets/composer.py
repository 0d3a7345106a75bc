"""Typing instead of speaking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from tutor_tui.core.safe_text import printable_line
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.textual_patches.text_line import TextLine

MAX_CHARS = 4_000
"""More than anybody says in a turn; keeps a pasted book from being sent to a tutor that bills by the word."""
LINE_END = "⏎"
"""How the end of a pasted line is shown, and can be deleted, on the one line that there is."""


class Composer(TextLine):
    """One line of typed words: enter sends it, escape leaves it. While it has the focus, letters are letters."""

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Close", id="composer.leave", tooltip="Stop typing; the words stay"),
    ]
    ABOUT = HelpData(
        "Typing",
        "Write what you would say, in any script, and press enter. Escape stops the tutor; when the tutor is silent, "
        "it closes the line, keeps what you wrote, and gives the keys their meaning back. Pasted lines stay lines: "
        f"{LINE_END} stands for each end. Typed answers count like spoken ones. The word exit or quit alone ends the "
        "lesson.",
    )

    @dataclass
    class Said(Message):
        """The learner wants these words said."""

        text: str

    @dataclass
    class TooLong(Message):
        """More was pasted than is taken."""

        chars: int

    class Left(Message):
        """The learner goes back to the keys."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, max_length=MAX_CHARS, select_on_focus=False)
        self.cursor_blink = False  # the only thing that moves unasked is the meter

    def action_leave(self) -> None:
        """Back to the keys."""
        self.post_message(self.Left())

    async def action_submit(self) -> None:
        """Send what was written, unless it is nothing."""
        text = self.value.replace(LINE_END, "\n").strip()
        if text:
            self.post_message(self.Said(text))
            self.value = ""

    def on_paste(self, event: events.Paste) -> None:
        """Lines stay lines; what is too long is cut, and said so."""
        event.stop()
        event.prevent_default()
        lines = event.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
        text = LINE_END.join(map(printable_line, lines))
        room = MAX_CHARS - len(self.value)
        if len(text) > room:
            self.post_message(self.TooLong(len(text)))
        self.insert_text_at_cursor(text[: max(0, room)])
