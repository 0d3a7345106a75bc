"""Where tool calls are worked off: each once, all of a reply answered together, and none able to stall the talk."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.ports import Toolbox
from tutor_tui.core.tool_text import AS_BEFORE
from tutor_tui.core.tools import (
    Correction,
    Fact,
    LevelSuggestion,
    Note,
    PaceRequest,
    PatienceRequest,
    ToolAnswer,
    ToolCall,
    Used,
    Word,
)
from tutor_tui.core.tutor_commands import AnswerTools
from tutor_tui.session.kept_uses import as_kept
from tutor_tui.session.level_question import Decision, LevelQuestion

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_log = logging.getLogger(__name__)

MOST_CALLS = 12
"""More calls than this without a word of the learner's are refused: a model that calls in circles costs money."""
_ENOUGH = "Not done: too many tool calls in a row. Speak to the learner now, without tools."
_INTERRUPTED = "Not done: the learner interrupted. Call again if it is still wanted."
_BROKE = "Not done: the tool broke. Go on without it."
_NO_TOOLS = "There are no tools in this lesson."
_OUTCOMES = {
    Decision.TAKEN: "{level}",
    Decision.LEFT: "{level}, not taken",
    Decision.OPEN: "{level}? not decided",
    Decision.SPOKE: "{level}?",
    Decision.PENDING: AS_BEFORE,
}
"""What the learner reads of a level that was suggested."""


@dataclass(slots=True)
class _Batch:
    """The calls of one reply. They are answered when all are done and the reply has ended."""

    reply_ended: bool
    answers: dict[str, ToolAnswer | None] = field(default_factory=dict)
    """By call id, in order of the calls; None while a tool is at work."""
    waited_for: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """The tools at work that the tutor wants to speak about, by call id."""
    silent: bool = False
    """Nothing is to be said about it any more."""
    wordless: bool = False
    """The reply had calls and no voice: if they were notes, the learner still has no answer."""


