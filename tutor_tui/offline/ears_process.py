"""Ears in a process of their own.

The decoder keeps Python's lock while it works: 10 ms for 32 ms of speech, up to 300 ms at the end of a sentence
(measured). In the server's process that would stop the socket and the voice for as long; over a pipe nobody notices.

A message is a head (one letter and the length of the rest) and the rest; only FINISH is answered.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

_HEAD = struct.Struct(">cI")
_SERIAL = struct.Struct(">I")
_LANGUAGE, _EXPECT, _BEGIN, _FEED, _FINISH = b"L", b"X", b"B", b"F", b"E"
LONGEST_WAIT_S = 10.0
"""A child that has not understood a sentence by then is given up."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance was taken for."""

    text: str
    expected: bool
    """One of the expected sentences."""


def _write(pipe: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    pipe.write(_HEAD.pack(kind, len(body)) + body)
    pipe.flush()


def _read(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """The next message. Raises `EOFError` at the end of the pipe."""
    kind, length = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    return kind, _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data


class EarsProcess:
    """Ears for one learner after another; called from one thread at a time. Starts its child anew when it has died."""

    def __init__(self, when_closed: Callable[[EarsProcess], None], command: Sequence[str] = ()) -> None:
        """`when_closed` may keep it for the next learner. `command` starts another child, for tests."""
        self._when_closed = when_closed
        self._command = tuple(command) or (sys.executable, "-m", __name__)
        self._child: subprocess.Popen[bytes] | None = None
        self._language = ""
        self._expected: list[str] = []
        self._serial = 0

    def speak_to(self, language: str) -> None:
        """Understand this language from now on; the models are loaded in the background."""
        if language != self._language or not self._alive:
            self._language, self._expected = language, []
            self._start()

    @property
    def _alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _start(self) -> None:
        if not self._alive:
            self.end()
            self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._tell(_LANGUAGE, self._language.encode())

    def _tell(self, kind: bytes, body: bytes = b"") -> None:
        assert self._child is not None and self._child.stdin is not None  # started, with a pipe
        _write(self._child.stdin, kind, body)

    def expect(self, sentences: Sequence[str]) -> None:
        """Sentences to listen for in the next utterance."""
        self._expected = list(sentences)
        if self._alive:  # a dead one is told when it begins again
            self._tell(_EXPECT, json.dumps(self._expected).encode())

    def begin(self) -> None:
        """An utterance begins."""
        if not self._alive:
            self._start()
            self.expect(self._expected)
        self._tell(_BEGIN)

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16. Waits only when the child is more than a pipe's length behind."""
        self._tell(_FEED, pcm)

    def finish(self) -> Understood:
        """The utterance is over. Raises `EOFError` or `OSError` when the child died of it, or takes too long."""
        child = self._child
        assert child is not None and child.stdout is not None  # begun, with a pipe
        self._serial += 1
        self._tell(_FINISH, _SERIAL.pack(self._serial))
        too_long = threading.Timer(LONGEST_WAIT_S, child.kill)
        too_long.start()
        try:
            while True:
                _, body = _read(child.stdout)
                if _SERIAL.unpack_from(body)[0] == self._serial:
                    return Understood(**json.loads(body[_SERIAL.size :]))
        finally:
            too_long.cancel()

    def close(self) -> None:
        """This learner is gone."""
        self._when_closed(self)

    def end(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None and child.stdin is not None and child.stdout is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):  # what was not written yet has nowhere to go
                    pipe.close()


def serve(commands: IO[bytes], answers: IO[bytes]) -> None:
    """The child's side: listen until the pipe ends."""
    from tutor_tui.offline.ears import Ears  # only here: the parent shall not load the decoder

    ears: Ears | None = None
    listening = False
    language = ""
    while True:
        try:
            kind, body = _read(commands)
        except EOFError:
            return
        if kind == _LANGUAGE:
            if ears is None or language != body.decode():
                language = body.decode()
                ears, listening = Ears(language), False
            continue
        if ears is None:
            raise RuntimeError("the first message has to name a language")
        if listening and kind in (_BEGIN, _EXPECT):  # the last utterance was given up half-way
            ears.finish()
            listening = False
        if kind == _EXPECT:
            ears.expect(json.loads(body))
        elif kind == _BEGIN:
            ears.begin()
            listening = True
        elif kind == _FEED and listening:
            ears.feed(body)
        elif kind == _FINISH:
            heard = ears.finish() if listening else None
            listening = False
            found = {"text": heard.text if heard else "", "expected": heard.expected if heard else False}
            _write(answers, _FINISH, body + json.dumps(found).encode())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business, whose end is the end of the pipe
    serve(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # some libraries complain on standard error when Python clears up
