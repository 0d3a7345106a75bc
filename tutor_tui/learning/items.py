"""What a learner keeps of their lessons, one language at a time, and how each use of it is told."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from tutor_tui.core.captions import Rung


class ItemKind(StrEnum):
    """What sort of thing is kept."""

    WORD = "word"
    """A word or a phrase."""
    CORRECTION = "correction"
    """A slip of the learner's, and its better form."""
    CAN_DO = "can-do"
    """What a unit teaches to do: "order a drink; pay"."""
    FACT = "fact"
    """Something about the learner that helps to teach them: a name, an interest, a goal."""


class Origin(StrEnum):
    """Who kept it."""

    TUTOR = "tutor"
    LEARNER = "learner"
    UNIT = "unit"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class Item:
    """One thing that is kept. What is empty is not known."""

    language: str
    """ISO 639-1, of the language that is learnt."""
    kind: ItemKind
    term: str
    """The word, the better form of a correction, the can-do, or the fact."""
    meaning: str = ""
    """In the learner's own language; of a correction, why; of a can-do, the unit that teaches it."""
    example: str = ""
    """A sentence with it, as it was said."""
    reading: str = ""
    """How it is read: kana, pinyin, romanisation."""
    said: str = ""
    """Of a correction: what the learner had said."""
    category: str = ""
    """Of a correction: one of `core.tools.CORRECTION_KINDS`."""
    origin: Origin = Origin.TUTOR
    lesson_id: str = ""
    """Where it was met first, as `turn_id`, the id of the turn."""
    turn_id: str = ""
    added_at: float = 0.0
    """Unix time, s."""
    known: bool = False
    """The learner says that they know it: it is never due."""
    deleted: bool = False
    """The learner does not want it: it stays as a mark, so that a later note does not bring it back."""
    id: str = field(default="")
    """The same for the same thing however often it is met."""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", item_id(self.language, self.kind, self.term, self.said))


_LAST_MARKS = " .!?。"
"""Of a sentence: it is the same without. (NFKC makes plain marks of ！, ？ and ….)"""


def item_id(language: str, kind: ItemKind, term: str, said: str = "") -> str:
    """16 hexadecimal digits that are the same for the same thing, however it is written (`term_key`)."""
    parts = (language, kind.value, term_key(term), term_key(said) if kind is ItemKind.CORRECTION else "")
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def term_key(text: str) -> str:
    """A term as it is told from others: whatever its capitals, blanks, last mark and form of Unicode."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.rstrip(_LAST_MARKS) or plain


class Use(StrEnum):
    """How a learner met or used an item, once."""

    UNDERSTOOD = "understood"
    """Met, and answered fittingly."""
    ASSISTED = "assisted"
    """Used while it, or its meaning, was on the screen, typed, or said by the tutor a moment ago."""
    INDEPENDENT = "independent"
    """Used unprompted."""
    WRITTEN = "written"
    """Typed while its form was in nobody's sight or ear: a word asked for in a drill by its meaning, or the answer to a
    unit's task.
    """
    LAPSE = "lapse"
    """Got wrong, or asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """One use of an item in a lesson."""

    item_id: str
    lesson_id: str
    turn_id: str
    """The learner's turn."""
    at: float
    """Unix time, s."""
    use: Use
    quote: str
    """The part of the turn that shows it, in the turn's own characters."""
    rung: Rung = Rung.ALL
    pause_ms: int = 0
    """The longest silence right before the item or within it (`pauses`); 0 where none is known."""
    repaired: bool = False
    """The learner put it right themselves in the same turn."""


class Rating(StrEnum):
    """How well an item was remembered, as FSRS counts it."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Review:
    """One review of an item. All are kept, so that another model can replay them."""

    item_id: str
    at: float
    """Unix time, s."""
    rating: Rating
    lesson_id: str = ""
    """Empty for a drill outside of a lesson."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an item is due, and how well it is remembered: what FSRS makes of its reviews."""

    due_at: float
    """Unix time, s."""
    stability_days: float
    """After so many days it is still remembered with a chance of 90 %."""
    difficulty: float
    """1 to 10."""
    reviewed_at: float
    """Unix time, s."""


SLOWEST, FASTEST = 0.5, 2.0
"""The least and the highest rate that anybody is taken to forget at."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How a learner forgets in one language (`learning.forgetting_rate`)."""

    rate: float = 1.0
    """So many times as fast as the average of those on whom FSRS was fitted, from `SLOWEST` to `FASTEST`."""
    reviews: int = 0
    """So many there were since the rate was fitted, or at all."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptItem:
    """An item with what is known of it now."""

    item: Item
    schedule: Schedule | None = None
    """None while it was never reviewed."""
    uses: int = 0
    """How often it was used on one's own; the task of a unit may have been done in writing."""
    lapses: int = 0
    days_right: int = 0
    """On how many days it was used on one's own since the last slip."""