class ToolRunner:
    """Works off the calls of one session, in tasks of its own."""

    def __init__(self, session: Session, toolbox: Toolbox | None) -> None:
        self._session = session
        self._toolbox = toolbox
        self.level_question = LevelQuestion(session)
        """The level that one of them has suggested."""
        self._batches: list[_Batch] = []
        self._writing: set[asyncio.Task[None]] = set()
        """Notes being taken: neither an interruption nor a lost connection makes them untrue."""
        self._spoke = False
        """The reply under way has said something."""
        self._calls = 0
        """Since the learner's last turn."""
        self._typed = False
        """That turn was typed: it was no noise, and is not passed over in silence."""
        self.owes = False
        """The tutor is to speak about what its tools found out, and has not begun: lost with the connection."""

    @property
    def busy(self) -> bool:
        """Whether the tutor is waiting for a tool."""
        return any(batch.waited_for for batch in self._batches)

    @property
    def at_rest(self) -> bool:
        """Whether the tutor has been answered on all its calls, and has spoken about what it was to speak about."""
        return not self._batches and not self.owes

    def take(self, event: LessonEvent) -> None:
        """Follow what happens in the lesson."""
        self.level_question.take(event)
        match event:
            case ev.ToolCalled(call):
                self._begin(call)
            case ev.ReplyStarted():
                self._spoke = self.owes = False
            case ev.TutorAudio() | ev.TutorTextDelta() | ev.TutorTextDone():
                self._spoke = True
            case ev.ReplyEnded(reply_id, status) if reply_id:
                self._reply_ended(silent=status in ("cancelled", "failed"))
            case ev.AnswerGivenUp():
                self._reply_ended(silent=True)
            case ev.LearnerTurnKept() | ev.LearnerTyped():
                self._typed = isinstance(event, ev.LearnerTyped)
                self._calls = 0
                self.owes = False
            case ev.LinkEnded():
                self._connection_lost()
            case _:
                pass

    # ---- calls ------------------------------------------------------------------------------------------------------

    def _begin(self, call: ToolCall) -> None:
        batch = self._open_batch()
        self._calls += 1
        batch.answers[call.call_id] = None
        if self._calls > MOST_CALLS:
            self._done(batch, ToolAnswer(call.call_id, _ENOUGH, self._calls == MOST_CALLS + 1, False, "too many calls"))
        elif self._toolbox is None:
            self._done(batch, ToolAnswer(call.call_id, _NO_TOOLS, ok=False, summary="there is no such tool"))
        else:
            work = self._work(batch, self._toolbox, call, self._session.lesson.last_said)
            task = asyncio.create_task(work, name=f"tool: {call.name}")
            if any(spec.name == call.name and not spec.answers for spec in self._session.lesson.plan.tools):
                self._writing.add(task)
                task.add_done_callback(self._writing.discard)
            else:
                batch.waited_for[call.call_id] = task

    def _open_batch(self) -> _Batch:
        """That of the reply under way; a call that comes after its reply is one by itself."""
        if self._batches and not self._batches[-1].reply_ended:
            return self._batches[-1]
        self._batches.append(_Batch(reply_ended=not self._session.lesson.reply_id))
        return self._batches[-1]

    async def _work(self, batch: _Batch, toolbox: Toolbox, call: ToolCall, about: str) -> None:
        await asyncio.sleep(0)  # not done before it is stored: with Textual on Python 3.12, tasks begin at once
        try:
            answer = await toolbox.call(call, self._session.lesson.plan)
        except Exception as fault:  # noqa: BLE001 - the tutor waits for an answer, whatever has become of it
            _log.error("a fault in a tool", exc_info=fault)
            answer = ToolAnswer(call.call_id, _BROKE, ok=False, summary=f"broke ({type(fault).__name__})")
        for suggestion in (each for each in answer.effects if isinstance(each, LevelSuggestion)):
            answer = await self._suggested(batch, answer, suggestion)
        self._done(batch, answer, about)

    async def _suggested(self, batch: _Batch, answer: ToolAnswer, suggestion: LevelSuggestion) -> ToolAnswer:
        """The answer once it is known what the learner makes of it: a decision is spoken about."""
        decision = await self.level_question.ask(suggestion)
        batch.silent = batch.silent or decision is Decision.SPOKE  # their words are answered, and once
        return replace(
            answer,
            output=decision.value.format(level=suggestion.level),
            speak=decision in (Decision.TAKEN, Decision.LEFT),
            summary=_OUTCOMES[decision].format(level=suggestion.level),
        )

    def _done(self, batch: _Batch, answer: ToolAnswer, about: str = "") -> None:
        """`about` is the learner's turn that was the last one when the call came: it may no longer be."""
        batch.answers[answer.call_id] = answer
        batch.waited_for.pop(answer.call_id, None)
        for used in (each for each in answer.effects if isinstance(each, Used)):
            answer = as_kept(answer, used, self._session.memory.told(used, about))
            batch.answers[answer.call_id] = answer
        self._session.take(ev.ToolAnswered(answer.call_id, answer.ok, answer.summary))
        for effect in answer.effects:
            match effect:
                case Correction() | Word():
                    self._session.take(ev.Noted(Note(effect, about)))
                case Fact():
                    self._session.memory.told_fact(effect, about)
                case PaceRequest() | PatienceRequest():
                    self._session.grant(effect)
        self._hand_in(batch)

    # ---- answers ----------------------------------------------------------------------------------------------------

    def _reply_ended(self, *, silent: bool) -> None:
        for batch in [batch for batch in self._batches if not batch.reply_ended]:
            batch.reply_ended = True
            batch.wordless = not self._spoke
            batch.silent = batch.silent or silent
            self._hand_in(batch)

    def _hand_in(self, batch: _Batch) -> None:
        """Answer the calls of a reply, once all is there."""
        answers = tuple(answer for answer in batch.answers.values() if answer is not None)
        if not batch.reply_ended or len(answers) < len(batch.answers) or batch not in self._batches:
            return
        self._batches.remove(batch)
        hushed = not self._typed and any(answer.hushes for answer in answers)
        due = (batch.wordless and not hushed) or any(answer.speak for answer in answers)
        speak = due and not batch.silent
        if self._calls > MOST_CALLS + 1:
            speak = False
        if self._session.send(AnswerTools(answers, speak)) and speak:
            self.owes = True
            self._session.take(ev.AnswerAsked())

    def interrupt(self) -> None:
        """The learner has something else to say: stop what is at work, and ask for no more speech about it."""
        self.owes = False
        for batch in list(self._batches):
            batch.silent = True
            for call_id, task in list(batch.waited_for.items()):
                task.cancel()
                self._done(batch, ToolAnswer(call_id, _INTERRUPTED, ok=False, summary="interrupted"))

    def _connection_lost(self) -> None:
        batches, self._batches = self._batches, []
        for batch in batches:
            speech_due = batch.waited_for or any(answer.speak for answer in batch.answers.values() if answer)
            self.owes = self.owes or (bool(speech_due) and not batch.silent)
            for call_id, task in batch.waited_for.items():
                task.cancel()
                self._session.take(ev.ToolAnswered(call_id, False, "the connection was lost"))

    def stop(self) -> None:
        """The session is over."""
        self.level_question.stop()
        for task in self._writing.union(*(batch.waited_for.values() for batch in self._batches)):
            task.cancel()
