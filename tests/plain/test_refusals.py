"""Tutors that cannot be had, as the command line tells of them: one sentence, one exit code, no word lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.cli.doctors_setup import Endpoint
from tests.cli.lesson_terminal import ENGLISH
from tests.end_to_end.conftest import LiveServer
from tests.plain.programs import hold
from tests.support.strict_server import Behaviour
from tutor_tui.core.problems import ExitCode

KEY_HINT = (
    "Check OPENAI_API_KEY in the environment or .env: the key may be mistyped or withdrawn. "
    "Other makers' keys are in other variables: see the README."
)
MODEL_HINT = "Choose another with --model; `tutor-tui doctor` asks the server which it has."
URL_HINT = "Check the tutor's address (--base-url or OPENAI_BASE_URL); `tutor-tui doctor` tries it step by step."


@contextmanager
def realtime(behaviour: Behaviour) -> Iterator[str]:
    server = LiveServer(behaviour)
    try:
        yield server.strict.base_url
    finally:
        server.close()


@contextmanager
def web_page() -> Iterator[str]:
    with Endpoint(200, b"<html>hello</html>").serving() as server:
        yield server.url


@contextmanager
def ssh() -> Iterator[str]:
    """Something that answers, and is no web server."""

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/v1"
        thread.join(10)  # a program that never calls has its own failure


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (
            lambda: realtime(Behaviour(token="sk-right", bad_key="http")),
            f"The tutor's server refuses the API key (HTTP 401). {KEY_HINT}",
        ),
        (
            lambda: realtime(Behaviour(token="sk-right", bad_key="close")),
            f"The tutor's server refuses the API key. {KEY_HINT}",
        ),
        (
            lambda: realtime(Behaviour(models=frozenset({"gpt-realtime-2.1"}))),
            f"The server does not have this model, or not for this key. {MODEL_HINT}",
        ),
        (web_page, f"HOST is not a Realtime server (HTTP 200). {URL_HINT}"),
        (ssh, f"HOST does not answer like a web server. {URL_HINT}"),
    ],
    ids=["key refused, HTTP 401", "key refused, close 3000", "unknown model", "a web page", "no web server"],
)
def test_a_tutor_that_cannot_be_had_is_one_sentence_and_exit_code_4(
    server: Callable[[], AbstractContextManager[str]], sentence: str, tmp_path: Path
) -> None:
    with server() as url:
        options = ("--tutor", "openai", "--base-url", url, "--model", "gpt-realtime-9")
        done = hold(tmp_path, b"hello there\n", "plain", *ENGLISH, *options, OPENAI_API_KEY="sk-wrong")
    sentence = sentence.replace("HOST", url.split("/")[2])
    assert done.returncode == ExitCode.TUTOR
    assert done.stderr == f"tutor-tui: {sentence} Or practise with --tutor offline.\n"
    lines = done.stdout.splitlines()
    assert any(line.startswith(f"Notice: {sentence}") for line in lines)
    assert "You: hello there" in lines, "what was typed is not lost"
    assert "sk-wrong" not in done.stdout + done.stderr
