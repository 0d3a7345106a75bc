"""What the learner is told of the tutor's tools: the same words in every front end. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tutor_tui.core.conversation import ToolLine, ToolState

TOOL_WORDS: Mapping[str, str] = {
    "get_weather": "weather",
    "note_correction": "noted",
    "note_word": "noted",
    "note_fact": "about you",
    "set_level": "level",
    "set_pace": "pace",
    "set_patience": "pauses",
    "used": "noted",
    "wait_for_learner": "still listening",
}
"""What the learner calls a tool; others go by their own name."""
_SAYS_ALL = frozenset({"wait_for_learner"})
"""Whose name says all there is to say."""
AS_BEFORE = "as before"
"""How the outcome ends of a call that changed nothing."""


def tool_words(line: ToolLine) -> str:
    """A tool call in a few words: "weather …", "weather: Seoul, 7 °C". The outcome is not made safe to show."""
    name = TOOL_WORDS.get(line.name, line.name)
    match line.state:
        case ToolState.RUNNING:
            return f"{name} …"
        case ToolState.DONE:
            return f"{name}: {line.summary}" if line.summary and line.name not in _SAYS_ALL else name
        case ToolState.FAILED:
            return f"{name}: did not work ({line.summary})"
