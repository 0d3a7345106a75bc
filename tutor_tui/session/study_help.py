"""Help with the tutor's last line that is no part of the conversation: the learner presses a key and reads.

Nobody remembers it, nothing of it sounds unless the learner asks for that, and an answer under way goes on. Each
question has its time: what does not come is said in one sentence.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.availability import NO_ASIDES
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import how_to_say
from tutor_tui.core.lesson import Phase
from tutor_tui.core.line_help import (
    SCRIPTS,
    LineHelp,
    first_said,
    hint_instructions,
    hints_in,
    meaning_instructions,
    talk_for_hints,
)
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tutor_commands import ASIDE, AsideKind, AskAside, ReadAside
from tutor_tui.session.caption_ladder import CaptionLadder

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

WAIT_S = 20.0
"""How long the answer to such a question may take; then the learner has gone on without it."""
MOST_CHARACTERS = 1_000
"""Of a meaning: more than any line of a lesson has."""
_NOTHING_SAID = "The tutor has not said anything yet."
_STILL_WRITTEN = "The tutor is still at this line: press the key again when it is complete."
_NOT_CONNECTED = "The tutor is not connected: it cannot be asked."
_ON_ITS_WAY = {"meaning": "What it means is on its way.", "hint": "What you could say is on its way."}
_NOT_KNOWN = {"meaning": "What that line means is not known here.", "hint": "There is no hint here."}
_NOT_IN_TIME = {
    "meaning": "What that line means did not come in time.",
    "hint": "What you could say did not come in time.",
}
_READING_ON_ITS_WAY = "How that line is read is on its way."
_NOT_READ = "It could not be read aloud."
_READ_IT = "This way of talking cannot read it aloud: read it yourself."
_NOT_YET = "It is read aloud when nobody else is speaking."
_IN_BRACKETS = "What is known of its meaning stands in brackets at its end."


class StudyHelp:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._numbers = 0
        self._request_id = ""
        """Of the question that is not answered yet."""
        self._is_own_wish = True
        """The learner has pressed a key for it; else it comes with each line, and nothing is said of those without."""
        self._timer: asyncio.TimerHandle | None = None
        self._reading = ""
        """What is to be read aloud, and has not begun to sound."""
        self.captions = CaptionLadder(session)
        self._reader: asyncio.Task[None] | None = None
        """Finds out how a line is read."""

    def stop(self) -> None:
        """The lesson is over."""
        self._wait_no_more()
        self.captions.stop()
        if self._reader is not None:
            self._reader.cancel()

    def _wait_no_more(self) -> None:
        self._request_id = self._reading = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def meaning(self) -> None:
        """Show what the tutor's last line means; then how it is read, where that is another matter; then neither."""
        line = self._line()
        if line is None:
            return
        shown = self._shown(line)
        if shown.asked:
            self._tell(_ON_ITS_WAY[shown.asked])
        elif self._reader is not None and not self._reader.done():
            self._tell(_READING_ON_ITS_WAY)
        elif shown.meaning and not shown.reading and self._has_reading(line):
            self._show_reading(line)
        elif shown.meaning or shown.reading:
            self._show(replace(shown, meaning="", reading=()))
        else:
            self._ask("meaning", line, meaning_instructions(self._session.lesson.plan), line.text)

    def show_meaning(self) -> None:
        """Show what the tutor's last line means, if it is not shown; as long as it is still written, nothing."""
        line = self._session.lesson.last_line
        if line is not None and line.state is not TurnState.OPEN and self._session.lesson.linked:
            shown = self._shown(line)
            if not shown.meaning and not shown.asked:
                self._ask("meaning", line, meaning_instructions(self._session.lesson.plan), line.text, own_wish=False)

    def hide_meaning(self) -> None:
        """Hide what the tutor's last line means, if it is shown."""
        shown = self._session.lesson.line_help
        if shown is not None and shown.meaning:
            self._show(replace(shown, meaning="", reading=()))

    def hint(self) -> None:
        """Show what the learner could say, and what they can do about sounds that came out as others; where that is
        shown, have the first of it read aloud.
        """
        line = self._line()
        if line is None:
            return
        shown, lesson = self._shown(line), self._session.lesson
        if shown.asked:
            self._tell(_ON_ITS_WAY[shown.asked])
        elif shown.hints:
            self._read_aloud(first_said(shown.hints))
        else:
            self._show_sounds(line)
            self._ask("hint", line, hint_instructions(lesson.plan), talk_for_hints(lesson.history))

    def _show_sounds(self, line: Turn) -> None:
        lesson = self._session.lesson
        said = lesson.turn(lesson.last_said)
        if said is not None and said.different:
            sounds = how_to_say(said.text, said.different, lesson.plan.target_language)
            self._show(replace(self._shown(line), sounds=sounds))

    def hide_hints(self) -> bool:
        """Hide what the learner could say; whether there was anything to hide."""
        shown = self._session.lesson.line_help
        if shown is None or not (shown.hints or shown.sounds):
            return False
        self._show(replace(shown, hints=(), sounds=()))
        return True

    # ---- how a line is read -----------------------------------------------------------------------------------------

    def _has_reading(self, line: Turn) -> bool:
        """Whether it is in a script that has one."""
        script = SCRIPTS.get(self._session.lesson.plan.target_language)
        return script is not None and script.search(line.text) is not None

    def _show_reading(self, line: Turn) -> None:
        self._reader = asyncio.create_task(self._read(line), name="study: reading")

    async def _read(self, line: Turn) -> None:
        language = self._session.lesson.plan.target_language
        try:
            reading = await asyncio.to_thread(_reading_of, line.text, language)
        except Problem as problem:
            self._tell(problem.title, problem.hint)
            return
        self._show(replace(self._shown(line), reading=reading))

    # ---- questions to the tutor -------------------------------------------------------------------------------------

    def _line(self) -> Turn | None:
        """The line that is asked about; the learner is told why there is none."""
        line = self._session.lesson.last_line
        if line is None:
            self._tell(_NOTHING_SAID)
        elif line.state is TurnState.OPEN:
            self._tell(_STILL_WRITTEN)
            return None
        return line

    def _shown(self, line: Turn) -> LineHelp:
        """What is shown below that line."""
        shown = self._session.lesson.line_help
        return shown if shown and shown.after == line.id else LineHelp(line.id)

    def _ask(self, kind: AsideKind, line: Turn, instructions: str, text: str, *, own_wish: bool = True) -> None:
        """Have the tutor answer beside the conversation."""
        session, self._is_own_wish = self._session, own_wish
        if not session.tutor.capabilities.asides:
            self._not_known(kind, line, NO_ASIDES)
            return
        self._request_id = self._next_id()
        if self._send(AskAside(self._request_id, kind, instructions, text)):
            self._show(replace(self._shown(line), asked=kind))

    def _read_aloud(self, words: str) -> None:
        if not self._session.tutor.capabilities.reads_asides:
            self._tell(_READ_IT)
        elif self._session.lesson.phase is not Phase.LISTENING:
            self._tell(_NOT_YET)
        elif words:
            self._reading = self._next_id()
            self._send(ReadAside(self._reading, words))

    def _next_id(self) -> str:
        self._wait_no_more()
        self._numbers += 1
        return f"{ASIDE}{self._numbers}"

    def _send(self, command: AskAside | ReadAside) -> bool:
        if not self._session.send(command):
            self._wait_no_more()
            self._tell(_NOT_CONNECTED)
            return False
        self._timer = asyncio.get_running_loop().call_later(WAIT_S, self._overdue)
        return True

    # ---- what comes of it -------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """An answer has come, or none will."""
        self.captions.take(event)
        shown = self._session.lesson.line_help
        if shown is None:
            return
        match event:
            case ev.TutorAudio(item_id) | ev.TutorAudioDone(item_id) if item_id == self._reading:
                self._wait_no_more()
            case ev.AsideAnswered(request_id, reason=reason) if request_id == self._reading:
                self._wait_no_more()
                self._tell(_NOT_READ, one_line(reason))
            case ev.AsideAnswered(request_id, text, reason) if shown.asked and request_id == self._request_id:
                self._wait_no_more()
                self._answered(replace(shown, asked=None), shown.asked, text, reason)
            case ev.LinkEnded():
                self._wait_no_more()
                self._show(replace(shown, asked=None))
            case ev.LearnerTyped() | ev.LearnerTurnKept() if shown.hints or shown.sounds or shown.asked == "hint":
                self._wait_no_more()  # they have found something to say
                self._show(replace(shown, hints=(), sounds=(), asked=None))
            case _:
                pass

    def _answered(self, shown: LineHelp, kind: AsideKind, text: str, reason: str) -> None:
        if kind == "hint" and (hints := hints_in(text)):
            self._show(replace(shown, hints=hints))
            return
        words = one_line(text, MOST_CHARACTERS) if kind == "meaning" else ""
        line = self._session.lesson.turn(shown.after)
        in_brackets = line is not None and f"({words})" in one_line(line.text, len(line.text))
        if words and not in_brackets:
            self._show(replace(shown, meaning=words))
            return
        self._show(shown)
        if line is not None and in_brackets and self._has_reading(line):
            self._show_reading(line)
        elif in_brackets and self._is_own_wish:
            self._tell(_IN_BRACKETS)
        else:
            self._not_known(kind, line, _NOT_KNOWN[kind], one_line(reason))

    def _not_known(self, kind: AsideKind, line: Turn | None, title: str, hint: str = "") -> None:
        """The reading needs nobody: it is shown in place of a meaning that nobody tells."""
        if self._is_own_wish:
            self._tell(title, hint)
        if kind == "meaning" and line is not None and self._has_reading(line):
            self._show_reading(line)

    def _overdue(self) -> None:
        """Too late: whatever comes now is dropped."""
        shown, is_reading = self._session.lesson.line_help, bool(self._reading)
        self._wait_no_more()
        if is_reading:
            self._tell(_NOT_READ)
        elif shown is not None and shown.asked:
            self._show(replace(shown, asked=None))
            self._tell(_NOT_IN_TIME[shown.asked])

    def _show(self, shown: LineHelp) -> None:
        self._session.take(ev.HelpShown(shown))

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint, quiet=True))


def _reading_of(line: str, language: str) -> tuple[str, ...]:
    from tutor_tui.speech.romanisation import reading_of  # most lessons need none

    return reading_of(line, language)
