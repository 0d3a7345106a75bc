"""What stands between the screen and a terminal, with a real one: keys, the size, stops and what is left at the end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

APP = """
import os, signal, sys, time
from textual.app import App
from tutor_tui.ui.textual_patches.terminal_driver import TerminalDriver
from tutor_tui.ui.textual_patches.terminal_parser import KeyReleased, KeyRepeats, TellsReleases, TerminalBackground

def tell(line):
    os.write(int(sys.argv[1]), line.encode() + b"\\n")

class Keys(App):
    def on_mount(self):
        tell(f"ready {self.size.width}x{self.size.height}")
    def on_resize(self, event):
        tell(f"size {event.size.width}x{event.size.height}")
    def on_key(self, event):
        tell(f"key {event.key} {event.character!r} {time.monotonic()}")
        if event.key == "q":
            self.exit()
        if event.key == "z":
            with self._driver._writer_thread._queue.mutex:
                signal.raise_signal(signal.SIGTSTP)
    def on_key_repeats(self, message):
        tell("repeats")
    def on_key_released(self, message):
        tell(f"let go {message.key}")
    def on_tells_releases(self, message):
        tell("tells releases")
    def on_paste(self, event):
        tell(f"paste {event.text!r}")
    def on_terminal_background(self, message):
        tell(f"background {message.brightness:.2f}")

Keys(driver_class=TerminalDriver).run()
tell("over")
"""
COLUMNS, ROWS = 77, 23


class Screen:
    """An app on a terminal of its own; `news` is what it tells us."""

    def __init__(self, controller: int, terminal: int, news: int, process: subprocess.Popen[bytes]) -> None:
        self.controller = controller
        self.terminal = terminal
        self.process = process
        self.painted = b""
        self._news = news
        self._answers: dict[bytes, bytes] = {}
        self._drains = threading.Thread(target=self._drain, daemon=True)
        self._drains.start()

    def _drain(self) -> None:
        """Take what the screen paints, so that it never waits for us, and answer as a terminal does."""
        with contextlib.suppress(OSError):
            while piece := os.read(self.controller, 65_536):
                self.painted += piece
                for question, answer in self._answers.items():
                    if question in piece:
                        os.write(self.controller, answer)

    def paints(self, wanted: bytes, limit_s: float = 20.0) -> bool:
        """Whether this is among what it paints: another thread takes that, and may be late."""
        end_s = time.monotonic() + limit_s
        while wanted not in self.painted and time.monotonic() < end_s:
            time.sleep(0.01)
        return wanted in self.painted

    def answer(self, question: bytes, answer: bytes) -> None:
        self._answers[question] = answer

    def send(self, *pieces: str, apart_s: float = 0.0) -> float:
        """Type; the moment of the first piece."""
        sent_s = time.monotonic()
        for piece in pieces:
            os.write(self.controller, piece.encode())
            time.sleep(apart_s)
        return sent_s

    def line(self, beginning: str = "", limit_s: float = 20.0) -> str:
        """The next news that begin so."""
        while True:
            line = b""
            while not line.endswith(b"\n"):
                ready, _, _ = select.select([self._news], [], [], limit_s)
                assert ready, f"nothing but {line!r} came; painted {self.painted[-200:]!r}"
                byte = os.read(self._news, 1)
                assert byte, f"it ended; painted {self.painted[-2000:].decode()}"
                line += byte
            if line.decode().startswith(beginning):
                return line.decode().strip()

    def key(self) -> str:
        return self.line("key").split()[1]

    def close(self) -> None:
        """Once nobody has the terminal, nothing is left to take; before, another's number may be the same as ours."""
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)
        self._drains.join()
        os.close(self.controller)
        os.close(self._news)


