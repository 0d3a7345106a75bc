"""What a learner keeps, as a list: read in parts and off the event loop, so that thousands open as fast as ten."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.items import Item, KeptItem
from tutor_tui.learning.learner import LearnerChange, LearnerStore, delete, edit, mark_known
from tutor_tui.learning.lesson_notes import LessonNotes
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.kept_item_text import item_entry, item_facts
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact
from tutor_tui.ui.widgets.list_search import REST_S, ListSearch
from tutor_tui.ui.widgets.pick_list import PickList

FIRST = 40
"""So many items are read and listed before anything is shown, or as many as the screen has lines."""
PART = 100
"""So many at each further stretch: some screens full of them."""
MEANING_AT = 18
"""Cells, from where a list's meanings stand one below the other; longer words push theirs aside."""
_NEAR = 20
"""So many lines before the end of what is listed, more is read."""
Which: TypeAlias = Literal["lesson", "all", "due"]
_NONE_KEPT = (
    "Nothing is kept in this language yet: words and mistakes that the tutor notes stand here once you keep them."
)
_NONE_DUE = "Nothing is due now. What you keep comes back some days later, and the better you know it, the later."
_NONE_FOUND = "Nothing here has these words. esc shows all."
_SEARCH = (
    "/ searches words, meanings and examples",
    "Type a word or two, in any script: only what has all of them in its words, meaning, reading or example stays in "
    "the list.",
)
_ABOUT = HelpData(
    "What you keep",
    "Words and mistakes of all your lessons in this language, the newest first; or those that are due, the longest due "
    "first. e edits what you stand on, d deletes it, and m marks it as known, so that it does not come back; m again "
    "brings it back. The slash goes to the search line.",
)


