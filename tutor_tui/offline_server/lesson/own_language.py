"""In which language is said what is listened for in every lesson: requests, and answers to "Did you say …?"."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.doubt_phrases import language_of_answer
from tutor_tui.offline_server.lesson.requests import language_of_request


def own_language(sentence: str) -> str:
    """That of such a sentence (ISO 639-1), whatever is taught; empty for what belongs to a lesson."""
    return language_of_request(sentence) or language_of_answer(sentence) or ""