@contextmanager
def screen(environ: Mapping[str, str] | None = None) -> Iterator[Screen]:
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    news, tell = os.pipe()
    unset = ("ESCDELAY", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "COLUMNS", "LINES")
    base = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(
        [sys.executable, "-c", APP, str(tell)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=base | {"TERM": "xterm-256color", **(environ or {})},
        pass_fds=[tell],
        start_new_session=True,
    )
    os.close(tell)
    made = Screen(controller, terminal, news, process)
    try:
        yield made
    finally:
        made.close()


def test_escape_arrives_at_once_and_arrows_stay_whole() -> None:
    with screen() as app:
        app.line("ready")
        waits_s = []
        for _ in range(9):
            time.sleep(0.13)  # past any look that the thread takes every 100 ms
            sent_s = app.send("\x1b")
            _, key, _, came_s = app.line("key").split()
            assert key == "escape"
            waits_s.append(float(came_s) - sent_s)
        assert sorted(waits_s)[4] < 0.06, f"the median of {waits_s}; Textual alone takes 100 ms and more"
        time.sleep(1.1)  # what comes right behind an escape may be the rest of an arrow
        app.send("\x1b[A")
        assert app.key() == "up"
        app.send("q")
        assert app.key() == "q"
        app.line("over")


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY"])
def test_an_arrow_that_a_slow_line_breaks_in_two_is_an_arrow(variable: str) -> None:
    with screen({variable: "1"}) as app:
        app.line("ready")
        app.send("\x1b", "[A", "\x1b", "O", "B", apart_s=0.02)
        assert [app.key(), app.key()] == ["up", "down"]
        app.send("\x1b")
        assert app.key() == "escape"


def test_the_rest_of_an_arrow_that_comes_too_late_is_no_key() -> None:
    with screen() as app:
        app.line("ready")
        app.send("\x1b", "[A", "m", apart_s=0.05)
        assert [app.key(), app.key(), app.key()] == ["escape", "up", "m"]
        app.send("\x1b", "[", "1;5", "D", "m", apart_s=0.05)
        assert [app.key(), app.key(), app.key()] == ["escape", "ctrl+left", "m"]


def test_a_bracket_behind_the_escape_key_is_a_key() -> None:
    with screen() as app:
        app.line("ready")
        app.send("\x1b", "[", apart_s=0.15)
        assert [app.key(), app.key()] == ["escape", "left_square_bracket"]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?62;1;2;4;6;9;15;16;17;18;21;22;28;29c",
        "\x1b[>41;354;0c",
        "\x1b[?29u",
        "\x1bP>|XTerm(370)\x1b\\",
        "\x1b]10;rgb:ffff/ffff/ffff\x07",
        "\x1b[?997;1n",
        "\x1b[38;5;1mm"[:-1],
        "\x1b[109;1:3u",
    ],
    ids=["DA1", "DA2", "kitty", "XTVERSION", "OSC 10", "colour scheme", "SGR", "a key let go"],
)
def test_an_answer_of_the_terminal_is_no_key(sequence: str) -> None:
    with screen() as app:
        app.line("ready")
        app.send(sequence, "m")
        assert app.key() == "m"
        app.send(sequence[:-3], sequence[-3:], "n", apart_s=0.05)
        assert app.key() == "n"


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("\x1b[12618;5u", "key ctrl+ㅊ None"),
        ("\x1b[1089::99;5u", "key ctrl+c None"),
        ("\x1b[1100::109;;1100u", "key m 'ь'"),
        ("\x1b[109;;109u", "key m 'm'"),
        ("\x1b[97:65;2;65u", "key A 'A'"),
        ("\x1b[111::114;;111u", "key o 'o'"),
        ("\x1b[0;;54620:44397:50612:47484:48176:50892:50836u", "key 한 '한'"),
        ("\x1b[27u", "key escape None"),
        ("\x1b[1;5D", "key ctrl+left None"),
    ],
    ids=["no base", "base", "base and text", "latin", "shift", "Dvorak", "an input method", "escape", "arrow"],
)
def test_kitty_names_the_key_of_another_layout(sequence: str, key: str) -> None:
    with screen() as app:
        app.line("ready")
        app.send(sequence)
        assert app.line("key").startswith(key)
        assert app.paints(b"\x1b[>31u"), "asks for the layout's key, for repeats and for releases, too"


