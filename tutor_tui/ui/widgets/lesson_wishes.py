"""One line on what the learner wants of a lesson, whoever teaches: how hard, how corrected, how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.lesson_clock import due_s
from tutor_tui.core.pedagogy import CORRECTION_HINTS, LEVEL_HINTS
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import setting_fields, value_of
from tutor_tui.ui.cell_width import padded
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.settings_actions import SettingsActions
from tutor_tui.ui.widgets.choice import Choice

REST_S = 0.6
"""How long a choice has to rest before the tutor is told: it may only be passed on the way to another one."""
_LABELS = {"lesson.level": "Level", "lesson.correction": "Corrections", "lesson.minutes": "Length"}
"""The settings of this line, in its order."""
_GAP_CELLS = 2
_DEFAULTS = {"": "as profile", "0": "no clock"}
_NO_CLOCK = "The lesson lasts for as long as you like."
_BY_PROFILE = "As the profile says."
_HINTS: Mapping[str, Mapping[str, str]] = {
    "lesson.level": dict(LEVEL_HINTS.items()),
    "lesson.correction": dict(CORRECTION_HINTS.items()),
}
_IDLE = "For every tutor: tab goes to this line, ←→ change it, k keeps it."
_KEYS = "Left and right change it for this lesson, k keeps it for every lesson."
_KEPT = "Kept for every lesson."


class Dial(Choice, inherit_bindings=False):
    """A choice of which only the chosen option is in sight. Up and down belong to the list above."""

    BINDINGS: ClassVar = [
        Binding("left", "move(-1)", "Before", show=False, id="dial.before", tooltip="The option before"),
        Binding("right", "move(1)", "After", show=False, id="dial.after", tooltip="The next option"),
    ]

    def __init__(self, label: str, options: Sequence[tuple[str, str]], *, value: str, about: HelpData, id: str) -> None:
        super().__init__(options, label=f"{label} ", label_cells=cell_len(label) + 1, value=value, about=about, id=id)
        self._names = dict(options)
        self._value_cells = max(cell_len(name) for name in self._names.values()) + 2

    @property
    def cells(self) -> int:
        """How wide it is, whatever is chosen."""
        return self._label_cells + self._value_cells

    @override
    def get_content_width(self, container: object, viewport: object) -> int:
        return self.cells

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1

    @override
    def render(self) -> Content:
        style = "bold $primary" if self.has_focus else "$foreground"
        value = padded(f"‹{self._names.get(self.value, self.value)}›", self._value_cells)
        return Content.assemble((self._label, "bold $primary" if self.has_focus else "$muted"), (value, style))

    @override
    def on_click(self, event: events.Click) -> None:
        """To the next option; from the last to the first."""
        values = list(self._names)
        at = values.index(self.value) + 1 if self.value in values else 0
        self._choose(values[at % len(values)])


class LessonWishes(Vertical):
    """Level, corrections and length: changed for this lesson as one looks, and kept for every lesson on asking."""

    BINDINGS: ClassVar = [
        Binding("k", "keep", "Keep", show=False, id="wishes.keep", tooltip="Keep it for every lesson"),
    ]

    def __init__(self, settings_actions: SettingsActions) -> None:
        super().__init__()
        self._settings_actions = settings_actions
        self._waiting: set[str] = set()
        """What has been chosen, and the tutor is not told yet."""
        self._timer: Timer | None = None

    @override
    def compose(self) -> ComposeResult:
        with Horizontal(id="dials"):
            for field in _fields():
                options = [(each, _DEFAULTS.get(each, f"{each} {field.unit}".strip())) for each in field.choices]
                value = str(value_of(self._settings_actions.settings, field.full_name))
                about = HelpData(field.label, f"{field.help_text} {_KEYS}")
                yield Dial(_LABELS[field.full_name], options, value=value, about=about, id=field.name)
        yield Static(_IDLE, id="wish-about", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """One below the other where a line has no room for all."""
        needed = sum(dial.cells for dial in self.query(Dial)) + _GAP_CELLS * (len(_LABELS) - 1)
        self.set_class(event.size.width < needed, "-stacked")

    def on_descendant_focus(self) -> None:
        """While it is used, it says what the value means."""
        self._explain()

    def on_descendant_blur(self) -> None:
        """Nobody uses it any more."""
        self._say(_IDLE)

    def _explain(self) -> None:
        if (dial := self._in_use) is not None:
            self._say(_meaning(f"lesson.{dial.id}", dial.value))

    def _say(self, words: str) -> None:
        self.query_one("#wish-about", Static).update(Content(words))

    @property
    def _in_use(self) -> Dial | None:
        return next((dial for dial in self.query(Dial) if dial.has_focus), None)

    @on(Choice.Changed)
    def _chosen(self, message: Choice.Changed) -> None:
        message.stop()
        name = f"lesson.{message.choice.id}"
        self._settings_actions.try_out(name, message.value)
        self._waiting.add(name)
        self._explain()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_S, self._put_in_force)

    def _put_in_force(self) -> None:
        waiting, self._waiting = self._waiting, set()
        try:
            for name in sorted(waiting):
                self._settings_actions.put_in_force(name)
        except Problem as problem:
            self._tell(problem)

    def on_unmount(self) -> None:
        """Nothing that was chosen is forgotten when the sheet is put away."""
        self._put_in_force()

    def action_keep(self) -> None:
        """What has the focus, in every lesson."""
        dial = self._in_use
        if dial is None:
            return
        try:
            self._settings_actions.keep(f"lesson.{dial.id}", dial.value)
        except Problem as problem:
            self._tell(problem)
        else:
            self._say(_KEPT)

    def _tell(self, problem: Problem) -> None:
        title, hint = printable_line(problem.title), printable_line(problem.hint)
        self.app.notify(hint, title=title, severity="error", markup=False)


def _fields() -> list[SettingField]:
    found = {field.full_name: field for field in setting_fields()}
    return [found[name] for name in _LABELS]


def _meaning(full_name: str, value: str) -> str:
    """A sentence on that value."""
    if full_name == "lesson.minutes":
        minutes = int(value)
        closes = due_s("close", minutes) / 60
        return f"The tutor begins to close after {closes:g} of {minutes} minutes." if minutes else _NO_CLOCK
    hint = _HINTS[full_name].get(value, "")
    return f"{hint[0].upper()}{hint[1:]}." if hint else _BY_PROFILE
