"""Every tool that a tutor may be offered: a new one is added here, and its name in `core.tools.TOOL_NAMES`."""

from __future__ import annotations

from tutor_tui.tools.dispatch import Tool, ToolDispatcher
from tutor_tui.tools.learner import note_fact, used
from tutor_tui.tools.level import set_level
from tutor_tui.tools.notes import note_correction, note_word
from tutor_tui.tools.pace_and_patience import set_pace, set_patience
from tutor_tui.tools.waiting import wait_for_learner
from tutor_tui.tools.weather import Weather


def standard_tools(weather_url: str = "") -> ToolDispatcher:
    """All of `core.tools.TOOL_NAMES` and `LEARNER_TOOLS`. `weather_url` replaces Open-Meteo's addresses."""
    return ToolDispatcher(
        (
            Tool(note_correction, answers=False),
            Tool(note_word, answers=False),
            Tool(set_pace),
            Tool(set_patience),
            Tool(set_level, answers=False),  # the learner decides when they like: nobody waits in silence for that
            Tool(wait_for_learner, answers=False),
            Tool(used, answers=False),
            Tool(note_fact, answers=False),
            Tool(Weather(weather_url).get_weather),
        )
    )
