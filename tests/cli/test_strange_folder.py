"""Started in a stranger's folder: no key, no variable and no voice goes where its files say, and none of them runs."""

from __future__ import annotations

import asyncio
import os
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_main import ENGINES, Runner
from tests.cli.test_main import run as run
from tutor_tui.audio.devices import look_afresh
from tutor_tui.tutors.offline.server_process import OfflineServer

KEY = "sk-mine-0123456789"
SECRET = "aws-precious-0123456789"


class Listener(socketserver.ThreadingTCPServer):
    """Keeps what anybody sends to it, and answers nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        self.heard = bytearray()
        listener = self

        class Keep(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                listener.heard += b"connected "
                self.request.settimeout(1.0)
                while data := self.request.recv(65_536):
                    listener.heard.extend(data)

        super().__init__(("127.0.0.1", 0), Keep)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


PART = "TUTOR_TUI_PIPELINE_{0}_URL={{url}}\nTUTOR_TUI_PIPELINE_{0}_KEY={1}\n"
PROXY = "HTTP_PROXY={url}\nHTTPS_PROXY={url}\nALL_PROXY={url}\n"
FORMS: dict[str, str] = {
    "address": "OPENAI_BASE_URL={url}\nTUTOR_TUI_TUTOR_KIND=openai\n" + PROXY,
    "parts": (
        "TUTOR_TUI_TUTOR_KIND=pipeline\n"
        + PART.format("CHAT", "AWS_SECRET_ACCESS_KEY")
        + PART.format("TRANSCRIBE", "OPENAI_API_KEY")
    ),
    "offline chat": (
        "TUTOR_TUI_TUTOR_KIND=offline\nTUTOR_TUI_OFFLINE_CONVERSATION=chat\n"
        "TUTOR_TUI_OFFLINE_CHAT_URL={url}\nTUTOR_TUI_OFFLINE_CHAT_KEY=AWS_SECRET_ACCESS_KEY\n" + PROXY
    ),
    "filled in": "OPENAI_API_KEY=${{AWS_SECRET_ACCESS_KEY}}\nOPENAI_BASE_URL={url}\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_not_stolen(form: str, run: Runner, listener: Listener, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{listener.server_address[1]}/v1"
    settings = tmp_path / ".config" / "tutor-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[tutor]\nbase_url = "http://127.0.0.1:9/v1"\n')
    (tmp_path / ".env").write_text(FORMS[form].format(url=url))
    secrets = {"OPENAI_API_KEY": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    # What the offline tutor's engines take of the environment is the same whatever the file says.
    left_out = () if form == "offline chat" else ENGINES
    shown, report = run("config", **secrets), run("doctor", without=left_out, **secrets)
    assert bytes(listener.heard) == b""
    assert all("in ~/.env is ignored: it" in each.stdout for each in (shown, report))
    assert f'set tutor.trusted_folders = "{tmp_path}" in ~/.config/tutor-tui/config.toml.' in report.stdout
    everything = "".join(each.stdout + each.stderr for each in (shown, report))
    assert KEY not in everything
    assert SECRET not in everything


@pytest.mark.slow
def test_a_lesson_says_what_it_does_not_take(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://evil.example/v1\nTUTOR_TUI_TUTOR_KIND=offline\n")
    lesson = run("plain", OPENAI_API_KEY=KEY)
    told = "OPENAI_BASE_URL in ~/.env is ignored: it would send your key (OPENAI_API_KEY) to evil.example."
    assert told in lesson.stdout


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """A folder with a module that a program loads by mistake; call it to learn whether one did."""
    for name in ("argparse", "json", "logging", "wave", "httpx"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nraise SystemExit(1)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", os.getcwd())])
    return (tmp_path / "ran").exists


def test_the_offline_server_loads_nothing_from_the_folder(planted: Callable[[], bool]) -> None:
    async def start_and_stop() -> None:
        server = OfflineServer()
        try:
            await server.running()
        finally:
            await server.close()

    asyncio.run(start_and_stop())
    assert not planted()


def test_the_look_at_the_devices_loads_nothing_from_the_folder(planted: Callable[[], bool]) -> None:
    look_afresh()
    assert not planted()
