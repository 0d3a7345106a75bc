"""What joins a recogniser to the child process that does its work: a few bytes over two pipes.

Messages go in on the child's standard input, and each answer is one line of JSON on its standard output. The child ends
when its pipe is closed, however this process ends.
"""

from __future__ import annotations

import subprocess
import sys
from typing import IO

from tutor_tui.core.child_environment import TOKEN_VARIABLE, child_environment
from tutor_tui.offline_server.hearing import Hearing

HEADER_BYTES = 5
EXPECT, AIM, BEGIN, FEED, FINISH, USAGE = b"E", b"A", b"B", b"F", b"X", b"U"
ALONE = "--alone"
"""The argument that tells a child to do without a second recogniser."""

NOTHING = Hearing()


def write_message(pipe: IO[bytes], kind: bytes, payload: bytes) -> None:
    """One message: its kind, the payload's length in four bytes, the payload."""
    pipe.write(kind + len(payload).to_bytes(4, "big") + payload)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message; None when the other side has gone."""
    header = pipe.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    length = int.from_bytes(header[1:], "big")
    payload = pipe.read(length)
    return (header[:1], payload) if len(payload) == length else None


def start_child(module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    """A process that runs one of our modules, with pipes for messages; `variables` are added to its environment."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(TOKEN_VARIABLE) | variables,
    )


def stop_child(child: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which ends the child; it is not waited for longer than it takes to decode a piece."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # unsent bytes for a child that is gone
