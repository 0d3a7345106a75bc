"""The full-screen app: follows the lesson, and passes intents on to the session."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from time import monotonic
from typing import ClassVar

from textual import events, on, work
from textual.binding import Binding
from textual.command import Provider
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme as TextualTheme
from textual.widgets import Input
from typing_extensions import override

from tutor_tui.core.courses import FindLessons
from tutor_tui.core.lesson_records import Library
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import letters_missing, printable_line
from tutor_tui.core.screen_settings import Theme
from tutor_tui.core.settings import Settings
from tutor_tui.learning.look_ups import NO_LOOK_UPS, LookUps
from tutor_tui.session.session import Session
from tutor_tui.supervision import cancelled, watched
from tutor_tui.ui.key_bindings import ANSWERS, APP_KEYS, KEYS, KeysInForce, keys_meant
from tutor_tui.ui.leaving import leave
from tutor_tui.ui.ports import FindProfiles, MakePlan, MakeTutor, ProfileList, SaveSetting
from tutor_tui.ui.screens.lesson import LessonScreen
from tutor_tui.ui.settings_actions import SettingsActions, SettingsChanged
from tutor_tui.ui.talk_key import TalkKey
from tutor_tui.ui.textual_patches import broken_tasks  # noqa: F401 - in force once it is imported
from tutor_tui.ui.textual_patches.no_locals import QuietApp
from tutor_tui.ui.textual_patches.terminal_parser import KeyReleased, KeyRepeats, TellsReleases, TerminalBackground
from tutor_tui.ui.themes import NIGHT, terminal_is_light, theme_worn, themes_for
from tutor_tui.ui.widgets.transcript import Transcript

TICK_S = 1 / 20
"""The screen is drawn at most this often: a syllable is longer, and a terminal over ssh keeps up."""
_MID_GREY = 0.5
_LAG_FADES = 0.98
"""How long the worst lag stays in the debug footer: it halves in 1.7 s."""


_STYLED = (
    "screens/lesson",
    "widgets/transcript",
    "widgets/bottom_panel",
    "widgets/mic_meter",
    "widgets/side_panels",
    "widgets/pick_list",
    "widgets/lesson_wishes",
    "screens/modal",
    "screens/profiles",
    "screens/devices",
    "screens/settings",
    "screens/help",
    "screens/notes",
    "screens/history",
    "screens/progress",
)
"""What has styles of its own, beside its code. Of equally specific rules the later one wins."""


def _lesson_commands() -> type[Provider]:
    from tutor_tui.ui.command_palette import LessonCommands  # only when the palette is opened

    return LessonCommands


def _driver() -> type[Driver] | None:
    """What stands between the screen and the terminal; None for Textual's own."""
    if sys.platform == "win32":
        return None
    from tutor_tui.ui.textual_patches.terminal_driver import TerminalDriver  # only POSIX has what it needs

    return TerminalDriver


