"""What a measurement stands on: the strict server as a process, the client under test, and the two busy neighbours."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support.paths import ROOT
from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal

MODEL = "gpt-realtime-2.1-mini"
Note = Mapping[str, Any]


class ServerProcess:
    """`tests.benchmarks.server` and its notes."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self._news = threading.Condition()
        command = [sys.executable, "-m", "tests.benchmarks.server"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for("port")["type"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.notes.append(json.loads(line))
                self._news.notify_all()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def do(self, **command: Any) -> None:
        """Lead the server; see its module."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def find(self, way: str, kind: str = "", after_s: float = 0.0) -> list[Note]:
        """The notes of this way and kind from a time on."""
        with self._news:
            notes = [note for note in reversed(self.notes) if note["at"] >= after_s]
        return [note for note in reversed(notes) if note["way"] == way and kind in ("", note["type"])]

    def wait_for(self, way: str, kind: str = "", after_s: float = 0.0, timeout_s: float = 20.0) -> Note:
        """The first such note, once it has come."""
        found: list[Note] = []

        def come() -> bool:
            found[:] = self.find(way, kind, after_s)
            return bool(found)

        with self._news:
            if not self._news.wait_for(come, timeout_s):
                raise TimeoutError(f"the server noted no {kind} {way} within {timeout_s:g} s")
        return found[0]


class Client:
    """A client under test, in a terminal of its own: its process, its interrupt key, and busy neighbours."""

    name: str

    def __init__(self, command: Sequence[str], block_ms: int, env: Mapping[str, str], folder: Path, nice: int) -> None:
        self.block_ms = block_ms
        fifo = folder / "neighbours"
        os.mkfifo(fifo)
        neighbours = [sys.executable, "-m", "tests.benchmarks.neighbours", str(fifo)]
        wrapped = ["sh", "-c", f'{shlex.join(neighbours)} & exec "$@"', "sh", *command]
        self.terminal = Terminal(wrapped, width=120, height=40, env={**env, "PYTHONPATH": str(ROOT)}, cwd=folder)
        self.began_s = time.monotonic()
        self.pid = self.terminal.pid
        self._neighbours = fifo.open("w")
        if nice:
            Path(f"/proc/{self.pid}/autogroup").write_text(str(nice))

    def interrupt(self) -> None:
        """Press its interrupt key."""
        raise NotImplementedError

    @contextmanager
    def beside_busy_processes(self, count: int = 2) -> Iterator[None]:
        """With neighbours that want every cycle there is, at the usual priority."""
        print(count, file=self._neighbours, flush=True)
        try:
            yield
        finally:
            print(0, file=self._neighbours, flush=True)

    def close(self) -> None:
        """End it."""
        self._neighbours.close()
        self.terminal.close()


class BareClient(Client):
    """The floor."""

    name = "floor"

    def __init__(self, server: ServerProcess, pulse: PulseServer, block_ms: int, folder: Path, nice: int = 0) -> None:
        url = f"ws://127.0.0.1:{server.port}/v1/realtime?model={MODEL}"
        command = [sys.executable, "-m", "tests.benchmarks.bare_client", "--url", url, "--block-ms", str(block_ms)]
        super().__init__(command, block_ms, pulse.env, folder, nice)
        self.terminal.wait_for("ready")

    def interrupt(self) -> None:
        os.kill(self.pid, signal.SIGUSR1)


class App(Client):
    """The real `tutor-tui` with its full screen."""

    name = "tutor-tui"

    def __init__(
        self,
        server: ServerProcess,
        pulse: PulseServer,
        block_ms: int,
        folder: Path,
        nice: int = 0,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`settings`: environment variables that make settings."""
        env = app_environment(pulse.env, folder, f"ws://127.0.0.1:{server.port}/v1") | dict(settings)
        env["TUTOR_TUI_SOUND_BLOCK_MS"] = str(block_ms)
        command = [sys.executable, "-m", "tutor_tui", "--tutor", "openai", "--profile", "english-conversation"]
        super().__init__(command, block_ms, env, folder, nice)

    def interrupt(self) -> None:
        self.terminal.send("Escape")


def app_environment(env: Mapping[str, str], home: Path, base_url: str = "") -> dict[str, str]:
    """An environment with a home of its own and a cloud tutor at `base_url`; nothing of the developer's own."""
    kept = {name: value for name, value in env.items() if not name.startswith(("OPENAI_", "TUTOR_TUI_", "XDG_CONFIG"))}
    cloud = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": base_url} if base_url else {}
    return kept | {"HOME": str(home), "TUTOR_TUI_SCREEN_CAPTIONS": "all"} | cloud


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, all its threads, by its own clock (see clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def cpu_percent(pid: int, seconds: float) -> float:
    """Share of one core over the coming seconds."""
    before, began_s = cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (cpu_s(pid) - before) / (time.monotonic() - began_s)


def memory_mb(pid: int) -> float:
    """Resident memory of a process, in MB of 10⁶ bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:"))


def key_delay_ms(presses: int = 15) -> list[float]:
    """What tmux itself takes to bring a key from `send-keys` to the program on its screen."""
    script = "\n".join(
        (
            "import os, sys, time, tty",
            "tty.setraw(0)",
            "print('reading', end='', flush=True)",
            "with open(sys.argv[1], 'w') as stamps:",
            "    while os.read(0, 64):",
            "        print(time.monotonic(), file=stamps, flush=True)",
        )
    )
    delays: list[float] = []
    with tempfile.NamedTemporaryFile("r") as stamps:
        command = [sys.executable, "-c", script, stamps.name]
        with Terminal(command, env=dict(os.environ)) as terminal:
            terminal.wait_for("reading")
            for _ in range(presses):
                pressed_s = time.monotonic()
                terminal.send("Escape")
                wait_until(lambda: Path(stamps.name).read_text().count("\n") > len(delays))
                delays.append((float(stamps.readline()) - pressed_s) * 1000)
    return delays


def wait_until(done: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait for a condition; raises when it does not come."""
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.005)
