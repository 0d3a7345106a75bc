"""Past lessons: listed, searched, read, gone on with and deleted. The library is asked on another thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import KeptLesson, LessonLine, LessonRecord, Library, Match
from tutor_tui.core.lesson_summary import counted, is_going_on
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.kept_lesson_text import all_figures, around, figures, list_entry, recorded_where, title
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.screens.question import DeleteQuestion
from tutor_tui.ui.widgets.kept_lesson import KeptTranscript, as_lesson
from tutor_tui.ui.widgets.list_search import REST_S, ListSearch
from tutor_tui.ui.widgets.pick_list import PickList

PASSED_S = 0.05
"""A lesson that the highlight only passes is not read."""
MOST_MATCHES = 5_000
"""So many lines are looked for at most, those of the newest lessons first."""
_SLICE = 50
"""So many lessons are put into the list at a stretch."""
_BETWEEN_S = 0.005
_NONE_YET = "No lesson is kept yet: each one stands here as soon as you have said something in it."
_NONE_FOUND = "No lesson has a line with these words. esc shows all lessons."
_GOES_ON = Problem("This lesson is still going on.", "It can be taken up again, or deleted, when it is over.")
_NOTHING = KeptLesson(LessonRecord("", 0.0, ""))
_ABOUT = HelpData(
    "Your lessons",
    "All lessons that are kept on this machine, the newest first. Enter reads the one that you stand on; r goes on "
    "with it: the tutor is told what was said in it, and takes it up where it stopped. The slash goes to the search "
    "line, which leaves the lessons with the words that you type. d deletes a lesson for good, after a question. "
    "In the shell, tutor-tui export ID writes a lesson into a file: its ID stands behind its date.",
)
_IN_LIST = (("enter", "read"), ("/", "search"), ("r", "go on with it"), ("d", "delete"), ("esc", "close"))
_IN_SEARCH = (("enter", "to the lessons"), ("esc", "all lessons"))
_IN_LESSON = (("↑↓", "scroll"), ("r", "go on with it"), ("d", "delete"), ("esc", "back"))
_MATCHES = ("n N", "matches")


class HistoryScreen(Modal):
    """The list, and the lesson that is stood on: beside it on wide screens, in its place on others."""

    BINDINGS: ClassVar = [
        Binding("slash", "search", "Search", show=False, id="past.search", tooltip="Search what was said"),
        Binding("r", "resume", "Go on", show=False, id="past.resume", tooltip="Go on with the lesson"),
        Binding("d", "delete", "Delete", show=False, id="past.delete", tooltip="Delete the lesson for good"),
    ]

    def __init__(self, library: Library, resume: Callable[[KeptLesson], None]) -> None:
        """`resume` has the lesson under way go on with a kept one, and raises `Problem`."""
        super().__init__()
        self._library = library
        self._resume = resume
        self._all: list[LessonLine] = []
        self._lines: list[LessonLine] = []
        """Those in the list."""
        self._words: tuple[str, ...] = ()
        """What is looked for."""
        self._found: Mapping[str, str] = {}
        """By lesson, the first line with the words."""
        self._is_cut = False
        """There may be more of them in older lessons."""
        self.lessons = PickList(about=_ABOUT, id="past")
        self.transcript = KeptTranscript()
        self._head = Static(id="past-head", markup=False)
        self._none = Static("reading …", id="past-none", classes="note -some", markup=False)
        self._count = Static(id="past-found", markup=False)

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Your lessons"
            with Horizontal(id="past-search"):
                yield ListSearch(
                    "/ searches what was said",
                    "Type a word or two: only lessons with a line that has all of them stay in the list.",
                )
                yield self._count
            yield self._none
            with Horizontal():
                yield self.lessons
                with Vertical(id="past-lesson"):
                    yield self._head
                    yield self.transcript

    def on_mount(self) -> None:
        """Ask for the lessons."""
        self.lessons.focus()
        self._list()

    # ---- the list ---------------------------------------------------------------------------------------------------

    @work(group="list", exclusive=True, description="list past lessons")
    async def _list(self) -> None:
        try:
            self._all = await asyncio.to_thread(self._library.lessons)
        except Problem as problem:
            self._say(printable_line(f"✕ {problem}"))
            return
        self._fill()

    @work(group="search", exclusive=True, description="search past lessons")
    async def _look_for(self, words: str) -> None:
        """Leave the lessons with these words, once nothing more is typed for a moment."""
        await asyncio.sleep(REST_S)
        wanted = tuple(words.split())
        matches: list[Match] = []
        if wanted:
            try:
                matches = await asyncio.to_thread(self._library.search, words, MOST_MATCHES)
            except Problem as problem:
                self.tell(problem)
                return
        self._words, self._is_cut = wanted, len(matches) == MOST_MATCHES
        self._found = {each.lesson.id: around(each.turn.text, wanted) for each in reversed(matches)}
        self._fill()

    def _fill(self, place: int = 0) -> None:
        """List the lessons that are wanted. Who stood on one of them still does; others stand on that of `place`."""
        stood_on = self._stood_on
        lines = [each for each in self._all if not self._words or each.lesson.id in self._found]
        self._lines = lines
        same = (i for i, each in enumerate(lines) if stood_on and each.lesson.id == stood_on.lesson.id)
        place = next(same, max(0, min(place, len(lines) - 1)))
        self.lessons.clear_options()
        self._add(0, place + _SLICE)
        self._add_rest(place + _SLICE)
        self.lessons.highlighted = place if lines else None
        newest = "the newest " if self._is_cut else ""
        self._count.update(f"{newest}{len(lines)} of {counted(len(self._all), 'lesson')}" if self._words else "")
        self._say("" if lines else _NONE_FOUND if self._words else _NONE_YET)
        if not lines:
            self._show("", as_lesson(_NOTHING))
        self._show_keys()

    def _add(self, first: int, last: int) -> None:
        """Put some of the lessons at the end of the list."""
        lines = self._lines[first:last]
        self.lessons.add_options([Option(list_entry(each, self._found.get(each.lesson.id, ""))) for each in lines])

    @work(group="fill", exclusive=True, description="fill the list of past lessons")
    async def _add_rest(self, first: int) -> None:
        """In slices, so that nothing else has to wait: a thousand take a tenth of a second."""
        for start in range(first, len(self._lines), _SLICE):
            await asyncio.sleep(_BETWEEN_S)
            self._add(start, start + _SLICE)

    def _say(self, words: str) -> None:
        """Something in place of a list."""
        self._none.update(Content(words))
        self._none.set_class(bool(words), "-some")

    @property
    def _stood_on(self) -> LessonLine | None:
        place = self.lessons.highlighted
        return self._lines[place] if place is not None and place < len(self._lines) else None

    # ---- searching --------------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """To the line for what is looked for."""
        self.query_one(ListSearch).focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._look_for(message.value)

    @on(Input.Submitted)
    @on(ListSearch.Done)
    def _to_the_list(self) -> None:
        self.lessons.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The lesson is in sight while it is read, and the keys are those of what has the focus."""
        reading = event.widget is self.transcript
        self.set_class(reading, "-reading")
        self._show_keys()

    def _show_keys(self) -> None:
        if isinstance(self.focused, ListSearch):
            hints: tuple[tuple[str, str], ...] = _IN_SEARCH
        elif self.focused is self.transcript:
            matches = (_MATCHES,) if self.transcript.search is not None else ()
            hints = (*_IN_LESSON[:1], *matches, *_IN_LESSON[1:])
        else:
            hints = _IN_LIST if self._all else _IN_LIST[-1:]
        self.query_one(".sheet").border_subtitle = foot(*hints)

    # ---- the lesson that is stood on --------------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted)
    def _preview(self) -> None:
        if (line := self._stood_on) is not None:
            self._read(line)

    @work(group="read", exclusive=True, description="read a past lesson")
    async def _read(self, line: LessonLine) -> None:
        await asyncio.sleep(PASSED_S)
        kept = await self._kept(line)
        if kept is not None and line is self._stood_on:
            about = (f" · {printable_line(line.lesson.id)}\n{all_figures(line)}{recorded_where(kept)}", "$muted")
            head = Content.assemble(title(line.lesson), about)
            self._show(head, as_lesson(kept))

    async def _kept(self, line: LessonLine) -> KeptLesson | None:
        """All of that lesson; where it cannot be had, the learner is told why."""
        try:
            return await asyncio.to_thread(self._library.read, line.lesson.id)
        except Problem as problem:
            self.tell(problem)
            return None

    def _show(self, head: Content | str, lesson: Lesson) -> None:
        self._head.update(head)
        self.transcript.read(lesson, self._words)
        self._show_keys()

    @on(OptionList.OptionSelected)
    def _to_the_lesson(self) -> None:
        self.set_class(True, "-reading")
        self.transcript.focus()

    @override
    def action_close(self) -> None:
        """From the lesson back to the list; from there, back to the lesson under way."""
        if self.focused is self.transcript:
            self.set_class(False, "-reading")
            self.lessons.focus()
        else:
            self.dismiss()

    # ---- what is done with it ---------------------------------------------------------------------------------------

    def action_resume(self) -> None:
        """Go on with the lesson that is stood on."""
        if (line := self._over) is not None:
            self._go_on_with(line)

    @property
    def _over(self) -> LessonLine | None:
        """The lesson that is stood on, if it is over."""
        line = self._stood_on
        if line is not None and is_going_on(line.lesson):
            self.tell(_GOES_ON, "warning")
            return None
        return line

    @work(group="resume", exclusive=True, description="go on with a past lesson")
    async def _go_on_with(self, line: LessonLine) -> None:
        kept = await self._kept(line)
        if kept is None:
            return
        try:
            self._resume(kept)
        except Problem as problem:
            self.tell(problem)
            return
        self.dismiss()

    def action_delete(self) -> None:
        """Ask whether the lesson that is stood on is to be deleted."""
        line = self._over
        if line is None:
            return
        sound = ", and the recording of its sound" if line.recorded else ""
        question = DeleteQuestion(
            "Delete this lesson?",
            Content.assemble(title(line.lesson), "\n", (figures(line), "$muted")),
            f"It is deleted for good, with its mistakes and words{sound}.",
        )

        def answered(_: None) -> None:
            if question.is_wanted:
                self._delete(line)

        self.app.push_screen(question, answered)

    @work(group="delete", description="delete a past lesson")
    async def _delete(self, line: LessonLine) -> None:
        try:
            await asyncio.to_thread(self._library.delete, line.lesson.id)
        except Problem as problem:
            self.tell(problem)
            return
        self._all = [each for each in self._all if each is not line]
        self._fill(self.lessons.highlighted or 0)
        self.set_class(False, "-reading")
        self.lessons.focus()
