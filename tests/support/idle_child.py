"""When a recogniser's child process has nothing left to do."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import termios
import time
from pathlib import Path


def wait_until_idle(child: subprocess.Popen[bytes]) -> None:
    """Until the child has read all that was sent, and sleeps for want of more: as it would in real time."""
    assert child.stdin is not None
    stat = Path(f"/proc/{child.pid}/stat")
    while True:
        unread = int.from_bytes(fcntl.ioctl(child.stdin, termios.FIONREAD, bytes(4)), sys.byteorder)
        if not unread and stat.read_text().rpartition(") ")[2].startswith("S"):
            return
        time.sleep(0.02)  # seldom: our own time is measured, too
