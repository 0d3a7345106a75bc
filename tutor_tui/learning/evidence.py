"""What counts as a use of an item, and for how much: by what was really said, and not by what anybody claims."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutor_tui.core.captions import Rung
from tutor_tui.learning.clauses import Part, parts
from tutor_tui.learning.held import holds
from tutor_tui.learning.items import Evidence, Rating, Use
from tutor_tui.learning.pauses import longest_before
from tutor_tui.learning.quotes import found_in, place_of, place_of_term, term_in
from tutor_tui.learning.reviews import day_of

MODELLED_S = 90.0
"""What the tutor said so short a time ago is still in the ear: repeating it shows no memory."""
LONG_PAUSE_MS = 1_500
"""Whoever is silent for so long before a word, or within it, had to look for it. Chosen, and not measured."""
QUOTE_CHARACTERS = 300
"""Of a quote, at most; it is the part of a turn that shows the use."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class Claim:
    """That an item was used: told by the offline guide, or by a model with its tool."""

    item_id: str
    use: Use
    quote: str
    """The part of the turn that shows it."""
    is_checked: bool = False
    """Whoever claims it has compared the quote with the item: a guide that judges by a script. A model has not."""


@dataclass(frozen=True, slots=True, repr=False)
class ModelledLine:
    """Something that the tutor said and the learner heard or could read."""

    text: str
    ended_at: float
    """Unix time, s."""


@dataclass(frozen=True, slots=True, repr=False)
class Circumstances:
    """How it stood when the learner spoke, by our own record."""

    lesson_id: str
    turn_id: str
    said: str
    """The learner's turn, as it was transcribed or typed."""
    at: float
    """When it began (Unix time, s)."""
    typed: bool = False
    rung: Rung = Rung.ALL
    modelled: Sequence[ModelledLine] = ()
    """What the tutor had said before."""
    voice: Sequence[tuple[int, int]] = ()
    """Where in the turn they spoke: begin and end of each stretch, ms; empty where that is not known."""
    repaired: bool = False
    recalls: bool = False
    """It was asked for by its meaning alone, in a drill."""
    language: str = ""
    """What was spoken, ISO 639-1: how many syllables it has; empty where that is not known."""


def judged(claim: Claim, term: str, circumstances: Circumstances) -> Evidence | None:
    """The evidence that is in a claim about an item called `term`; None where its quote is not in what was said, or
    where it is said to have been used, and the quote has nothing of it.
    """
    quote = found_in(claim.quote, circumstances.said)
    is_shown = claim.is_checked or claim.use in (Use.LAPSE, Use.UNDERSTOOD) or holds(quote, term)
    if not quote or not is_shown:
        return None
    use = claim.use
    if use is Use.INDEPENDENT:
        use = _unprompted(quote, term, circumstances)
    where = (circumstances.lesson_id, circumstances.turn_id, circumstances.at)
    pause_ms = _pause_ms(term, quote, circumstances)
    rest = (circumstances.rung, pause_ms, circumstances.repaired)
    return Evidence(claim.item_id, *where, use, quote[:QUOTE_CHARACTERS], *rest)


def _pause_ms(term: str, quote: str, circumstances: Circumstances) -> int:
    """The longest silence before the item or within it: where its own words stand in the quote, of which the guide
    gives the whole answer, or else the quote. What was said fluently elsewhere in the turn is no part of it.
    """
    said, voice = unicodedata.normalize("NFC", circumstances.said), circumstances.voice
    place = place_of(quote, said)
    if place is None or len(voice) < 2:
        return 0
    inner = place_of_term(term, quote)
    place = (place[0] + inner[0], place[0] + inner[1]) if inner else place
    # Where its script tells nothing of syllables, each letter is as long.
    cut = parts(said, circumstances.language) or tuple(Part(word, len(word), False) for word in said.split())
    first, behind = (_syllables_before(at, said, cut) for at in place)
    return longest_before(first, behind, cut, voice)


def _syllables_before(place: int, said: str, cut: Sequence[Part]) -> float:
    """How many syllables of a turn stand before this place in it: of a word that it cuts, its share."""
    total, at = 0.0, 0
    for part in cut:
        first = said.find(part.text, at)
        if first < 0:  # written in another way than it stands there
            continue
        at = first + len(part.text)
        if place <= first:
            break
        total += part.syllables * min(1.0, (place - first) / len(part.text))
    return total


def _unprompted(quote: str, term: str, circumstances: Circumstances) -> Use:
    """What a use that nobody prompted counts as: it may have been read off, looked up while typing, or repeated.

    What is typed in a lesson counts as assisted, since it may be looked up, and shows nothing of the sound. A drill
    that asks for a word by its meaning alone is the exception: who types the right form has recalled it, as on the card
    of a vocabulary trainer, unless it was said or shown a moment ago.
    """
    recent = (line for line in circumstances.modelled if circumstances.at - line.ended_at < MODELLED_S)
    is_repeated = any(found_in(quote, line.text) or term_in(term, line.text) for line in recent)
    if circumstances.rung is Rung.MEANING or is_repeated:
        return Use.ASSISTED
    if circumstances.typed:
        return Use.WRITTEN if circumstances.recalls else Use.ASSISTED
    return Use.INDEPENDENT


def rating_of(evidence: Evidence) -> Rating | None:
    """How well the item was remembered, going by one use of it; None where that says nothing about memory.

    What was recalled in writing is hard at best: there was all the time in the world, and nothing is known of the
    sound. So it moves the date on, by less than what was said.
    """
    match evidence.use:
        case Use.LAPSE:
            return Rating.AGAIN
        case Use.INDEPENDENT:
            return Rating.HARD if evidence.repaired or evidence.pause_ms >= LONG_PAUSE_MS else Rating.GOOD
        case Use.WRITTEN:
            return Rating.HARD
        case Use.ASSISTED | Use.UNDERSTOOD:
            return None


class Uptake(StrEnum):
    """What has become of a correction."""

    NONE = "none"
    ONCE = "once"
    """The better form was used unprompted, on one day."""
    MENDED = "mended"
    """And again on another day, without a slip since."""


def uptake_of(evidence: Iterable[Evidence]) -> Uptake:
    """What has become of a correction, going by all the evidence there is of it."""
    days: set[date] = set()
    for each in sorted(evidence, key=lambda each: each.at):
        if each.use is Use.LAPSE:
            days.clear()
        elif each.use is Use.INDEPENDENT:
            days.add(day_of(each.at))
    return (Uptake.NONE, Uptake.ONCE, Uptake.MENDED)[min(len(days), 2)]
