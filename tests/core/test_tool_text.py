"""A tool call in words, the same on every front end."""

from __future__ import annotations

import pytest

from tutor_tui.core.conversation import ToolLine, ToolState
from tutor_tui.core.tool_text import TOOL_WORDS, tool_words
from tutor_tui.core.tools import TOOL_NAMES


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("get_weather", ToolState.RUNNING, "weather …"),
        ("set_pace", ToolState.DONE, "pace: 0.7×"),
        ("wait_for_learner", ToolState.DONE, "still listening"),
        ("fly", ToolState.FAILED, "fly: did not work (0.7×)"),
    ],
)
def test_what_a_tool_does_is_said_once_in_plain_words(name: str, state: ToolState, words: str) -> None:
    assert tool_words(ToolLine("c", name, "t", state, "0.7×")) == words


def test_each_tool_of_ours_has_words() -> None:
    assert set(TOOL_NAMES) <= TOOL_WORDS.keys()
