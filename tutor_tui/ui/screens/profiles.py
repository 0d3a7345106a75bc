"""Choosing a profile: all there are, what each is told, and those that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from os import fspath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Markdown, OptionList, Static
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.courses import CoursePath, LessonHead
from tutor_tui.core.languages import language_name
from tutor_tui.core.pedagogy import CORRECTION_HINTS
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile, own_words
from tutor_tui.core.safe_text import printable, printable_line
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.ports import BrokenProfile
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.screens.units import DONE, NEXT, UnitsScreen, can_do_words
from tutor_tui.ui.settings_actions import SettingsActions
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact
from tutor_tui.ui.widgets.lesson_wishes import LessonWishes
from tutor_tui.ui.widgets.pick_list import PickList

_ABOUT = HelpData(
    "Tutor profiles",
    "Each profile is a Markdown file that tells the tutor who to be and what to teach. Enter goes on with the chosen "
    "one at once, with the unit of its course that is marked ▸; u shows all units. What was said so far stays. Your "
    "own files in the prompts folder beside your settings win over the shipped ones of the same name, and are marked "
    "as yours. A slash and the first letters of a name or a language lead there. What you edit counts when you open "
    "this list again. A file that cannot be read is listed at the end with what is wrong.",
)
_FOOT = (("enter", "begin"), ("←→", "change"), ("k", "keep"), ("esc", "close"))
_CAN_DO_SHOWN = 4
"""On a low terminal the row of units below is still to be seen."""


class ProfilesScreen(Modal):
    """All profiles by language, with a preview of the one that is stood on. Enter goes on with it."""

    BINDINGS: ClassVar = [
        Binding("enter", "begin", "Begin", show=False, id="profiles.begin", tooltip="Begin with the profile"),
        Binding("slash", "search", "Search", id="profiles.search", tooltip="Go to the profile that you name"),
        Binding("u", "units", "Units", id="profiles.units", tooltip="Show all units of its course"),
    ]

    def __init__(self, settings_actions: SettingsActions) -> None:
        super().__init__()
        self._settings_actions = settings_actions
        self._entries: tuple[str | PromptProfile | BrokenProfile, ...] = ()
        self._wanted: str | None = None
        """What is looked for; None while nothing is."""
        self._has_units = False
        """The profile that is stood on has a course with more units than one."""

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Choose a profile (/ searches)"
            sheet.border_subtitle = foot(*_FOOT)
            with Horizontal():
                yield PickList(about=_ABOUT, id="profiles")
                with VerticalScroll(id="preview", can_focus=False):
                    yield Static(id="preview-head", markup=False)
                    yield Static(id="preview-path", markup=False)
                    yield DefinitionList(id="preview-facts")
                    yield Markdown(id="preview-text", open_links=False)
            yield LessonWishes(self._settings_actions)

    def on_mount(self) -> None:
        """Fill the list from the files as they are now, and stand on the profile of the lesson."""
        try:
            self._settings_actions.read_profiles()
        except Problem as problem:
            self.tell(problem)
        profiles = self._settings_actions.profiles
        self._entries = tuple(_with_headings(profiles.profiles, profiles.broken))
        now = self._settings_actions.profile
        chooser = self.query_one(PickList)
        chooser.add_options([self._option(entry, entry is now) for entry in self._entries])
        here = [place for place, entry in enumerate(self._entries) if entry is now and now is not None]
        chooser.highlighted = here[0] if here else 1 if self._entries else None  # 0 is a heading
        chooser.focus()

    @staticmethod
    def _option(entry: str | PromptProfile | BrokenProfile, is_now: bool) -> Option:
        match entry:
            case str(heading):
                return Option(Content.assemble((heading, "bold $muted")), disabled=True)
            case PromptProfile():
                mark = ("● ", "bold $primary") if is_now else "  "
                level = (f"{entry.level:2} ", "$muted")
                own = ("\n     yours", "$muted") if entry.own else ""
                return Option(Content.assemble(mark, level, printable_line(entry.name), own))
            case _:
                name = printable_line(fspath(entry.path)).rpartition("/")[2]
                return Option(Content.assemble(("✕ ", "$error"), (name, "$muted")))

    @on(OptionList.OptionHighlighted)
    async def _preview(self, message: OptionList.OptionHighlighted) -> None:
        entry = self._entries[message.option_index]
        head, text = self.query_one("#preview-head", Static), self.query_one("#preview-text", Markdown)
        facts = self.query_one("#preview-facts", DefinitionList)
        self._show_path(entry)
        self.query_one("#preview").scroll_home(animate=False)
        match entry:
            case str():
                return
            case PromptProfile():
                title = (printable_line(entry.name), "bold $primary")
                head.update(Content.assemble(title, f"\n{printable_line(entry.description)}".rstrip()))
                native = self._settings_actions.language_of_help(entry)
                facts.facts = _facts(entry, native)
                await text.update(printable(own_words(entry, native)))
            case _:
                line = f", line {entry.line}" if entry.line else ""
                head.update(Content.assemble(("This profile cannot be used.", "bold $error")))
                facts.facts = (Fact("file", f"{fspath(entry.path)}{line}"), Fact("why", entry.reason))
                await text.update("Fix the file, then open this list again. The other profiles work as before.")

    def _show_path(self, entry: str | PromptProfile | BrokenProfile) -> None:
        shown = self.query_one("#preview-path", Static)
        path = self._settings_actions.path_of(entry) if isinstance(entry, PromptProfile) else CoursePath()
        shown.set_class(bool(path.unit or path.remark), "-known")
        shown.update(_path_words(path))
        self._has_units = _has_choice(path)
        self._show_keys()

    def action_search(self) -> None:
        """What is typed from now on is looked for, up to a key that writes nothing."""
        self._look_for("")

    def on_key(self, event: Key) -> None:
        """Letters of what is looked for, before they are keys."""
        if self._wanted is None:
            return
        if event.key == "backspace" or (event.is_printable and event.character):
            event.stop()
            self._look_for(self._wanted[:-1] if event.key == "backspace" else self._wanted + (event.character or ""))
            return
        self._wanted = None
        self._show_keys()
        if event.key == "escape":
            event.stop()

    def _look_for(self, words: str) -> None:
        self._wanted = words
        if words and (place := _place_of(words, self._entries)) is not None:
            self.query_one(PickList).highlighted = place
        self._show_keys()

    def _show_keys(self) -> None:
        """Those that do something on the profile that is stood on; or what is looked for."""
        if self._wanted is not None:
            shown = foot((f"/{self._wanted}", "search"), ("enter", "begin"), ("esc", "back"))
        else:
            units = [("u", "units")] if self._has_units else []
            shown = foot(_FOOT[0], *units, *_FOOT[1:])
        self.query_one(".sheet").border_subtitle = shown

    @property
    def _stood_on(self) -> PromptProfile | None:
        place = self.query_one(PickList).highlighted
        entry = self._entries[place] if place is not None else ""
        return entry if isinstance(entry, PromptProfile) else None

    @on(OptionList.OptionSelected)
    def action_begin(self) -> None:
        """With the profile that is stood on; from the line of wishes, too."""
        if profile := self._stood_on:
            self._begin(profile, self._settings_actions.path_of(profile).unit)

    def action_units(self) -> None:
        """The units of the course of the profile that is stood on."""
        entry = self._stood_on
        if entry is None:
            return
        path = self._settings_actions.path_of(entry)
        if not _has_choice(path):
            return
        units = UnitsScreen(path)

        def begin(_: None) -> None:
            if units.chosen is not None:
                self._begin(entry, units.chosen)

        self.app.push_screen(units, begin)

    def _begin(self, profile: PromptProfile, unit: LessonHead | None) -> None:
        try:
            self._settings_actions.begin(profile, unit)
        except Problem as problem:
            self.tell(problem)
            return
        self.dismiss()


def _with_headings(
    profiles: Sequence[PromptProfile], broken: Sequence[BrokenProfile]
) -> Iterator[str | PromptProfile | BrokenProfile]:
    """The profiles, with the name of a language before those that teach it, and those that cannot be used."""
    for language, group in groupby(profiles, key=lambda profile: profile.language):
        yield language_name(language)
        yield from group
    if broken:
        yield "cannot be read"
        yield from broken


def _place_of(letters: str, entries: Sequence[str | PromptProfile | BrokenProfile]) -> int | None:
    """Which profile is meant by the first letters of its name, a word in it or its language; the first, or none."""
    wanted = letters.casefold()
    profiles = [(place, entry) for place, entry in enumerate(entries) if isinstance(entry, PromptProfile)]
    names = [(place, entry.name) for place, entry in profiles]
    words = [
        (place, word) for place, entry in profiles for word in (language_name(entry.language), *entry.name.split())
    ]
    return next((place for place, name in (*names, *words) if name.casefold().startswith(wanted)), None)


def _has_choice(path: CoursePath) -> bool:
    return len(path.units) > 1


def _path_words(path: CoursePath) -> Content:
    """What this course is, which of its units comes next, what can be said after it, and all units."""
    parts = [Content.styled(path.remark, "$warning")] if path.remark else []
    if path.unit is not None and path.title:
        parts.append(Content.styled(path.title, "bold"))
        parts.append(Content.assemble((NEXT, "bold $primary"), printable_line(path.unit.title)))
        parts.append(can_do_words(path.unit, _CAN_DO_SHOWN))
    if _has_choice(path):
        row = [
            (
                f"{DONE if place in path.done else ''}{unit.unit} {printable_line(unit.title)}",
                "bold" if place == path.next else "$muted",
            )
            for place, unit in enumerate(path.units)
        ]
        parts.append(Content(" · ").join(Content.styled(*each) for each in row))
    return Content("\n").join(part for part in parts if part.plain)


def _facts(profile: PromptProfile, native_language: str) -> tuple[Fact, ...]:
    """What can be said of a profile in a line."""
    facts = (
        ("learn", " · ".join(part for part in (language_name(profile.language), profile.level) if part)),
        ("help in", language_name(native_language) if native_language != profile.language else ""),
        ("voice", f"{profile.voice}, pace {profile.pace:g}"),
        ("pauses", profile.turn_taking),
        ("mistakes", CORRECTION_HINTS[profile.correction] if profile.correction else ""),
        ("offline", f"lesson {profile.offline_lesson}" if profile.offline_lesson else ""),
    )
    return tuple(Fact(name, value) for name, value in facts if value)
