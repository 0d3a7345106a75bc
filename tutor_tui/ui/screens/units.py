"""Choosing a unit of a course: all there are in order, and what can be said after each."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.courses import CoursePath, LessonHead, course_title
from tutor_tui.core.safe_text import printable_line
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.widgets.pick_list import PickList

NEXT = "▸ "
"""Before the unit that a lesson begins with."""
DONE = "✓ "
"""Before a unit that is done."""
_ABOUT = HelpData(
    "The units of a course",
    "A course is a row of lessons, each of which builds on those before it. ▸ marks the one that a lesson begins with, "
    "✓ those that you have done. "
    "Enter begins with the one that you stand on, at its first question.",
)


def can_do_words(unit: LessonHead, most: int | None = None) -> Content:
    """What a learner can do after a unit, a line each, `most` of them; empty where it does not say."""
    if not unit.can_do:
        return Content("")
    lines = "\n".join(f"• {printable_line(each)}" for each in unit.can_do[:most])
    return Content.assemble(("Then you can:\n", "$muted"), lines)


class UnitsScreen(Modal):
    """The units of one course. Closes with the chosen one, and the sheet below begins it."""

    def __init__(self, path: CoursePath) -> None:
        super().__init__()
        self._path = path
        self.chosen: LessonHead | None = None

    @override
    def compose(self) -> ComposeResult:
        unit = self._path.unit
        with Container(classes="sheet") as sheet:
            sheet.border_title = course_title(unit.course) if unit and unit.course else "Lesson"
            sheet.border_subtitle = foot(("enter", "begin with this unit"), ("esc", "back"))
            with Horizontal():
                yield PickList(about=_ABOUT, id="units")
                with VerticalScroll(id="unit", can_focus=False):
                    yield Static(id="unit-head", markup=False)
                    yield Static(id="unit-can-do", markup=False)

    def on_mount(self) -> None:
        """Stand on the unit that comes next."""
        chooser = self.query_one(PickList)
        chooser.add_options([self._option(place, unit) for place, unit in enumerate(self._path.units)])
        chooser.highlighted = self._path.next
        chooser.focus()

    def _option(self, place: int, unit: LessonHead) -> Option:
        done = (DONE, "$success") if place in self._path.done else "  "
        mark = (NEXT, "bold $primary") if place == self._path.next else done
        return Option(Content.assemble(mark, (f"{unit.unit:2} ", "$muted"), printable_line(unit.title)))

    @on(OptionList.OptionHighlighted)
    def _preview(self, message: OptionList.OptionHighlighted) -> None:
        unit = self._path.units[message.option_index]
        number = f"Unit {unit.unit}" if unit.unit else "Lesson"
        title = (f"{number} · {printable_line(unit.title)}", "bold $primary")
        comes_next = ("\n▸ a lesson begins here", "$muted") if message.option_index == self._path.next else ""
        done = ("\n✓ done", "$success") if message.option_index in self._path.done else ""
        self.query_one("#unit-head", Static).update(Content.assemble(title, comes_next, done))
        self.query_one("#unit-can-do", Static).update(can_do_words(unit))
        self.query_one("#unit").scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _choose(self, message: OptionList.OptionSelected) -> None:
        self.chosen = self._path.units[message.option_index]
        self.dismiss()
