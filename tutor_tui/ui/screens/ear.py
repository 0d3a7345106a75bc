"""The keys with which a learner trains their ear, or spares it: what is heard again, how fast, and what is read."""

from __future__ import annotations

from typing import Literal

from typing_extensions import override

from tutor_tui.core.actions import key
from tutor_tui.core.captions_shown import hidden_line
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.pace import PACE_ENDS, PACE_STEP, other_pace
from tutor_tui.core.safe_text import printable
from tutor_tui.core.tools import PaceRequest
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.screens.sheets import ScreenWithSheets
from tutor_tui.ui.widgets.bottom_panel import BottomPanel

_COPIED_CELLS = 40
"""How much of what was copied is shown again."""
_SHIFT = "hold shift while you select, and copy as the terminal does."


class ScreenForTheEar(ScreenWithSheets):
    """A screen with a lesson, and the keys that have its sound heard again, or at another pace."""

    bottom: BottomPanel
    writes_dictation = False
    """The typing line is for what the learner writes down by ear."""
    _draft = ""
    """What stood on it before: an answer for the tutor."""

    def follow_dictation(self, lesson: Lesson) -> None:
        """Go to the typing line when something is to be written down, and back to the keys when that is over."""
        writes = isinstance(lesson.training, Dictated) and lesson.voice_waits
        if writes == self.writes_dictation:
            return
        self.writes_dictation, composer = writes, self.bottom.composer
        composer.value, self._draft = ("", composer.value) if writes else (self._draft, "")
        if writes:
            self.set_focus(composer)
        elif self.focused is composer:
            self.transcript.focus()

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
        if self.writes_dictation:  # the letters to come are for the line
            self.set_focus(self.bottom.composer)

    def action_shadow(self) -> None:
        """Hear a sentence, say it, and hear both; or go on to what comes next of that."""
        if self.can("shadow"):
            self._session.voice.ear.shadow()

    def action_dictation(self) -> None:
        """Hear a sentence and write it down; or see it."""
        if self.can("dictation"):
            self._session.voice.ear.dictate()

    def action_captions(self) -> None:
        """Read more of the tutor's words; from the highest rung on, none."""
        ladder = self._session.study.captions
        ladder.climb()
        self.bottom.tell(ladder.words)

    def action_reveal(self) -> None:
        """Show the line in which something is selected or was found, or the tutor's last."""
        ladder, picked = self._session.study.captions, self.transcript.picked
        if (not picked or ladder.reveal(picked)) and (why := ladder.reveal()):
            self.bottom.tell(why)

    @property
    def last_words(self) -> str:
        """What the tutor said last; empty where it is hidden: what is copied can be read elsewhere."""
        line = self._session.lesson.last_line
        return printable(line.text).strip() if line and not hidden_line(self._session.lesson) else ""

    @property
    def why_no_words(self) -> str:
        """Why there is nothing to copy."""
        if hidden_line(self._session.lesson):
            return f"The tutor's last line is hidden: {key('reveal')} shows it."
        return "There is nothing to copy yet: select words with the mouse, or wait for the tutor."

    @override
    def action_copy_text(self) -> None:
        """Copy what is selected; otherwise what the tutor said last."""
        words = self.get_selected_text() or self.last_words
        if not words:
            self.bottom.tell(self.why_no_words)
            return
        self.app.copy_to_clipboard(words)
        self.run_worker(self._say_copied(words), group="copy")

    async def _say_copied(self, words: str) -> None:
        """Confirm it. A terminal does not say whether it took the words, so a program of the desktop gets them, too."""
        from tutor_tui.ui.clipboard import copied  # seldom used

        what = fitted(words, _COPIED_CELLS)
        if await copied(words):
            self.bottom.tell(f"Copied: “{what}”")
        else:
            self.bottom.tell(f"Copied: “{what}”", f"If it cannot be pasted, your terminal takes no copies: {_SHIFT}")

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
