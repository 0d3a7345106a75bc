"""A classroom: private sound, a strict tutor's server, and `tutor-tui` in a terminal of its own."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.paths import ROOT
from tests.support.pulse import PulseServer, Recording
from tests.support.strict_records import Received
from tests.support.strict_server import Behaviour, StrictServer
from tests.support.terminal import Terminal

T = TypeVar("T")
WAIT_S = 20.0
LISTEN_EVERY_S = 0.2
"""How often to look for a sound in a recording, which is work that the lesson's own programs wait for."""
_LIBRARY_NOISE = re.compile(r"ALSA lib|jack|Jack server|JackShm|Cannot connect to server|PaAlsa|Expression '|Traceback")
"""What PortAudio and its friends print at start, and what must never reach a learner's screen."""
_BEFORE_OUR_FIRST_LINE = re.compile(r"Fatal Python error: init_import_site.*", re.DOTALL)
"""What the interpreter says of a Ctrl-C that comes before it runs a line of ours: on a busy machine that is a while."""


class LiveServer:
    """A strict server on a loop and a thread of its own, so that a test may wait for screens meanwhile."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.loop = asyncio.new_event_loop()
        self.strict = StrictServer(behaviour)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self.strict.__aenter__())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine of the server's on its loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(WAIT_S)

    def close(self) -> None:
        self.run(self.strict.__aexit__())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def frames(self, kind: str, after_s: float = 0.0) -> list[Received]:
        """Client frames of this type that came after a time."""
        return [each for each in list(self.strict.received) if each.type == kind and each.at >= after_s]

    def wait_for(
        self, kind: str, after_s: float = 0.0, where: Callable[[dict[str, Any]], bool] | None = None
    ) -> Received:
        """The first such client frame, once it has come."""
        return wait_until(
            lambda: next((each for each in self.frames(kind, after_s) if where is None or where(each.frame)), None),
            f"{kind} from the client",
        )

    def wait_told(self, kind: str, after_s: float = 0.0) -> float:
        """When the server first told such an event after a time, once it has."""
        return wait_until(
            lambda: next(
                (each.at for each in list(self.strict.sent) if each.type == kind and each.at >= after_s), None
            ),
            f"{kind} from the server",
        )

    def drop(self) -> None:
        """Cut the line without a word."""
        self.loop.call_soon_threadsafe(self.strict.drop)


class Classroom:
    """Opens lessons; at the end it looks whether anything of them was refused, or painted over."""

    def __init__(self, pulse: PulseServer, home: Path) -> None:
        self.pulse = pulse
        self.home = home
        self.screens: list[Terminal] = []
        self.servers: list[LiveServer] = []
        self._stack = ExitStack()

    def server(self, **behaviour: Any) -> LiveServer:
        """A strict server that behaves so."""
        live = LiveServer(Behaviour(**behaviour))
        self._stack.callback(live.close)
        self.servers.append(live)
        return live

    def hear(self) -> Recording:
        """What the learner hears from now on."""
        return self._stack.enter_context(self.pulse.record())

    def open(
        self,
        *options: str,
        server: LiveServer | None = None,
        size: tuple[int, int] = (80, 24),
        turn_taking: str = "quick",
    ) -> Terminal:
        """`tutor-tui` with a home of its own, in the cloud at `server` or offline."""
        variables = {"HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        variables["TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT"] = "pocketsphinx"  # the extra takes a while to load
        variables["TUTOR_TUI_SCREEN_CAPTIONS"] = "all"  # tests read what the tutor says, at any level
        tutor = ["--tutor", "offline"]
        if server is not None:
            variables |= {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.strict.base_url}
            tutor = ["--tutor", "openai", "--profile", "english-conversation"]
        variables |= self.pulse.variables | {"TUTOR_TUI_LESSON_TURN_TAKING": turn_taking}
        variables["TUTOR_TUI_OFFLINE_VOICES"] = "espeak-ng"  # the better ones take all of a busy machine
        command = [sys.executable, "-m", "tutor_tui", *tutor, *options]
        screen = self._stack.enter_context(
            Terminal(command, width=size[0], height=size[1], env=variables, cwd=self.home, keep_output=True)
        )
        self.screens.append(screen)
        return screen

    def close(self) -> None:
        try:
            for screen in self.screens:
                output = _BEFORE_OUR_FIRST_LINE.sub("", screen.output)
                noise = _LIBRARY_NOISE.search(output)
                assert noise is None, output[noise.start() - 100 : noise.end() + 300]
            for server in self.servers:
                assert server.strict.complaints == []
        finally:
            self._stack.close()


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[Classroom]:
    """An empty classroom."""
    with PulseServer() as pulse:
        room = Classroom(pulse, tmp_path)
        yield room
        room.close()


def type_words(screen: Terminal, words: str) -> None:
    """Type instead of speaking."""
    screen.send("t")
    screen.wait_for("enter send")
    screen.send("C-u")  # where the line was open, the key is a letter
    screen.type(words)
    screen.send("Enter")


def wait_until(find: Callable[[], T | None], what: str, timeout_s: float = WAIT_S, every_s: float = 0.02) -> T:
    """What `find` finds, once that is not nothing (0 may be a place); look less often for what is costly to find."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = find()
        if found is not None and (found or type(found) is int):
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {timeout_s:g} s")
        time.sleep(every_s)
