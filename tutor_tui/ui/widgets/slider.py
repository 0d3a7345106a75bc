"""A number within limits, set by arrow keys or the mouse; what is wanted and what is in force can be told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.turn_detection import Range
from tutor_tui.ui.cell_width import padded
from tutor_tui.ui.help_data import HelpData

_VALUE_CELLS = 8


class Slider(Widget, can_focus=True):
    """Label, bar and value on one line."""

    BINDINGS: ClassVar = [
        Binding("left", "step(-1)", "Less", show=False, id="slider.less", tooltip="One step less"),
        Binding("right", "step(1)", "More", show=False, id="slider.more", tooltip="One step more"),
        Binding("home", "to_end(-1)", "Least", show=False, id="slider.least", tooltip="The least"),
        Binding("end", "to_end(1)", "Most", show=False, id="slider.most", tooltip="The most"),
    ]
    value: reactive[float] = reactive(0.0)
    applied: reactive[float | None] = reactive(None)
    """What is in force, where that is known."""

    @dataclass
    class Changed(Message):
        """The learner moved it."""

        slider: Slider
        value: float

        @property
        def control(self) -> Slider:
            """Whose message this is, for `@on` with a selector."""
            return self.slider

    def __init__(
        self,
        label: str,
        limits: Range,
        *,
        words: Callable[[float], str],
        label_cells: int = 11,
        value: float = 0.0,
        about: HelpData | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._label = label
        self._limits = limits
        self._words = words
        self._label_cells = label_cells
        self.ABOUT = about or HelpData(label, "Left and right change it.")
        self.set_reactive(Slider.value, value)

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1

    @property
    def _bar_cells(self) -> int:
        return max(3, self.size.width - self._label_cells - _VALUE_CELLS)

    def _cell_of(self, value: float) -> int:
        span = self._limits.high - self._limits.low
        return round((self._limits.clamp(value) - self._limits.low) / span * (self._bar_cells - 1))

    @override
    def render(self) -> Content:
        """The knob on its bar; a small mark where the value in force is, if that is another."""
        knob = self._cell_of(self.value)
        in_force = -1 if self.applied is None else self._cell_of(self.applied)
        style = "bold $primary" if self.has_focus else "$secondary"
        pieces = []
        for i in range(self._bar_cells):
            if i == knob:
                pieces.append(("●", style))
            elif i == in_force:
                pieces.append(("┼", "$accent"))
            else:
                pieces.append(("━", style) if i < knob else ("─", "$faint"))
        label_style = "bold $primary" if self.has_focus else "$foreground"
        value = self._words(self.value).rjust(_VALUE_CELLS)
        return Content.assemble((padded(self._label, self._label_cells), label_style), *pieces, (value, label_style))

    def action_step(self, steps: int) -> None:
        """So many steps up or down."""
        self._move_to(self.value + steps * self._limits.step)

    def action_to_end(self, direction: int) -> None:
        """To one of the limits."""
        self._move_to(self._limits.high if direction > 0 else self._limits.low)

    def on_click(self, event: events.Click) -> None:
        """To where the mouse is."""
        cell = event.x - self._label_cells
        if 0 <= cell < self._bar_cells:
            span = self._limits.high - self._limits.low
            steps = round(cell / (self._bar_cells - 1) * span / self._limits.step)
            self._move_to(self._limits.low + steps * self._limits.step)

    def _move_to(self, value: float) -> None:
        value = round(self._limits.clamp(value), 6)
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value))
