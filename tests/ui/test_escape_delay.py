"""A lone escape arrives at once, in a real terminal with Textual's real driver."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import threading
import time

APP = """
import os, sys, time
from tutor_tui.ui.textual_patches.escape_delay import shorten_escape_delay
shorten_escape_delay()
from textual.app import App

def tell(line):
    os.write(int(sys.argv[1]), line.encode() + b"\\n")

class Keys(App):
    def on_mount(self):
        tell("ready")
    def on_key(self, event):
        tell(f"key {event.key} {time.monotonic()}")
        if event.key == "q":
            self.exit()

Keys().run()
"""


def drain(fd: int) -> None:
    """Take what the screen paints, so that it never waits for us."""
    with contextlib.suppress(OSError):
        while os.read(fd, 65_536):
            pass


def read_line(fd: int, limit_s: float = 20.0) -> str:
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([fd], [], [], limit_s)
        assert ready, f"nothing but {line!r} came"
        line += os.read(fd, 1)
    return line.decode()


def test_escape_arrives_at_once_and_arrows_stay_whole() -> None:
    ours, theirs = pty.openpty()
    news, tell = os.pipe()
    environ = {name: value for name, value in os.environ.items() if name != "ESCDELAY"} | {"TERM": "xterm-256color"}
    program = subprocess.Popen(
        [sys.executable, "-c", APP, str(tell)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ,
        pass_fds=[tell],
        start_new_session=True,
    )
    os.close(theirs)
    threading.Thread(target=drain, args=(ours,), daemon=True).start()
    try:
        assert "ready" in read_line(news)
        waits_s = []
        for _ in range(9):
            time.sleep(0.13)  # past any look that the thread takes every 100 ms
            sent_s = time.monotonic()
            os.write(ours, b"\x1b")
            _, key, came_s = read_line(news).split()
            assert key == "escape"
            waits_s.append(float(came_s) - sent_s)
        assert sorted(waits_s)[4] < 0.06, f"the median of {waits_s}; Textual alone takes 100 ms and more"
        os.write(ours, b"\x1b[A")
        assert read_line(news).split()[1] == "up"
        os.write(ours, b"q")
        assert read_line(news).split()[1] == "q"
    finally:
        program.kill()
        program.wait()
        for fd in (ours, news, tell):
            os.close(fd)