def test_a_held_key_is_told_from_one_that_is_pressed_again() -> None:
    with screen() as app:
        app.line("ready")
        app.send("\x1b[?29u", "\x1b[?31u", "\x1b[32;1:1;32u", "\x1b[32;1:2;32u", "\x1b[32;1:3u", "\x1b[1;5:3D")
        told = [app.line("tells"), *(app.line() for _ in range(5))]
        spaces = [each for each in told if each.startswith("key space ' '")]
        assert len(spaces) == 2, "keys come back from the widget with the focus, later than the rest"
        others = [each for each in told if each not in spaces]
        assert others == ["tells releases", "repeats", "let go space", "let go ctrl+left"]


def test_a_paste_keeps_its_lines_and_whatever_looks_like_keys() -> None:
    with screen() as app:
        app.line("ready")
        app.send("\x1b[200~one\r\x1b[Atwo\x1b[20", "1~m", apart_s=0.05)
        assert app.line("paste") == "paste 'one\\r\\x1b[Atwo'"
        assert app.key() == "m"


@pytest.mark.parametrize("environ", [{"COLUMNS": "40", "LINES": "10"}, {"COLUMNS": "500"}, {"LINES": "junk"}])
def test_the_size_is_the_terminals_whatever_a_shell_exported(environ: dict[str, str]) -> None:
    with screen(environ) as app:
        assert app.line("size") == f"size {COLUMNS}x{ROWS}"
        fcntl.ioctl(app.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 101, 0, 0))
        app.process.send_signal(signal.SIGWINCH)
        while app.line("size") != "size 101x30":
            pass


@pytest.mark.parametrize("answer", ["\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]11;rgb:ff/ff/ff\x07"])
def test_the_terminal_is_asked_for_its_background(answer: str) -> None:
    with screen() as app:
        app.answer(b"\x1b]11;?", answer.encode())
        assert app.line("background") == "background 1.00"


@pytest.mark.parametrize("term", ["linux", "dumb"])
def test_a_terminal_that_would_print_the_question_is_not_asked(term: str) -> None:
    with screen({"TERM": term}) as app:
        app.line("ready")
        app.send("q")
        app.line("over")
        assert b"\x1b]11" not in app.painted


def test_leaving_at_once_leaves_no_answer_at_the_prompt() -> None:
    """The terminal answers after 100 ms; what it sends until the end must have been read by us."""
    with screen() as app:
        late = threading.Timer(0.1, lambda: os.write(app.controller, b"\x1b[?2026;2$y\x1b]11;rgb:0/0/0\x07\x1b[0n"))
        app.line("ready")
        late.start()
        app.send("q")
        app.line("over")
        assert app.process.wait(20) == 0
        late.join()
        assert not select.select([app.terminal], [], [], 0.2)[0], "nothing is left to be read"
        question, end = app.painted.index(b"\x1b[5n"), app.painted.index(b"\x1b[?1049l")
        assert question < end


def test_a_continue_without_a_stop_changes_nothing() -> None:
    with screen() as app:
        app.line("ready")
        app.process.send_signal(signal.SIGCONT)
        app.send("m")
        assert app.key() == "m"
        assert app.painted.count(b"\x1b[?1049h") == 1, "the screen was not started again"
        app.send("q")
        app.line("over")
        assert app.process.wait(20) == 0, "and no second reader keeps the process alive"


def test_a_stop_in_the_middle_of_painting_stops_and_goes_on() -> None:
    """The signal comes while the main thread holds the queue of what is painted."""
    with screen() as app:
        app.line("ready")
        app.send("z")
        assert app.key() == "z"
        os.waitid(os.P_PID, app.process.pid, os.WSTOPPED)
        app.process.send_signal(signal.SIGCONT)
        assert app.paints(b"\x1b[?1049l")
        app.send("m")
        assert app.key() == "m"
        app.send("q")
        app.line("over")
        assert app.process.wait(20) == 0
