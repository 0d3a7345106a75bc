"""How the full screen looks, as the learner chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.setting_field import setting

Theme = Literal["auto", "tutor-night", "tutor-day"]


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How it looks."""

    theme: Theme = setting("auto", "Theme", "Light on dark, or dark on light; auto: as the terminal is.")
    debug: bool = setting(
        False, "Debug footer", "Show sound counters, response times, loop lag and unknown events under the lesson."
    )
