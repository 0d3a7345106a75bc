"""Who decides that a turn has ended: the ways, their limits, and how patience is turned up and down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

Eagerness = Literal["low", "medium", "high", "auto"]
EAGERNESS: tuple[Eagerness, ...] = get_args(Eagerness)
EAGERNESS_WAIT_MS: dict[Eagerness, int] = {"low": 8_000, "medium": 4_000, "auto": 4_000, "high": 2_000}
"""The longest wait of each eagerness, as OpenAI documents it ("Voice activity detection")."""


@dataclass(frozen=True, slots=True)
class Range:
    """The range of a numeric field and the step of its slider."""

    low: float
    high: float
    step: float
    unit: str

    def clamp(self, value: float) -> float:
        """`value` brought inside the range."""
        return min(self.high, max(self.low, value))

    @property
    def words(self) -> str:
        """The limits as a sentence says them: "200 to 8000 ms"."""
        return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()


THRESHOLD = Range(0.05, 1.0, 0.05, "")
PREFIX_PADDING_MS = Range(50, 2_000, 50, "ms")
SILENCE_DURATION_MS = Range(200, 8_000, 100, "ms")

SHORTEST_TURN_MS = 100
"""Less sound than this is no turn but a slip of the finger: OpenAI refuses to commit it ("Realtime conversations")."""


@dataclass(frozen=True, slots=True)
class ServerVad:
    """The tutor answers after a fixed silence."""

    threshold: float = 0.5
    """How sure the detector must be that it hears speech: larger needs a louder voice."""
    prefix_padding_ms: int = 300
    """How much sound from before the detected start is kept, so that no first consonant is lost."""
    silence_duration_ms: int = 1_500
    """How long you may pause before the tutor answers."""


@dataclass(frozen=True, slots=True)
class SemanticVad:
    """The tutor answers when the sentence sounds finished."""

    eagerness: Eagerness = "low"
    """How soon an unfinished sentence is taken as finished: low waits up to 8 s, high up to 2 s."""


@dataclass(frozen=True, slots=True)
class PushToTalk:
    """You say when your turn begins and ends, with a key."""


TurnDetection: TypeAlias = ServerVad | SemanticVad | PushToTalk

Preset = Literal["patient", "normal", "quick"]
PRESETS: dict[Preset, ServerVad] = {
    "patient": ServerVad(threshold=0.5, prefix_padding_ms=400, silence_duration_ms=2_500),
    "normal": ServerVad(threshold=0.5, prefix_padding_ms=300, silence_duration_ms=1_500),
    "quick": ServerVad(threshold=0.5, prefix_padding_ms=300, silence_duration_ms=700),
}
"""Starting points; learners at levels A1 and A2 pause inside clauses for 2 s and more."""

_PATIENCE_STEP_MS = 300
PATIENCE_ENDS = "Patience is already at its limit."
"""What is said where `with_patience` changes nothing."""
_MORE_PATIENT: dict[Eagerness, Eagerness] = {"high": "medium", "auto": "low", "medium": "low", "low": "low"}
_LESS_PATIENT: dict[Eagerness, Eagerness] = {"low": "medium", "auto": "high", "medium": "high", "high": "high"}


def with_patience(detection: TurnDetection, steps: int) -> TurnDetection:
    """`detection` made more patient (`steps` > 0) or less (`steps` < 0), within the limits.

    Push-to-talk waits for ever already, so it is returned unchanged.
    """
    match detection:
        case ServerVad():
            wanted = detection.silence_duration_ms + steps * _PATIENCE_STEP_MS
            return replace(detection, silence_duration_ms=int(SILENCE_DURATION_MS.clamp(wanted)))
        case SemanticVad():
            table = _MORE_PATIENT if steps > 0 else _LESS_PATIENT
            eagerness = detection.eagerness
            for _ in range(abs(steps)):
                eagerness = table[eagerness]
            return SemanticVad(eagerness)
        case PushToTalk():
            return detection


def longest_pause_s(detection: TurnDetection) -> float:
    """How long the learner may pause before the tutor answers; 0 where a key says when."""
    match detection:
        case ServerVad():
            return detection.silence_duration_ms / 1000
        case SemanticVad():
            return EAGERNESS_WAIT_MS[detection.eagerness] / 1000
        case PushToTalk():
            return 0.0


def describe(detection: TurnDetection) -> str:
    """A short phrase for status lines and notices."""
    match detection:
        case ServerVad():
            return f"answers after {detection.silence_duration_ms / 1000:.1f} s of silence"
        case SemanticVad():
            return f"answers when you sound finished (eagerness {detection.eagerness})"
        case PushToTalk():
            return "answers after the talk key"
