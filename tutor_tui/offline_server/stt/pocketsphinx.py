"""Speech → text, in a process of its own.

pocketsphinx holds Python's lock while it decodes (up to 30 ms at a time): in the server's process it would stall the
sound. So each recogniser has a child that does nothing else; a few bytes over two pipes join them. The child ends
when its pipe is closed, however this process ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, ClassVar

from tutor_tui.core.child_environment import child_environment
from tutor_tui.openai_api.private_extensions import TOKEN_VARIABLE

HEADER_BYTES = 5
EXPECT, BEGIN, FEED, FINISH = b"E", b"B", b"F", b"X"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was understood."""

    text: str
    """The words; empty when nothing was understood."""
    expected: bool
    """Whether it is one of the expected sentences, and stood the check against what was freely heard."""


NOTHING = Hearing("", False)


class PocketSphinx:
    """Understands one learner. Used from one thread at a time; calls between `begin` and `finish` return at once."""

    languages: ClassVar[frozenset[str]] = frozenset({"en"})
    """What can be heard. In any other language nothing is understood: its answers are typed."""

    def __init__(self, language: str) -> None:
        self._child = _start() if language in self.languages else None
        self._expected: list[str] = []
        if self._child:
            self._end = weakref.finalize(self, stop_child, self._child)

    def expect(self, sentences: Sequence[str]) -> None:
        """Listen for these in the next utterance; between utterances only."""
        self._expected = list(sentences)
        self._send(EXPECT, json.dumps(self._expected).encode())

    def begin(self) -> None:
        """An utterance begins. A child that has died is replaced here."""
        if self._child and self._child.poll() is not None:
            self._end()
            self._child = _start()
            self._end = weakref.finalize(self, stop_child, self._child)
            self._send(EXPECT, json.dumps(self._expected).encode())
        self._send(BEGIN)

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16. Decoded as it comes."""
        self._send(FEED, pcm[: len(pcm) & ~1])

    def finish(self) -> Hearing:
        """The utterance is over: what was it?"""
        return self._ask(FINISH)

    def close(self) -> None:
        """End the child; also done when nobody refers to this recogniser any more."""
        if self._child:
            self._end()
            self._child = None

    def _send(self, kind: bytes, payload: bytes = b"") -> None:
        if self._child and self._child.stdin:
            try:
                write_message(self._child.stdin, kind, payload)
            except (OSError, ValueError):
                return  # the child has died, and `begin` starts another; or it was just ended, and its pipe closed

    def _ask(self, kind: bytes) -> Hearing:
        self._send(kind)
        try:
            answer = self._child.stdout.readline() if self._child and self._child.stdout else b""
        except ValueError:
            return NOTHING  # ended meanwhile, its pipe closed
        return Hearing(**json.loads(answer)) if answer else NOTHING


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


def _start() -> subprocess.Popen[bytes]:
    return start_child("tutor_tui.offline_server.stt.pocketsphinx_worker")


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
