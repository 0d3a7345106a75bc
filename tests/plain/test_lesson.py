"""Plain lessons as they are used: a process of its own, on pipes and on a terminal, with the offline tutor."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal
from tests.test_cli import clean_environment, one_sentence
from tests.test_cli_doctor import Endpoint
from tests.test_cli_lesson import ENGLISH, assert_all_ends, children_of, is_running
from tutor_tui.core.problems import ExitCode

SPEECH = Path(__file__).parent.parent / "audio_samples" / "austen-0880.wav"
WAIT_S = 30.0
HELLO = "Tutor: Hello, and welcome!"
KEYS_SHOWN = "press t to type"


class Lines:
    """What a program writes, as it comes."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.text = ""

    def wait_for(self, wanted: str, timeout_s: float = WAIT_S) -> str:
        """Wait until `wanted` has been written after what was waited for last; returns the text up to there."""
        deadline_s = time.monotonic() + timeout_s
        while wanted not in self.text[self._seen :]:
            assert time.monotonic() < deadline_s, f"{wanted!r} never came:\n{self.text}"
            self.read(0.05)
        self._seen = self.text.index(wanted, self._seen) + len(wanted)
        return self.text[: self._seen]

    _seen = 0

    def read(self, timeout_s: float) -> bool:
        """Read what there is; False when nothing came."""
        if not select.select([self._fd], [], [], timeout_s)[0]:
            return False
        piece = os.read(self._fd, 65_536)
        self.text += piece.decode()
        return bool(piece)

    def rest(self) -> str:
        """Everything, once the program has ended."""
        while self.read(0.2):
            pass
        return self.text


