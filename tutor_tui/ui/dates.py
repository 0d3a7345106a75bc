"""Days and times as they are shown: by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime


def local_time(at: float) -> datetime:
    """A Unix time (s) where the learner is."""
    return datetime.fromtimestamp(at, UTC).astimezone()


def day_words(when: datetime, *, short: bool = False) -> str:
    """Its day as people write it, with the year where that is another than this year: "2 November".

    `short`: as it stands in a list, " 2 Nov".
    """
    year = "" if when.year == datetime.now(UTC).astimezone().year else f" {when.year}"
    return f"{when.day:2} {when:%b}{year}" if short else f"{when.day} {when:%B}{year}"
