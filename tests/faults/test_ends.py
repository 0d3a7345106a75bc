"""However a full screen ends, what was said is kept, the exit code tells how, and the terminal is as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.lesson_terminal import ENGLISH, assert_all_ends, children_of
from tests.cli.test_main import clean_environment
from tests.end_to_end.conftest import LiveServer, type_words
from tests.faults.conftest import ANSWERS, CLOUD, GREETING, key_to
from tests.plain.programs import WAIT_S, Piped, piped
from tests.support.paths import folders_below
from tests.support.terminal import Terminal
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.lessons import SqliteLibrary

pytestmark = pytest.mark.slow

WORDS = "My name is Anna."


@contextmanager
def opened(server: LiveServer, home: Path, redirection: str = "") -> Iterator[Terminal]:
    """A lesson on the full screen, without a sound card."""
    command = f"exec {sys.executable} -m tutor_tui {' '.join(CLOUD)} {redirection}"
    environment = clean_environment(home) | key_to(server)
    with Terminal(["sh", "-c", command], env=environment, cwd=home, keep_output=True) as screen:
        yield screen


@contextmanager
def said_something(server: LiveServer, home: Path) -> Iterator[Terminal]:
    """A lesson in which something was said and answered."""
    with opened(server, home) as screen:
        screen.wait_for(GREETING)
        type_words(screen, WORDS)
        screen.wait_for(ANSWERS[0])
        yield screen


def kept_below(home: Path) -> KeptLesson:
    return SqliteLibrary(folders_below(home).library_file).read("last")


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda screen: screen.send("C-q"), ExitCode.OK),
        (lambda screen: os.kill(screen.pid, signal.SIGTERM), ExitCode.INTERRUPTED),
        (lambda screen: os.kill(screen.pid, signal.SIGHUP), ExitCode.INTERRUPTED),
    ],
    ids=["ctrl+q", "SIGTERM", "SIGHUP"],
)
def test_words_are_kept_and_the_terminal_is_given_back(
    end: Callable[[Terminal], None], code: ExitCode, server: LiveServer, tmp_path: Path
) -> None:
    with said_something(server, tmp_path) as screen:
        end(screen)
        assert screen.wait_for_exit() == code
        assert screen.is_restored
        screen.wait_for(lambda _: screen.modes_on == set())
        assert "Traceback" not in screen.output
    kept = kept_below(tmp_path)
    assert WORDS in [turn.text for turn in kept.turns]
    assert not kept.lesson.recovered
    assert kept.lesson.ended_at is not None


def test_after_a_kill_the_next_start_tells_what_was_kept(server: LiveServer, tmp_path: Path) -> None:
    with said_something(server, tmp_path) as screen:
        os.kill(screen.pid, signal.SIGKILL)
        assert screen.wait_for_exit() == 128 + signal.SIGKILL
    with piped(tmp_path, *ENGLISH) as later:
        later.lines.wait_for("was broken off")
        later.lines.wait_for(f"tutor-tui --resume {kept_below(tmp_path).lesson.id} goes on with it.")
    assert WORDS in [turn.text for turn in kept_below(tmp_path).turns]


def test_the_offline_server_and_its_helpers_do_not_outlive_an_app_that_is_killed(tmp_path: Path) -> None:
    with piped(tmp_path, *ENGLISH) as lesson:
        lesson.lines.wait_for("Tutor: ")
        servers = children_of(lesson.process.pid)
        helpers = [each for server in servers for each in children_of(server)]
        assert servers
        lesson.process.kill()
        assert_all_ends([*servers, *helpers], within_s=5.0)


def test_a_full_screen_with_its_error_output_closed_is_refused_in_a_sentence(
    server: LiveServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path, "2>&-") as screen:
        assert screen.wait_for_exit() == ExitCode.USAGE
        screen.wait_for("tutor-tui: A lesson needs a terminal, and the error output is not one.")
        assert screen.is_restored


def test_plain_lines_go_on_with_their_error_output_closed(server: LiveServer, tmp_path: Path) -> None:
    """And nothing else gets its number: what is written to it would end up in a socket, or in the library."""
    command = f"exec {sys.executable} -m tutor_tui plain {' '.join(CLOUD)} 2>&-"
    environment, pipe = clean_environment(tmp_path) | key_to(server), subprocess.PIPE
    with subprocess.Popen(["sh", "-c", command], env=environment, cwd=tmp_path, stdin=pipe, stdout=pipe) as process:
        lesson = Piped(process)
        lesson.lines.wait_for(GREETING)
        assert os.readlink(f"/proc/{process.pid}/fd/2") == os.devnull
        lesson.type(WORDS)
        lesson.lines.wait_for(f"You: {WORDS}")
        lesson.lines.wait_for(ANSWERS[0])
        lesson.type("/quit")
        assert process.wait(WAIT_S) == ExitCode.OK
    assert WORDS in [turn.text for turn in kept_below(tmp_path).turns]
