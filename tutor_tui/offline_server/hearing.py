"""What recognisers tell of an utterance: its words, and how sure they are of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


def heard_languages() -> frozenset[str]:
    """In which languages (ISO 639-1) expected sentences are heard by what is always installed: those of
    `phones.LANGUAGES`, told without loading what reads them.
    """
    return frozenset({"en", "es", "fr", "de", "it", "pt", "ko", "ja", "zh"})


class Match(StrEnum):
    """How an utterance stands to the sentences that were listened for."""

    EXPECTED = "expected"
    """It is one of them."""
    UNSURE = "unsure"
    """It may be one: the learner is asked. An accent or a noise is never called wrong."""
    OTHER = "other"
    """It is none of them, or none was listened for."""
    NOT_EXPECTED = "not expected"
    """It has words that are no answer, which nobody is sure of: so a lesson calls them. They are never corrected."""


@dataclass(frozen=True, slots=True)
class PhoneSlip:
    """The phone of a word that explains best why the word was not clear; both as in `phones.PHONES`."""

    phone: str
    """As it should be."""
    heard: str
    """As it was; "" where it was left out."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class HeardWord:
    """A word of an utterance."""

    text: str
    """As it is written in the sentence."""
    is_clear: bool = True
    """False for one that may have been another word."""
    begin_ms: int | None = None
    """Where it lies in the utterance; None where the recogniser cannot tell."""
    end_ms: int | None = None
    is_different: bool = False
    """Something else was said in its place: known only of a sentence that the learner says after the tutor."""
    slip: PhoneSlip | None = None
    """What made it another, as far as one phone did."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class HeardPiece:
    """A stretch of an utterance that was understood by itself."""

    text: str
    begin_ms: int
    end_ms: int
    log_probability: float
    """Of one of Whisper's tokens, on average, in nats."""
    no_speech: float
    """How probable it is that nobody spoke."""
    tokens: Sequence[int] = ()
    worst_word: float = 0.0
    """How probable its least likely word is, by Whisper."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Hearing:
    """What was understood of an utterance."""

    text: str = ""
    """The sentence; of `Match.UNSURE` the one that it may have been. Empty when nothing was understood."""
    match: Match = Match.OTHER
    words: tuple[HeardWord, ...] = ()
    """Of `text`, in order; empty where the recogniser cannot tell the words' worth."""
    rivals: tuple[str, ...] = ()
    """Other sentences that fit nearly as well, the likeliest first."""
    language: str = ""
    """What was heard, ISO 639-1; empty where the recogniser listens for one language only."""
    is_agreed: bool = field(default=False, compare=False)
    """Whether two recognisers have written down `text`, each by itself."""
    log_odds: float | None = field(default=None, compare=False)
    """That `text` was said, as `evidence` has it; None where nothing says so."""
    pieces: tuple[HeardPiece, ...] = field(default=(), compare=False)
    """Of free speech; none where the recogniser takes an utterance as a whole."""
