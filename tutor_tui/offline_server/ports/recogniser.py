"""What the server needs of a recogniser of speech, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from tutor_tui.offline_server.hearing import Hearing


class SpeechToText(Protocol):
    """Understands one learner; called from one worker thread."""

    def expect(self, sentences: Sequence[str]) -> None:
        """Sentences to listen for in the next utterance."""
        ...

    def begin(self) -> None:
        """An utterance begins."""
        ...

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        ...

    def finish(self) -> Hearing:
        """The utterance is over."""
        ...


@runtime_checkable
class JudgesWords(Protocol):
    """A recogniser that can tell how each word was said of a sentence that is known."""

    def aim_at(self, targets: Sequence[str]) -> None:
        """The learner is to say one of these in the next utterance; none for an answer of their own."""
        ...


@runtime_checkable
class SleepsUntilSpoken(Protocol):
    """A recogniser that takes hardly anything until somebody may speak."""

    def wake(self) -> None:
        """There is sound now. The first utterance would wake it too, and then the learner might have to wait."""
        ...


@runtime_checkable
class TakesPrompt(Protocol):
    """A recogniser that listens with a text in mind."""

    def prompt(self, text: str) -> None:
        """What was said before the next utterance, or how words in it are written; for that one only."""
        ...
