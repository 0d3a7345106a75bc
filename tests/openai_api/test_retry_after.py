from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tutor_tui.openai_api.retry_after import asked_wait_s

NOON = "Fri, 27 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ([], 0),
        ([("Retry-After", "30")], 30),
        ([("retry-after", " 1.5 ")], 1.5),
        ([("RETRY-AFTER-MS", "2500"), ("Retry-After", "3")], 2.5),
        ([("retry-after-ms", "soon"), ("Retry-After", "3")], 3),
        ([("Retry-After", "Fri, 27 Nov 2026 12:01:30 GMT"), ("Date", NOON)], 90),
        ([("Retry-After", "Fri, 27 Nov 2026 11:59:00 GMT"), ("Date", NOON)], 0),
        *(([("Retry-After", text)], 0) for text in ("", "-5", "nan", "inf", "soon", "1e999", "99 of May", "\x00")),
    ],
)
def test_a_pause_is_read_in_every_spelling(headers: list[tuple[str, str]], wait_s: float) -> None:
    assert asked_wait_s(headers) == wait_s


def test_a_date_is_counted_from_our_own_clock_where_the_server_tells_no_time() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < asked_wait_s([("Retry-After", date)]) <= 60
