"""What the doctor's checks look at in tests, and a server that answers them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tutor_tui.app.configured import configure
from tutor_tui.cli.doctor import checks
from tutor_tui.cli.doctor.report import Check, Finding, Setup
from tutor_tui.config.command_line import Options
from tutor_tui.core.model_catalog import DEFAULT_MODEL

KEY = "sk-doctor-secret"
MODELS = {"data": [{"id": DEFAULT_MODEL}, {"id": "gpt-realtime"}]}
MakeSetup = Callable[..., Setup]


class Endpoint:
    """A server that answers as it is told and remembers what it was asked."""

    def __init__(self, status: int = 200, body: bytes = json.dumps(MODELS).encode(), location: str = "") -> None:
        self.asked: list[tuple[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                keys = (self.headers.get(name) for name in ("Authorization", "api-key"))
                endpoint.asked.append((self.path, " and ".join(key for key in keys if key)))
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # the reader has had enough

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator[Endpoint]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


@pytest.fixture
def make_setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSetup:
    """A setup to examine, with these settings and an empty home."""

    def make(prompts: Path | None = None, key: str | None = KEY, **settings: str) -> Setup:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        if key is not None:
            monkeypatch.setenv("OPENAI_API_KEY", key)
        given = {f"tutor.{name}": (f"--{name}", value) for name, value in settings.items()}
        options = Options(command="doctor", settings=given, prompts=prompts)
        return Setup(options, configure(options))

    return make


async def findings(check: Check, setup: Setup) -> Sequence[Finding]:
    return [each async for each in checks.findings_of(check, setup)]
