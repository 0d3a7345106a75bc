"""The sheets that the lesson's screen lays over itself, each loaded when it is first opened."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial

from textual import work

from tutor_tui.core.actions import key
from tutor_tui.core.availability import NOTHING_KEPT, Control
from tutor_tui.core.captions import is_masked
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.core.problems import Problem
from tutor_tui.learning.items import Item, ItemKind, Origin
from tutor_tui.learning.learner import LearnerStore, keep
from tutor_tui.learning.picked_words import MOST_CHARACTERS, pickable, picked
from tutor_tui.learning.readings import with_reading
from tutor_tui.session.again import again_words, hold_again
from tutor_tui.session.session import Session
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.screens.searchable import SearchableScreen
from tutor_tui.ui.settings_actions import SettingsActions

_TURN_ON = f"You can turn that on in the settings ({key('settings')})."
_NONE_CHOSEN = (
    f"Select words with the mouse, or find them with {key('search')} and enter; then {key('keep')} keeps them."
)
_NOT_SAID = "Only words of one line of the conversation can be kept, as they were said."
_TOO_LONG = f"That is too long to be asked for: pick a word or a phrase, of at most {MOST_CHARACTERS} characters."
_EDITED = f"{key('notes')} shows it; there you can write down what it means."
_SHOWN_CELLS = 40


class ScreenWithSheets(SearchableScreen):
    """A screen with a lesson, and the keys that open sheets over it."""

    _session: Session
    _settings_actions: SettingsActions

    def can(self, control: Control) -> bool:
        """Whether that does something now; where not, the learner is told why."""
        raise NotImplementedError

    def action_notes(self) -> None:
        """All that the tutor wrote down."""
        if self.can("notes"):
            from tutor_tui.ui.screens.notes import NotesScreen  # seldom used: not worth its share of the start

            actions = self._settings_actions
            drill = actions.drill if self._session.tutor.capabilities.scripted and actions.look_ups.drill else None
            self.app.push_screen(NotesScreen(self._session, actions.look_ups.learner, actions.why_no_notes, drill))

    def action_progress(self) -> None:
        """What has come of all lessons in the language of this one."""
        look_up = self._settings_actions.look_ups.progress
        if look_up is None:
            self.bottom.tell(NOTHING_KEPT)
            return
        from tutor_tui.ui.screens.progress import ProgressScreen  # seldom used

        self.app.push_screen(ProgressScreen(partial(look_up, self._session.lesson.plan.target_language)))

    def action_keep(self) -> None:
        """Keep the words that are selected, or that were found, for later lessons."""
        learner, search = self._settings_actions.look_ups.learner, self.transcript.search
        selected = self.transcript.selected_words or (
            "" if self.get_selected_text() else search.words if search else ""
        )
        if learner is None or not selected.strip():
            self.bottom.tell(NOTHING_KEPT if learner is None else _NONE_CHOSEN)
            return
        if why := self._session.memory.consent.why_off:
            self.bottom.tell(why, _TURN_ON)
            return
        lesson = self._session.lesson
        words, line = pickable(selected, (each.text for each in reversed(lesson.turns)))
        if not words or len(words) > MOST_CHARACTERS:
            hidden = f"Those words are hidden: {key('reveal')} shows the line." if is_masked(selected) else _NOT_SAID
            self.bottom.tell(_TOO_LONG if words else hidden)
            return
        turn = next((each for each in reversed(lesson.turns) if each.text == line), None)
        known = picked(words, line, lesson.notes)
        item = Item(
            lesson.plan.target_language,
            ItemKind.WORD,
            words,
            known.meaning,
            known.example,
            origin=Origin.LEARNER,
            lesson_id=self._session.recorder.lesson_id,
            turn_id=turn.id if turn else "",
            added_at=time.time(),
        )
        self._keep(learner, item, lesson.plan)

    @work(group="change", description="keep a word")
    async def _keep(self, learner: LearnerStore, item: Item, plan: LessonPlan) -> None:
        look_up = self._settings_actions.look_ups.meaning
        try:
            if not item.meaning and look_up is not None:
                item = replace(item, meaning=await asyncio.to_thread(look_up, item.term, plan))
            await asyncio.to_thread(_kept, learner, item)
        except Problem as problem:
            self.bottom.tell(problem.title, problem.hint)
            return
        meaning = f" ({fitted(item.meaning, _SHOWN_CELLS)})" if item.meaning else ""
        hint = f"{key('notes')} shows it." if item.meaning else _EDITED
        self.bottom.tell(f"Kept for later lessons: “{fitted(item.term, _SHOWN_CELLS)}”{meaning}", hint)

    def action_again(self) -> None:
        """Ask whether the task of this lesson is to be done once more: that ends the lesson."""
        if not self.can("again"):
            return
        try:
            words = again_words(self._session, self._settings_actions.task_title)
        except Problem as problem:
            self.bottom.tell(problem.title, problem.hint)
            return
        from tutor_tui.ui.screens.question import AgainQuestion  # seldom used

        question = AgainQuestion(words, kept=bool(self._session.recorder.lesson_id))

        def answered(_: None) -> None:
            if question.is_wanted:
                self.begin_again()

        self.app.push_screen(question, answered)

    def begin_again(self) -> None:
        """Do the task of this lesson once more."""
        try:
            hold_again(self._session, self._settings_actions.task_title)
        except Problem as problem:
            self.bottom.tell(problem.title, problem.hint)

    def action_profiles(self) -> None:
        """Choose another profile."""
        if self.can("profile"):
            from tutor_tui.ui.screens.profiles import ProfilesScreen  # seldom used

            self.app.push_screen(ProfilesScreen(self._settings_actions))

    def action_devices(self) -> None:
        """Choose microphone and speaker."""
        from tutor_tui.ui.screens.devices import DevicesScreen  # seldom used

        self.app.push_screen(DevicesScreen(self._session, self._settings_actions))

    def action_settings(self) -> None:
        """All settings."""
        from tutor_tui.ui.screens.settings import SettingsScreen  # seldom used

        self.app.push_screen(SettingsScreen(self._settings_actions))

    def action_history(self) -> None:
        """The lessons that are kept."""
        library = self._settings_actions.library
        if self.can("history") and library is not None:
            from tutor_tui.ui.screens.history import HistoryScreen  # seldom used

            self.app.push_screen(HistoryScreen(library, self._resume))

    def _resume(self, kept: KeptLesson) -> None:
        """Go on with that lesson, and say so. Raises `Problem`."""
        self._settings_actions.resume(kept)
        self.bottom.tell(kept.goes_on_words)


def _kept(learner: LearnerStore, item: Item) -> None:
    item = with_reading(item)
    with learner.changing() as change:
        keep(change, item)