class TutorApp(QuietApp):
    """The screen of one lesson.

    It does no I/O: the session is run by whoever made it, settings are kept by `save_setting` (which raises `Problem`),
    `make_plan` turns a profile and the settings into a plan, and `make_tutor` the settings into a tutor. `library` has
    the past lessons, None where nothing is kept, and `look_ups` what is told of them; both may wait for the disk, and
    are asked on other threads.
    """

    CSS_PATH = ["app.tcss", *(f"{place}.tcss" for place in _STYLED)]  # noqa: RUF012 - Textual declares it so
    TITLE = "tutor-tui"
    BINDINGS: ClassVar = list(APP_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (110, "-wide")]  # noqa: RUF012 - Textual declares it as an instance variable
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-tall")]  # noqa: RUF012 - the same
    COMMANDS: ClassVar = {_lesson_commands}

    def __init__(
        self,
        session: Session,
        *,
        profiles: ProfileList,
        find_profiles: FindProfiles,
        settings: Settings,
        save_setting: SaveSetting,
        make_plan: MakePlan,
        make_tutor: MakeTutor,
        find_lessons: FindLessons,
        library: Library | None = None,
        look_ups: LookUps = NO_LOOK_UPS,
    ) -> None:
        super().__init__(driver_class=_driver())
        self.session = session
        self.settings_actions = SettingsActions(
            session,
            profiles,
            find_profiles,
            settings,
            save_setting,
            make_plan,
            make_tutor,
            find_lessons,
            library,
            look_ups,
        )
        self._keys = KeysInForce(settings.keys, lambda key: self.get_key_display(Binding(key, "")))
        self.key_names = self._keys.names
        self._talk_key = TalkKey(session.turns, self._keys.talk)
        self._tick = asyncio.Event()
        self._ticked_s = monotonic()
        self._lag_s = 0.0
        for theme in themes_for(self.console.color_system):
            self.register_theme(theme)
        self._light = terminal_is_light(os.environ)
        """Whether the terminal's ground is, as far as it has been told."""
        self.theme = theme_worn(settings.screen.theme, light=self._light)

    @override
    def get_default_screen(self) -> Screen[None]:
        return LessonScreen(self.session, self.settings_actions, self.key_names)

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, so that the built-in themes of the command palette can be worn too."""
        return dict(NIGHT.variables)

    @override
    def get_theme(self, theme_name: str) -> TextualTheme | None:
        """Textual looks in a copy of all themes, each time it draws anything."""
        return self._registered_themes.get(theme_name) or super().get_theme(theme_name)

    def on_mount(self) -> None:
        """Put the learner's keys in force, and follow the lesson."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.set_keymap(self._keys.keymap)
        if self._keys.faults:
            words = "\n".join(map(printable_line, self._keys.faults))
            self.call_after_refresh(
                self.notify, words, title="Keys in the settings", severity="warning", timeout=20, markup=False
            )
        if words := letters_missing(getattr(sys.__stderr__, "encoding", "") or "utf-8"):
            self.call_after_refresh(self.notify, words, severity="warning", timeout=20, markup=False)
        self._ticking = watched(self._keep_ticking(), self._broken, name="tick")
        self._follow()

    async def on_unmount(self) -> None:
        """Nothing is drawn any more."""
        await cancelled(self._ticking)

    def _broken(self, fault: BaseException) -> None:
        if isinstance(fault, Exception):  # the others end the program by themselves
            self._handle_exception(fault)

    @work(group="lesson", description="follow the lesson")
    async def _follow(self) -> None:
        """Draw the newest lesson, once a tick at most: what came in between is in the next one."""
        level_taken = ""
        async for lesson in self.session.watch:
            while (screen := self.lesson_screen) is None:  # it is being built, and no other news may come for long
                await self._tick.wait()
            screen.show(lesson)
            if lesson.level_taken != level_taken:  # the next profile, or a changed setting, does not take it back
                level_taken = lesson.level_taken
                self.settings_actions.try_out("lesson.level", level_taken)
            if lesson.leave_asked:
                self.exit()
            await self._tick.wait()

    async def _keep_ticking(self) -> None:
        """`TICK_S` apart on an average: the microphone's blocks, at which it happens, have a measure of their own."""
        due_s = monotonic()
        while True:
            due_s = max(due_s, monotonic() - TICK_S) + TICK_S
            await self.session.sound.pause(due_s - monotonic())
            self._on_tick()

    def _on_tick(self) -> None:
        now = monotonic()
        self._lag_s = max(self._lag_s * _LAG_FADES, now - self._ticked_s - TICK_S)
        self._ticked_s = now
        self._tick.set()
        self._tick.clear()
        screen = self.lesson_screen
        if screen is not None:
            screen.tick()
            screen.show_debug(self._lag_s * 1000)

    @override
    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        lesson = self.lesson_screen
        repeats = self._talk_key.key_repeats()
        for each in keys_meant(event, typing=isinstance(self.focused, Input), own=self._keys_in_use):
            if lesson is None or self.screen is not lesson or not self._is_taken(each.key, lesson, repeats):
                await super().on_event(each)

    def _is_taken(self, pressed: str, lesson: LessonScreen, repeats: bool) -> bool:
        """Do what comes before the bindings; whether the key was meant for that."""
        if repeats and pressed in self._talk_key and not isinstance(self.focused, Input):
            return True  # it talks for as long as it is held
        return self._answers(pressed) or (pressed == "escape" and lesson.escape_stops_tutor())

    @on(TellsReleases)
    @on(KeyRepeats)
    @on(KeyReleased)
    def _told_of_keys(self, message: Message) -> None:
        self._talk_key.take(message)

    def on_app_blur(self) -> None:
        """Keys that are let go now are told to another window."""
        self._talk_key.leave()

    def _answers(self, pressed: str) -> bool:
        """Answer what the tutor asks, a level or what was said; whether the key was meant for that.

        For as long as the question stands, its two keys are not what they are otherwise. On a line they are letters.
        """
        typing = self._searching or isinstance(self.focused, Input)
        if typing or pressed not in ANSWERS or not self.session.lesson.takes_yes_or_no:
            return False
        self.session.level_question.answer(yes=ANSWERS[pressed] == "yes")
        return True

    @property
    def _keys_in_use(self) -> set[str]:
        """Those that must not be taken for another layout's, or for Caps Lock."""
        return self._keys.own | ({"N"} if self._searching else set())

    @property
    def _searching(self) -> bool:
        return isinstance(self.focused, Transcript) and self.focused.search is not None

    # ---- what the learner asks ---------------------------------------------------------------------------------------

    @override
    async def action_quit(self) -> None:
        await leave(self)

    def action_break(self) -> None:
        """Ctrl-C ends the lesson as it ends any program: the shell is told."""
        self.exit(return_code=ExitCode.INTERRUPTED)

    def action_help(self) -> None:
        """Help on what has the focus, and on every key."""
        from tutor_tui.ui.screens.help import HelpScreen  # seldom used: not worth its share of the start

        if not isinstance(self.screen, HelpScreen):
            lesson = self.lesson_screen
            self.push_screen(
                HelpScreen(
                    self.focused,
                    (*KEYS, *APP_KEYS),
                    self.key_names,
                    greyed=lesson.greyed if lesson else {},
                    shortcomings=lesson.shortcomings if lesson else (),
                )
            )

    @override
    def action_suspend_process(self) -> None:
        """Back to the shell, with all of the job; where there is none, say so."""
        driver = self._driver
        if driver is None or not driver.can_suspend:
            return
        from tutor_tui.ui.textual_patches.terminal_driver import can_stop  # only POSIX has what it needs

        if can_stop():
            self._suspend_signal()
            os.killpg(0, signal.SIGTSTP)
        else:
            self.notify("No shell is there that could bring the lesson back.", severity="warning")

    def teach_by(self, profile: PromptProfile) -> None:
        """Go on with another profile."""
        screen = self.lesson_screen
        if screen is not None and not screen.can("profile"):
            return
        try:
            self.settings_actions.teach_by(profile)
        except Problem as problem:
            self.tell(problem)

    def use_theme(self, theme: Theme) -> None:
        """Put on a theme and keep it."""
        try:
            self.settings_actions.keep("screen.theme", theme)
        except Problem as problem:
            self.tell(problem)
        self.theme = theme_worn(theme, light=self._light)

    @on(SettingsChanged)
    def _settings_changed(self) -> None:
        self.theme = theme_worn(self.settings_actions.settings.screen.theme, light=self._light)

    @on(TerminalBackground)
    def _terminal_told(self, message: TerminalBackground) -> None:
        """The terminal answers when it can; until then, the ground is a guess."""
        self._light = message.brightness > _MID_GREY
        self._settings_changed()

    def tell(self, problem: Problem) -> None:
        """Say what is wrong and what helps."""
        self.notify(printable_line(problem.hint), title=printable_line(problem.title), severity="error", markup=False)

    @property
    def lesson_screen(self) -> LessonScreen | None:
        """The lesson under whatever lies over it; None before it is built, and while it is taken down."""
        if not self.is_running:  # its widgets go one after the other
            return None
        screens = (each for each in self.screen_stack if isinstance(each, LessonScreen))
        return next((each for each in screens if each.is_mounted and each.bottom.is_attached), None)
