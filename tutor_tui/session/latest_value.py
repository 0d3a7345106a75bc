"""A value that many may follow: each follower sees the newest, and none can hold the others up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestValue(Generic[T]):
    """The newest value only: values set between two looks are skipped, the last one never is."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def value(self) -> T:
        """The newest value."""
        return self._value

    def set(self, value: T) -> None:
        """Make `value` the newest; costs nothing when it is the same object."""
        if value is self._value:
            return
        self._value = value
        self._wake()

    def close(self) -> None:
        """End all followers after the newest value."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[T]:
        """The value now, and then each newest one until closed."""
        while True:
            changed, value, closed = self._changed, self._value, self._closed
            yield value
            if closed:
                return
            if self._value is value and not self._closed:
                await changed.wait()
            elif self._value is value:
                return
