"""Where things are in a checkout."""

from __future__ import annotations

from pathlib import Path

from tutor_tui.config.paths import APP, Folders

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "audio_samples"
"""Human speech, 24 kHz mono s16."""
PROMPTS = ROOT / "prompts"
"""The shipped profiles."""
LESSONS = PROMPTS / "lessons"
"""The shipped scripts of the offline tutor."""
CARDS = ROOT / "tests" / "end_to_end" / "prompts"
"""A profile and a lesson that human recordings answer."""


def folders_below(home: Path) -> Folders:
    """Our folders on Linux, in this home."""
    return Folders(home / ".config" / APP, home / ".local" / "state" / APP, home / ".local" / "share" / APP)
