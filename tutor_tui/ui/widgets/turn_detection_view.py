"""What the turn panel shows, put into words: what is wanted, what is in force, and what cannot be had. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tutor_tui.core.actions import key
from tutor_tui.core.availability import DICTATION, SHADOWING, Control, Option
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, ServerVad, TurnDetection, describe

_THRESHOLD_TOLERANCE = 1e-3
"""A server that keeps thresholds in 32 bits gives back 0.6 as 0.6000000238."""

Kind = Literal["server", "semantic", "push-to-talk"]


@dataclass(frozen=True, slots=True)
class TurnView:
    """What the lesson says of turns; equal views are not drawn twice."""

    wanted: TurnDetection = PRESETS["normal"]
    applied: TurnDetection | None = None
    """What the tutor has confirmed; None before it has."""
    pending: bool = False
    """The tutor has been asked for what is wanted, and has not answered."""
    greyed: Mapping[Control, str] = field(default_factory=dict)
    kept: bool = False
    """Every lesson begins with what is wanted."""
    esc_stops: bool = False
    """Escape is for the tutor now, who comes first."""


class StateNote(NamedTuple):
    """One piece of what stands at the foot of the panel, with places for keys."""

    words: str
    style: str


def kind_of(detection: TurnDetection) -> Kind:
    """What the panel calls this way of ending turns."""
    match detection:
        case ServerVad():
            return "server"
        case SemanticVad():
            return "semantic"
        case PushToTalk():
            return "push-to-talk"


def state_notes(view: TurnView, draft: TurnDetection | None) -> Iterator[StateNote]:
    """How things stand with `draft`, or with what is wanted where nothing is being drawn up."""
    if "turns" in view.greyed:  # why is said below the conversation
        trains = view.greyed["turns"] in (SHADOWING, DICTATION)
        yield StateNote(f"not used {'for the moment' if trains else 'in this lesson'}", "$warning")
        return
    detection = draft or view.wanted
    if isinstance(detection, PushToTalk):
        yield StateNote(f"{key('talk')} begins your turn, and ends it.\n", "$foreground")
    if why := view.greyed.get(Option("turns", kind_of(detection))):
        yield StateNote(f"{why}\n", "$warning")
    if view.applied is None:
        yield StateNote("not yet confirmed by the tutor", "$muted")
    elif differences := _differences(detection, view.applied):
        asking = "… asking the tutor; " if view.pending or draft else ""
        yield StateNote(f"{asking}in use: {differences}", "$warning")
    else:
        yield StateNote("✓ in use", "$success")
        if draft is None:
            yield StateNote(", kept for every lesson" if view.kept else ", for this lesson", "$muted")


def _differences(wanted: TurnDetection, applied: TurnDetection) -> str:
    """What is in force instead of what is wanted; empty where they are the same."""
    if not (isinstance(wanted, ServerVad) and isinstance(applied, ServerVad)):
        return "" if wanted == applied else describe(applied)
    if wanted.silence_duration_ms != applied.silence_duration_ms:
        return describe(applied)
    others = []
    if abs(wanted.threshold - applied.threshold) > _THRESHOLD_TOLERANCE:
        others.append(f"threshold {applied.threshold:.2f}")
    if wanted.prefix_padding_ms != applied.prefix_padding_ms:
        others.append(f"lead-in {applied.prefix_padding_ms} ms")
    return ", ".join(others)
