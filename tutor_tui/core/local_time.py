"""Moments by this machine's clock, for people."""

from __future__ import annotations

from datetime import UTC, datetime


def local_time(unix_s: float) -> datetime:
    """A moment by this machine's clock and in its time zone."""
    return datetime.fromtimestamp(unix_s, UTC).astimezone()
