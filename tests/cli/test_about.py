"""`--about FILE` as a learner uses it: what reaches the tutor, and what is refused before a lesson begins."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.test_main import Runner, clean_environment, one_sentence
from tests.cli.test_main import run as run
from tests.exchange.books import epub
from tests.support.pulse import tone
from tests.support.strict_server import Behaviour, Reply, StrictServer
from tutor_tui.cli.about import subject_wanted
from tutor_tui.cli.parser import parse
from tutor_tui.config.command_line import Options
from tutor_tui.core.problems import ExitCode, Problem


def test_what_was_asked_for_arrives() -> None:
    assert parse(["--about", "a.html"]) == Options(about=Path("a.html"))
    assert parse(["plain", "--about", "-", "--chapter", "3"]) == Options(about=Path("-"), chapter=3, plain=True)
    for arguments in (["--chapter", "3"], ["devices", "--about", "a"]):
        with pytest.raises(Problem, match="goes with"):
            parse(arguments)


@pytest.mark.slow
async def test_the_tutor_is_told_the_text_and_the_learner_what_it_is(tmp_path: Path) -> None:
    async with StrictServer(Behaviour(replies=[Reply("Whales!", tone(100))])) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tutor_tui", "plain", "--base-url", server.base_url),
            *("--profile", "english-conversation", "--about", "-"),
            env=clean_environment(tmp_path) | {"OPENAI_API_KEY": "sk-test"},
            cwd=tmp_path,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # there is no terminal to go on with
        )
        said, _ = await asyncio.wait_for(process.communicate(b"They sing.\x1b[2J\n"), 60)
        assert process.returncode == 0, said.decode()
        assert "This lesson is about “your text”." in said.decode()
        assert any("> They sing.␛[2J" in str(event) for event in server.received)


def test_the_offline_tutor_says_that_it_cannot(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "article.md").write_text("Whales sing.")
    said = one_sentence(run("plain", "--about", "article.md", "--tutor", "offline"), ExitCode.USAGE)
    assert said.startswith("This tutor follows its own lesson, and cannot talk about a text. Leave out --about")


def test_an_input_without_words_is_said(run: Runner) -> None:
    said = one_sentence(run("plain", "--about", "-"), ExitCode.USAGE)
    assert said == "The text from the input cannot be talked about: there are no words in it."


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("nowhere.md", "nowhere.md cannot be read: No such file or directory. Give another file."),
        ("folder", "folder is a folder. Give a file."),
        ("pipe", "pipe is not a file. Give a file."),
        ("a.pdf", "a.pdf cannot be talked about: it is a PDF. Save its text first, for example with pdftotext."),
        ("a.zip", "a.zip cannot be talked about: it is damaged."),
    ],
)
def test_what_cannot_be_read_is_said(file: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("a.pdf").write_bytes(b"%PDF-1.7")
    Path("a.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(Problem) as told:
        subject_wanted(Options(about=Path(file)))
    assert (str(told.value), told.value.exit_code) == (said, ExitCode.USAGE)


def test_a_chapter_is_taken_from_a_book(tmp_path: Path) -> None:
    (tmp_path / "whale.epub").write_bytes(epub())
    subject = subject_wanted(Options(about=tmp_path / "whale.epub", chapter=2))
    assert subject is not None
    assert subject.words == "This lesson is about “Loomings”, chapter 2 of 2 of “whale.epub”."


def test_behind_a_pipe_the_terminal_is_typed_into() -> None:
    """A full screen needs its keys, although the text came through the input."""
    controller, terminal = pty.openpty()
    program = (
        "import os; from tutor_tui.cli.about import _piped; text = _piped(); print(text, os.ttyname(0), os.read(0, 9))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(terminal)
        os.write(controller, b"key\n")
        out, _ = process.communicate(b"They sing.", timeout=30)
    os.close(controller)
    assert out == b"b'They sing.' /dev/tty b'key\\n'\n"
