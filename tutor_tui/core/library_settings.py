"""What is kept of lessons, as the learner chooses."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core.setting_field import setting


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """What is kept of your lessons, on this machine."""

    keep: bool = setting(True, "Keep lessons", "Keep what is said, as text, to read it again and go on with it.")
    record: bool = setting(
        False, "Record sound", "Record both voices of every lesson you keep, as WAV files: 173 MB an hour for each."
    )
