"""The command palette: every key's action by name, every profile, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape
from typing_extensions import override

from tutor_tui.core.availability import not_now
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.screen_settings import Theme
from tutor_tui.ui.key_bindings import APP_KEYS, KEYS
from tutor_tui.ui.screens.lesson import LessonScreen
from tutor_tui.ui.settings_actions import SettingsActions


class PaletteHost(Protocol):
    """What the palette needs of the app that opens it."""

    settings_actions: SettingsActions
    key_names: Mapping[str, str]

    @property
    def lesson_screen(self) -> LessonScreen | None:
        """The lesson under the palette, once it is built."""
        ...

    def run_action(self, action: str) -> Awaitable[object]:
        """What a key of the app does."""
        ...

    def teach_by(self, profile: PromptProfile) -> None:
        """Go on with another profile."""
        ...

    def use_theme(self, theme: Theme) -> None:
        """Put on a theme and keep it."""
        ...


class PaletteCommand(NamedTuple):
    """One line of the palette."""

    name: str
    help: str
    run: Callable[[], object]
    also: Sequence[str] = ()
    """Other names that it is found by."""


_THEMES: Mapping[Theme, str] = {
    "auto": "Theme: as the terminal is",
    "tutor-night": "Theme: light on dark",
    "tutor-day": "Theme: dark on light",
}
_ALSO: Mapping[str, Sequence[str]] = {"history": ("history", "delete lesson", "export lesson")}
"""By action, words of the shell's commands that lead to it here."""


class LessonCommands(Provider):
    """What can be done in the lesson."""

    def _commands(self) -> Iterator[PaletteCommand]:
        host = cast("PaletteHost", self.app)
        lesson_screen = host.lesson_screen
        if lesson_screen is not None:
            for binding in KEYS:
                why = lesson_screen.greyed.get(binding.id or "")
                help_text = not_now(why) if why else f"key {host.key_names[binding.id or '']}"
                run = partial(lesson_screen.run_action, binding.action)
                yield PaletteCommand(binding.tooltip, help_text, run, _ALSO.get(binding.id or "", ()))
        for binding in APP_KEYS:
            if binding.id not in ("commands", "break"):
                help_text = f"key {host.key_names[binding.id or '']}"
                yield PaletteCommand(binding.tooltip, help_text, partial(host.run_action, binding.action))
        why = lesson_screen.greyed.get("profile") if lesson_screen is not None else None
        for profile in host.settings_actions.profiles.profiles:
            help_text = not_now(why) if why else printable_line(profile.description)
            title = f"Profile: {printable_line(profile.name)}"
            yield PaletteCommand(title, help_text, partial(host.teach_by, profile))
        for theme, words in _THEMES.items():
            yield PaletteCommand(words, "kept in the settings", partial(host.use_theme, theme))

    @override
    async def discover(self) -> Hits:
        for each in self._commands():
            yield DiscoveryHit(escape(each.name), each.run, text=each.name, help=escape(each.help))

    @override
    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for each in self._commands():
            names = (each.name, *(f"{each.name} ({word})" for word in each.also if matcher.match(word)))
            score, name = max((matcher.match(name), name) for name in names)
            if score > 0:
                yield Hit(score, matcher.highlight(escape(name)), each.run, text=name, help=escape(each.help))
