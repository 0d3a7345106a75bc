from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs
import platformdirs.macos
import pytest

from tutor_tui.config.paths import Folders, find_folders, shown
from tutor_tui.core.problems import ExitCode, Problem

Finder = Callable[..., Folders]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Finder:
    """The folders, where only these variables are set."""

    def find(**environ: str) -> Folders:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return find_folders()

    return find


def test_the_xdg_variables_decide(found: Finder) -> None:
    folders = found(HOME="/home/anna", XDG_CONFIG_HOME="/c", XDG_STATE_HOME="/s", XDG_DATA_HOME="/d")
    assert folders.config_file == Path("/c/tutor-tui/config.toml")
    assert folders.env_file == Path("/c/tutor-tui/.env")
    assert folders.crash_log == Path("/s/tutor-tui/tutor-tui.log")
    assert folders.library_file == Path("/d/tutor-tui/library.sqlite3")


@pytest.mark.parametrize("value", ["", "  ", "relative/folder", "./here"])
def test_an_empty_or_relative_xdg_variable_counts_as_unset(value: str, found: Finder) -> None:
    folders = found(HOME="/home/anna", XDG_CONFIG_HOME=value, XDG_STATE_HOME=value, XDG_DATA_HOME=value)
    assert folders.config == Path("/home/anna/.config/tutor-tui")
    assert folders.state == Path("/home/anna/.local/state/tutor-tui")
    assert folders.data == Path("/home/anna/.local/share/tutor-tui")


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}])
def test_without_home_the_account_knows(environ: dict[str, str], found: Finder) -> None:
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert found(**environ).config == home / ".config" / "tutor-tui"


def test_no_home_at_all_is_said(found: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # an account that no passwd knows, as in many containers
    variables = r"XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_DATA_HOME"
    with pytest.raises(Problem, match=rf"no home folder .* Set HOME, or {variables}\.") as caught:
        found()
    assert caught.value.exit_code == ExitCode.USAGE
    folders = found(XDG_CONFIG_HOME="/c", XDG_STATE_HOME="/s", XDG_DATA_HOME="/d")
    assert folders.config == Path("/c/tutor-tui")


def test_a_mac_has_its_own_place_but_older_settings_stay_where_they_are(
    found: Finder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.macos.MacOS)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert found(HOME=str(tmp_path)).config == tmp_path / "Library" / "Application Support" / "tutor-tui"
    assert found(HOME=str(tmp_path), XDG_CONFIG_HOME="/c").config == Path("/c/tutor-tui")
    older = tmp_path / ".config" / "tutor-tui"
    older.mkdir(parents=True)
    assert found(HOME=str(tmp_path)).config == older


def test_home_is_shown_as_a_tilde() -> None:
    home = {"HOME": "/home/anna"}
    assert shown(Path("/home/anna/.config/x"), home) == "~/.config/x"
    assert shown(Path("/home/annabel/x"), home) == "/home/annabel/x"
    assert shown(Path("/etc/x"), {"HOME": ""}) == "/etc/x"
