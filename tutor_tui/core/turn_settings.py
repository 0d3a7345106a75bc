"""The settings on how turns end, made into a way of ending them, and back: what the settings say is stronger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import LessonSettings, VadSettings
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, ServerVad, TurnDetection


def detection_wanted(lesson: LessonSettings, vad: VadSettings, of_profile: TurnDetection) -> TurnDetection:
    """How turns end by these settings, with a profile that would have them end as `of_profile`."""
    match lesson.turn_taking:
        case "profile":
            detection = of_profile
        case "semantic":
            detection = SemanticVad()
        case "push-to-talk":
            detection = PushToTalk()
        case preset:
            detection = PRESETS[preset]
    match detection:
        case ServerVad():
            return ServerVad(
                vad.threshold or detection.threshold,
                vad.prefix_padding_ms or detection.prefix_padding_ms,
                vad.silence_ms or detection.silence_duration_ms,
            )
        case SemanticVad():
            return replace(detection, eagerness=vad.eagerness)
        case PushToTalk():
            return detection


def settings_for(detection: TurnDetection) -> Mapping[str, Value]:
    """The settings by which every lesson ends turns so, whatever its profile says: full name → value."""
    match detection:
        case ServerVad():
            preset = next((name for name, each in PRESETS.items() if each == detection), None)
            numbers = (
                (0, 0.0, 0)
                if preset
                else (detection.silence_duration_ms, detection.threshold, detection.prefix_padding_ms)
            )
            names = ("lesson.vad.silence_ms", "lesson.vad.threshold", "lesson.vad.prefix_padding_ms")
            return {"lesson.turn_taking": preset or "profile", **dict(zip(names, numbers, strict=True))}
        case SemanticVad():
            return {"lesson.turn_taking": "semantic", "lesson.vad.eagerness": detection.eagerness}
        case PushToTalk():
            return {"lesson.turn_taking": "push-to-talk"}
