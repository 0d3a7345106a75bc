"""A server that misbehaves in mid-lesson, and what the learner sees of it: a sentence, and every word still there."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.conftest import Classroom, LiveServer, type_words
from tests.support.strict_server import Reply, tone
from tests.support.terminal import Terminal
from tutor_tui.core.problems import ExitCode

pytestmark = [pytest.mark.device, pytest.mark.slow]

GREETING, ANSWER, LATER = (Reply(text, tone(60)) for text in ("Hello there.", "A fine question.", "Yes, I am here."))
NO_BASE64 = {"type": "response.output_audio.delta", "response_id": "r", "item_id": "i", "delta": "no base64!"}


def under_way(classroom: Classroom) -> tuple[LiveServer, Terminal]:
    """A lesson in which both have said something; the next answer is `LATER`."""
    server = classroom.server(replies=[GREETING, ANSWER, LATER])
    screen = classroom.open(server=server, size=(120, 40))
    screen.wait_for(GREETING.text)
    type_words(screen, "where is the library?")
    screen.wait_for(ANSWER.text)
    return server, screen


def all_is_there(screen: Terminal) -> None:
    for words in (GREETING.text, "where is the library?", ANSWER.text):
        screen.wait_for(words)


def test_garbage_is_said_and_the_lesson_goes_on(classroom: Classroom) -> None:
    server, screen = under_way(classroom)
    for raw, sentence in (
        ('{"type":', "a message that is not JSON."),
        (b"\x00\xff", "a binary message, which Realtime does not have."),
        (json.dumps(NO_BASE64), "sound that cannot be read."),
    ):
        server.run(server.strict.send_raw(raw))
        screen.wait_for(f"The tutor's server sent {sentence}")
    server.run(server.strict.send_raw(" " * 10_000_000))
    type_words(screen, "still there?")
    screen.wait_for(LATER.text)
    all_is_there(screen)
    assert len(server.strict.sessions) == 1
    screen.send("C-q")
    assert screen.wait_for_exit() == ExitCode.OK


def test_a_key_that_is_withdrawn_is_said_and_nothing_is_lost(classroom: Classroom) -> None:
    server, screen = under_way(classroom)
    server.run(server.strict.error("invalid_api_key", "Incorrect API key provided."))
    server.run(server.strict.close(3000, "invalid_request_error.invalid_api_key"))
    screen.wait_for("The tutor's server refuses the API key.")
    screen.wait_for("Check OPENAI_API_KEY")
    all_is_there(screen)
    screen.send("C-q")
    assert screen.wait_for_exit() == ExitCode.TUTOR
    assert screen.is_restored
    assert "\ntutor-tui: The tutor's server refuses the API key." in screen.text, "behind the lesson's summary"


def test_a_choice_that_cannot_be_kept_is_in_force_all_the_same(classroom: Classroom) -> None:
    """The folder of the settings cannot be made: a file stands in its way."""
    (classroom.home / ".config").write_text("not a folder\n")
    _, screen = under_way(classroom)
    screen.wait_for("esc close, keep the words")  # else it stops the tutor
    screen.send("Escape")
    screen.wait_until_gone("enter send")
    screen.send("d")
    screen.wait_for("now: ")  # the lists are filled: before, enter would choose nothing
    screen.send("Enter")
    screen.wait_for("could not be saved in")
    screen.wait_for("It holds for this lesson.")
    all_is_there(screen)
    assert (classroom.home / ".config").read_text() == "not a folder\n"
