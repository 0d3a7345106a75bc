"""Choosing microphone and speaker while the lesson runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option
from typing_extensions import override

from tutor_tui.core.events import Which
from tutor_tui.core.lesson import DeviceState
from tutor_tui.core.ports import Device
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.session.session import Session
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.settings_actions import SettingsActions
from tutor_tui.ui.widgets.pick_list import PickList

_ABOUT = HelpData(
    "Microphone and speaker",
    "Enter changes over at once and keeps the choice for the next lesson. The system's default follows what you "
    "choose in your desktop's own sound settings.",
)


class _DeviceList(NamedTuple):
    """One of the two lists."""

    which: Which
    title: str
    setting: str
    """Where the choice is kept."""


_LISTS = (
    _DeviceList("microphone", "Microphone", "sound.input_device"),
    _DeviceList("speaker", "Speaker", "sound.output_device"),
)


class DevicesScreen(Modal):
    """The microphones and speakers there are; Enter changes over to one."""

    def __init__(self, session: Session, settings_actions: SettingsActions) -> None:
        super().__init__()
        self._session = session
        self._settings_actions = settings_actions
        self._found: dict[Which, list[Device | None]] = {"microphone": [None], "speaker": [None]}

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Microphone and speaker"
            sheet.border_subtitle = foot(("tab", "other list"), ("enter", "use it"), ("esc", "close"))
            with Horizontal():
                for which, title, _ in _LISTS:
                    with Vertical(classes="devices"):
                        yield Label(title, classes="heading")
                        yield PickList(about=_ABOUT, id=which)
                        yield Static("looking …", id=f"{which}-now", classes="note", markup=False)

    def on_mount(self) -> None:
        """Look for devices."""
        self._look()

    @work(group="devices", exclusive=True, description="look for sound devices")
    async def _look(self) -> None:
        try:
            devices: Sequence[Device] = await self._session.sound.devices()
        except Problem as problem:
            devices = ()
            self.tell(problem)
        lesson = self._session.lesson
        for which, _, _ in _LISTS:
            is_input = which == "microphone"
            found = [each for each in devices if (each.inputs if is_input else each.outputs)]
            self._found[which] = [None, *found]
            state = lesson.microphone if is_input else lesson.speaker
            chooser = self.query_one(f"#{which}", PickList)
            chooser.clear_options()
            sound = self._settings_actions.settings.sound
            chosen = sound.input_device if is_input else sound.output_device
            used = next((i for i, each in enumerate(found, 1) if chosen and each.name == state.name), 0)
            options = (self._line(each, is_input, is_used=i == used) for i, each in enumerate(self._found[which]))
            chooser.add_options([Option(each) for each in options])
            chooser.highlighted = used
            self.query_one(f"#{which}-now", Static).update(_now_words(state))

    @staticmethod
    def _line(device: Device | None, is_input: bool, *, is_used: bool) -> Content:
        mark = ("● ", "bold $primary") if is_used else "  "
        if device is None:
            return Content.assemble(mark, "the system's default")
        default = device.default_input if is_input else device.default_output
        facts = f"{device.api} · {device.rate_hz / 1000:g} kHz" + (" · default" if default else "")
        return Content.assemble(mark, printable_line(device.name), (f"\n  {printable_line(facts)}", "$muted"))

    @on(OptionList.OptionSelected)
    def _choose(self, message: OptionList.OptionSelected) -> None:
        which, _, setting = next(each for each in _LISTS if each.which == message.option_list.id)
        device = self._found[which][message.option_index]
        self._session.choose_device(which, "" if device is None else str(device.index))
        try:
            self._settings_actions.keep(setting, "" if device is None else device.name)
        except Problem as problem:
            self.tell(problem, "warning")
        self.dismiss()


def _now_words(state: DeviceState) -> Content:
    if state.missing:
        return Content.assemble(("✕ ", "$error"), printable_line(f"{state.missing} {state.hint}"))
    if not state.name:
        return Content("none is open yet")
    return Content(printable_line(f"now: {state.name}, {state.rate_hz / 1000:g} kHz"))
