"""The lesson and its surroundings: how it leaves, how it fits, and what it does when the sound goes."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.end_to_end.conftest import Classroom, type_words
from tests.support.paths import SAMPLES
from tests.support.strict_server import Reply, tone

pytestmark = [pytest.mark.device, pytest.mark.slow]

HELLO = Reply("Hello there, learner.", tone(400))
LEAVE_S = 2.5
"""The two seconds of the promise, and a moment for tmux and the shell."""


@pytest.mark.parametrize(("key", "code"), [("C-q", 0), ("C-c", 130)])
def test_leaving_gives_the_terminal_back_within_two_seconds(classroom: Classroom, key: str, code: int) -> None:
    screen = classroom.open(server=classroom.server(replies=[HELLO]))
    screen.wait_for(HELLO.text)
    screen.send(key)
    assert screen.wait_for_exit(LEAVE_S) == code
    assert screen.is_restored


def test_leaving_in_the_middle_of_a_reply_is_as_quick(classroom: Classroom) -> None:
    screen = classroom.open(server=classroom.server(replies=[Reply("A long story.", tone(20_000))]))
    screen.wait_for("▶ speaking")
    screen.send("C-q")
    assert screen.wait_for_exit(LEAVE_S) == 0
    assert screen.is_restored


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.6])
def test_ctrl_c_while_it_starts_gives_the_terminal_back(classroom: Classroom, after_s: float) -> None:
    screen = classroom.open(server=classroom.server(replies=[HELLO]))
    assert screen.pid
    time.sleep(after_s)  # anywhere between the interpreter's start and the first frame
    screen.send("C-c")
    screen.wait_for_exit(LEAVE_S)
    assert screen.is_restored


def test_forty_columns_and_ten_lines_are_enough_to_read_and_answer(classroom: Classroom) -> None:
    server = classroom.server(replies=[HELLO], transcripts=["ten of clubs"])
    screen = classroom.open(server=server, size=(40, 10))
    screen.wait_for(HELLO.text)
    screen.wait_for("listening")
    classroom.pulse.feed(SAMPLES / "cards-001.wav")
    screen.wait_for("ten of clubs")
    assert all(len(line) <= 40 for line in screen.text.splitlines())


def test_another_size_in_mid_lesson_keeps_the_words_on_the_screen(classroom: Classroom) -> None:
    screen = classroom.open(server=classroom.server(replies=[HELLO]))
    screen.wait_for(HELLO.text)
    for width, height in ((40, 10), (120, 40), (80, 24)):
        screen.resize(width, height)
        screen.wait_for(partial(_fills, width))


def _fills(width: int, screen: str) -> bool:
    return HELLO.text in screen and width - 8 <= max(map(len, screen.splitlines())) <= width


def test_a_sound_server_that_dies_is_told_and_its_return_is_heard(classroom: Classroom) -> None:
    server = classroom.server(replies=[HELLO], transcripts=["ten of clubs"])
    screen = classroom.open(server=server)
    screen.wait_for(HELLO.text)
    screen.wait_for("listening")
    classroom.pulse.kill()
    killed_s = time.monotonic()
    screen.wait_for("no microphone", timeout_s=5)
    classroom.pulse.restart()
    screen.wait_until_gone("no microphone")
    # Both ways again: the tutor's answer sounds, and the learner is understood.
    with classroom.pulse.record() as heard:
        classroom.pulse.feed(SAMPLES / "cards-001.wav")
        server.wait_told("input_audio_buffer.speech_started", killed_s)
        screen.wait_for("ten of clubs")
        assert heard.wait_for_sound(10.0)


def test_without_any_sound_the_lesson_goes_on_in_writing(classroom: Classroom) -> None:
    server = classroom.server(replies=[HELLO, Reply("I read you.", tone(300))])
    classroom.pulse.kill()
    screen = classroom.open(server=server)
    screen.wait_for(HELLO.text)
    screen.wait_for("no microphone")
    type_words(screen, "can you read me?")
    screen.wait_for("I read you.")
