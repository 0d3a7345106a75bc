"""The keys with which a learner trains their ear, or spares it."""

from __future__ import annotations

from typing import Literal

from tutor_tui.core.profile import PACE_ENDS, PACE_STEP, other_pace
from tutor_tui.core.tools import PaceRequest
from tutor_tui.ui.screens.sheets import ScreenWithSheets
from tutor_tui.ui.widgets.bottom_panel import BottomPanel


class ScreenForTheEar(ScreenWithSheets):
    """A screen with a lesson, and the keys that have its sound heard again, or at another pace."""

    bottom: BottomPanel

    def action_replay(self, which: Literal["again", "back", "on", "slower"]) -> None:
        """Hear a sentence of the last two minutes again."""
        if not self.can("replay"):
            return
        replay = self._session.voice.ear.replay
        match which:
            case "again":
                replay.again()
            case "back":
                replay.back()
            case "on":
                replay.on()
            case "slower":
                replay.slower()

    def action_shadow(self) -> None:
        """Hear a sentence, say it, and hear both; or go on to what comes next of that."""
        if self.can("shadow"):
            self._session.voice.ear.shadow()

    def action_pace(self, steps: int) -> None:
        """The tutor speaks faster from its next sentence on, or slower."""
        if not self.can("faster" if steps > 0 else "slower"):
            return
        pace = self._session.lesson.plan.speed
        if (wanted := other_pace(pace, steps * PACE_STEP)) != pace:
            self._session.grant(PaceRequest(wanted))
            self.bottom.tell(f"The tutor speaks at {wanted:g}× from its next sentence on.")
        else:
            self.bottom.tell(PACE_ENDS)
