"""The lines of a conversation as values: turns, calls of tools, and where another profile or tutor went on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tutor_tui.core.asides import characters_heard
from tutor_tui.core.captions import Rung
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan, Role

MOST_TEXT_CHARACTERS = 20_000
"""Of one line: several times what the longest answer has. A server that sends more is out of order."""


class TurnState(StrEnum):
    """How far one line of the conversation has come."""

    OPEN = "open"
    """Being said, or its text is still on the way."""
    DONE = "done"
    CUT = "cut"
    """The tutor was stopped before its end."""
    UNCLEAR = "unclear"
    """Heard but not understood, or nothing was said after all."""
    UNSURE = "unsure"
    """The learner may have said it, and is asked: until they confirm it, these are not their words."""
    NOT_LISTENED_FOR = "not listened for"
    """The learner said something, but none of the sentences that the tutor listens for."""
    NOT_SAID = "not said"
    """The learner says that they did not say what was heard: it has no words."""
    LOST = "lost"
    """The connection broke before it was understood."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the conversation. Compare by identity: a turn that did not change is the same object."""

    id: str
    role: Role
    text: str = ""
    state: TurnState = TurnState.OPEN
    heard_share: float = 1.0
    """The part of a cut turn's sound that was heard, 0 to 1."""
    heard_ms: int = 0
    """How much of a cut turn's sound was heard."""
    expected_ms: int = 0
    """How long its sound will be in all, while more of it is to come; 0 when it is all here, or nobody knows."""
    typed: bool = False
    again: bool = False
    """The tutor was asked for it: it says once more what stands before it."""
    unclear: tuple[tuple[int, int], ...] = ()
    """From which character of the text to which those words go that may have been others."""
    rung: Rung = Rung.ALL
    """How much the learner could read: of a tutor's line until they answered; of their own, of what it answers."""
    revealed: bool = False
    """By a key, before they answered."""
    different: tuple[DifferentWord, ...] = ()
    """Those in whose place something else was heard: only of a sentence that the learner says after the tutor."""

    @property
    def is_known(self) -> bool:
        """Whether its words are known for what was said: nobody has to remember any others."""
        return self.state not in (TurnState.UNCLEAR, TurnState.UNSURE, TurnState.NOT_LISTENED_FOR, TurnState.NOT_SAID)

    @property
    def heard_text(self) -> str:
        """What reached the learner: of a cut turn, its text in proportion to its sound."""
        if self.state is not TurnState.CUT:
            return self.text
        return self.text[: characters_heard(self.text, self.heard_share)]

    @property
    def unheard_text(self) -> str:
        """The rest, which was never heard."""
        return self.text[len(self.heard_text) :]


class ToolState(StrEnum):
    """How far a tool call has come."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ToolLine:
    """One call of a tool, as one quiet line of the transcript. No part of the history."""

    call_id: str
    name: str
    after: str
    """The turn behind which it belongs; empty for the very beginning."""
    state: ToolState = ToolState.RUNNING
    summary: str = ""
    answers: bool = True
    """Whether the tutor speaks about the outcome."""

    @property
    def is_awaited(self) -> bool:
        """Whether the tutor has something to say only when this is done."""
        return self.answers and self.state is ToolState.RUNNING


@dataclass(frozen=True, slots=True)
class Divider:
    """Where another profile or another tutor goes on. No part of the history."""

    after: str
    """The turn behind which it stands; empty for the very beginning."""
    title: str
    lines: tuple[HistoryLine, ...] = ()
    """What was said last in the lesson that goes on here."""

    @staticmethod
    def before(plan: LessonPlan, after: str = "") -> tuple[Divider, ...]:
        """Where a lesson goes on by `plan` from an earlier one; nothing where it begins anew."""
        return (Divider(after, plan.recap.title, plan.recap.lines),) if plan.recap else ()
