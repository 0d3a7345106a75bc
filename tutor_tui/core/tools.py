"""What a tutor can do besides speaking: the tools it is offered, its calls, our answers, and what they do to a lesson.

A tool's answer is text for the model; its effects are values that the session brings about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, get_args

from tutor_tui.core.term_form import is_phrase, is_sentence
from tutor_tui.core.turn_detection import TurnDetection

ToolName = Literal[
    "note_correction", "note_word", "set_pace", "set_patience", "set_level", "wait_for_learner", "get_weather"
]
"""Every tool there is, for the front matter of profiles."""
TOOL_NAMES: tuple[ToolName, ...] = get_args(ToolName)
LESSON_TOOLS: tuple[ToolName, ...] = tuple(name for name in TOOL_NAMES if name != "get_weather")
"""What a lesson offers where its profile says nothing."""
TALK_TOOLS: tuple[ToolName, ...] = ("set_pace", "set_patience")
"""The same for a conversation that is no lesson."""

LearnerToolName = Literal["used", "note_fact"]
LEARNER_TOOLS: tuple[LearnerToolName, ...] = get_args(LearnerToolName)
"""What is offered besides where something is remembered from lesson to lesson; no profile names them."""


class ToolSpec(Protocol):
    """A tool as it is offered to a tutor."""

    @property
    def name(self) -> str:
        """What the model calls it by."""
        ...

    @property
    def description(self) -> str:
        """What it is for and when to use it, for the model."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """JSON schema of its arguments: an object."""
        ...

    @property
    def answers(self) -> bool:
        """Whether the tutor is to speak about the outcome; False for notes taken in passing."""
        ...


@dataclass(frozen=True, slots=True, repr=False)  # arguments hold what was said
class ToolCall:
    """The tutor wants a tool used."""

    call_id: str
    name: str
    arguments: str
    """As the model wrote them: meant to be JSON."""


CorrectionKind = Literal["grammar", "vocabulary", "word order", "spelling", "pronunciation", "register", "other"]
CORRECTION_KINDS: tuple[CorrectionKind, ...] = get_args(CorrectionKind)


NOTE_CHARACTERS = 300
"""The longest text in a note: a tutor that writes an essay is cut."""


@dataclass(frozen=True, slots=True, repr=False)
class Correction:
    """A slip of the learner's, and the better form."""

    said: str
    better: str
    why: str = ""
    kind: CorrectionKind = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """A word or phrase worth keeping."""

    term: str
    meaning: str
    example: str = ""
    language: str = ""
    """ISO 639-1 of `term`; empty for the lesson's own."""

    @property
    def kind(self) -> str:
        """What to call it: "word", "phrase", or "sentence" where it ends as one."""
        return "sentence" if is_sentence(self.term) else "phrase" if is_phrase(self.term, self.language) else "word"

    @property
    def explained(self) -> str:
        """The term and what it means, in one go."""
        return f"{self.term} ({self.meaning})" if self.kind == "sentence" else f"{self.term}: {self.meaning}"


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """Something the tutor wrote down, and the turn that it came from."""

    what: Correction | Word
    item_id: str
    """The learner's turn; empty when there was none yet."""


HowUsed = Literal["independent", "assisted", "understood", "lapse"]
"""How a tutor says that something was used: `learning.items.Use` tells what is made of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Used:
    """The tutor says that the learner has used something that they keep, or has failed to."""

    item: str
    """The term, as the tutor was given it."""
    how: HowUsed
    quote: str
    """The learner's own words that show it."""
    unit: str = ""
    """The title of the unit whose can-do it is; empty for what comes from earlier lessons."""


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """Something about the learner that helps to teach them."""

    text: str


@dataclass(frozen=True, slots=True)
class PaceRequest:
    """The learner wants to be spoken to at this speed."""

    speed: float


@dataclass(frozen=True, slots=True)
class PatienceRequest:
    """The learner wants turns to end like this."""

    turn_detection: TurnDetection


@dataclass(frozen=True, slots=True, repr=False)  # the reason may hold what was said
class LevelSuggestion:
    """The tutor finds that another level would suit the learner, who takes it or leaves it."""

    level: str
    """CEFR level, A1 to C2."""
    because: str = ""
    """The reason, for the learner: one short line, as the tutor wrote it."""


Effect: TypeAlias = Correction | Word | Used | Fact | PaceRequest | PatienceRequest | LevelSuggestion
"""What a tool wants done to the lesson."""


@dataclass(frozen=True, slots=True, repr=False)
class ToolAnswer:
    """What became of a call."""

    call_id: str
    output: str
    """What the model is told."""
    speak: bool = True
    """Whether the tutor is to speak about it."""
    ok: bool = True
    summary: str = ""
    """What the learner is shown, in a few words."""
    effects: tuple[Effect, ...] = ()
    hushes: bool = False
    """Whether the tutor chose to say nothing: a reply without a word is then the whole of its answer."""
