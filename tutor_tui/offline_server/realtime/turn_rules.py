"""A session's turn detection in the terms of the speech detector (`speech.voice_activity`)."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.speech.vad import SEMANTIC_PREFIX_PADDING_MS, SEMANTIC_THRESHOLD, SEMANTIC_WAIT_MS, VoiceRules


@dataclass(frozen=True, slots=True)
class TurnRules(VoiceRules):
    """When a turn begins and ends, and what follows from it."""

    create_response: bool
    interrupt_response: bool


def turn_rules(session: Json) -> TurnRules | None:
    """The rules of a session; null when the client itself says where turns end."""
    detection = session["audio"]["input"]["turn_detection"]
    if detection is None:
        return None
    semantic = detection["type"] == "semantic_vad"
    return TurnRules(
        SEMANTIC_THRESHOLD if semantic else detection["threshold"],
        SEMANTIC_PREFIX_PADDING_MS if semantic else detection["prefix_padding_ms"],
        SEMANTIC_WAIT_MS[detection["eagerness"]] if semantic else detection["silence_duration_ms"],
        detection["create_response"],
        detection["interrupt_response"],
    )
