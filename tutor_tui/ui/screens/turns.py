"""The keys with which a learner takes turns: begins, holds and ends them, stops the tutor, and says how they end."""

from __future__ import annotations

from textual import on

from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.problems import Problem
from tutor_tui.core.turn_detection import PATIENCE_ENDS, PushToTalk, TurnDetection, with_patience
from tutor_tui.ui.screens.ear import ScreenForTheEar
from tutor_tui.ui.widgets.turn_detection_panel import TurnPanel

_TYPE = f"press {key('type')} to type"


class ScreenForTurns(ScreenForTheEar):
    """A screen with a lesson, and the keys that say whose turn it is."""

    turns: TurnPanel

    def show(self, lesson: Lesson) -> None:
        """Draw what differs from the last lesson."""
        raise NotImplementedError

    def action_mute(self) -> None:
        """Close the microphone, or open it again."""
        if self.can("mute"):
            self._session.mute()

    def action_interrupt(self) -> None:
        """Stop the tutor; where there is nothing to stop, hide the hint."""
        if self._session.lesson.can_stop_tutor or not self._session.study.hide_hints():
            self._session.interrupt()

    def escape_stops_tutor(self) -> bool:
        """Stop the tutor by an escape that is meant for a line or a panel; whether there was anything to stop.

        On all of this screen escape reaches the tutor first, wherever the keys of the lesson were moved to. No binding
        can say so: moving one binding of a key takes the key from all.
        """
        at_the_keys = self.focused is self.transcript and self.transcript.search is None
        writes = self.writes_dictation and self.focused is self.bottom.composer  # escape leads to the keys, to hear it
        if at_the_keys or writes or not self._session.lesson.can_stop_tutor:
            return False
        self._session.interrupt()
        return True

    def action_talk(self) -> None:
        """Begin a turn of push-to-talk, or end it."""
        if self.can("talk"):
            self._session.talk()

    def action_think(self) -> None:
        """Hold the turn open to think, or let go of it."""
        if self.can("think"):
            self._session.think()

    def action_patience(self, steps: int) -> None:
        """More patience, or less."""
        if not self.can("more-patience" if steps > 0 else "less-patience"):
            return
        wanted: TurnDetection = self.turns.draft or self._session.lesson.plan.turn_detection
        changed = with_patience(wanted, steps)
        if changed != wanted:
            self._session.set_turn_detection(changed)
        else:
            self.bottom.tell(PATIENCE_ENDS)

    def action_turns(self) -> None:
        """To the panel, which narrow screens show only while it is used."""
        if self.can("turns"):
            self.set_class(True, "-turns")
            self.turns.kind.focus()

    def action_retry(self) -> None:
        """Dial again; while there is nothing to dial, Enter begins and ends a turn of push-to-talk."""
        lesson = self._session.lesson
        if lesson.can_retry:
            self._session.retry()
        elif isinstance(lesson.plan.turn_detection, PushToTalk):
            if self.focused is None or self.turns not in self.focused.ancestors:  # there, it confirms a choice
                self.action_talk()
        elif lesson.linked:
            self.bottom.tell(f"{key('retry')} connects again when the connection is lost. Now, just speak, or {_TYPE}.")

    @on(TurnPanel.Changed)
    def _take_turns_so(self, message: TurnPanel.Changed) -> None:
        if self._session.lesson.plan.turn_detection == message.instead_of:
            self._session.set_turn_detection(message.detection)
        self.show(self._session.lesson)
        self.turns.drop_draft()

    @on(TurnPanel.Kept)
    def _keep_turns(self, message: TurnPanel.Kept) -> None:
        """In force at once, if it is not yet, and in every lesson."""
        if self._session.lesson.plan.turn_detection != message.detection:
            self._session.set_turn_detection(message.detection)
        try:
            self._settings_actions.keep_turns(message.detection)
        except Problem as problem:
            self.bottom.tell(problem.title, problem.hint)
        self.show(self._session.lesson)
        self.turns.drop_draft()
