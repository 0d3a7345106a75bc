"""How long a server asks us to stay away, from the headers of its refusal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MS_HEADER, _HEADER = "retry-after-ms", "retry-after"
"""OpenAI's, as its official SDK reads it, and that of RFC 9110, section 10.2.3: seconds, or a date."""


def asked_wait_s(headers: Iterable[tuple[str, str]]) -> float:
    """Seconds to wait, as `headers` ask; 0 where they do not, or cannot be read. Not bounded."""
    given = {name.lower(): value.strip() for name, value in headers}
    for wait in (_number(given.get(_MS_HEADER, "")) / 1000, _number(given.get(_HEADER, ""))):
        if wait:
            return wait
    return _until(given.get(_HEADER, ""), given.get("date", ""))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if number > 0 and math.isfinite(number) else 0.0


def _until(date: str, now: str) -> float:
    """Seconds from the server's own `now` to `date`; from ours where it tells no time."""
    until = _date(date)
    return max(0.0, (until - (_date(now) or datetime.now(UTC))).total_seconds()) if until else 0.0


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
