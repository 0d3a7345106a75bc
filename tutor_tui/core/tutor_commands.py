"""What we ask of a tutor, in order. Sound goes another way: `TutorLink.hear`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.values import value


@value
class Configure:
    """Bring the plan into force without a new connection: instructions, speed, turn detection."""

    plan: LessonPlan


@value
class BeginTurn:
    """Push-to-talk pressed: forget what was buffered, the turn starts now."""


@value
class EndTurn:
    """The learner's turn is over: keep what was heard and answer it, or report `TurnTooShort`."""

    commit: bool = True
    """False when turn detection has already kept the sound and only the answer is due (the think key released)."""
    answer: bool = True
    """False to keep what was heard and leave it at that."""


@value
class Say:
    """The learner typed this."""

    text: str
    item_id: str
    """The id under which it enters the conversation (ours to choose, at most 32 characters)."""


@value
class Greet:
    """Begin the lesson as the plan's opening says."""

    opening: str


@value
class Note:
    """Something the tutor is to know from now on. It asks for no answer."""

    text: str


@value
class Repeat:
    """Say the last thing again, slower."""


@value
class CheckIn:
    """The learner has been silent for long: see after them, once, as `note` says."""

    note: str


@value
class Unheard:
    """A reply that was stopped: how much of it reached the learner."""

    item_id: str
    heard_ms: int
    """0 when nothing was heard: the item is then deleted rather than cut."""


@value
class Interrupt:
    """Stop answering, and remember only what was heard."""

    by: Literal["voice", "key"]
    """A tutor that interrupts itself on hearing a voice needs no cancel for `voice`."""
    unheard: tuple[Unheard, ...] = ()
    """Items not heard to the end, in the order of playing."""


@value
class AnswerTools:
    """What became of all the tool calls of a reply."""

    answers: tuple[ToolAnswer, ...]
    speak: bool
    """Whether to go on speaking with what they found out."""


AsideKind: TypeAlias = Literal["meaning", "hint"]
"""What may be asked beside the conversation: what a line means, what the learner could say."""
ASIDE = "aside_"
"""Begins the ids of requests beside the conversation, and of their sound: no line of the lesson belongs to it."""


@value
class AskAside:
    """Answer this beside the conversation: in writing only, and nobody remembers it. `AsideAnswered` comes of it."""

    request_id: str
    """Ours to choose, at most 32 characters."""
    kind: AsideKind
    instructions: str
    """What a model is to do with `text`."""
    text: str


@value
class ReadAside:
    """Read this aloud beside the conversation. Its sound comes as that of the item `request_id`; where none can come,
    `AsideAnswered` says why.
    """

    request_id: str
    text: str


@value
class LeaveUnanswered:
    """Give no answer to the turn that has just ended: it was said into the tutor's words, and may be no turn."""

    item_id: str
    forget: bool = False
    """It is none: nobody remembers it."""


@value
class GiveUp:
    """Wait no longer for answers under way: whatever is asked for behind them is asked for now."""

    stopped_only: bool = False
    """Only for those that were to stop."""


Command: TypeAlias = (
    Configure
    | BeginTurn
    | EndTurn
    | Say
    | Greet
    | Note
    | Repeat
    | CheckIn
    | Interrupt
    | AnswerTools
    | AskAside
    | ReadAside
    | LeaveUnanswered
    | GiveUp
)
