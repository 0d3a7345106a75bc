"""`tutor-tui status`: one line for a shell's prompt. Loads nothing that it can do without."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import Folders, find_folders
from tutor_tui.core.minutes_text import whole_minutes
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.safe_text import printable_json
from tutor_tui.core.weekly_goal import WeeklyGoal, read_goal
from tutor_tui.library.due import due_by_language
from tutor_tui.library.practices import this_week


def status(options: Options) -> int:
    """Print it. Raises `Problem`."""
    folders = find_folders()
    found = status_object(folders.library_file, time.time(), _goal(folders))
    print(printable_json(found) if options.as_json else status_line(found))
    return int(ExitCode.OK)


def status_object(library: Path, now: float, goal: WeeklyGoal | None) -> dict[str, Any]:
    """What there is to say at that moment (Unix time, s)."""
    due = due_by_language(library, now)
    week = this_week(library, now)
    return {
        "due": sum(due.values()),
        "due_by_language": due,
        "minutes_this_week": whole_minutes(week.minutes),
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


def _goal(folders: Folders) -> WeeklyGoal | None:
    """The goal in the settings. Raises `Problem`.

    All settings take 60 ms of processor time to load, and a prompt is shown often: that is done only where a place that
    may hold the goal names it.
    """
    variables = "TUTOR_TUI_LEARNER_GOAL" in os.environ or any(
        _names(file, "LEARNER_GOAL") for file in (Path.cwd() / ".env", folders.env_file)
    )
    if not variables and not _names(folders.config_file, "goal"):
        return None
    from tutor_tui.config.load import load

    configuration = load({}, os.environ, Path.cwd(), folders, stops_at_damaged_keys=False)
    return read_goal(configuration.settings.learner.goal)


def _names(file: Path, name: str) -> bool:
    """Whether that stands in a file; also where it cannot be read: whoever loads the settings says why."""
    try:
        return name in file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return False
    except OSError:
        return True
