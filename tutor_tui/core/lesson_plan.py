"""All that is needed to open, change or re-open a conversation with any tutor."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from tutor_tui.core.term_gaps import has_gap
from tutor_tui.core.token_count import MAX_OUTPUT_TOKENS
from tutor_tui.core.tools import ToolSpec
from tutor_tui.core.turn_detection import PRESETS, TurnDetection

Role = Literal["learner", "tutor"]
HistoryRole = Literal["learner", "tutor", "aside"]
"""An aside is ours: something that the tutor is told beside the talk, and that asks for no answer."""
NoiseReduction = Literal["near_field", "far_field"]
DrillKind = Literal["recall", "repeat", "dictation"]
"""What a learner does in a drill with each item: say or write it, given its meaning; say it after the tutor until each
word was right; or write down what the tutor says.
"""
DRILLS: tuple[DrillKind, ...] = get_args(DrillKind)
DRILL_S = 120.0
"""A drill asks nothing new after so long."""
DUE_IN_A_DRILL = 12
"""So many due items a drill is given at most: about as many as can be asked for in its time."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line already said, as text: enough to carry a lesson over to a new connection."""

    role: HistoryRole
    text: str
    """What was heard, not what was sent."""


@dataclass(frozen=True, slots=True)
class Recap:
    """The end of a lesson that this one goes on with, for the learner to read. No tutor is told it as such."""

    title: str
    """Whose lesson it was, and when."""
    lines: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class DueItem:
    """Something of an earlier lesson that is to come back in this one."""

    term: str
    meaning: str = ""
    """In the learner's own language."""
    said: str = ""
    """What they had said instead, where it is a correction."""
    filled: str = ""
    """Of a term with a gap ("me llamo …"): how it was said once ("me llamo Ana"); empty where that is not known."""

    @property
    def is_short(self) -> bool:
        """Whether it can be asked for in a sentence."""
        lengths = map(len, (self.term, self.meaning, self.said, self.filled))
        return bool(self.term.strip()) and max(lengths) <= _ASKED_CHARACTERS

    def fits(self, kind: DrillKind) -> bool:
        """Whether a drill of that kind can ask for it."""
        return self.has_cue if kind == "recall" else self.is_short and bool(self.filled or not has_gap(self.term))

    @property
    def has_cue(self) -> bool:
        """Whether it can be asked for without being said: by its meaning, or by what was said instead."""
        return self.is_short and bool(self.meaning.strip() or self.said.strip())


_ASKED_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """What the learner wants of the tutor."""

    profile: str
    """Title of the prompt profile, for the header."""
    instructions: str
    voice: str
    speed: float = 1.0
    """Speaking pace, 0.25 to 1.5 (1 is the voice's own)."""
    target_language: str = "en"
    """What is being learnt: ISO 639-1."""
    native_language: str = "en"
    """What the learner speaks at home: ISO 639-1."""
    level: str = ""
    """CEFR level, A1 to C2, or empty where it does not apply."""
    turn_detection: TurnDetection = field(default_factory=lambda: PRESETS["normal"])
    own_turns: bool = field(default=False, compare=False)
    """The learner has said in this lesson how turns end: another profile does not change it. No tutor is told."""
    answers: bool = True
    """False while the learner holds the turn open to think: finished turns are kept, not answered."""
    interrupts: bool = True
    """Whether the tutor's server stops its answer at whatever it takes for speech. False: that is left to us, who hear
    sooner, and tell a turn from an "mm-hm"."""
    opening: str = ""
    """What the tutor is told to begin with; empty lets the learner begin."""
    noise_reduction: NoiseReduction | None = "near_field"
    """near_field for a headset, far_field for a laptop in a room."""
    offline_lesson: str = ""
    """Name of the lesson script that the offline tutor walks; empty where there is none in the language."""
    stands_in: bool = False
    """The profile is for free talk and names no script: `offline_lesson` only stands in for it."""
    correction: str = ""
    """How slips are corrected, one of `core.pedagogy.CORRECTIONS`; empty where nothing is taught."""
    history: tuple[HistoryLine, ...] = ()
    """What was said before this connection."""
    tools: tuple[ToolSpec, ...] = ()
    """What the tutor may use besides its voice."""
    max_output_tokens: int = MAX_OUTPUT_TOKENS
    """How long one answer of a Realtime model may be: a runaway answer ends there."""
    temperature: float = 0.0
    """How freely the model chooses its words, 0.6 to 1.2, where a server takes it; 0 leaves it to the server."""
    check_in_s: float | None = None
    """After how long a silence of the learner's the tutor sees after them; 0 for never, None where nothing is said."""
    due: tuple[DueItem, ...] = ()
    """What a tutor that walks a script asks for first; any other has it in its instructions."""
    can_do: tuple[str, ...] = ()
    """What a unit for tutors with a model teaches to do; a script says so itself."""
    drill: DrillKind | Literal[""] = ""
    """The kind of drill on what is `due`, which takes the lesson's place; empty for a lesson."""
    within_lesson: bool = False
    """The drill is in the midst of a lesson, which goes on behind it."""
    profile_key: str = ""
    """What the profile is found again by: two may have one title. Empty where no profile file is behind the plan."""

    continues: str = field(default="", compare=False)
    """Id of the kept lesson that this one goes on with; no tutor is told."""
    recap: Recap | None = field(default=None, compare=False)
    """The end of that lesson."""

    def continuing(self, old: LessonPlan) -> LessonPlan:
        """This plan for a lesson that is under way by `old`: what was said, and how it is heard, stays."""
        return replace(
            self,
            history=old.history,
            noise_reduction=old.noise_reduction,
            answers=old.answers,
            turn_detection=old.turn_detection if old.own_turns else self.turn_detection,
            own_turns=old.own_turns,
        )

    def is_another_lesson(self, old: LessonPlan, *, scripted: bool) -> bool:
        """Whether it comes of another profile, or is another script for a tutor that walks scripts."""
        same = (self.profile_key, self.profile) == (old.profile_key, old.profile)
        return not same or (scripted and self.script != old.script)

    @property
    def script(self) -> tuple[str, str]:
        """What is walked by a tutor that walks scripts."""
        return self.offline_lesson, self.drill

    @property
    def title(self) -> str:
        """What the lesson is called where it begins."""
        return f"Drill: {self.profile}" if self.drill else self.profile


@dataclass(frozen=True, slots=True)
class Applied:
    """What the tutor has confirmed to be in force; None where it did not say."""

    turn_detection: TurnDetection | None = None
    voice: str | None = None
    speed: float | None = None
    model: str | None = None
