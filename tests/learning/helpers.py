"""Items, moments and a learner's file for the tests of what is remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tutor_tui.learning.evidence import Circumstances
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use
from tutor_tui.learning.learner import add_evidence, keep
from tutor_tui.library.learner import SqliteLearner


def at(day: float, hour: float = 18.5) -> float:
    """A moment by the learner's own clock, so many days after the first lesson, as Unix time, s."""
    return (datetime.fromisoformat("2026-01-05") + timedelta(days=day, hours=hour)).astimezone().timestamp()


def word(term: str = "멀다", meaning: str = "far", day: float = 0, language: str = "ko") -> Item:
    return Item(language, ItemKind.WORD, term, meaning, lesson_id="2026-01-05-aaaa", added_at=at(day))


def correction(better: str = "학교에 가요", said: str = "학교 가요", day: float = 0) -> Item:
    return Item(
        "ko", ItemKind.CORRECTION, better, "the place takes 에", said=said, category="grammar", added_at=at(day)
    )


def use(item: Item, how: Use = Use.INDEPENDENT, day: float = 1, hour: float = 18.6, pause_ms: int = 0) -> Evidence:
    """A use of an item in a lesson on that day, in a turn of its own."""
    moment = at(day, hour)
    return Evidence(item.id, f"lesson-{day}", f"turn-{moment}", moment, how, item.term, pause_ms=pause_ms)


def spoken(said: str = "아주 멀어요.", day: float = 1) -> Circumstances:
    return Circumstances("lesson", "l0", said, at(day))


def learner_in(folder: Path, *items: Item, uses: tuple[Evidence, ...] = ()) -> SqliteLearner:
    """What is kept in a library of its own."""
    learner = SqliteLearner(folder / "data" / "library.sqlite3")
    with learner.changing() as change:
        for item in items:
            keep(change, item)
        for each in uses:
            add_evidence(change, each)
    return learner
