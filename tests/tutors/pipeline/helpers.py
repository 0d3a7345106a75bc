"""A turn-based tutor on a real local server."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

from tests.support.speech_services import SpeechServices
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.turn_detection import PushToTalk, ServerVad
from tutor_tui.tutors.pipeline.tutor import PipelineTutor

BY_KEY = LessonPlan(
    "English", "Teach.", "marin", target_language="en", native_language="de", turn_detection=PushToTalk()
)
BY_VOICE = replace(BY_KEY, turn_detection=ServerVad(0.5, 100, 200))


def loud(window: bytes) -> float:
    """Stands in for Silero where a test is not about ears: whatever is loud is speech."""
    return 1.0 if pcm.dbfs(pcm.samples_of(window)) > -30 else 0.0


def pipeline(server: SpeechServices, **options: Any) -> PipelineTutor:
    """All three services on one server."""
    services: dict[str, Any] = {
        "transcribe": server.service("ear"),
        "chat": server.service("mind"),
        "speak": server.service("voice"),
    }
    return PipelineTutor(**{**services, "probability": loud, **options})


def noise(ms: float) -> bytes:
    """Something loud."""
    return pcm.bytes_from(array("h", [12_000, -12_000] * (pcm.bytes_of(ms) // 4)))


def sound_ms(events: list[ev.TutorEvent], item_id: str = "") -> int:
    """How much sound came."""
    pieces = [event for event in events if isinstance(event, ev.TutorAudio) and item_id in ("", event.item_id)]
    assert all(len(event.pcm) % 2 == 0 for event in pieces)
    return pcm.ms_of(sum(len(event.pcm) for event in pieces))
