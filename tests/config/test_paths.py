from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tutor_tui.config.paths import find_folders, shown
from tutor_tui.core.problems import ExitCode, Problem


def test_the_xdg_variables_decide() -> None:
    folders = find_folders({"HOME": "/home/anna", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"})
    assert folders.config_file == Path("/c/tutor-tui/config.toml")
    assert folders.env_file == Path("/c/tutor-tui/.env")
    assert folders.crash_log == Path("/s/tutor-tui/tutor-tui.log")


@pytest.mark.parametrize("value", ["", "  ", "relative/folder", "./here"])
def test_an_empty_or_relative_xdg_variable_counts_as_unset(value: str) -> None:
    folders = find_folders({"HOME": "/home/anna", "XDG_CONFIG_HOME": value, "XDG_STATE_HOME": value})
    assert folders.config == Path("/home/anna/.config/tutor-tui")
    assert folders.state == Path("/home/anna/.local/state/tutor-tui")


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_home_the_account_knows(environ: dict[str, str]) -> None:
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert find_folders(environ).config == home / ".config" / "tutor-tui"


def test_no_home_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # an account that no passwd knows, as in many containers
    with pytest.raises(Problem, match=r"no home folder .* Set HOME or XDG_CONFIG_HOME\.") as caught:
        find_folders({})
    assert caught.value.exit_code == ExitCode.USAGE
    folders = find_folders({"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"})
    assert folders.config == Path("/c/tutor-tui")


def test_home_is_shown_as_a_tilde() -> None:
    home = {"HOME": "/home/anna"}
    assert shown(Path("/home/anna/.config/x"), home) == "~/.config/x"
    assert shown(Path("/home/annabel/x"), home) == "/home/annabel/x"
    assert shown(Path("/etc/x"), {"HOME": ""}) == "/etc/x"