class Piped:
    """A plain lesson on pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin: IO[bytes] = process.stdin
        self.lines = Lines(process.stdout.fileno())

    def type(self, line: str) -> None:
        """One line into the pipe."""
        self.stdin.write(f"{line}\n".encode())
        self.stdin.flush()


@contextmanager
def piped(home: Path, *arguments: str, **environ: str) -> Iterator[Piped]:
    """A plain lesson without a sound card, unless one is in `environ`."""
    command = [sys.executable, "-m", "tutor_tui", "plain", *arguments]
    with subprocess.Popen(
        command,
        env=clean_environment(home) | environ,
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield Piped(process)
        finally:
            process.kill()


def hold(home: Path, typed: bytes, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A whole plain lesson with this input."""
    done = subprocess.run(
        [sys.executable, "-m", "tutor_tui", *arguments],
        env=clean_environment(home) | environ,
        cwd=home,
        input=typed,
        capture_output=True,
        timeout=90,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


# ---- pipes ----------------------------------------------------------------------------------------------------------


def test_lines_are_said_in_turn_and_the_end_of_the_input_ends_the_lesson(tmp_path: Path) -> None:
    typed = "My name is Anna.\r\n\nI am fine, thank you.\n/pateince\n/profile nobody\n\x1b[2J\u202eI am\x07 from Lima."
    done = hold(tmp_path, typed.encode(), "plain", *ENGLISH)
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
    assert re.fullmatch(r"the lesson is over: \d+:\d\d, 4 answers", lines[-1])


def test_nothing_typed_is_a_greeting_and_a_farewell(tmp_path: Path) -> None:
    done = hold(tmp_path, b"", "plain", *ENGLISH)
    assert (done.returncode, done.stderr) == (0, "")
    assert HELLO in done.stdout
    assert done.stdout.splitlines()[-2:][0] == "listening"


def test_commands_change_the_lesson_and_quit_is_quick(tmp_path: Path) -> None:
    with piped(tmp_path, *ENGLISH) as lesson:
        lesson.lines.wait_for("listening")
        for command, answer in {
            "/mute": "muted",
            "/mute ": "the microphone is open",
            "/think": "your turn is held open",
            "/patience -": "the tutor answers after 2.2 s of silence",
            "/patience +": "the tutor answers after 2.5 s of silence",
            "/echo": "echo mode: speakers",
            "/repeat": "Tutor: ",
            "/profile english-cafe": "lesson: ",
            "/help": "ctrl+q or /quit: end the lesson",
        }.items():
            lesson.type(command)
            lesson.lines.wait_for(answer)
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        assert len(pids) == 2
        lesson.type("/quit")
        assert_all_ends(pids, within_s=2.0)
        assert lesson.process.wait() == ExitCode.OK


def test_a_file_is_as_good_as_a_pipe_and_no_input_as_its_end(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("My name is Anna.\n")
    for redirection, answers in (("<lines", 2), ("</dev/null", 1), ("<&-", 1)):
        command = f"{sys.executable} -m tutor_tui plain {' '.join(ENGLISH)} {redirection}"
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
    command = f"{sys.executable} -m tutor_tui plain {' '.join(ENGLISH)} {redirection}; exit ${{PIPESTATUS[0]}}"
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


def test_a_reader_that_stops_reading_does_not_stop_the_lesson(tmp_path: Path) -> None:
    with piped(tmp_path, *ENGLISH) as lesson:
        lesson.lines.wait_for("listening")
        for _ in range(80):  # a full list of keys each time: more than a pipe holds
            lesson.type("/help")
        time.sleep(1.5)  # nobody reads
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        os.kill(lesson.process.pid, signal.SIGINT)
        assert_all_ends(pids, within_s=2.5)
        assert lesson.process.wait() == ExitCode.INTERRUPTED


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
        options = (*ENGLISH, "--base-url", server.url, "--record-wire", "wire")
        done = hold(tmp_path, b"hello\n", "plain", *options, OPENAI_API_KEY="sk-wrong")
    assert done.returncode == ExitCode.TUTOR
    assert done.stderr.startswith("tutor-tui: The tutor's server refuses the API key (HTTP 401).")
    assert "Notice: The tutor's server refuses the API key (HTTP 401)." in done.stdout
    assert "Traceback" not in done.stderr
    wire = (tmp_path / "wire").read_text()
    assert "refuses the API key" in wire
    assert "sk-wrong" not in wire + done.stdout + done.stderr


# ---- recordings -----------------------------------------------------------------------------------------------------


def test_a_lesson_is_recorded_and_played_back_in_the_same_words(tmp_path: Path) -> None:
    lesson = hold(tmp_path, b"My name is Anna.\n", "plain", *ENGLISH, "--record-wire", "wire")
    assert lesson.returncode == 0
    assert (tmp_path / "wire").stat().st_mode & 0o077 == 0
    replay = hold(tmp_path, b"", "replay", "wire", "--speed", "4", "--plain")
    assert (replay.returncode, replay.stderr) == (0, "")
    assert said_in(replay.stdout) == said_in(lesson.stdout)
    assert "tutor: recording of offline" in replay.stdout
    assert "lesson: English first words" in replay.stdout


def test_a_recording_plays_on_the_full_screen(tmp_path: Path) -> None:
    assert hold(tmp_path, b"My name is Anna.\n", "plain", *ENGLISH, "--record-wire", "wire").returncode == 0
    command = [sys.executable, "-m", "tutor_tui", "replay", "wire", "--speed", "10"]
    with Terminal(command, width=100, height=30, env=clean_environment(tmp_path), cwd=tmp_path) as terminal:
        terminal.wait_for("My name is Anna.")
        terminal.wait_for("Nice to meet you!")
        terminal.wait_for("The recording is over.")
        terminal.wait_for("English first words")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.OK
        assert terminal.is_restored


def said_in(text: str) -> list[str]:
    """The lines of the conversation."""
    return [line for line in text.splitlines() if line.startswith(("You:", "Tutor:"))]


def test_files_that_cannot_be_played_or_made_end_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("Dear diary\n")
    assert "is no recording of a lesson" in one_sentence(
        hold(tmp_path, b"", "replay", "diary", "--plain"), ExitCode.USAGE
    )
    assert "No such file" in one_sentence(hold(tmp_path, b"", "replay", "none", "--plain"), ExitCode.USAGE)
    recorded = hold(tmp_path, b"", "plain", *ENGLISH, "--record-wire", "diary")
    assert "'diary' exists already." in one_sentence(recorded, ExitCode.USAGE)


# ---- a terminal -----------------------------------------------------------------------------------------------------


class OnTerminal:
    """A plain lesson on a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], controller: int, terminal: int) -> None:
        self.process = process
        self.lines = Lines(controller)
        self._controller = controller
        self._terminal = terminal
        self.before = termios.tcgetattr(terminal)

    def press(self, keys: str) -> None:
        """Keys as a terminal sends them."""
        os.write(self._controller, keys.encode())

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is set as it was."""
        return termios.tcgetattr(self._terminal) == self.before

    @property
    def takes_keys(self) -> bool:
        """Whether keys come one by one, unseen."""
        return not termios.tcgetattr(self._terminal)[3] & (termios.ICANON | termios.ECHO)

    def wait_until(self, wanted: bool) -> None:
        """Wait until the terminal is in that mode."""
        deadline_s = time.monotonic() + WAIT_S
        while self.takes_keys is not wanted:
            assert time.monotonic() < deadline_s
            time.sleep(0.01)


@contextmanager
def on_terminal(home: Path, *arguments: str, code: str = "", **environ: str) -> Iterator[OnTerminal]:
    controller, terminal = pty.openpty()
    main = "import sys; from tutor_tui.__main__ import main; sys.exit(main())"
    leader = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
    before = termios.tcgetattr(terminal)
    process = subprocess.Popen(
        [sys.executable, "-c", f"{leader}\n{code}\n{main}", *arguments],
        env=clean_environment(home) | {"TERM": "dumb"} | environ,
        cwd=home,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    lesson = OnTerminal(process, controller, terminal)
    lesson.before = before
    try:
        yield lesson
    finally:
        process.kill()
        process.wait()
        os.close(controller)
        os.close(terminal)


def test_keys_are_those_of_the_screen_and_t_types_a_line(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *ENGLISH) as lesson:
        lesson.lines.wait_for(KEYS_SHOWN)
        lesson.wait_until(True)
        lesson.lines.wait_for("listening\r\n")
        lesson.press("m")
        lesson.lines.wait_for("muted")
        lesson.press("\x1b[A\x1bOP")  # an arrow and a function key mean nothing here
        lesson.press("m")
        lesson.lines.wait_for("the microphone is open")
        lesson.press("[")
        lesson.lines.wait_for("the tutor answers after 2.2 s of silence")
        lesson.press("t")
        lesson.lines.wait_for("type what you want to say")
        lesson.wait_until(False)
        lesson.press("My name is Ann\x7fna.\n")
        lesson.wait_until(True)
        lesson.lines.wait_for("You: My name is Anna.")
        lesson.lines.wait_for("Tutor: ")
        lesson.press("/")
        lesson.lines.wait_for("type a command")
        lesson.press("profile nobody\n")
        lesson.lines.wait_for("There is no profile called 'nobody'.")
        lesson.press("tI am typed at once.\n")  # the line may come with the key
        lesson.lines.wait_for("You: I am typed at once.")
        lesson.press("p")
        lesson.lines.wait_for("profiles: korean-tutor")
        lesson.press("\n")
        lesson.press("?")
        lesson.lines.wait_for("escape or /stop: stop the tutor")
        lesson.press("\x11")
        assert lesson.process.wait(3) == ExitCode.OK
        assert lesson.is_restored
        assert "\x1b" not in lesson.lines.rest()


def test_an_empty_line_or_the_end_of_the_line_leads_back_to_the_keys(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *ENGLISH) as lesson:
        lesson.lines.wait_for("listening\r\n")
        for leave in ("\n", "\x04"):
            lesson.press("t")
            lesson.lines.wait_for("type what you want to say")
            lesson.wait_until(False)
            lesson.press(leave)
            lesson.wait_until(True)
        lesson.press("m")
        lesson.lines.wait_for("muted")
        lesson.press("\x04")  # at the keys it leaves, as everywhere
        assert lesson.process.wait(3) == ExitCode.OK
        assert lesson.is_restored
        assert "You:" not in lesson.lines.rest()


@pytest.mark.parametrize("typing", [False, True])
def test_ctrl_c_gives_the_terminal_back(typing: bool, tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *ENGLISH) as lesson:
        lesson.lines.wait_for(HELLO)
        if typing:
            lesson.press("t")
            lesson.wait_until(False)
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        lesson.press("\x03")
        assert lesson.process.wait(3) == ExitCode.INTERRUPTED
        assert_all_ends(pids, within_s=2.0)
        assert lesson.is_restored


STUCK = """
from tutor_tui.tutors.offline import OfflineTutor
import time
async def frozen(self): time.sleep(60)
OfflineTutor.close = frozen
"""


def test_what_will_not_close_is_left_with_the_terminal_as_it_was(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *ENGLISH, code=STUCK) as lesson:
        lesson.lines.wait_for(HELLO)
        lesson.press("\x11")
        assert lesson.process.wait(4) == ExitCode.OK
        assert lesson.is_restored
        assert "\x1b" not in lesson.lines.rest()


BREAKS = """
from tutor_tui.plain.narrator import Narrator
def broken(*_): raise ValueError("sk-secret")
Narrator.tell = broken
"""


def test_a_fault_of_ours_gives_the_terminal_back(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *ENGLISH, code=BREAKS) as lesson:
        assert lesson.process.wait(WAIT_S) == ExitCode.UNEXPECTED
        assert lesson.is_restored
        said = lesson.lines.rest()
        assert "Something in tutor-tui broke (ValueError)." in said
        assert "secret" not in said


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    command = f"{sys.executable} -m tutor_tui plain {' '.join(ENGLISH)}"
    shell = subprocess.Popen(
        ["bash", "--norc", "-i"],
        env=clean_environment(tmp_path) | {"TERM": "dumb", "PS1": "$ "},
        cwd=tmp_path,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: _own(terminal),
    )
    lesson = OnTerminal(shell, controller, terminal)
    try:
        lesson.lines.wait_for("$ ")
        lesson.press(f"{command}\n")
        lesson.lines.wait_for("listening\r\n")
        lesson.wait_until(True)
        lesson.press("\x1a")
        lesson.lines.wait_for("Stopped")
        lesson.press("stty -a | tr ';' '\\n' | grep -c -- '-icanon'\n")
        lesson.lines.wait_for("\r\n0\r\n")
        lesson.press("fg\n")
        lesson.lines.wait_for("tutor_tui plain")
        lesson.wait_until(True)
        lesson.press("m")
        lesson.lines.wait_for("muted")
        lesson.press("\x11")
        lesson.lines.wait_for("the lesson is over")
        lesson.press("echo code $?\n")
        lesson.lines.wait_for("code 0")
        lesson.press("exit\n")
        shell.wait(5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        os.close(controller)
        os.close(terminal)


def _own(terminal: int) -> None:
    import fcntl

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


# ---- sound ----------------------------------------------------------------------------------------------------------


@pytest.mark.device
def test_a_spoken_turn_is_heard_written_down_and_answered_aloud(tmp_path: Path, pulse: PulseServer) -> None:
    with pulse.record() as heard, piped(tmp_path, *ENGLISH, **pulse.variables) as lesson:
        lesson.lines.wait_for("microphone: ")
        lesson.lines.wait_for(HELLO)
        lesson.lines.wait_for("listening\n")
        assert heard.first_sound() is not None
        mark = heard.position
        pulse.feed(SPEECH, wait=False)
        lesson.lines.wait_for("hearing you")
        lesson.lines.wait_for("You: he was not an ")
        lesson.lines.wait_for("Tutor: ")
        lesson.lines.wait_for("listening\n")
        assert heard.first_sound(after=mark) is not None
        lesson.type("/quit")
        assert lesson.process.wait(3) == ExitCode.OK
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
