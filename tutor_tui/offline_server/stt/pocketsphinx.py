"""Speech → text in every language that we can read: the expected sentences, in a process of its own.

pocketsphinx holds Python's lock while it decodes (up to 30 ms at a time): in the server's process it would stall the
sound. So each recogniser has a child that does nothing else; `worker_pipe` joins them.
"""

from __future__ import annotations

import json
import subprocess
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match, PhoneSlip, heard_languages
from tutor_tui.offline_server.stt.worker_pipe import (
    AIM,
    ALONE,
    BEGIN,
    EXPECT,
    FEED,
    FINISH,
    NOTHING,
    USAGE,
    start_child,
    stop_child,
    write_message,
)
from tutor_tui.speech.sentences import sentences as sentences_in

UNUSED_S = 300.0
"""After so long without speech (no lesson, or one in which everything is typed) a child gives its memory back."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""The other processors belong to the sound and the screen."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a recogniser has cost so far."""

    processor_s: float
    memory_mb: float | None
    """The most that its process has had; None where the system does not say so."""
    by: tuple[str, ...]
    """What it hears with."""


class PocketSphinx:
    """Understands one learner. Used from one thread at a time; calls between `begin` and `finish` return at once."""

    def __init__(self, language: str, unused_s: float = UNUSED_S) -> None:
        """Of a language that is not among `heard_languages` nothing is understood: its answers are typed.

        The child is started by `wake`, or with the first utterance: a lesson that is typed does without. After
        `unused_s` without speech it ends, until there is some.
        """
        self._is_heard = language in heard_languages()
        self._arguments = [language, str(unused_s)]
        self._child: subprocess.Popen[bytes] | None = None
        self._expected: list[str] = []
        self._targets: list[str] = []
        self._prompted: list[str] = []

    def wake(self) -> None:
        """Start the child if there was none yet: somebody may be about to speak."""
        if self._child is None and self._is_heard:
            self._start()

    @property
    def listens(self) -> bool:
        """Whether it understands its language at all."""
        return self._is_heard

    def _start(self) -> None:
        self._child = start_child("tutor_tui.offline_server.stt.pocketsphinx_worker", *self._arguments, **_ONE_THREAD)
        self._end = weakref.finalize(self, stop_child, self._child)
        self._listen_for(self._expected)
        self._aim()

    def expect(self, sentences: Sequence[str]) -> None:
        """Listen for these in the next utterance; between utterances only."""
        self._expected = list(sentences)
        self._listen_for(self._expected)

    def prompt(self, text: str) -> None:
        """Listen for the sentences in `text`, too; in the next utterance only."""
        self._prompted = [sentence for each in sentences_in(text) if (sentence := each.strip())]

    def _listen_for(self, sentences: Sequence[str]) -> None:
        self._send(EXPECT, json.dumps(sentences).encode())

    def aim_at(self, targets: Sequence[str]) -> None:
        """One of these is said after the tutor in the next utterance: how each of its words was said is told."""
        self._targets = list(targets)
        self._aim()

    def _aim(self) -> None:
        self._send(AIM, json.dumps(self._targets).encode())

    def begin(self) -> None:
        """An utterance begins. A child that is not there yet, or has ended, is started here, and misses nothing of it.

        One that broke down is replaced by one without a second recogniser, which may have been what this machine lacks
        the memory or the instructions for.
        """
        if self._child and (ended := self._child.poll()) is not None:
            if ended and ALONE not in self._arguments:
                self._arguments.append(ALONE)
            self._end()
            self._start()
        self.wake()
        if self._prompted:
            self._listen_for([*self._expected, *self._prompted])
        self._send(BEGIN)

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16. Decoded as it comes."""
        self._send(FEED, pcm[: len(pcm) & ~1])

    def finish(self) -> Hearing:
        """The utterance is over: what was it?"""
        answer = self._ask(FINISH)
        heard = _read(answer) if answer else NOTHING
        if self._prompted:
            self._prompted = []
            self._listen_for(self._expected)
        return heard

    def usage(self) -> Usage | None:
        """What the child has cost so far, behind all that it was given; None where there is none."""
        answer = self._ask(USAGE)
        if not answer:
            return None
        told = json.loads(answer)
        return Usage(told["processor_s"], told["memory_mb"], tuple(told["by"]))

    def close(self) -> None:
        """End the child, and start none any more; also done when nobody refers to this recogniser any more."""
        self._is_heard = False
        if self._child:
            self._end()
            self._child = None

    def _send(self, kind: bytes, payload: bytes = b"") -> None:
        if self._child and self._child.stdin:
            try:
                write_message(self._child.stdin, kind, payload)
            except (OSError, ValueError):
                return  # the child has died, and `begin` starts another; or it was just ended, and its pipe closed

    def _ask(self, kind: bytes) -> bytes:
        """The child's answer; empty where there is no child any more."""
        self._send(kind)
        try:
            return self._child.stdout.readline() if self._child and self._child.stdout else b""
        except ValueError:
            return b""  # ended meanwhile, its pipe closed


def _read(line: bytes) -> Hearing:
    """An answer of the child's."""
    answer = json.loads(line)
    words = tuple(
        HeardWord(text, is_clear, is_different=is_different, slip=PhoneSlip(*slip) if slip else None)
        for text, is_clear, is_different, slip in answer["words"]
    )
    rivals, log_odds = tuple(answer["rivals"]), answer["log_odds"]
    return Hearing(answer["text"], Match(answer["match"]), words, rivals, log_odds=log_odds)
