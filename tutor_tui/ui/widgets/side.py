"""The side of the lesson: its panels, one below the other."""

from __future__ import annotations

from textual import events
from textual.containers import Vertical

from tutor_tui.ui.widgets.turn_detection_panel import MOST_ROWS


class Side(Vertical):
    """Where the panel of turns may not fit, it leaves no line empty: of what scrolls away, nobody knows."""

    def on_resize(self, event: events.Resize) -> None:
        """Notices below take its lines, and give them back."""
        self.set_class(event.size.height < MOST_ROWS, "-tight")
