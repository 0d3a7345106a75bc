"""What happens on our side of a lesson: the learner, the line, the devices, the tools. Part of `core.events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.tools import Note

__all__ = [
    "AnswerAsked",
    "DeviceLost",
    "DeviceOpened",
    "Dialling",
    "EchoMode",
    "EchoModeChosen",
    "Held",
    "LearnerTyped",
    "LinkEnded",
    "LocalEvent",
    "Muted",
    "Noted",
    "PlanWanted",
    "SpeechCut",
    "SpeechFinished",
    "SpeechStarted",
    "Talking",
    "ToolAnswered",
    "Which",
]

Which = Literal["microphone", "speaker"]
EchoMode = Literal["headphones", "speakers"]


@dataclass(frozen=True, slots=True)
class Dialling:
    """An attempt to reach the tutor begins, after `wait_s` seconds."""

    attempt: int
    """1 for the first."""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LinkEnded:
    """The link is gone; open turns will not be completed by it."""

    reason: str
    fatal: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first sound of an item was handed to the speaker."""

    item_id: str


@dataclass(frozen=True, slots=True)
class SpeechFinished:
    """An item was heard to its end."""

    item_id: str


@dataclass(frozen=True, slots=True)
class SpeechCut:
    """An item was stopped before its end."""

    item_id: str
    heard_ms: int
    received_ms: int


@dataclass(frozen=True, slots=True)
class Muted:
    """The microphone was switched off or on by the learner."""

    on: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The think key: the turn is held open (`on`) or released."""

    on: bool


@dataclass(frozen=True, slots=True)
class Talking:
    """The push-to-talk key was pressed (`on`) or released."""

    on: bool


@dataclass(frozen=True, slots=True)
class LearnerTyped:
    """The learner typed a line."""

    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanWanted:
    """The learner asked for another plan; not yet confirmed."""

    plan: LessonPlan


@dataclass(frozen=True, slots=True)
class EchoModeChosen:
    """Headphones (full duplex) or speakers (half duplex)."""

    mode: EchoMode


@dataclass(frozen=True, slots=True)
class DeviceOpened:
    """A device works: its name as the system gives it, and its own rate."""

    which: Which
    name: str
    rate_hz: int


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device is missing, busy or gone. The lesson goes on without it."""

    which: Which
    reason: str
    hint: str = ""
    """The exact command or setting that mends it."""


@dataclass(frozen=True, slots=True)
class ToolAnswered:
    """A tool has done its work, or failed at it."""

    call_id: str
    ok: bool
    summary: str
    """In a few words, for the learner."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The tutor wrote down a correction or a word."""

    note: Note


@dataclass(frozen=True, slots=True)
class AnswerAsked:
    """The tutor was asked to go on, with what its tools found out."""


LocalEvent: TypeAlias = (
    Dialling
    | LinkEnded
    | SpeechStarted
    | SpeechFinished
    | SpeechCut
    | Muted
    | Held
    | Talking
    | LearnerTyped
    | PlanWanted
    | EchoModeChosen
    | DeviceOpened
    | DeviceLost
    | ToolAnswered
    | Noted
    | AnswerAsked
)
