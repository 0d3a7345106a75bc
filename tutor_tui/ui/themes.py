"""Our two looks: a lamp at night, and paper by day. All text keeps a contrast of 4.5 to 1 (a test measures it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual.theme import Theme

from tutor_tui.core.screen_settings import Theme as SettingTheme

NIGHT = Theme(
    name="tutor-night",
    dark=True,
    background="#12141c",
    surface="#191c27",
    panel="#232737",
    foreground="#e9e4d8",
    primary="#f2bf6c",
    secondary="#7ecfc4",
    accent="#b7a5f5",
    success="#93d18b",
    warning="#f59b62",
    error="#f47c8a",
    variables={
        "muted": "#8f92a3",
        "faint": "#3a3f55",
        "learner-text": "#c9eee8",
        "footer-key-foreground": "#f2bf6c",
        "block-cursor-foreground": "#12141c",
        "block-cursor-background": "#f2bf6c",
        "input-cursor-background": "#f2bf6c",
        "input-cursor-foreground": "#12141c",
        "input-selection-background": "#b7a5f5 35%",
        "scrollbar": "#2c3145",
        "scrollbar-hover": "#3a405a",
        "scrollbar-active": "#f2bf6c",
        "scrollbar-background": "#12141c",
        "scrollbar-background-hover": "#12141c",
        "scrollbar-background-active": "#12141c",
        "border": "#f2bf6c",
        "border-blurred": "#3a3f55",
    },
)

DAY = Theme(
    name="tutor-day",
    dark=False,
    background="#fbf8f1",
    surface="#f3eee2",
    panel="#e8e0cf",
    foreground="#2a2833",
    primary="#8f4d00",
    secondary="#00655f",
    accent="#6638ad",
    success="#2c6b24",
    warning="#9c4200",
    error="#ad1f2d",
    variables={
        "muted": "#655f57",
        "faint": "#cfc5b0",
        "learner-text": "#0c4a46",
        "footer-key-foreground": "#8f4d00",
        "block-cursor-foreground": "#fbf8f1",
        "block-cursor-background": "#8f4d00",
        "input-cursor-background": "#8f4d00",
        "input-cursor-foreground": "#fbf8f1",
        "input-selection-background": "#6638ad 25%",
        "scrollbar": "#d8cfbc",
        "scrollbar-hover": "#c4b99f",
        "scrollbar-active": "#8f4d00",
        "scrollbar-background": "#fbf8f1",
        "scrollbar-background-hover": "#fbf8f1",
        "scrollbar-background-active": "#fbf8f1",
        "border": "#8f4d00",
        "border-blurred": "#cfc5b0",
    },
)

THEMES = (NIGHT, DAY)


def _in_256_colours(
    theme: Theme, *, background: str, surface: str, panel: str, faint: str, accent: str, warning: str
) -> Theme:
    """The same look on greys: of 256 colours none is any near to our pale yellows and dark blues."""
    variables = {**theme.variables, "faint": faint, "border-blurred": faint}
    variables |= dict.fromkeys(("scrollbar", "scrollbar-hover"), faint)
    variables |= {name: background for name in variables if name.startswith("scrollbar-background")}
    return replace(
        theme, background=background, surface=surface, panel=panel, accent=accent, warning=warning, variables=variables
    )


_THEMES_256 = (
    _in_256_colours(
        NIGHT,
        background="#141414",
        surface="#1f1f1f",
        panel="#292929",
        faint="#525252",
        accent="#b7a5f5",
        warning="#f59b62",
    ),
    _in_256_colours(
        DAY,
        background="#ffffff",
        surface="#f5f5f5",
        panel="#ebebeb",
        faint="#b8b8b8",
        accent="#5f00af",
        warning="#8f4d00",
    ),
)


def themes_for(color_system: str | None) -> tuple[Theme, ...]:
    """Both looks for what the terminal can show, as Rich calls it: "256", "truecolor" …"""
    return _THEMES_256 if color_system == "256" else THEMES


_LIGHT = frozenset({"7", *map(str, range(9, 16))})
"""Which of the 16 colours of a terminal are light, as grounds (8 is dark grey)."""


def terminal_is_light(environ: Mapping[str, str]) -> bool:
    """What `COLORFGBG` says of the terminal's ground, where it is set: "0;15", or "0;default;15"."""
    return environ.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT


def theme_worn(wanted: SettingTheme, *, light: bool) -> str:
    """The theme for a setting, on a terminal whose ground is light or dark."""
    return wanted if wanted != "auto" else DAY.name if light else NIGHT.name
