"""Lines on a terminal are broken between words; in a pipe they stay lines."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios

import pytest

from tutor_tui.plain.printer import Printer

LONG = "Notice: For the cloud tutor put OPENAI_API_KEY=your-key into .env. " + "안녕하세요 만나서 반가워요 " * 6


def read_all(fd: int, words: int) -> str:
    got = b""
    while len(got.decode(errors="ignore").split()) < words or not got.endswith(b"\n"):
        got += os.read(fd, 65_536)
    return got.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [30, 40, 80])
def test_a_terminal_gets_whole_words(columns: int) -> None:
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with Printer(terminal, "utf-8", lambda error: None) as printer:
        printer.line(LONG)
        printer.line("")
        printer.line("listening")
    said = read_all(reader, len(LONG.split()) + 1)
    os.close(reader)
    os.close(terminal)
    assert said.split() == [*LONG.split(), "listening"]
    assert "\n\nlistening\n" in said


def test_a_pipe_gets_one_line() -> None:
    reader, pipe = os.pipe()
    with Printer(pipe, "utf-8", lambda error: None) as printer:
        printer.line(LONG)
    os.close(pipe)
    with open(reader, encoding="utf-8") as stream:
        assert stream.read() == f"{LONG}\n"
