from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from tutor_tui.ui.themes import THEMES


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_all_text_can_be_read_on_every_ground(theme: Theme) -> None:
    """WCAG AA asks 4.5 to 1 for text."""
    inks = [theme.foreground, theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error]
    inks += [theme.variables["muted"], theme.variables["learner-text"]]
    for ground in (theme.background, theme.surface, theme.panel):
        for ink in inks:
            assert ink is not None
            assert ground is not None
            ratio = contrast(ink, ground)
            assert ratio >= 4.5, f"{ink} on {ground}: {ratio:.2f}"


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (part / 255 for part in Color.parse(colour).rgb)
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
