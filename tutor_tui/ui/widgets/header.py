"""Two lines at the top: whose lesson this is, how it stands, how long it has lasted and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.phase_text import Standing
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.labels import STANDING_MARKS

RECORDING = " ● REC "
"""For as long as the sound is recorded: a red field, and a word for terminals without colours."""
_THROBBER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_THROBS_S = 0.12
_STYLES: dict[Standing, str] = {
    Standing.DISCONNECTED: "$muted",
    Standing.CONNECTING: "$warning",
    Standing.LISTENING: "$secondary",
    Standing.HEARING: "bold $secondary",
    Standing.THINKING: "$accent",
    Standing.SPEAKING: "$primary",
    Standing.FAILED: "bold $error",
    Standing.MUTED: "$warning",
    Standing.HELD: "$secondary",
    Standing.TALK_KEY: "$secondary",
    Standing.TYPING: "$secondary",
    Standing.NO_SOUND: "$error",
    Standing.REPLAYING: "$primary",
    Standing.SHADOWING: "$primary",
    Standing.DICTATION: "$primary",
    Standing.PLAYING: "$muted",
    Standing.OVER: "$muted",
}


@dataclass(frozen=True, slots=True)
class HeaderView:
    """What the header says; equal views are not drawn twice."""

    title: str = ""
    lesson: str = ""
    tutor: str = ""
    standing: Standing = Standing.DISCONNECTED
    phase_words: str = ""
    elapsed: str = "0:00"
    cost: str = ""
    recording: bool = False


class LessonHeader(Widget):
    """Profile, lesson and tutor; phase, time and cost. What is too long is shortened."""

    ABOUT = HelpData(
        "The header",
        "Profile, language and level; who teaches; the phase of the talk, time and cost. "
        "A red REC says that the sound is recorded.",
    )
    view: reactive[HeaderView] = reactive(HeaderView())
    animated: ClassVar[bool] = True
    """Whether the throbber turns; tests freeze it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._throb = 0
        self._timer: Timer | None = None

    def watch_view(self, old: HeaderView, new: HeaderView) -> None:
        """The throbber turns only while the tutor thinks."""
        thinking = new.standing is Standing.THINKING and self.animated
        if thinking and self._timer is None:
            self._timer = self.set_interval(_THROBS_S, self._turn, name="throbber")
        elif not thinking and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _turn(self) -> None:
        self._throb = (self._throb + 1) % len(_THROBBER)
        self.refresh()

    @override
    def render(self) -> Content:
        view, width = self.view, self.size.width
        mark = _THROBBER[self._throb] if view.standing is Standing.THINKING else STANDING_MARKS[view.standing]
        facts = [part for part in (view.elapsed, view.cost) if part]
        tail = "".join(f"  {part}" for part in facts)
        phase = f"{mark} {view.phase_words}"
        recording = [("  ", ""), (RECORDING, "bold $background on $error")] if view.recording else []
        room = width - width // 3 - 1 - sum(cell_len(text) for text, _ in recording)  # a third is the title's
        who = (fitted(view.tutor, room), "$muted")
        return Content("\n").join(
            [
                self._line(width, (view.title, "bold $primary"), [who, *recording]),
                self._line(width, (view.lesson, "$foreground"), [(phase, _STYLES[view.standing]), (tail, "$muted")]),
            ]
        )

    @staticmethod
    def _line(width: int, left: tuple[str, str], right: list[tuple[str, str]]) -> Content:
        """The left part gives way to the right one."""
        used = sum(cell_len(text) for text, _ in right)
        words = fitted(left[0], max(0, width - used - 2))
        gap = " " * max(1, width - used - cell_len(words))
        return Content.assemble((words, left[1]), gap, *right)
