"""Where things live on this machine: the system's folders for settings and for state, and our files in them.

On Linux those are the XDG folders; a variable that is empty or relative counts as unset, as XDG's specification says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor_tui.core.problems import ExitCode, Problem

APP = "tutor-tui"


@dataclass(frozen=True, slots=True)
class Folders:
    """Our folders; none of them needs to exist."""

    config: Path
    """What the learner writes: config.toml, .env, prompts/; and their keys, which we write."""
    state: Path
    """What we write and can do without: the log of a crash, what was found out about servers."""
    data: Path
    """What is kept of lessons: the library."""

    @property
    def config_file(self) -> Path:
        """The settings as TOML."""
        return self.config / "config.toml"

    @property
    def env_file(self) -> Path:
        """Variables for every lesson, wherever it is started."""
        return self.config / ".env"

    @property
    def keys_file(self) -> Path:
        """The saved keys, where the system has no keyring for them."""
        return self.config / "keys.json"

    @property
    def library_file(self) -> Path:
        """What is kept of all lessons."""
        return self.data / "library.sqlite3"

    @property
    def crash_log(self) -> Path:
        """Where a fault of ours is written down when no --log-file was asked for."""
        return self.state / "tutor-tui.log"

    @property
    def captions_file(self) -> Path:
        """How much of the tutor's words was to be read last."""
        return self.state / "captions.json"

    @property
    def probes_file(self) -> Path:
        """What `doctor --probe` found out about servers."""
        return self.state / "probes.json"


def find_folders() -> Folders:
    """Our folders, where this system keeps such things. Raises `Problem` when there is no home folder."""
    from platformdirs import PlatformDirs  # 2 ms, which --version does without

    system = PlatformDirs(APP, appauthor=False)
    try:
        return Folders(_older_config() or system.user_config_path, system.user_state_path, system.user_data_path)
    except RuntimeError:
        raise Problem(
            "There is no home folder to keep settings in.",
            "Set HOME, or XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME.",
            ExitCode.USAGE,
        ) from None


def _older_config() -> Path | None:
    """`~/.config/tutor-tui` on macOS and Windows, if it is there: versions up to 0.1 kept the settings in it."""
    if sys.platform == "darwin" or sys.platform == "win32":
        folder = Path.home() / ".config" / APP
        return folder if folder.is_dir() else None
    return None


def shown(path: Path, environ: Mapping[str, str] | None = None) -> str:
    """`path` as people write it: the home folder is ~."""
    home = (os.environ if environ is None else environ).get("HOME", "")
    text = str(path)
    return "~" + text[len(home) :] if home and text.startswith(home.rstrip("/") + "/") else text
