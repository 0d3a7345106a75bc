"""The line of keys at the foot: as many as fit, the most wanted first, and never one that does nothing now."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tutor_tui.ui.help import HelpData


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key as it is shown."""

    key: str
    label: str
    action: str


class KeyLine(Widget):
    """Keys and what they do; each can be clicked."""

    ABOUT = HelpData(
        "The keys", "What the keys do now; all of them are in the help, and each can be changed in the settings file."
    )
    hints: reactive[tuple[KeyHint, ...]] = reactive(())
    last: reactive[tuple[KeyHint, ...]] = reactive(())
    """Shown at the right, whatever the width."""

    def render(self) -> Content:
        """What fits."""
        right = self._joined(self.last)
        room = self.size.width - cell_len(right.plain) - 2
        chosen: list[KeyHint] = []
        for hint in self.hints:
            if cell_len(self._joined((*chosen, hint)).plain) > room:
                break
            chosen.append(hint)
        left = self._joined(tuple(chosen))
        gap = " " * max(1, self.size.width - cell_len(left.plain) - cell_len(right.plain))
        return Content.assemble(left, gap, right)

    @staticmethod
    def _joined(hints: tuple[KeyHint, ...]) -> Content:
        parts = [
            Content.assemble((hint.key, "bold $primary"), (f" {hint.label}", "$muted")).stylize(
                f"@click={hint.action}" if hint.action else ""
            )
            for hint in hints
        ]
        return Content("  ").join(parts)
