"""Choosing a drill: two minutes with what is due, in one of the ways there are."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.lesson_plan import DRILLS, DrillKind
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.widgets.pick_list import PickList

_WORDS: dict[DrillKind, str] = {
    "recall": "you get the meaning, and say or type the word",
    "repeat": "say it after the tutor, until every word is right",
    "dictation": "type what the tutor says",
}
_ABOUT = HelpData(
    "Drills",
    "Two minutes with what is due and nothing else; what you miss comes again at the end. Only what you recall without "
    "help moves a word's date on: a drill in which you hear or read it is practice.",
)


class DrillsScreen(Modal):
    """The kinds of drill. Closes with the chosen one, and the sheet below begins it."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: DrillKind | None = None

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "A drill of two minutes"
            sheet.border_subtitle = foot(("enter", "begin"), ("esc", "back"))
            yield PickList(about=_ABOUT, id="drills")

    def on_mount(self) -> None:
        """Stand on the first."""
        chooser = self.query_one(PickList)
        chooser.add_options([Option(Content.assemble((f"{each:11}", "bold"), _WORDS[each])) for each in DRILLS])
        chooser.highlighted = 0
        chooser.focus()

    @on(OptionList.OptionSelected)
    def _choose(self, message: OptionList.OptionSelected) -> None:
        self.chosen = DRILLS[message.option_index]
        self.dismiss()
