"""How long to wait before the next attempt to reach the tutor."""

from __future__ import annotations

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
"""The range that the official SDK uses for the same service."""


def wait_s(attempt: int, jitter: float) -> float:
    """Seconds before `attempt`: none before the first, then doubling up to the longest.

    `jitter` in 0…1 takes up to a quarter off, so that many clients do not come back at the same moment.
    """
    if attempt <= 1:
        return 0.0
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempt - 2, 16))
    return float(wait * (1 - 0.25 * jitter))
