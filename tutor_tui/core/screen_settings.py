"""How the full screen looks, as the learner chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutor_tui.core.setting_field import setting

CaptionsFixed = Literal["", "hidden", "first letters", "rare words", "all", "meaning"]
Theme = Literal["auto", "tutor-night", "tutor-day"]


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How it looks."""

    theme: Theme = setting("auto", "Theme", "Light on dark, or dark on light; auto: as the terminal is.")
    captions: CaptionsFixed = setting(
        "",
        "Captions",
        "How much of the tutor's words you read. Empty: as you chose last with the key c for the profile and level; "
        "before that, all at A1 and A2, hidden from B1 on.",
    )
    debug: bool = setting(
        False, "Debug footer", "Show sound counters, response times, loop lag and unknown events under the lesson."
    )
