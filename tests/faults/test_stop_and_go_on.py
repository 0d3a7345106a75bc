"""Ctrl+Z in a lesson, and all that may have gone when `fg` brings it back: in a shell of its own, on real sound."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.lesson_terminal import children_of, state_of
from tests.cli.test_main import clean_environment
from tests.end_to_end.conftest import Classroom, LiveServer, type_words, wait_until
from tests.faults.conftest import CLOUD, key_to
from tests.support.pulse import tone as sound
from tests.support.strict_server import Reply, tone
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.device, pytest.mark.slow]

HELLO = Reply("Hello there, learner.", tone(400))
STORY = Reply("A long story.", tone(3_000))
AGAIN = Reply("Here I am again.", tone(1_000))
_PROMPT = re.compile(r"[$#]\s*$")


@contextmanager
def in_a_shell(room: Classroom, server: LiveServer, tmp_path: Path) -> Iterator[Terminal]:
    """A lesson that a shell can stop and bring back."""
    variables = {"HISTFILE": "", "TUTOR_TUI_LESSON_TURN_TAKING": "quick"}
    environment = clean_environment(tmp_path) | room.pulse.variables | key_to(server) | variables
    command = f"{sys.executable} -m tutor_tui {' '.join(CLOUD)}"
    with Terminal(["bash", "--norc", "--noediting", "-i"], env=environment, cwd=tmp_path, keep_output=True) as screen:
        screen.wait_for(_PROMPT)
        screen.type(command)
        screen.send("Enter")
        screen.wait_for(HELLO.text)
        yield screen
        screen.send("C-q")
        screen.wait_for("the lesson is over")
        screen.wait_for(_PROMPT)
        screen.type("echo code $?")
        screen.send("Enter")
        screen.wait_for("code 0")
        assert screen.modes_on == set()
        assert "Traceback" not in screen.output


def stop(screen: Terminal) -> None:
    (pid,) = children_of(screen.pid)
    screen.send("C-z")
    screen.wait_for("Stopped")
    assert state_of(pid) == "T"


def go_on(screen: Terminal) -> None:
    screen.type("clear; fg")
    screen.send("Enter")
    screen.wait_for("^q quit")


def test_what_died_while_it_was_stopped_comes_back_with_it(classroom: Classroom, tmp_path: Path) -> None:
    """The line, and the sound server."""
    server = classroom.server(replies=[HELLO, STORY, AGAIN])
    with in_a_shell(classroom, server, tmp_path) as screen:
        screen.wait_for("listening")
        with classroom.pulse.record() as heard:
            type_words(screen, "Tell me a story.")
            screen.wait_for("▶ speaking")
            assert heard.wait_for_sound(10)
            stop(screen)
            assert heard.wait_for_silence(10)
        server.drop()
        classroom.pulse.restart()
        go_on(screen)
        wait_until(lambda: len(server.strict.sessions) == 2, "a second connection")
        screen.wait_for(STORY.text)
        screen.wait_for("listening")
        screen.wait_until_gone("no microphone")
        with classroom.pulse.record() as heard:
            type_words(screen, "Are you there?")
            screen.wait_for(AGAIN.text)
            assert heard.wait_for_sound(10)


def test_what_is_said_while_it_is_stopped_is_heard_by_nobody(classroom: Classroom, tmp_path: Path) -> None:
    server = classroom.server(replies=[HELLO], vad_dbfs=0.0)
    with in_a_shell(classroom, server, tmp_path) as screen:
        screen.wait_for("listening")
        stop(screen)
        before = len(server.strict.heard)
        classroom.pulse.feed(sound(4.0, level=20_000))
        go_on(screen)
        wait_until(lambda: len(server.strict.heard) > before + 2 * 24_000, "a second of the microphone")
        late = server.strict.heard[before:]
        assert len(late) - late.count(0) < 2 * 24_000 / 10, "at most what came in the moment between"
