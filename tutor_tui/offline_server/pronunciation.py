"""How clearly each word of a known sentence was said: clear, unsure or different, and on demand by which phone.

Nothing is cut into phones first, since that goes wrong exactly where something was said otherwise. Instead the whole
sentence is compared with the same one in which a word may be anything, and with those in which one phone is replaced by
one that it is known to be taken for, or left out. A doubtful score is unsure: a false accusation costs a learner more
than a slip that passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import PhoneSlip
from tutor_tui.offline_server.phones import PHONES, Pronounced
from tutor_tui.offline_server.stt.lenience import NEIGHBOURS, is_usual, leniently
from tutor_tui.offline_server.stt.phone_posteriors import BLANK
from tutor_tui.offline_server.stt.sentence_graph import numbers
from tutor_tui.offline_server.stt.word_losses import ADDED_PHONES, ANYTHING, likelihoods, word_losses

CLEAR = 1.8
"""What a word may lose, of log likelihood and per phone, and be clear: of words said well nine in ten lose less."""
DIFFERENT = 2.4
"""What it has to lose to be another word: of words said well 2 % lose as much, of others more than 80 %."""
CLEAR_GAIN = 3.0
"""What a slip has to explain better, in log likelihood, to be named."""


class Clarity(StrEnum):
    """How a word was said."""

    CLEAR = "clear"
    UNSURE = "unsure"
    """It may have been the word: never shown as wrong."""
    DIFFERENT = "different"
    """Something else was said in its place, or nothing."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class WordClarity:
    """A word of the sentence."""

    text: str
    clarity: Clarity
    loss: float
    """What its phones cost, compared with the best that can be heard in their place: for whoever weighs it with what
    others have heard, since no number is shown.
    """
    phones: int
    """How many it has."""


def clarities(words: Sequence[Pronounced], posteriors: NDArray[np.float32], language: str) -> tuple[WordClarity, ...]:
    """How each of `words` was said; `posteriors` as `PhonePosteriors` gives them, of the utterance and nothing else.

    Empty where nothing was said. Takes some 3 ms for eight words, and as much again for each that is different.
    """
    if not len(posteriors):
        return ()
    heard = leniently(posteriors, language)
    sequence: list[list[int]] = numbers(words)
    losses = np.zeros(len(words))
    replaced: set[int] = set()
    while left := [place for place in range(len(words)) if place not in replaced]:
        (rises,) = word_losses([sequence], heard)
        for place in left:
            losses[place] = rises[place] / (len(sequence[place]) + ADDED_PHONES)
        worst = max(left, key=lambda place: losses[place])
        if losses[worst] < DIFFERENT:
            break
        replaced.add(worst)  # its neighbours are judged without it
        sequence = _with(sequence, worst, [ANYTHING])
    return tuple(
        WordClarity(word.text, _clarity(loss, place in replaced), float(loss), len(word.phones))
        for place, (word, loss) in enumerate(zip(words, losses, strict=True))
    )


def slip(words: Sequence[Pronounced], place: int, posteriors: NDArray[np.float32], language: str) -> PhoneSlip | None:
    """The phone of the word at `place` that was most likely replaced by one that it is taken for, or left out.

    None where nothing of the kind explains the sound clearly better, or the word is none even so. Only for who asks,
    and after `clarities` doubted the word. What native speech of the language does itself is no slip.
    """
    if not len(posteriors):
        return None
    heard = leniently(posteriors, language)
    sequence = numbers(words)
    word = sequence[place]
    changes = [
        (at, other)
        for at, phone in enumerate(word)
        for other in (*_taken_for()[phone], *([BLANK] if len(word) > 1 else []))
        if not is_usual(phone, other, language)
    ]
    variants = [[*word[:at], *([] if other == BLANK else [other]), *word[at + 1 :]] for at, other in changes]
    sentences = [sequence, *(_with(sequence, place, variant) for variant in ([ANYTHING], *variants))]
    whole, anything, *changed = likelihoods(sentences, heard)
    if not changes or max(changed) - whole < CLEAR_GAIN:
        return None
    if (anything - max(changed)) / (len(word) + ADDED_PHONES) > CLEAR:  # another word altogether
        return None
    at, other = changes[int(np.argmax(changed))]
    return PhoneSlip(PHONES[word[at]], "" if other == BLANK else PHONES[other])


@cache
def _taken_for() -> Mapping[int, Sequence[int]]:
    """The phones that each is taken for."""
    pairs = [tuple(map(PHONES.index, pair.split())) for pair in NEIGHBOURS.split(",")]
    both = [*pairs, *((other, one) for one, other in pairs)]
    return {phone: [other for one, other in both if one == phone] for phone in range(len(PHONES))}


def _clarity(loss: float, is_replaced: bool) -> Clarity:
    if is_replaced:
        return Clarity.DIFFERENT
    return Clarity.CLEAR if loss <= CLEAR else Clarity.UNSURE


def _with(sequence: Sequence[list[int]], place: int, phones: list[int]) -> list[list[int]]:
    return [phones if at == place else word for at, word in enumerate(sequence)]
