"""A plain lesson on a terminal: single keys, a line now and then, and the terminal given back."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.doctors_setup import Endpoint
from tests.cli.lesson_terminal import assert_all_ends, children_of
from tests.cli.test_main import clean_environment
from tests.plain.programs import BRIEF, HELLO, KEYS_SHOWN, WAIT_S, Lines
from tutor_tui.core.problems import ExitCode


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


@pytest.mark.slow
def test_one_key_leads_from_a_refused_key_to_the_offline_tutor(tmp_path: Path) -> None:
    with Endpoint(401, b"").serving() as server:
        cloud = ("--tutor", "openai", "--base-url", server.url)
        environ = {"OPENAI_API_KEY": "sk-wrong"}
        with on_terminal(tmp_path, "plain", *BRIEF, *cloud, **environ) as lesson:
            lesson.lines.wait_for("Notice: The tutor's server refuses the API key (HTTP 401).")
            lesson.lines.wait_for("o goes on with the offline tutor")
            lesson.press("o")
            lesson.lines.wait_for("tutor: offline")
            lesson.lines.wait_for("Tutor: ")
            lesson.press("\x11")
            assert lesson.process.wait(WAIT_S) == ExitCode.OK


@pytest.mark.slow
def test_keys_are_those_of_the_screen_and_t_types_a_line(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF) as lesson:
        lesson.lines.wait_for(KEYS_SHOWN)
        lesson.wait_until(True)
        lesson.lines.wait_for("your turn to type: press t\r\n")
        lesson.press("m")
        lesson.lines.wait_for("muted")
        lesson.press("\x1b[A\x1bOP")  # an arrow and a function key mean nothing here
        lesson.press("m")
        lesson.lines.wait_for("the microphone is open")
        lesson.press("dnm")
        told = lesson.lines.wait_for("muted").rpartition("the microphone is open")[2]
        assert "d does nothing here; t lets you type, ? lists the keys, ctrl+q leaves." in told
        assert "n does nothing here" not in told, "said once for a word"
        lesson.press("m")
        lesson.lines.wait_for("the microphone is open")
        lesson.press("\x1b")  # an arrow that comes in two pieces is no escape and no other key
        time.sleep(0.01)
        lesson.press("[D")
        _mute_and_unmute(lesson)
        lesson.press("[")
        lesson.lines.wait_for("the tutor answers after 2.2 s of silence")
        assert lesson.lines.text.count("of silence") == 2, "the standing one and the one just asked for"
        lesson.press("t")
        lesson.lines.wait_for("type what you want to say")
        lesson.wait_until(False)
        lesson.press("My name is Ann\x7fna.\n")
        lesson.wait_until(True)
        lesson.lines.wait_for("back to the keys: t types another line\r\n")
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
        for step in (_other_layouts, _a_paste_of_several_lines, _escape_in_a_line, _an_empty_line_or_its_end):
            step(lesson)
        lesson.press("\x04")  # at the keys it leaves, as everywhere
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
        assert lesson.is_restored
        assert "\x1b" not in lesson.lines.rest()


def _mute_and_unmute(lesson: OnTerminal) -> None:
    """A key is obeyed as a key."""
    lesson.press("m")
    lesson.lines.wait_for("muted")
    lesson.press("m")
    lesson.lines.wait_for("the microphone is open")


_M_ELSEWHERE = (
    "ㅡ", "ь", "μ", "も", "ｍ", "M", "\x1b[12641u", "\x1b[1100::109u", "\x1b[109;1u", "\x1b[109;1:3u\x1b[109u"
)  # fmt: skip
"""What terminals send for the key M: on other layouts, with Caps Lock, and in kitty's protocol."""


def _other_layouts(lesson: OnTerminal) -> None:
    for keys in _M_ELSEWHERE:
        lesson.press(keys)
        told = lesson.lines.wait_for("muted").rpartition("the microphone is open")[2]
        assert "does nothing here" not in told, ascii(keys)
        lesson.press("므")  # the letters of two keys, put together by an input method
        lesson.lines.wait_for("the microphone is open")


def _a_paste_of_several_lines(lesson: OnTerminal) -> None:
    """It is one message, and no line of it is taken for keys."""
    before = len(lesson.lines.text)
    lesson.press("t")
    lesson.lines.wait_for("type what you want to say")
    lesson.wait_until(False)
    lesson.press("My name is Anna.\nm\nI am from Spain.")
    lesson.lines.wait_for("You: My name is Anna. m I am from Spain.")
    lesson.wait_until(True)
    lesson.press("m")
    lesson.lines.wait_for("muted")
    assert lesson.lines.text.count("muted", before) == 1
    lesson.press("m")
    lesson.lines.wait_for("the microphone is open")


