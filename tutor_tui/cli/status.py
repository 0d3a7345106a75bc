"""`tutor-tui status`: one line for a shell's prompt. Loads nothing that it can do without."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tutor_tui.config.command_line import Options
from tutor_tui.config.load import load
from tutor_tui.config.paths import find_folders
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.safe_text import printable_json
from tutor_tui.core.weekly_goal import WeeklyGoal, read_goal
from tutor_tui.library.due import due_by_language
from tutor_tui.library.practices import this_week


def status(options: Options) -> int:
    """Print it. Raises `Problem`."""
    found = status_object(find_folders().library_file, time.time(), _goal())
    print(printable_json(found) if options.as_json else status_line(found))
    return int(ExitCode.OK)


def status_object(library: Path, now: float, goal: WeeklyGoal | None) -> dict[str, Any]:
    """What there is to say at that moment (Unix time, s)."""
    due = due_by_language(library, now)
    week = this_week(library, now)
    return {
        "due": sum(due.values()),
        "due_by_language": due,
        "minutes_this_week": round(week.minutes),
        "goal": None
        if goal is None
        else {"times": goal.times, "minutes": goal.minutes, "done": goal.done(week.minutes_by_day)},
    }


def status_line(found: dict[str, Any]) -> str:
    """The same for people: "4 due · 32 min this week · ●●○ 3 × 15 min a week"."""
    parts = [f"{found['due']} due", f"{found['minutes_this_week']} min this week"]
    if found["goal"] is not None:
        goal = found["goal"]
        parts.append(WeeklyGoal(goal["times"], goal["minutes"]).line(goal["done"]))
    return " · ".join(parts)


def _goal() -> WeeklyGoal | None:
    """The goal in the settings. Raises `Problem`."""
    configuration = load({}, os.environ, Path.cwd(), find_folders(), stops_at_damaged_keys=False)
    return read_goal(configuration.settings.learner.goal)
