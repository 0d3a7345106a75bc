"""What the learner sets of the turn-based tutor's three services."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core import model_catalog
from tutor_tui.core.setting_field import setting


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """Three services, one after another."""

    record_seconds: float = setting(
        0.0,
        "Recording",
        "Ends a push-to-talk turn after this long; 0: only the key ends it.",
        low=0.0,
        high=120.0,
        unit="s",
    )
    transcribe_url: str = setting(
        "",
        "Transcribe: address",
        "Server that writes down your words. Empty: the tutor's address. offline: this machine.",
    )
    transcribe_model: str = setting(
        "", "Transcribe: model", "Empty: the transcription model above.", refused=model_catalog.NO_TRANSCRIBERS
    )
    transcribe_key: str = setting("", "Transcribe: key", "Name of the environment variable that holds its key.")
    chat_url: str = setting(
        "", "Chat: address", "Server that writes the answers. Empty: the tutor's address. offline: this machine."
    )
    chat_model: str = setting("", "Chat: model", "Empty: the recommended one.")
    chat_key: str = setting("", "Chat: key", "Name of the environment variable that holds its key.")
    speak_url: str = setting(
        "",
        "Speak: address",
        "Server that reads the answers aloud. Empty: the tutor's address. offline: this machine. wss://: by Realtime.",
    )
    speak_model: str = setting(
        "", "Speak: model", "A Realtime model or a speech model. Empty: the recommended one of the server."
    )
    speak_voice: str = setting(
        "", "Speak: voice", "Empty: the profile's voice, or one like it where the model does not have that."
    )
    speak_key: str = setting("", "Speak: key", "Name of the environment variable that holds its key.")
