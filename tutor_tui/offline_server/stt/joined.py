"""Two recognisers for one learner: what is always installed answers at once where it is certain, Whisper otherwise.

Both hear each utterance from its beginning. So whatever becomes of Whisper, nothing is lost: then what the other has
heard is what was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.second_opinion import is_certain
from tutor_tui.offline_server.stt.whisper import WhisperSpeechToText


class JoinedSpeechToText:
    """Understands one learner. Used from one thread at a time."""

    def __init__(self, first: PocketSphinx, whisper: WhisperSpeechToText) -> None:
        self.first = first
        self.whisper = whisper
        self._repeats = False
        """Whether the learner says a sentence after the tutor."""

    def expect(self, sentences: Sequence[str]) -> None:
        """Listen for these in the next utterance; between utterances only."""
        self.first.expect(sentences)
        self.whisper.expect(sentences)

    def aim_at(self, targets: Sequence[str]) -> None:
        """One of these is said after the tutor in the next utterance: how each of its words was said is told."""
        self.first.aim_at(targets)
        self._repeats = bool(targets)

    def prompt(self, text: str) -> None:
        """What was said before the next utterance, or how words in it are written; for that one only."""
        self.whisper.prompt(text)

    def wake(self) -> None:
        """Somebody may be about to speak."""
        self.first.wake()
        self.whisper.wake()

    def begin(self) -> None:
        """An utterance begins."""
        self.first.begin()
        self.whisper.begin()

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        self.first.feed(sound)
        self.whisper.feed(sound)

    def finish(self) -> Hearing:
        """The utterance is over: what was it?"""
        heard = self.first.finish()
        is_judged = self._repeats and heard.match is not Match.OTHER  # word by word, which Whisper cannot
        if is_judged or is_certain(heard):
            return heard
        opinion = self.whisper.finish(heard) or heard
        # Where one sentence is to be said, whoever listens for it has denied it: Whisper makes fluent ones up.
        is_denied = self._repeats and self.first.listens and bool(opinion.text)
        return replace(opinion, match=Match.UNSURE) if is_denied else opinion
