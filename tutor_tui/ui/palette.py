"""The command palette: every key's action by name, every profile, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import Theme
from tutor_tui.ui.keys import APP_KEYS, KEYS

if TYPE_CHECKING:
    from tutor_tui.ui.app import TutorApp


_THEMES: tuple[tuple[Theme, str], ...] = (
    ("tutor-night", "Theme: light on dark"),
    ("tutor-day", "Theme: dark on light"),
)


class LessonCommands(Provider):
    """What can be done in the lesson."""

    @property
    def _app(self) -> TutorApp:
        return cast("TutorApp", self.app)

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """(name, help, what to do)."""
        app = self._app
        lesson_screen = app.lesson_screen
        greyed = lesson_screen.greyed if lesson_screen is not None else {}
        for binding in KEYS:
            if lesson_screen is not None:
                key = app.key_names.get(binding.id or "", "")
                why = greyed.get(binding.id or "")
                help_text = f"not now: {why}" if why else f"key {key}"
                yield binding.tooltip, help_text, partial(lesson_screen.run_action, binding.action)
        for binding in APP_KEYS:
            if binding.id not in ("commands", "break"):
                key = app.key_names.get(binding.id or "", "")
                yield binding.tooltip, f"key {key}", partial(app.run_action, binding.action)
        for profile in app.settings_actions.profiles.profiles:
            title, why = printable_line(profile.name), greyed.get("profile")
            help_text = f"not now: {why}" if why else printable_line(profile.description)
            yield f"Profile: {title}", help_text, partial(app.teach_by, profile)
        for theme, words in _THEMES:
            yield words, "kept in the settings", partial(app.wear, theme)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for name, help_text, action in self._commands():
            yield DiscoveryHit(escape(name), action, text=name, help=escape(help_text))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for name, help_text, action in self._commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(escape(name)), action, text=name, help=escape(help_text))
