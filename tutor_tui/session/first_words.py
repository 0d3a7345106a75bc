"""What comes first on a new connection: the learner's words that were not answered yet, the opening, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.pedagogy import HAND_OVER
from tutor_tui.core.tutor_commands import Command, EndTurn, Greet, Note, Repeat, Say
from tutor_tui.session.gap_audio import GapAudio
from tutor_tui.session.tool_runner import ToolRunner

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

CUT_OFF = "The connection broke while you were speaking: the learner heard your last line as far as it stands here."
GO_ON = f"{CUT_OFF} Go on from there, without a greeting and without a word about this."
_ASKED_TWICE = "The connection broke twice at this answer, so it is not asked for again."


class FirstWords:
    """Of one session, on all its connections."""

    def __init__(self, session: Session, gap: GapAudio, tools: ToolRunner) -> None:
        self._session = session
        self._gap = gap
        self._tools = tools
        self.opened = False
        """The opening of the present profile has been asked for."""
        self.unsaid: list[Say] = []
        """Typed since the connection was dialled, when it could not be sent yet."""
        self.handed_over = False
        """The lesson came from another tutor, and this one has yet to say that it goes on."""
        self._greeting = ""
        """A greeting was asked for in these words, and has not begun."""
        self._cut_off = False
        """The last connection broke while the tutor was speaking."""
        self._half_said = ""
        """The learner's turn in which a connection broke: they say it again, and nobody answers the half of it."""
        self._asked_again: str | None = None
        """The learner's turn for which an answer was asked again, and has not come whole; empty for the opening."""

    # ---- what a connection takes with it ----------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """To be told before the lesson is: a lesson forgets what was under way on a connection that ends."""
        match event:
            case ev.LinkEnded() if self._session.lesson.linked:
                self._line_ends()
            case ev.ReplyEnded(status="completed") if not self._tools.owes:
                self._greeting, self._asked_again = "", None
            case ev.ReplyEnded() | ev.AnswerGivenUp() | ev.LearnerStartedSpeaking() | ev.LearnerTyped():
                self._greeting = ""
            case ev.TutorTextDelta() | ev.TutorTextDone() | ev.TutorAudio():
                self._greeting = ""
            case _:
                pass

    def _line_ends(self) -> None:
        lesson = self._session.lesson
        last = lesson.turns[-1] if lesson.turns else None
        is_answer = last is not None and last.role == "tutor" and bool(lesson.reply_id)
        self._cut_off = is_answer and last is not None and self._session.voice.is_incomplete(last)
        if last is not None and last.id == lesson.learner_item:
            self._half_said = last.id

    def wanted_anew(self) -> None:
        """The learner wants another connection: what is owed on it may be asked for once more."""
        self._asked_again = None

    # ---- on a new one -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Say what comes first now."""
        session, opened, handed_over, cut_off = self._session, self.opened, self.handed_over, self._cut_off
        self.opened, self.handed_over, self._cut_off = True, False, False
        unsaid, self.unsaid = self.unsaid, []
        if unsaid:
            self._tools.owes = False
            if cut_off:
                session.send(Note(CUT_OFF))
            for words in unsaid:
                session.send(words)
        elif not opened:
            self._gap.forget()
            self._greet(session.lesson.plan.opening)
        elif self._greeting:
            self._gap.forget()
            self._ask_again(Greet(self._greeting))
        elif self._gap.send():
            self._tools.owes = False
            if cut_off:
                session.send(Note(CUT_OFF))
        elif cut_off and not session.lesson.held:
            self._ask_again(Greet(GO_ON))
        elif self.owes_answer and not session.lesson.held:
            self._tools.owes = False
            self._ask_again(EndTurn(commit=False))
        elif handed_over:
            self._greet(HAND_OVER)

    def _greet(self, words: str) -> None:
        self._greeting = words
        if words:
            self._session.send(Greet(words))

    def _ask_again(self, command: Command) -> None:
        """Once: an answer that breaks each connection is not asked for on each."""
        about = self._session.lesson.last_said
        if about != self._asked_again:
            self._asked_again = about
            self._session.send(command)
            return
        self._greeting = ""
        if command == Greet(GO_ON):
            self._session.send(Note(CUT_OFF))
        self._session.take(ev.Trouble(_ASKED_TWICE, f"{key('repeat')} asks for it; or say something else."))

    @property
    def owes_answer(self) -> bool:
        """Whether the lost connection took an answer with it."""
        lesson = self._session.lesson
        is_half_said = bool(lesson.turns) and lesson.turns[-1].id == self._half_said
        waits = bool(lesson.history) and lesson.history[-1].role == "learner" and not is_half_said
        return self._tools.owes or waits

    def once_more(self) -> Command:
        """What asks for the last answer again; or for the first time, where there was none."""
        lesson = self._session.lesson
        if lesson.turns and lesson.turns[-1].role == "learner" and self.owes_answer:
            return EndTurn(commit=False)
        return Repeat() if lesson.history or not lesson.plan.opening else Greet(lesson.plan.opening)