def _escape_in_a_line(lesson: OnTerminal) -> None:
    """It gives the line up."""
    before = len(lesson.lines.text)
    lesson.press("p")
    lesson.lines.wait_for("leads back to the keys, as does enter alone")
    lesson.wait_until(False)
    lesson.press("\x1bno-such-profile\n")
    lesson.wait_until(True)
    lesson.press("m")
    lesson.lines.wait_for("muted")
    assert "Notice: There is no" not in lesson.lines.text[before:]
    lesson.press("m")
    lesson.lines.wait_for("the microphone is open")


def _an_empty_line_or_its_end(lesson: OnTerminal) -> None:
    """It leads back to the keys, and nothing is said."""
    before = len(lesson.lines.text)
    for leave in ("\n", "\x04"):
        lesson.press("t")
        lesson.lines.wait_for("type what you want to say")
        lesson.wait_until(False)
        lesson.press(leave)
        lesson.wait_until(True)
    lesson.press("m")
    lesson.lines.wait_for("muted")
    assert "You:" not in lesson.lines.text[before:]


@pytest.mark.slow
@pytest.mark.parametrize("typing", [False, True])
def test_ctrl_c_gives_the_terminal_back(typing: bool, tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF) as lesson:
        lesson.lines.wait_for(HELLO)
        if typing:
            lesson.press("t")
            lesson.wait_until(False)
        pids = [lesson.process.pid, *children_of(lesson.process.pid)]
        lesson.press("\x03")
        assert lesson.process.wait(WAIT_S) == ExitCode.INTERRUPTED
        assert_all_ends(pids, within_s=2.0)
        assert lesson.is_restored


STUCK = """
from tutor_tui.tutors.offline.tutor import OfflineTutor
import time
async def frozen(self): time.sleep(60)
OfflineTutor.close = frozen
"""


@pytest.mark.slow
def test_what_will_not_close_is_left_with_the_terminal_as_it_was(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF, code=STUCK) as lesson:
        lesson.lines.wait_for(HELLO)
        lesson.press("\x11")
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
        assert lesson.is_restored
        assert "\x1b" not in lesson.lines.rest()


BREAKS = """
from tutor_tui.plain.narrator import Narrator
def broken(*_): raise ValueError("sk-secret")
Narrator.tell = broken
"""


def test_a_fault_of_ours_gives_the_terminal_back(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF, code=BREAKS) as lesson:
        assert lesson.process.wait(WAIT_S) == ExitCode.UNEXPECTED
        assert lesson.is_restored
        said = lesson.lines.rest()
        assert "Something in tutor-tui broke (ValueError)." in said
        assert "secret" not in said


@pytest.mark.slow
def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    command = f"{sys.executable} -m tutor_tui plain {' '.join(BRIEF)}"
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
        lesson.lines.wait_for("your turn to type: press t\r\n")
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
        shell.wait(WAIT_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        os.close(controller)
        os.close(terminal)


def _own(terminal: int) -> None:
    import fcntl

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_an_arrow_from_afar_may_take_longer_and_kittys_protocol_left_on_keeps_nobody_here(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF, SSH_CONNECTION="10.0.0.1 5000 10.0.0.2 22") as lesson:
        lesson.lines.wait_for("your turn to type")
        for piece in ("\x1b", "[A", "\x1b", "[", "B", "\x1b[", "1;5", "D", "]"):
            lesson.press(piece)
            time.sleep(0.03)
        lesson.lines.wait_for("the tutor answers after 2.8 s of silence")
        assert lesson.lines.text.count("of silence") == 2, "the standing one and the one just asked for"
        lesson.press("\x1b[12618;5u")  # a Korean ctrl+c, where somebody left kitty's protocol on
        assert lesson.process.wait(WAIT_S) == ExitCode.INTERRUPTED
        assert lesson.is_restored


@pytest.mark.slow
def test_a_paste_where_keys_are_expected_is_no_keys(tmp_path: Path) -> None:
    with on_terminal(tmp_path, "plain", *BRIEF, TERM="xterm-256color") as lesson:
        lesson.lines.wait_for("your turn to type: press t\r\n")
        assert "\x1b[?2004h" in lesson.lines.text
        lesson.press("\x1b[200~me\n[[\x1b[201~")
        lesson.lines.wait_for("pasted text is taken only while you type: press t first")
        lesson.press("m")
        lesson.lines.wait_for("muted")
        assert lesson.lines.text.count("muted") == 1
        lesson.press("\x1b[1081::113;5u")  # a Russian ctrl+q, where somebody left kitty's protocol on
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
        assert lesson.is_restored
        assert lesson.lines.rest().rindex("\x1b[?2004l") > lesson.lines.text.rindex("\x1b[?2004h")
