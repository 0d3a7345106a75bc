"""What the tutor wrote down, on a sheet: on narrow screens there is no room for it beside the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DrillKind
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import Problem
from tutor_tui.learning.items import KeptItem
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.lesson_notes import LessonNotes, notes_of
from tutor_tui.session.session import Session
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.kept_item_text import item_entry
from tutor_tui.ui.screens.edit_item import EditItemScreen
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.screens.question import DeleteQuestion
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact
from tutor_tui.ui.widgets.kept_items import KeptItems
from tutor_tui.ui.widgets.list_search import ListSearch
from tutor_tui.ui.widgets.notes_card import NotesCard, note_facts

_NONE_YET = (
    "Nothing yet. While you talk, the tutor writes down your mistakes with the better form, and words worth keeping; "
    "newest first."
)

_LOOKS_S = 0.5
_TABS = (("lesson", "this lesson"), ("all", "all"), ("due", "due"))
_ABOUT_TABS = HelpData(
    "Which notes", "Those of this lesson; all that you keep in its language; or what is due to come back. ←→ change."
)
_IN_LESSON = (("↑↓", "scroll"), ("esc", "close"))
_IN_NONE = (("/", "search"), ("esc", "close"))
_IN_SEARCH = (("enter", "to what was found"), ("esc", "all"))
_OF_LESSON = (("e", "edit"), ("d", "delete"), ("m", "known"), ("esc", "close"))
_UNKEPT = {
    "ask": Problem("This note is not kept yet.", "Close the sheet and answer whether your notes are to be kept."),
    "no": Problem("Your notes are not kept.", "Choose ask or yes for learner.keep in the settings."),
    "yes": Problem("This note is just being kept.", "Try again in a moment."),
}
"""Why nothing can be changed of it, by `learner.keep`."""
_IN_ITEMS = (("/", "search"), ("e", "edit"), ("d", "delete"), ("m", "known"), ("esc", "close"))


class NotesScreen(Modal):
    """All notes, newest first, and what is kept of all lessons. It grows while the conversation goes on under it."""

    ABOUT = NotesCard.ABOUT
    BINDINGS: ClassVar = [
        Binding("left", "tab(-1)", "Before", show=False, id="notes.before", tooltip="This lesson, or all"),
        Binding("right", "tab(1)", "After", show=False, id="notes.after", tooltip="All that is kept, or what is due"),
        Binding("e", "edit", "Edit", show=False, id="notes.edit", tooltip="Edit what you stand on"),
        Binding("d", "delete", "Delete", show=False, id="notes.delete", tooltip="Delete what you stand on"),
        Binding("u", "drill", "Drill", show=False, id="notes.drill", tooltip="Two minutes with what is due"),
        Binding("slash", "search", "Search", show=False, id="notes.search", tooltip="Search what you keep"),
        Binding("m", "known", "Known", show=False, id="notes.known", tooltip="Mark as known, or as to be learnt again"),
    ]

    def __init__(
        self,
        session: Session,
        learner: LearnerStore | None = None,
        why_none: str = "",
        drill: Callable[[DrillKind], None] | None = None,
    ) -> None:
        """`learner` has what is kept of all lessons; without, there are only this one's notes. `why_none`: why the
        tutor writes nothing down. `drill` begins one of that kind on what is due, and raises `Problem` where nothing
        is; None where the tutor holds none.
        """
        super().__init__()
        self._drill = drill
        self._why_none = why_none
        self._session = session
        self._tabs = Choice(_TABS, value="lesson", about=_ABOUT_TABS, id="notes-tabs")
        self._learner = learner
        language, none = session.lesson.plan.target_language, why_none or _NONE_YET
        self._kept = KeptItems(learner, language, self._of_lesson, none) if learner else None
        self._seen: tuple[object, ...] = ()
        """Of the lesson, what its tab was read for."""

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Noted"
            if self._kept is not None:
                yield self._tabs
            yield Static(Content(self._session.memory.consent.why_off), id="not-kept", classes="note")
            with VerticalScroll(id="noted"):
                yield Static(Content(self._why_none or _NONE_YET), id="none-yet", classes="note")
                yield DefinitionList(name_cells=9, id="all-notes")
            if self._kept is not None:
                yield self._kept

    def on_mount(self) -> None:
        """Follow the lesson."""
        self._show_tab()
        self._follow()

    @work(group="notes", description="follow the notes")
    async def _follow(self) -> None:
        """Show the newest notes now and then: nobody waits for one."""
        async for lesson in self._session.watch:
            self._show(lesson)
            await asyncio.sleep(_LOOKS_S)

    def _of_lesson(self) -> LessonNotes:
        """What the lesson has brought; on another thread. Raises `Problem`."""
        lesson, recorder = self._session.lesson, self._session.recorder
        if self._learner is None:
            return LessonNotes()
        return notes_of(self._learner, lesson.notes, lesson.plan.target_language, recorder.lesson_id)

    def _show(self, lesson: Lesson) -> None:
        self.query_one("#not-kept").display = bool(self._session.memory.consent.why_off)
        if self._kept is not None:
            seen = (lesson.notes, lesson.keep_asked)
            if seen != self._seen and self._in_lesson:
                self._kept.show("lesson")
            self._seen = seen
            self._show_title()
            return
        blank = Fact("", "")
        facts = tuple(fact for note in note_facts(lesson) for fact in (*note.facts, blank))
        self.query_one("#none-yet").display = not facts
        self.query_one("#all-notes", DefinitionList).facts = facts
        self._show_title()

    def _show_title(self) -> None:
        lesson = self._session.lesson
        noted = f"{counted(len(lesson.corrections), 'mistake')}, {counted(len(lesson.words), 'word')}"
        titles = {"lesson": f"Noted in this lesson: {noted}", "all": "All that you keep", "due": "Due to come back"}
        self.query_one(".sheet").border_title = titles[self._tabs.value]

    @on(KeptItems.StoodOn)
    def _show_keys(self) -> None:
        """Those that do something here."""
        if isinstance(self.focused, ListSearch):
            self.query_one(".sheet").border_subtitle = foot(*_IN_SEARCH)
            return
        tabs = (("←→", "all, due" if self._in_lesson else "tabs"),) if self._kept else ()
        some = self._kept is not None and self._kept.stood_on is not None
        keys: tuple[tuple[str, str], ...] = _IN_ITEMS if some else _IN_NONE
        if self._in_lesson:
            keys = _OF_LESSON if some else _IN_LESSON
        if self._drill is not None and some:
            tabs = (*tabs, ("u", "drill"))
        self.query_one(".sheet").border_subtitle = foot(*tabs, *keys)

    # ---- what is kept of all lessons --------------------------------------------------------------------------------

    @property
    def _in_lesson(self) -> bool:
        return self._tabs.value == "lesson"

    def action_tab(self, steps: int) -> None:
        """To another tab."""
        self._tabs.action_move(steps)

    @on(Choice.Changed)
    def _show_tab(self) -> None:
        noted = self.query_one("#noted")
        noted.display = self._kept is None
        self._show_title()
        self._show_keys()
        if self._kept is None:
            noted.focus()
            return
        which = self._tabs.value
        self._kept.show("lesson" if which == "lesson" else "due" if which == "due" else "all")
        self._kept.list.focus()

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "search":
            return not self._in_lesson
        if action == "drill":
            return self._drill is not None
        return self._kept is not None if action == "tab" else True

    def on_descendant_focus(self) -> None:
        """The keys are those of what has the focus."""
        self._show_keys()

    async def action_search(self) -> None:
        """To the line for what is looked for."""
        if self._kept is not None:
            await self._kept.begin_search()

    def _changeable(self) -> tuple[KeptItems, KeptItem] | None:
        """The list and the item in it that is stood on; where that is kept nowhere, the learner is told why."""
        kept = self._kept
        if kept is None or (stood_on := kept.stood_on) is None:
            return None
        if stood_on.item.id in kept.unkept:
            self.tell(_UNKEPT[self._session.memory.consent.keep], "warning")
            return None
        return kept, stood_on

    def action_edit(self) -> None:
        """Edit the item that is stood on."""
        if (found := self._changeable()) is None:
            return
        kept, stood_on = found
        lines = EditItemScreen(stood_on.item)

        def done(_: None) -> None:
            if lines.edited is not None:
                kept.edit(stood_on.item.id, lines.edited)

        self.app.push_screen(lines, done)

    def action_delete(self) -> None:
        """Ask whether the item that is stood on is to be deleted."""
        if (found := self._changeable()) is None:
            return
        kept, stood_on = found
        consequence = "It is deleted for good, with all that is known of how you used it, and no tutor brings it back."
        question = DeleteQuestion("Delete this?", item_entry(stood_on), consequence)

        def answered(_: None) -> None:
            if question.is_wanted:
                kept.delete(stood_on.item.id)

        self.app.push_screen(question, answered)

    def action_known(self) -> None:
        """Mark the item that is stood on as known, or no longer."""
        if (found := self._changeable()) is not None:
            kept, stood_on = found
            kept.mark_known(stood_on.item.id, known=not stood_on.item.known)

    def action_drill(self) -> None:
        """Ask which kind of drill, and begin it."""
        from tutor_tui.ui.screens.drills import DrillsScreen  # seldom used

        kinds = DrillsScreen()

        def done(_: None) -> None:
            if kinds.chosen is not None:
                self._begin_drill(kinds.chosen)

        self.app.push_screen(kinds, done)

    def _begin_drill(self, kind: DrillKind) -> None:
        if self._drill is None:
            return
        try:
            self._drill(kind)
        except Problem as problem:
            self.tell(problem, "warning")
        else:
            self.dismiss()

    @on(KeptItems.Failed)
    def _tell_failed(self, message: KeptItems.Failed) -> None:
        self.tell(message.problem)
