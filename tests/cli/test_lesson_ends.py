"""How a lesson that was started in the shell ends: by a key, a signal, a closed terminal, a fault."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.cli.doctors_setup import Endpoint
from tests.cli.lesson_terminal import (
    ENGLISH,
    HELLO,
    MAIN,
    Opener,
    assert_all_ends,
    children_of,
    is_running,
    state_of,
    with_sound,
)
from tests.cli.lesson_terminal import lesson as lesson
from tests.cli.lesson_terminal import silent_lesson as silent_lesson
from tests.cli.test_main import clean_environment
from tests.plain.programs import BRIEF
from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal
from tutor_tui.core.problems import ExitCode


@pytest.mark.parametrize(("key", "code"), [("C-q", ExitCode.OK), ("C-c", ExitCode.INTERRUPTED)])
@with_sound
def test_a_key_ends_it_and_leaves_nothing_behind(key: str, code: ExitCode, lesson: Opener) -> None:
    with lesson(*ENGLISH) as terminal:
        terminal.wait_for("▶ speaking")
        pid, children = terminal.pid, children_of(terminal.pid)
        assert children
        terminal.send(key)
        assert_all_ends([pid, *children], within_s=2.0)
        assert terminal.wait_for_exit() == code
        assert terminal.is_restored
        assert terminal.text.strip() == ""


@pytest.mark.parametrize(
    ("number", "wait_s"),
    [
        *((signal.SIGINT, tenths / 10) for tenths in (1, 3, 5, 7, 9, 12, 15, 30)),
        (signal.SIGTERM, 3),
        (signal.SIGHUP, 3),
        (signal.SIGQUIT, 3),
    ],
)
@with_sound
def test_a_signal_at_any_moment_ends_it(number: signal.Signals, wait_s: float, lesson: Opener, tmp_path: Path) -> None:
    # Counted from our first line: what Python says of a Ctrl-C while it starts is not ours to change.
    with lesson(*ENGLISH, code="open('started', 'w').close()") as terminal:
        pid = terminal.pid
        while not (tmp_path / "started").exists():
            time.sleep(0.005)
        time.sleep(wait_s)
        children = children_of(pid)
        os.kill(pid, number)
        assert_all_ends([pid, *children], within_s=2.0)
        assert terminal.wait_for_exit() == ExitCode.INTERRUPTED
        assert terminal.is_restored
        assert terminal.text.strip() == ""


@pytest.mark.parametrize("before", [(), (signal.SIGCONT,), (signal.SIGTSTP, signal.SIGCONT)])
@with_sound
def test_a_stop_and_a_stray_continue_leave_one_screen_that_ends(before: tuple[int, ...], lesson: Opener) -> None:
    with lesson(*BRIEF) as terminal:
        terminal.wait_for(HELLO)
        pid, children = terminal.pid, children_of(terminal.pid)
        for number in before:
            os.kill(pid, number)
            deadline_s = time.monotonic() + 10
            while (state_of(pid) == "T") != (number == signal.SIGTSTP):
                assert time.monotonic() < deadline_s
                time.sleep(0.01)
        terminal.send("t")
        terminal.type("still here")
        terminal.wait_for("still here")
        terminal.send("C-q")
        assert_all_ends([pid, *children], within_s=2.0)
        assert terminal.wait_for_exit() == ExitCode.OK
        assert terminal.is_restored


@with_sound
def test_the_stop_key_leads_back_to_the_shell_and_fg_brings_the_lesson_back(tmp_path: Path, pulse: PulseServer) -> None:
    environment = clean_environment(tmp_path) | pulse.variables | {"HISTFILE": ""}
    with Terminal(["bash", "--norc", "-i"], width=100, height=30, env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for(re.compile(r"[$#]\s*$"))
        terminal.type(f"{sys.executable} -m tutor_tui {' '.join(BRIEF)}")
        terminal.send("Enter")
        terminal.wait_for(HELLO)
        (pid,) = children_of(terminal.pid)
        for _ in range(2):
            terminal.send("C-z")
            terminal.wait_for("Stopped")
            assert state_of(pid) == "T", "and nothing of it makes a sound"
            terminal.type("stty -a | grep -c -- ' icanon.* echo '")
            terminal.send("Enter")
            terminal.wait_for("\n1\n")
            terminal.type("clear; fg")
            terminal.send("Enter")
            screen = terminal.wait_for("? help")
            assert "Tutor ┃ Hello" in screen, "all of it, not just what has changed"
        terminal.send("t")
        terminal.type("still here")
        terminal.wait_for("still here")
        terminal.send("C-q")
        terminal.wait_for(re.compile(r"[$#]\s*$"))
        terminal.type("echo code $?")
        terminal.send("Enter")
        terminal.wait_for("code 0")


@with_sound
def test_the_stop_key_stops_nothing_where_no_shell_could_go_on(lesson: Opener) -> None:
    with lesson(*BRIEF) as terminal:
        terminal.wait_for(HELLO)
        terminal.send("C-z")
        terminal.wait_for("No shell is there that could bring the lesson back.")
        assert state_of(terminal.pid) != "T"


@with_sound
def test_a_thread_that_does_not_end_keeps_nobody_waiting(lesson: Opener) -> None:
    lingering = "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()"
    with lesson(*BRIEF, code=lingering) as terminal:
        terminal.wait_for(HELLO)
        pid, children = terminal.pid, children_of(terminal.pid)
        terminal.send("C-q")
        assert_all_ends([pid, *children], within_s=2.0)
        assert terminal.wait_for_exit() == ExitCode.OK
        assert terminal.is_restored


@with_sound
def test_the_prompt_stands_below_what_is_left_of_the_lesson_however_long_closing_takes(
    tmp_path: Path, pulse: PulseServer
) -> None:
    lingering = "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()"
    environment = clean_environment(tmp_path) | pulse.variables | {"HISTFILE": ""}
    (tmp_path / "start.py").write_text(f"{lingering}\n{MAIN}")
    with Terminal(["bash", "--norc", "-i"], width=100, height=30, env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for(re.compile(r"[$#]\s*$"))
        terminal.type(f"{sys.executable} start.py {' '.join(BRIEF)}")
        terminal.send("Enter")
        terminal.wait_for("Hello, and welcome!")
        terminal.wait_for("your turn")
        terminal.send("C-q")
        terminal.wait_for(re.compile(r"you said nothing, free .*[$#]$"))
        terminal.type("echo code $?")
        terminal.send("Enter")
        screen = terminal.wait_for("code 0")
    lines = [line.rstrip() for line in screen.splitlines()]
    over = next((row for row, line in enumerate(lines) if line.startswith("the lesson is over")), -1)
    assert over >= 0, screen
    assert lines[over + 1].endswith("echo code $?")
    assert lines[over + 2] == "code 0"


@with_sound
def test_a_terminal_that_hangs_up_and_says_continue_is_left(lesson: Opener) -> None:
    with lesson(*BRIEF) as terminal:
        terminal.wait_for(HELLO)
        pid, children = terminal.pid, children_of(terminal.pid)
        os.kill(pid, signal.SIGHUP)
        os.kill(pid, signal.SIGCONT)
        assert_all_ends([pid, *children], within_s=2.0)
        assert terminal.wait_for_exit() == ExitCode.INTERRUPTED
        assert terminal.is_restored


def test_why_a_tutor_refused_is_still_said_when_the_screen_is_gone(silent_lesson: Opener) -> None:
    with (
        Endpoint(401, b"").serving() as server,
        silent_lesson(*BRIEF, "--base-url", server.url, OPENAI_API_KEY="sk-wrong") as terminal,
    ):
        terminal.wait_for("refuses the API key (HTTP 401)")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.TUTOR
        assert terminal.is_restored
        assert terminal.text.startswith("tutor-tui: The tutor's server refuses the API key (HTTP 401).")
        assert "sk-wrong" not in terminal.text


def test_a_server_on_this_machine_needs_no_key(silent_lesson: Opener) -> None:
    with silent_lesson(*BRIEF, "--tutor", "openai", "--base-url", "http://127.0.0.1:1/v1") as terminal:
        terminal.wait_for("127.0.0.1:1")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.OK


def test_an_unreachable_host_is_shown_and_can_be_left(silent_lesson: Opener) -> None:
    with silent_lesson(*BRIEF, "--base-url", "http://127.0.0.1:1/v1", OPENAI_API_KEY="k") as terminal:
        terminal.wait_for("127.0.0.1:1")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.OK


def test_ctrl_c_ends_it_while_a_server_keeps_it_waiting(silent_lesson: Opener) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and never says a word
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with silent_lesson(*BRIEF, "--base-url", url, OPENAI_API_KEY="k") as terminal:
            terminal.wait_for("connecting")
            silent.accept()[0].recv(1000)
            pid = terminal.pid
            os.kill(pid, signal.SIGINT)
            assert_all_ends([pid], within_s=2.0)
            assert terminal.wait_for_exit() == ExitCode.INTERRUPTED
            assert terminal.is_restored


@with_sound
def test_a_terminal_that_is_closed_takes_everything_with_it(lesson: Opener) -> None:
    with lesson(*BRIEF) as terminal:
        terminal.wait_for(HELLO)
        pids = [terminal.pid, *children_of(terminal.pid)]
        terminal.close()
        assert_all_ends(pids, within_s=2.5)


STUCK = """
import asyncio
from tutor_tui.tutors.offline.tutor import OfflineTutor
async def never(self): await asyncio.shield(asyncio.Event().wait())
OfflineTutor.close = never
"""
FROZEN = """
import time
from tutor_tui.tutors.offline.tutor import OfflineTutor
async def frozen(self): time.sleep(60)
OfflineTutor.close = frozen
"""


@pytest.mark.parametrize("code", [STUCK, FROZEN])
@with_sound
def test_a_second_ctrl_c_ends_it_at_once(code: str, lesson: Opener) -> None:
    with lesson(*BRIEF, code=code) as terminal:
        terminal.wait_for(HELLO)
        pid, children = terminal.pid, children_of(terminal.pid)
        os.kill(pid, signal.SIGINT)
        time.sleep(0.7)
        assert is_running(pid)
        os.kill(pid, signal.SIGINT)
        assert_all_ends([pid], within_s=0.3)
        assert terminal.wait_for_exit() == ExitCode.INTERRUPTED
        assert terminal.is_restored
        assert_all_ends(children, within_s=2.0)


@pytest.mark.parametrize(
    ("code", "key", "exit_code"), [(STUCK, "C-q", ExitCode.OK), (FROZEN, "C-c", ExitCode.INTERRUPTED)]
)
@with_sound
def test_what_will_not_close_is_left_after_two_seconds(
    code: str, key: str, exit_code: ExitCode, lesson: Opener
) -> None:
    with lesson(*BRIEF, code=code) as terminal:
        terminal.wait_for(HELLO)
        pid = terminal.pid
        terminal.send(key)
        assert_all_ends([pid], within_s=2.5)
        assert terminal.wait_for_exit() == exit_code
        assert terminal.is_restored


SCREEN_BREAKS = """
from tutor_tui.ui.app import TutorApp
def broken(self):
    secret = "sk-secret"
    raise ValueError(secret)
TutorApp._on_tick = broken
"""
LESSON_BREAKS = """
import asyncio
from tutor_tui.session.session import Session
async def broken(self):
    await asyncio.sleep(1.0)
    secret = "sk-secret"
    raise ValueError(secret)
Session.run = broken
"""
LESSON_BREAKS_AT_ONCE = LESSON_BREAKS.replace("asyncio.sleep(1.0)", "asyncio.sleep(0.0)")


@pytest.mark.parametrize("code", [SCREEN_BREAKS, LESSON_BREAKS, LESSON_BREAKS_AT_ONCE])
def test_a_fault_of_ours_restores_the_terminal_and_is_noted_without_words(
    code: str, silent_lesson: Opener, tmp_path: Path
) -> None:
    with silent_lesson(*BRIEF, "--log-file", str(tmp_path / "my.log"), code=code) as terminal:
        assert terminal.wait_for_exit() == ExitCode.UNEXPECTED
        screen = terminal.wait_for("Something in tutor-tui broke (ValueError). What happened is in ~/my.log.")
        assert terminal.is_restored
        assert "Traceback" not in screen
        assert "secret" not in screen
    note = (tmp_path / "my.log").read_text()
    assert "in broken" in note
    assert "sk-secret" not in note
