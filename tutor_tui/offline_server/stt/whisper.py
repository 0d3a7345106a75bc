"""Speech → text in every language: Whisper, by the extra `[whisper]`, in a process of its own.

What is heard is free speech first, and is then compared with what the lesson expects. It may be missing, loading, ended
or stuck at any time: then it says nothing, and who asks goes by what others have heard.
"""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import HeardPiece, HeardWord, Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Tell, Unavailable
from tutor_tui.offline_server.stt.whisper_child import WhisperChild, no_memory
from tutor_tui.offline_server.stt.worker_pipe import BEGIN, EXPECT, FEED, FINISH, NOTHING

PATIENCE_S = 8.0
"""So long after the end of an utterance an answer is waited for: ten times what a slow machine needs, and in time for
the turn (`transcripts.LONGEST_HEARING_S`).
"""
PATIENCE_PER_S = 0.5
"""And so much longer for each second of it: a recording may have minutes."""
PAUSES_S = (0.0, 30.0, 120.0)
"""From its end until it is tried again, at the next utterance; after the last, and no answer meanwhile, no more."""


def _nobody(news: Unavailable) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """What the settings say about it."""

    model: str
    """A name (`base`, `small`), or the folder that holds a converted model."""
    may_download: bool = False
    """Whether a model that is not on this machine may be fetched."""


class WhisperSpeechToText:
    """Hears one learner. Used from one thread at a time; all calls but `finish` return at once."""

    def __init__(self, options: Whisper) -> None:
        self._options = options
        self._tell: Tell = _nobody
        self._languages: tuple[str, ...] = ()
        self._expected: list[str] = []
        self._prompt = ""
        self._utterance = 0
        self._fed_bytes = 0
        self._ends = 0
        """How often it has ended since it last answered."""
        self._refused = ""
        """The language that its model does not know, once that was told."""
        self._child: WhisperChild | None = None
        self._is_closed = False

    def _start(self) -> WhisperChild | None:
        me = weakref.ref(self)  # the process must not keep alive whom it ends with

        def told(news: Unavailable) -> None:
            ears = me()
            if ears is not None and not ears._ends:  # that what was tried again has ended at once is no news
                ears._tell(news)

        try:
            return WhisperChild(self._options.model, may_download=self._options.may_download, tell=told)
        except OSError:
            told(no_memory())
            return None

    @property
    def is_well(self) -> bool:
        """Whether the next learner may have it."""
        return self._child is not None and self._child.trouble is None

    def wait_until_ready(self, patience_s: float) -> bool:
        """Whether it hears after so long at most: for who wants its first answer."""
        self.wake()
        return self._child is not None and self._child.wait_until_ready(patience_s)

    def listen_for(self, languages: Sequence[str], tell: Tell = _nobody) -> None:
        """The language (ISO 639-1) of the next utterances, and those that are heard where they fit clearly better.

        `tell` takes why it hears nothing, and how a download gets on; from any thread.
        """
        self._languages, self._tell, self._refused = tuple(each for each in languages if each), tell, ""
        self._look_at_language()

    def wake(self) -> None:
        """Somebody may be about to speak: start the process, which takes a second or two, unless it runs."""
        if self._child is None and not self._is_closed:
            self._child = self._start()
            self._send(EXPECT, json.dumps(self._expected).encode())

    def expect(self, sentences: Sequence[str]) -> None:
        """Compare the next utterances with these; between utterances only."""
        self._expected = list(sentences)
        self._send(EXPECT, json.dumps(self._expected).encode())

    def prompt(self, text: str) -> None:
        """What was said before the next utterance, or how words in it are written; for that one only."""
        self._prompt = text

    def begin(self) -> None:
        """An utterance begins; one that was not finished is forgotten. A process that has gone may be replaced here."""
        self.wake()
        self._revive()
        self._look_at_language()
        if self._child:
            self._child.end_if_behind()
        self._utterance += 1
        self._fed_bytes = 0
        wish = {"utterance": self._utterance, "languages": self._languages, "prompt": self._prompt}
        self._send(BEGIN, json.dumps(wish).encode())
        self._prompt = ""

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        self._fed_bytes += len(sound)
        self._send(FEED, sound[: len(sound) & ~1])

    def finish(self, first: Hearing = NOTHING) -> Hearing | None:
        """The utterance is over: what was it, where others have heard `first`? None where it does not know better, or
        does not say so in time.

        While its model is being loaded it is waited for only where nobody else knows anything.
        """
        child = self._child
        if child is None or self._refused or (not child.is_ready and first.match is not Match.OTHER):
            return None
        opinion = {"text": first.text, "log_odds": first.log_odds} if first.match is not Match.OTHER else {}
        self._send(FINISH, json.dumps(opinion).encode())
        answer = child.answer(self._utterance, PATIENCE_S + PATIENCE_PER_S * pcm.ms_of(self._fed_bytes) / 1_000)
        self._look_at_language()
        if answer is None or self._refused:
            return None
        self._ends = 0
        return hearing_in(answer) if "text" in answer else None

    def close(self) -> None:
        """End the process, in whatever it is doing; also done when nobody refers to this any more."""
        self._is_closed = True
        if self._child:
            self._child.close()
            self._child = None

    def _send(self, kind: bytes, payload: bytes = b"") -> None:
        if self._child and self._child.trouble is None:
            self._child.send(kind, payload)

    def _revive(self) -> None:
        """Another process in place of one that ended, unless that ended too often, or said why."""
        child = self._child
        if child is None or child.trouble is None or not child.may_come_back or self._ends >= len(PAUSES_S):
            return
        if child.ended_s + PAUSES_S[self._ends] <= time.monotonic():
            self._ends += 1
            child.close()
            self._child = self._start()
            self._send(EXPECT, json.dumps(self._expected).encode())

    def _look_at_language(self) -> None:
        """Tell once where the model does not know the lesson's language."""
        known = self._child.languages if self._child else None
        for language in self._languages[:1]:
            if known is not None and language not in known and self._refused != language:
                self._refused = language
                title = f"The Whisper model {self._options.model} understands English only."
                self._tell(Unavailable(title, "Choose one without .en in offline.whisper_model."))


def hearing_in(answer: Any) -> Hearing:
    """An answer of the process's."""
    words = tuple(HeardWord(*word) for word in answer["words"])
    pieces = tuple(HeardPiece(**piece) for piece in answer["pieces"])
    match, rivals, language = Match(answer["match"]), tuple(answer["rivals"]), answer["language"]
    return Hearing(answer["text"], match, words, rivals, language, answer["is_agreed"], answer["log_odds"], pieces)
