"""A lesson written down from the command line, and played back in lines and on the full screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.test_main import clean_environment, one_sentence
from tests.plain.programs import BRIEF, hold, said_in
from tests.support.terminal import Terminal
from tutor_tui.core.problems import ExitCode


@pytest.mark.slow
def test_a_lesson_is_recorded_and_played_back_in_the_same_words(tmp_path: Path) -> None:
    lesson = hold(tmp_path, b"My name is Anna.\n", "plain", *BRIEF, "--record-wire", "wire")
    assert lesson.returncode == 0
    assert (tmp_path / "wire").stat().st_mode & 0o077 == 0
    replay = hold(tmp_path, b"", "replay", "wire", "--speed", "4", "--plain")
    assert (replay.returncode, replay.stderr) == (0, "")
    assert said_in(replay.stdout) == said_in(lesson.stdout)
    assert "tutor: recording of offline" in replay.stdout
    assert "profile: A brief lesson" in replay.stdout


@pytest.mark.slow
def test_a_recording_plays_on_the_full_screen(tmp_path: Path) -> None:
    assert hold(tmp_path, b"My name is Anna.\n", "plain", *BRIEF, "--record-wire", "wire").returncode == 0
    command = [sys.executable, "-m", "tutor_tui", "replay", "wire", "--speed", "10"]
    with Terminal(command, width=100, height=30, env=clean_environment(tmp_path), cwd=tmp_path) as terminal:
        terminal.wait_for("My name is Anna.")
        terminal.wait_for("How are you?")
        terminal.wait_for("The recording is over.")
        terminal.wait_for("A brief lesson")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.OK
        assert terminal.is_restored


def test_files_that_cannot_be_played_or_made_end_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("Dear diary\n")
    assert "is no recording of a lesson" in one_sentence(
        hold(tmp_path, b"", "replay", "diary", "--plain"), ExitCode.USAGE
    )
    assert "No such file" in one_sentence(hold(tmp_path, b"", "replay", "none", "--plain"), ExitCode.USAGE)
    recorded = hold(tmp_path, b"", "plain", *BRIEF, "--record-wire", "diary")
    assert "'diary' exists already." in one_sentence(recorded, ExitCode.USAGE)
