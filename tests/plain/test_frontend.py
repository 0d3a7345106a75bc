"""Plain lessons as they are used: a process of its own, on pipes, with the offline tutor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.doctors_setup import Endpoint
from tests.cli.lesson_terminal import ENGLISH, assert_all_ends, children_of, is_running
from tests.cli.test_main import clean_environment
from tests.plain.programs import BRIEF, HELLO, WAIT_S, hold, piped, said_in
from tests.support.paths import LESSONS, SAMPLES, folders_below
from tests.support.pulse import PulseServer
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.recordings import all_files
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.session.sound_recording import NO_DEVICES

SPEECH = SAMPLES / "austen-0880.wav"


# ---- pipes ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_lines_are_said_in_turn_and_the_end_of_the_input_ends_the_lesson(tmp_path: Path) -> None:
    typed = "My name is Anna.\r\n\nI am fine, thank you.\n/pateince\n/profile nobody\n\x1b[2J\u202eI am\x07 from Lima."
    done = hold(tmp_path, typed.encode(), "plain", *BRIEF, TUTOR_TUI_LIBRARY_RECORD="on")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert all(line.isprintable() for line in lines)
    said = [line for line in lines if line.startswith(("You:", "Tutor:"))]
    assert [line.split(":")[0] for line in said] == ["Tutor", "You"] * 3 + ["Tutor"]
    assert said[0].startswith(HELLO)
    assert said[1] == "You: My name is Anna."
    assert said[5] == "You: ␛[2JI am␇ from Lima."
    assert "Notice: There is no command /pateince. Did you mean /patience?" in lines
    assert any(line.startswith("Notice: There is no profile called 'nobody'.") for line in lines)
    assert any(line.startswith("Notice: No microphone was found.") for line in lines)
    assert re.fullmatch(r"the lesson is over: (under )?\d+ min, you said 3 lines, free", lines[-2])
    assert re.fullmatch(r"\(kept: tutor-tui history show \d{4}-\d\d-\d\d-\w{4}\)", lines[-1])
    told = [line for line in lines if "no sound to record" in line]
    assert told == [f"Notice: {NO_DEVICES} --input-device chooses them."]
    assert all_files(folders_below(tmp_path).data) == ()


@pytest.mark.slow
def test_nothing_typed_is_a_greeting_and_a_farewell(tmp_path: Path) -> None:
    done = hold(tmp_path, b"", "plain", *BRIEF, TUTOR_TUI_LIBRARY_RECORD="on")
    assert (done.returncode, done.stderr) == (0, "")
    assert all_files(folders_below(tmp_path).data) == (), "nothing was said, so nothing is kept"
    (greeting,) = said_in(done.stdout)
    assert greeting.startswith(HELLO)
    assert done.stdout.splitlines()[-1].startswith("the lesson is over")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "profile", "lesson"),
    [("ko_KR.UTF-8", "English first words", "en-a1-first-words"), ("en_US.UTF-8", "Korean tutor", "ko-a1-first-words")],
)
def test_the_first_lesson_is_foreign_and_can_be_spoken(tmp_path: Path, locale: str, profile: str, lesson: str) -> None:
    done = hold(tmp_path, b"", "plain", LANG=locale)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"profile: {profile}" in done.stdout
    assert "so type your answers" not in done.stdout
    (greeting,) = said_in(done.stdout)
    script = load_script(lesson, [LESSONS])
    assert greeting.startswith(f"Tutor: {script.greeting}")
    assert f"({script.greeting_translations.get('ko') or script.greeting_translation}" in greeting


@pytest.mark.slow
def test_a_lesson_that_nobody_hears_goes_on_by_typing_and_one_command_leads_to_a_spoken_one(tmp_path: Path) -> None:
    with piped(tmp_path, *in_swedish(tmp_path), LANG="en_US.UTF-8") as lesson:
        told = lesson.lines.wait_for("Tutor: ")
        assert "Notice: This tutor does not hear Swedish, so type your answers. /spoken takes you to" in told
        assert "listening" not in lesson.lines.wait_for("(Hello! What is your name?")
        lesson.type("jag heter Anna")
        lesson.lines.wait_for("Tutor: Bra!")
        lesson.type("/spoken")
        lesson.lines.wait_for("profile: Korean tutor")
        meaning = load_script("ko-a1-first-words", [LESSONS]).greeting_translation
        lesson.lines.wait_for(f"({meaning}")
        lesson.type("/spoken")
        lesson.lines.wait_for("Notice: You can speak in this lesson.")


def in_swedish(folder: Path) -> tuple[str, ...]:
    """Arguments for a lesson in a language that the offline tutor has no ears for."""
    prompts = folder / "mine"
    (prompts / "lessons").mkdir(parents=True)
    profile = "---\nname: Svenska\nlanguage: sv\noffline_lesson: sv-hej\nopening: Say hello.\n---\nYou teach Swedish.\n"
    (prompts / "swedish.md").write_text(profile, encoding="utf-8")
    (prompts / "lessons" / "sv-hej.toml").write_text(SWEDISH, encoding="utf-8")
    return ("--prompts", str(prompts), "--profile", "swedish")


SWEDISH = """
title = "Hej"
language = "sv"
native_language = "en"
level = "A1"
greeting = "Hej!"
greeting_translation = "Hello!"
closing = "Hej då!"
closing_translation = "Good bye!"
[[step]]
say = "Vad heter du?"
translation = "What is your name?"
expect = ["jag heter anna"]
hint = "Begin with: jag heter."
answer = "Jag heter Anna."
praise = "Bra!"
praise_translation = "Good!"
"""


@pytest.mark.slow
def test_commands_change_the_lesson_and_quit_is_quick(tmp_path: Path) -> None:
    with piped(tmp_path, *BRIEF) as lesson:
        lesson.lines.wait_for("your turn to type")
        for command, answer in {
            "/mute": "muted",
            "/mute ": "the microphone is open",
            "/hold": "Notice: The microphone is off, so there is no turn to hold.",
            "/patience -": "the tutor answers after 2.2 s of silence",
            "/patience +": "the tutor answers after 2.5 s of silence",
            "/echo": "speakers: the microphone rests while the tutor is heard",
            "/repeat": "Tutor: ",
            "/profile english-cafe": "profile: ",
            "/help": "/quit: end the lesson",
        }.items():
            lesson.type(command)
            lesson.lines.wait_for(answer)
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        assert len(pids) == 2
        lesson.type("/quit")
        assert_all_ends(pids, within_s=2.0)
        assert lesson.process.wait() == ExitCode.OK


@pytest.mark.slow
def test_a_file_is_as_good_as_a_pipe_and_a_closed_input_as_its_end(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("My name is Anna.\n")
    for redirection, answers in (("<lines", 2), ("<&-", 1)):
        command = f"{sys.executable} -m tutor_tui plain {' '.join(BRIEF)} {redirection}"
        done = subprocess.run(
            ["bash", "-c", command],
            env=clean_environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("Tutor: ") == answers


@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">/dev/full", 1, "tutor-tui: The output could not be written: No space left on device.\n"),
        (">&-", 2, "tutor-tui: A lesson in plain lines needs an output, and it is closed.\n"),
        ("| head -1", 0, ""),
    ],
)
def test_an_output_that_fails_ends_the_lesson(redirection: str, code: int, said: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m tutor_tui plain {' '.join(BRIEF)} {redirection}; exit ${{PIPESTATUS[0]}}"
    with subprocess.Popen(
        ["bash", "-c", command],
        env=clean_environment(tmp_path),
        stdin=subprocess.PIPE,  # left open: it is not the end of the input that ends it
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.wait(WAIT_S) == code
        assert process.stderr is not None
        assert process.stderr.read() == said


@pytest.mark.slow
def test_a_reader_that_stops_reading_does_not_stop_the_lesson(tmp_path: Path) -> None:
    with piped(tmp_path, *BRIEF) as lesson:
        lesson.lines.wait_for("your turn to type")
        for _ in range(80):  # a full list of keys each time: more than a pipe holds
            lesson.type("/help")
        time.sleep(1.5)  # nobody reads
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        os.kill(lesson.process.pid, signal.SIGINT)
        assert_all_ends(pids, within_s=2.5)
        assert lesson.process.wait() == ExitCode.INTERRUPTED


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it(number: signal.Signals, tmp_path: Path) -> None:
    with piped(tmp_path, *ENGLISH) as lesson:
        lesson.lines.wait_for("the tutor speaks")
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        os.kill(lesson.process.pid, number)
        assert_all_ends(pids, within_s=2.0)
        assert lesson.process.wait() == ExitCode.INTERRUPTED
        assert "the lesson is over: " in lesson.lines.rest()
        assert lesson.process.stderr is not None
        assert lesson.process.stderr.read() == b""


def test_a_refused_key_is_said_with_its_exit_code_and_is_in_no_recording(tmp_path: Path) -> None:
    with Endpoint(401, b"").serving() as server:
        options = (*BRIEF, "--base-url", server.url, "--record-wire", "wire")
        done = hold(tmp_path, b"hello\n", "plain", *options, OPENAI_API_KEY="sk-wrong")
    assert done.returncode == ExitCode.TUTOR
    assert done.stderr.startswith("tutor-tui: The tutor's server refuses the API key (HTTP 401).")
    assert "Notice: The tutor's server refuses the API key (HTTP 401)." in done.stdout
    assert "Traceback" not in done.stderr
    wire = (tmp_path / "wire").read_text()
    assert "refuses the API key" in wire
    assert "sk-wrong" not in wire + done.stdout + done.stderr


# ---- sound ----------------------------------------------------------------------------------------------------------


@pytest.mark.device
def test_a_spoken_turn_is_heard_written_down_and_answered_aloud(tmp_path: Path, pulse: PulseServer) -> None:
    with pulse.record() as heard, piped(tmp_path, *BRIEF, **pulse.variables) as lesson:
        lesson.lines.wait_for("microphone: ")
        lesson.lines.wait_for(HELLO)
        lesson.lines.wait_for("listening\n")
        assert heard.first_sound() is not None
        mark = heard.position
        pulse.feed(SPEECH, wait=False)
        lesson.lines.wait_for("hearing you")
        lesson.lines.wait_for("You: (perhaps: “he was not ")  # no answer, and of the next words free speech is not sure
        lesson.lines.wait_for("Tutor: ")
        lesson.lines.wait_for("listening\n")
        assert heard.first_sound(after=mark) is not None
        lesson.type("/quit")
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
    assert not is_running(lesson.process.pid)


@pytest.mark.device
def test_stop_silences_the_tutor_and_says_what_was_not_heard(tmp_path: Path, pulse: PulseServer) -> None:
    with pulse.record() as heard, piped(tmp_path, *ENGLISH, **pulse.variables) as lesson:
        lesson.lines.wait_for("the tutor speaks")
        assert heard.wait_for_sound(5.0)
        lesson.type("My name is Anna.")  # waits for the tutor's end
        time.sleep(0.5)
        lesson.type("/stop")
        lesson.lines.wait_for("(stopped here: “")
        lesson.lines.wait_for("You: My name is Anna.")
        lesson.lines.wait_for("Tutor: ")


@pytest.mark.slow
def test_in_a_pipe_sentences_and_help_name_commands_and_no_keys(tmp_path: Path) -> None:
    done = hold(tmp_path, b"/help\n", "plain", *in_swedish(tmp_path), LANG="en_US.UTF-8")
    lines = done.stdout.splitlines()
    assert any("/spoken takes you to a lesson that you can speak in." in line for line in lines)
    assert "/stop: stop the tutor" in lines
    assert any(line.startswith("a line of words: type instead") for line in lines)
    assert not any(re.match(r"\S or /|/: ", line) for line in lines)
