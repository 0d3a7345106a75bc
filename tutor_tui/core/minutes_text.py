"""Minutes as they are told everywhere: by one rule, so that one time is never 9 minutes here and 10 there."""

from __future__ import annotations


def whole_minutes(minutes: float) -> int:
    """So many minutes, to the nearest; a half is a whole one."""
    return int(minutes + 0.5)


def spoken_words(minutes: float) -> str:
    """How long somebody spoke: in seconds below a minute, "40 s", else as `length_words`."""
    seconds = round(60 * minutes)
    return f"{seconds} s" if seconds < 60 else length_words(minutes)


def length_words(minutes: float) -> str:
    """How long a lesson was, to the minute: "under 1 min", "12 min", "1 h 5 min"."""
    hours, rest = divmod(whole_minutes(minutes), 60)
    if not hours:
        return f"{rest} min" if rest else "under 1 min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
