"""All settings, made from their declaration in `core.settings`: nothing here knows a single one of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Static
from typing_extensions import override

from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import SECTIONS, setting_fields, value_of, with_labels
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.settings_actions import LATER, SettingsActions, SettingsChanged
from tutor_tui.ui.textual_patches.text_line import TextLine
from tutor_tui.ui.widgets.choice import Choice

_BOLD = "Bold: it counts in this lesson. Pale: it makes no difference to this lesson; each says whom it is for."
_ON_OFF = (("on", "on"), ("off", "off"))


class SettingRow(Vertical):
    """One setting: label, control, help, and what came of the last change."""

    def __init__(self, field: SettingField, settings_actions: SettingsActions) -> None:
        super().__init__(classes="-idle" if settings_actions.why_idle(field.full_name) else None)
        self.field = field
        self._waiting: str | None = None
        """What has been chosen, but not kept yet."""
        self._settings_actions = settings_actions

    @override
    def compose(self) -> ComposeResult:
        field = self.field
        value = self._in_force
        about = HelpData(field.label, f"{field.help_text} In the settings file: {field.full_name}; or {field.env}.")
        with Horizontal():
            yield Label(field.label, markup=False, classes="setting-label")
            if isinstance(field.default, bool):
                yield Choice(_ON_OFF, value=value, about=about)
            elif field.choices:
                options = [(each, f"{each} {field.unit}".strip() or "(empty)") for each in field.choices]
                yield Choice(options, value=value, about=about, barred=self._barred)
            else:
                yield SettingInput(value, about)
        yield Static(self._note, classes="note", markup=False)
        yield Static(classes="outcome", markup=False)

    def look_again(self) -> None:
        """Another tutor may look at other settings."""
        self.set_class(bool(self._settings_actions.why_idle(self.field.full_name)), "-idle")
        self.query_one(".note", Static).update(self._note)
        for choice in self.query(Choice):
            choice.barred = self._barred

    @property
    def _barred(self) -> Mapping[str, str]:
        """Options that cannot be chosen now, and why."""
        return self._settings_actions.barred(self.field.full_name)

    @property
    def _note(self) -> Content:
        """What it is for, and why it makes no difference now, or has fewer options."""
        name = self.field.full_name
        later = "" if self._settings_actions.is_at_once(name) else f" ({LATER})"
        words = [f"{self.field.help_text}{later}", self._settings_actions.why_idle(name), *_without(self._barred)]
        return Content(" ".join(filter(None, words)))

    @property
    def searched(self) -> str:
        """What a search looks at, in small letters."""
        field = self.field
        return " ".join((field.label, field.full_name, field.help_text, *field.choices)).casefold()

    @on(Choice.Barred)
    def _say_why_not(self, message: Choice.Barred) -> None:
        message.stop()
        self._refuse(message.why)

    def _refuse(self, why: str) -> None:
        """Say why not beside the field."""
        self._say(f"✕ {printable_line(why)}", "-refused")

    def on_resize(self) -> None:
        """What came of a change takes its lines later on a busy machine: then the last of them come into sight, too."""
        self._into_sight()

    def _into_sight(self) -> None:
        """What came of a change may come below what is shown."""
        if self.has_focus_within or self.query_one(".outcome", Static).has_class("-refused"):
            self.scroll_visible(animate=False)

    @on(Choice.Changed)
    def _chosen(self, message: Choice.Changed) -> None:
        """Options that arrows pass are not taken: another tutor may cost money. A click means its option."""
        message.stop()
        self._waiting = None if message.by_mouse or message.value == self._in_force else message.value
        if message.by_mouse:
            self._take(message.value)
        else:
            self._say("… enter keeps it" if self._waiting is not None else "")

    @property
    def _in_force(self) -> str:
        """What counts now, as it stands in its control."""
        value = value_of(self._settings_actions.settings, self.field.full_name)
        if isinstance(value, bool):
            return "on" if value else "off"
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _say(self, words: str, kind: str = "-taken") -> None:
        outcome = self.query_one(".outcome", Static)
        outcome.set_classes(f"outcome {kind}")
        outcome.update(Content(words))
        self.call_after_refresh(self._into_sight)

    def on_key(self, event: events.Key) -> None:
        """Enter takes what has been chosen."""
        if event.key == "enter" and self._waiting is not None:
            event.stop()
            waiting, self._waiting = self._waiting, None
            self._take(waiting)

    def on_descendant_blur(self) -> None:
        """Whoever goes on without enter keeps what was."""
        for choice in self.query(Choice):
            choice.value = self._in_force
        if self._waiting is not None:
            self._waiting = None
            self._say("… not kept: enter keeps a choice")

    @on(Input.Submitted)
    @on(Input.Blurred)
    def _entered(self, message: Input.Submitted | Input.Blurred) -> None:
        message.stop()
        self._take(message.value)

    def _take(self, raw: str) -> None:
        """Try the value; say beside the field what came of it."""
        before = value_of(self._settings_actions.settings, self.field.full_name)
        outcome = self.query_one(".outcome", Static)
        outcome.remove_class("-refused", "-taken")
        try:
            if self.field.parse(raw) == before:
                outcome.update("")
                return
            stronger = self._settings_actions.change(self.field, raw)
        except Problem as problem:
            # The way out keeps the name in the file: it may be to be written there.
            self._refuse(f"{with_labels(problem.title)} {problem.hint}")
            return
        later = "" if self._settings_actions.is_at_once(self.field.full_name) else f", {LATER}"
        kept = f"✓ kept, but {stronger} wins at each start, until it is unset" if stronger else f"✓ kept{later}"
        self._say(printable_line(kept))
        self.post_message(SettingsChanged())


def _without(barred: Mapping[str, str]) -> list[str]:
    """A sentence for each reason why choices cannot be had now."""
    reasons = dict.fromkeys(barred.values())
    return [f"Not now: {', '.join(name for name in barred if barred[name] == why)}. {why}" for why in reasons]


class SettingSearch(TextLine):
    """Words that a setting's section, name or help must have to be shown."""

    ABOUT = HelpData("Search", "Type a word or two, such as voice or offline: only the settings with them stay.")

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder="type to search the settings; tab goes to the first of them")
        self.cursor_blink = False


