"""Where things live on this machine: the XDG folders, and our files in them.

The XDG base directory rules are followed on every system: an empty or relative variable counts as unset.
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
    """What the learner writes: config.toml, .env, prompts/."""
    state: Path
    """What we write and can do without: the log of a crash, what was found out about servers."""

    @property
    def config_file(self) -> Path:
        """The settings as TOML."""
        return self.config / "config.toml"

    @property
    def env_file(self) -> Path:
        """Variables for every lesson, wherever it is started."""
        return self.config / ".env"

    @property
    def crash_log(self) -> Path:
        """Where a fault of ours is written down when no --log-file was asked for."""
        return self.state / "tutor-tui.log"

    @property
    def probes_file(self) -> Path:
        """What `doctor --probe` found out about servers."""
        return self.state / "probes.json"


def find_folders(environ: Mapping[str, str]) -> Folders:
    """Our folders, by the variables in `environ`. Raises `Problem` when there is no home folder to put them in."""
    return Folders(
        config=_base(environ, "XDG_CONFIG_HOME", ".config") / APP,
        state=_base(environ, "XDG_STATE_HOME", ".local/state") / APP,
    )


def shown(path: Path, environ: Mapping[str, str] | None = None) -> str:
    """`path` as people write it: the home folder is ~."""
    home = (os.environ if environ is None else environ).get("HOME", "")
    text = str(path)
    return "~" + text[len(home) :] if home and text.startswith(home.rstrip("/") + "/") else text


def _base(environ: Mapping[str, str], variable: str, below_home: str) -> Path:
    named = environ.get(variable, "").strip()
    if named and Path(named).is_absolute():
        return Path(named)
    return _home(environ, variable) / below_home


def _home(environ: Mapping[str, str], variable: str) -> Path:
    named = environ.get("HOME", "").strip()
    if named:
        return Path(named)
    try:
        if sys.platform == "win32":
            return Path.home()
        import pwd  # only POSIX has it

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (KeyError, RuntimeError):
        raise Problem(
            "There is no home folder to keep settings in.", f"Set HOME or {variable}.", ExitCode.USAGE
        ) from None
