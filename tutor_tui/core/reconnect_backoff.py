"""How long to wait before the next attempt to reach the tutor."""

from __future__ import annotations

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
"""The range that the official SDK uses for the same service."""
LONGEST_ASKED_WAIT_S = 120.0
"""A server that asks for a longer pause is asked again after this one: who limits by the day says hours."""


def wait_s(attempt: int, jitter: float, asked_s: float = 0.0) -> float:
    """Seconds before `attempt`: none before the first, then doubling up to the longest; `asked_s` at the least.

    `jitter` in 0…1 takes up to a quarter off, so that many clients do not come back at the same moment.
    """
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempt - 2, 16)) if attempt > 1 else 0.0
    return max(wait * (1 - 0.25 * jitter), min(asked_s, LONGEST_ASKED_WAIT_S))
