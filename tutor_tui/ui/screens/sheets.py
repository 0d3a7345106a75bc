"""The sheets that the lesson's screen lays over itself, each loaded when it is first opened."""

from __future__ import annotations

from tutor_tui.core.availability import Control
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.session.session import Session
from tutor_tui.ui.screens.searchable import SearchableScreen
from tutor_tui.ui.settings_actions import SettingsActions


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

            self.app.push_screen(NotesScreen(self._session, self._settings_actions.learner))

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
