"""The keys with which a learner trains their ear."""

from __future__ import annotations

from typing import Literal

from tutor_tui.ui.screens.sheets import ScreenWithSheets


class ScreenForTheEar(ScreenWithSheets):
    """A screen with a lesson, and the keys that have its sound heard again."""

    def action_replay(self, which: Literal["again", "back", "on", "slower"]) -> None:
        """Hear a sentence of the last two minutes again."""
        if not self.can("replay"):
            return
        replay = self._session.voice.replay
        match which:
            case "again":
                replay.again()
            case "back":
                replay.back()
            case "on":
                replay.on()
            case "slower":
                replay.slower()