class KeptItems(Vertical):
    """The items of one language, all or those that are due, and below them the one that is stood on."""

    @dataclass
    class Failed(Message):
        """They could not be read or changed."""

        problem: Problem

    @dataclass
    class StoodOn(Message):
        """Another item is stood on, or none any more."""

    def __init__(self, learner: LearnerStore, language: str, of_lesson: Callable[[], LessonNotes], none: str) -> None:
        """`of_lesson` looks up what the lesson under way has brought, on another thread; `none` is said where that is
        nothing.
        """
        super().__init__(id="kept")
        self._learner = learner
        self._language = language
        self._of_lesson = of_lesson
        self._none_noted = none
        self._which: Which = "lesson"
        self.unkept: frozenset[str] = frozenset()
        """The ids of those that are not in the learner's file."""
        self._items: list[KeptItem] = []
        self._is_whole = False
        """All there are have been read."""
        self.search = ListSearch(*_SEARCH)
        """It comes when it is first wanted: the list has its lines until then, and opens sooner."""
        self.list = PickList(about=_ABOUT, id="kept-list")
        self._facts = DefinitionList(id="kept-facts")
        self._none = Static(id="kept-none", classes="note", markup=False)

    @override
    def compose(self) -> ComposeResult:
        yield self._none
        yield self.list
        yield self._facts

    def show(self, which: Which) -> None:
        """Read them anew from the first."""
        self._which = which
        self._begin()

    def _begin(self) -> None:
        self._is_whole = False
        self._items = []
        self.list.clear_options()
        self._facts.facts = ()
        self._none.display = False
        self._read()

    @property
    def stood_on(self) -> KeptItem | None:
        """The item under the highlight."""
        place = self.list.highlighted
        return self._items[place] if place is not None and place < len(self._items) else None

    # ---- reading ----------------------------------------------------------------------------------------------------

    @work(group="list", exclusive=True, description="list what is kept")
    async def _read(self) -> None:
        most = PART if self._items or self._which != "all" else max(FIRST, self.app.size.height)
        try:
            found = await asyncio.to_thread(self._next_part, most, self.search.value)
        except Problem as problem:
            self._say(f"✕ {problem}")
            return
        self._is_whole = len(found) < most or self._which != "all"
        self._items += found
        self.list.add_options([Option(item_entry(each, MEANING_AT)) for each in found])
        if self.list.highlighted is None and self._items:
            self.list.highlighted = 0
        self._say_if_none()
        self.post_message(self.StoodOn())

    def _next_part(self, most: int, words: str) -> list[KeptItem]:
        if self._which == "lesson":
            notes = self._of_lesson()
            self.unkept = notes.unkept
            return list(notes.items)
        self.unkept = frozenset()
        if self._which == "due":
            return list(self._learner.due(self._language, time.time(), most, words))
        behind = self._items[-1].item if self._items else None
        return list(self._learner.items(self._language, most=most, behind=behind, words=words))

    def _say_if_none(self) -> None:
        nones = {"lesson": self._none_noted, "due": _NONE_DUE, "all": _NONE_KEPT}
        searches = self.search.value.split() and self._which != "lesson"
        none = _NONE_FOUND if searches else nones[self._which]
        self._say("" if self._items else none)

    def _say(self, words: str) -> None:
        self._none.update(printable_line(words))
        self._none.display = bool(words)

    @on(OptionList.OptionHighlighted)
    def _preview(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        if (kept := self.stood_on) is None:
            return
        self._facts.facts = self._facts_of(kept)
        if not self._is_whole and message.option_index >= len(self._items) - _NEAR:
            self._read()

    def _facts_of(self, kept: KeptItem) -> tuple[Fact, ...]:
        return item_facts(kept, is_kept=kept.item.id not in self.unkept)

    # ---- searching --------------------------------------------------------------------------------------------------

    async def begin_search(self) -> None:
        """To the line for what is looked for."""
        if not self.search.is_attached:
            await self.mount(self.search, before=self._none)
        self.search.focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._look_for()

    @work(group="search", exclusive=True, description="search what is kept")
    async def _look_for(self) -> None:
        """Leave what has these words, once nothing more is typed for a moment."""
        await asyncio.sleep(REST_S)
        self._begin()

    @on(Input.Submitted)
    @on(ListSearch.Done)
    def _to_the_list(self, message: Message) -> None:
        message.stop()
        self.list.focus()

    # ---- changing ---------------------------------------------------------------------------------------------------

    def edit(self, item_id: str, edited: Item) -> None:
        """Have an item read so from now on."""
        self._change(item_id, partial(edit, item_id=item_id, item=edited))

    def delete(self, item_id: str) -> None:
        """Forget an item."""
        self._change(item_id, partial(delete, item_id=item_id))

    def mark_known(self, item_id: str, *, known: bool) -> None:
        """Have an item come back no longer, or again."""
        self._change(item_id, partial(mark_known, item_id=item_id, known=known))

    @work(group="change", description="change what is kept")
    async def _change(self, item_id: str, change: Callable[[LearnerChange], Item | bool | None]) -> None:
        """Change one item, and show what has become of it where it stands."""

        def changed() -> KeptItem | None:
            with self._learner.changing() as transaction:
                now = change(transaction)
            return self._learner.item(now.id if isinstance(now, Item) else item_id)

        try:
            now = await asyncio.to_thread(changed)
        except Problem as problem:
            self.post_message(self.Failed(problem))
            return
        places = [i for i, each in enumerate(self._items) if each.item.id in (item_id, now.item.id if now else "")]
        for place in reversed(places[1:] if now else places):
            self._drop(place)
        if now is not None and places:
            self._items[places[0]] = now
            self.list.replace_option_prompt_at_index(places[0], item_entry(now, MEANING_AT))
        kept = self.stood_on
        self._facts.facts = self._facts_of(kept) if kept else ()
        if not self._items:
            self._say_if_none()
            self.post_message(self.StoodOn())

    def _drop(self, place: int) -> None:
        del self._items[place]
        self.list.remove_option_at_index(place)
