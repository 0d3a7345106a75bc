"""`tutor-tui config`: what is set, where it was set, and what an editor needs to know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_main import Runner
from tests.cli.test_main import run as run
from tutor_tui.config.schema import settings_schema

SECRET = "sk-config-secret"


@pytest.mark.parametrize("command", [["config"], ["doctor", "--config"]])
def test_config_shows_where_each_value_came_from(command: list[str], run: Runner) -> None:
    result = run(*command, "--model", "m", OPENAI_API_KEY=SECRET, TUTOR_TUI_SCREEN_DEBUG="on")
    assert result.returncode == 0
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if "." in line}
    assert rows["tutor.model"] == ["m", "command", "line:", "--model"]
    assert rows["screen.debug"] == ["true", "environment:", "TUTOR_TUI_SCREEN_DEBUG"]
    assert "OPENAI_API_KEY" in result.stdout
    assert "set (not shown)" in result.stdout
    assert SECRET not in result.stdout


def test_config_says_where_the_file_is(run: Runner, tmp_path: Path) -> None:
    assert run("config", "path").stdout == f"{tmp_path}/.config/tutor-tui/config.toml\n"
    assert run("config", "path", XDG_CONFIG_HOME="/c").stdout == "/c/tutor-tui/config.toml\n"


def test_config_prints_the_schema(run: Runner) -> None:
    assert json.loads(run("config", "schema").stdout) == settings_schema()


def test_an_old_name_is_said_once_on_stderr(run: Runner) -> None:
    result = run("config", TUTOR_TUI_OFFLINE_EARS="whisper", TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT=None)
    assert result.returncode == 0
    assert "environment: TUTOR_TUI_OFFLINE_EARS" in result.stdout
    assert result.stderr == (
        "tutor-tui: TUTOR_TUI_OFFLINE_EARS is called TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT now; "
        "the old name works in this release only.\n"
    )