class SettingInput(TextLine):
    """A text setting."""

    def __init__(self, value: str, about: HelpData) -> None:
        super().__init__(
            printable_line(value),
            compact=True,
            placeholder="(empty)",
            select_on_focus=False,
            classes="-textual-compact -valid",  # both come anyway, but each by looking up all styles again
        )
        self.cursor_blink = False
        self.ABOUT = about


class SettingsScreen(Modal):
    """Every setting with its help, section by section; each says beside it what came of a change."""

    def __init__(self, settings_actions: SettingsActions) -> None:
        super().__init__()
        self._settings_actions = settings_actions

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Settings"
            sheet.border_subtitle = foot(("tab", "next"), ("←→", "choose"), ("enter", "keep"), ("esc", "close"))
            yield SettingSearch()
            with VerticalScroll(can_focus=False):
                yield Static(_BOLD, classes="note", markup=False)
                for section, fields in groupby(setting_fields(), key=lambda field: field.section):
                    with Vertical(classes="section"):
                        yield Label(_heading(section), classes="heading", markup=False)
                        for field in fields:
                            yield SettingRow(field, self._settings_actions)

    @override
    def scroll_to_center(self, widget: Widget, animate: bool = True, **how: Any) -> None:
        """Bring the whole setting into sight that is focused, at once: a scroll that is still on its way to the middle
        of a field ends after the one to what was refused, and hides that again."""
        row = next((each for each in widget.ancestors if isinstance(each, SettingRow)), None)
        if row is None:
            super().scroll_to_center(widget, animate, **how)
        else:
            row.scroll_visible(animate=False)

    @on(Input.Changed, "SettingSearch")
    def _look_for(self, message: Input.Changed) -> None:
        """Only what is looked for; a section that has nothing of it goes with its heading."""
        words = message.value.casefold().split()
        for section in self.query(".section"):
            rows = list(section.query(SettingRow))
            for row in rows:
                row.display = all(word in row.searched for word in words)
            section.display = any(row.display for row in rows)

    @on(SettingsChanged)
    def _look_again(self) -> None:
        for row in self.query(SettingRow):
            row.look_again()


def _heading(section: str) -> str:
    return f"{section.partition('.')[0].capitalize()}: {(SECTIONS[section].__doc__ or '').rstrip('.').lower()}"
