"""A terminal that a killed full screen left is put right by the next start; one that somebody wants so is not."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from tests.cli.lesson_terminal import ENGLISH, HELLO, children_of
from tests.cli.test_main import clean_environment
from tests.plain.programs import BRIEF
from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal

OURS = f"{shlex.quote(sys.executable)} -m tutor_tui"
SAID = "This terminal was left without echo and lines"
_PROMPT = re.compile(r"[$#]\s*$")

Settings = list[Any]


def full_screen(settings: Settings) -> None:
    """As Textual has it."""
    settings[0] &= ~(termios.ICRNL | termios.IXON)
    settings[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)


def byte_channel(settings: Settings) -> None:
    """As `stty raw -echo` and `socat` have it."""
    full_screen(settings)
    settings[1] &= ~termios.OPOST


def line_editor(settings: Settings) -> None:
    """As a shell has it while it waits for a command."""
    settings[0] &= ~termios.ICRNL
    settings[3] &= ~(termios.ICANON | termios.ECHO)


def started_on(settings: Settings, command: str, home: Path) -> tuple[Settings, str]:
    """How a terminal is set after this, and what was said on it; the command's parent is a shell."""
    controller, terminal = pty.openpty()
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
        subprocess.run(
            ["sh", "-c", command],
            env=clean_environment(home),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            check=True,
        )
        return termios.tcgetattr(terminal), os.read(controller, 10_000).decode()
    finally:
        os.close(terminal)
        os.close(controller)


def usual() -> Settings:
    """How a new terminal is set."""
    ends = pty.openpty()
    try:
        return termios.tcgetattr(ends[1])
    finally:
        for end in ends:
            os.close(end)


def test_what_a_full_screen_left_is_put_right_and_told_in_one_sentence(tmp_path: Path) -> None:
    settings = usual()
    full_screen(settings)
    after, said = started_on(settings, f"{OURS} config path; true", tmp_path)
    assert after[0] & termios.ICRNL
    assert after[1] & termios.OPOST
    wanted = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
    assert after[3] & wanted == wanted
    assert after[3] & termios.ECHOE, "erased letters go"
    assert " ".join(said.split()).count(SAID) == 1
    assert "type reset" in said
    for ended in ("?1003l", "?2004l", "?1049l", "?25h"):
        assert f"\x1b[{ended}" in said


@pytest.mark.parametrize(
    ("change", "command"),
    [
        (lambda settings: None, f"{OURS} config path; true"),
        (line_editor, f"{OURS} config path; true"),
        (byte_channel, f"{OURS} config path; true"),
        (full_screen, f"{OURS} config path | cat"),
        (full_screen, f"exec {OURS} config path"),
        (full_screen, f"set -m; {OURS} config path & wait"),
    ],
    ids=["usual", "line editor", "byte channel", "before a pager", "opened for us", "in the background"],
)
def test_what_somebody_may_want_so_is_left_alone(change: Any, command: str, tmp_path: Path) -> None:
    settings = usual()
    change(settings)
    after, said = started_on(settings, command, tmp_path)
    assert after[:4] == settings[:4]
    assert "config.toml" in said
    assert "\x1b" not in said
    assert SAID not in said


@pytest.mark.device
@pytest.mark.slow
@pytest.mark.parametrize("then", ["", "config path"])
def test_after_a_kill_the_next_start_leads_back_to_a_shell_that_can_be_used(
    then: str, tmp_path: Path, pulse: PulseServer
) -> None:
    environment = clean_environment(tmp_path) | pulse.variables | {"PS1": "$ "}
    with Terminal(["dash", "-i"], width=100, height=30, env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for(_PROMPT)
        terminal.type(f"{OURS} {' '.join(BRIEF)}")
        terminal.send("Enter")
        terminal.wait_for(HELLO)
        (pid,) = children_of(terminal.pid)
        os.kill(pid, signal.SIGKILL)
        terminal.wait_for("Killed")
        terminal.type(f"{OURS} {then} {' '.join(ENGLISH) if then != 'config path' else ''}")
        terminal.send("C-j")
        if then != "config path":
            terminal.wait_for("My name is")  # not what the killed one said
            terminal.send("C-q")
        screen = terminal.wait_for(SAID)
        assert "▁" not in screen, "the killed screen is gone"
        terminal.wait_for(_PROMPT)
        terminal.type("stty -a | grep -c -- ' icanon.* echo '; echo and $((40 + 2))")
        terminal.send("Enter")
        terminal.wait_for("1 and 42")
