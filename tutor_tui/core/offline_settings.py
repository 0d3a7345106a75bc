"""What the learner sets of the offline tutor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.setting_field import setting

Conversation = Literal["guide", "chat"]
SpeechToText = Literal["auto", "pocketsphinx", "whisper"]
OLLAMA_PORT = 11434
OLLAMA_BASE_URL = f"http://127.0.0.1:{OLLAMA_PORT}/v1"
"""Where Ollama listens."""


@dataclass(frozen=True, slots=True)
class OfflineSettings:
    """How it talks and hears."""

    conversation: Conversation = setting(
        "guide",
        "Conversation",
        "guide follows a lesson script. chat talks freely, through a chat server such as Ollama.",
    )
    chat_url: str = setting(OLLAMA_BASE_URL, "Chat: address", "Any OpenAI-compatible chat server; most end in /v1.")
    chat_model: str = setting("", "Chat: model", "Empty: the first one that the server has.")
    chat_key: str = setting("", "Chat: key", "Name of the environment variable that holds its key; Ollama needs none.")
    speech_to_text: SpeechToText = setting(
        "auto",
        "Speech to text",
        "pocketsphinx hears a lesson's answers, whisper any words. auto: whisper if it is installed.",
    )
    whisper_model: str = setting(
        "",
        "Whisper model",
        "Its name (tiny, base, small, medium, large-v3, turbo), or its folder. Empty: base, if installed.",
    )
    whisper_download: bool = setting(
        False,
        "Whisper download",
        "Download the model from huggingface.co if it is missing (small: 0.5 GB).",
    )
    voices: str = setting(
        "",
        "Voices",
        "Names from tutor-tui voices, with commas; espeak-ng: no other. Empty: the best that are installed.",
    )
