"""A model hub on loopback: as much of huggingface.co's HTTP as `huggingface_hub` needs to fetch one model."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

COMMIT = "c" * 40


@contextmanager
def model_hub(folder: Path, repository: str, pause_s: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """Serve `folder` as `repository`; yields the address and the requests so far.

    `pause_s` is waited in the middle of each file of more than a megabyte.
    """
    asked: list[str] = []
    files = {file.name: file.read_bytes() for file in folder.iterdir()}

    class Hub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            asked.append(f"{self.command} {self.path}")
            path = urlsplit(self.path).path
            if path.startswith(f"/api/models/{repository}/tree/"):
                self._send(json.dumps([_entry(name, data) for name, data in files.items()]).encode(), with_body)
            elif path.startswith(f"/api/models/{repository}"):
                siblings = [{"rfilename": name, "size": len(data)} for name, data in files.items()]
                self._send(json.dumps({"id": repository, "sha": COMMIT, "siblings": siblings}).encode(), with_body)
            elif path.startswith(f"/{repository}/resolve/") and path.rpartition("/")[2] in files:
                self._send(files[path.rpartition("/")[2]], with_body)
            else:
                self.send_error(404)

        def _send(self, body: bytes, with_body: bool) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if not with_body:
                return
            half = len(body) // 2
            self.wfile.write(body[:half])
            if len(body) > 1_000_000:
                time.sleep(pause_s)
            self.wfile.write(body[half:])

        def log_message(self, *about: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def _entry(name: str, data: bytes) -> dict[str, object]:
    oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return {"type": "file", "path": name, "size": len(data), "oid": oid}
