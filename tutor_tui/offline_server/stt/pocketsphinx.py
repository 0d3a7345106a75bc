"""Speech → text, in a process of its own.

pocketsphinx holds Python's lock while it decodes (up to 30 ms at a time): in the server's process it would stall the
sound. So each recogniser has a child that does nothing else; `worker_pipe` joins them.
"""

from __future__ import annotations

import json
import subprocess
import weakref
from collections.abc import Sequence
from typing import ClassVar

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.stt.worker_pipe import (
    BEGIN,
    EXPECT,
    FEED,
    FINISH,
    NOTHING,
    start_child,
    stop_child,
    write_message,
)


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
        return _read(answer) if answer else NOTHING


def _read(line: bytes) -> Hearing:
    """An answer of the child's."""
    answer = json.loads(line)
    words = tuple(HeardWord(text, is_clear) for text, is_clear in answer["words"])
    return Hearing(answer["text"], Match(answer["match"]), words)


def _start() -> subprocess.Popen[bytes]:
    return start_child("tutor_tui.offline_server.stt.pocketsphinx_worker")
