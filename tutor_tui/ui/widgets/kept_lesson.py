"""A lesson that is over, to be read: as the transcript shows one, with what was noted below the line it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding
from typing_extensions import override

from tutor_tui.core.actions import DEFAULT_KEYS
from tutor_tui.core.conversation import ToolLine, ToolState, Turn, TurnState
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import KeptLesson, ToolRecord
from tutor_tui.core.tools import Note
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.transcript import Transcript

_NOTING = frozenset({"note_correction", "note_word"})
"""Tools whose outcome is shown as the note that they took."""


class KeptTranscript(Transcript, inherit_bindings=False):
    """One kept lesson, from its beginning."""

    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_lines(-1)", "Line up", show=False, id="kept.up", tooltip="Read one line back"),
        Binding("down,j", "scroll_lines(1)", "Line down", show=False, id="kept.down", tooltip="One line on"),
        Binding("pageup", "pages(-1)", "Page up", show=False, id="kept.page-up", tooltip="Read back a page"),
        Binding("pagedown,space", "pages(1)", "Page down", show=False, id="kept.page-down", tooltip="Read on a page"),
        Binding("home", "first", "First", show=False, id="kept.first", tooltip="To the first line"),
        Binding("end", "last", "Last", show=False, id="kept.last", tooltip="To the last line"),
        Binding("n", "match(-1)", "Older", show=False, id="kept.older", tooltip="In a search: the match before"),
        Binding("N", "match(1)", "Newer", show=False, id="kept.newer", tooltip="In a search: the next match"),
    ]
    ABOUT = HelpData(
        "A past lesson",
        "What was said, in order, with mistakes and new words below the line that they came from. Struck-out words "
        "were never heard: the tutor was stopped first.",
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(DEFAULT_KEYS, notes_in_place=True, id=id)

    def read(self, lesson: Lesson, wanted: Sequence[str]) -> None:
        """Show a lesson from its first line, or from the last one with the words that are looked for."""
        self.search = None
        self.following = False
        self.show(lesson, "")
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()
        for words in (" ".join(wanted), *sorted(wanted, key=len, reverse=True)):
            if words and any(words.casefold() in turn.text.casefold() for turn in lesson.turns):
                self.look_for(words)
                return

    def action_pages(self, pages: int) -> None:
        """Read back, or on."""
        self.action_scroll_lines(pages * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """To the beginning."""
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        """To the end."""
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    @override
    def _below(self) -> str:
        lines = self._lines.height - self.scroll_offset.y - self.size.height + 1
        return f"{lines} more line{'s' if lines != 1 else ''}"


def as_lesson(kept: KeptLesson) -> Lesson:
    """The lesson that was kept, as the transcript takes one."""
    turns = tuple(_over(each.turn) for each in kept.turns)
    known = {turn.id for turn in turns}
    last = turns[-1].id if turns else ""
    notes = (Note(each.what, each.item_id if each.item_id in known else last) for each in kept.notes)
    tools = (_tool_line(each) for each in kept.tools if each.name not in _NOTING)
    return Lesson(
        LessonPlan(kept.lesson.profile, instructions="", voice=""),
        turns=turns,
        notes=tuple(notes),
        tool_lines=tuple(tools),
    )


def _over(turn: Turn) -> Turn:
    """A line of a lesson that goes on elsewhere: nothing is awaited of it here."""
    if turn.state is not TurnState.OPEN:
        return turn
    return replace(turn, state=TurnState.DONE if turn.text or turn.role == "tutor" else TurnState.LOST)


def _tool_line(record: ToolRecord) -> ToolLine:
    return ToolLine(record.call_id, record.name, record.after, ToolState(record.state), record.summary)
