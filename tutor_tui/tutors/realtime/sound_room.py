"""How much of the learner's voice may wait to go out; more would be heard late, as if it were new.

What was kept from before the connection always finds room, and as much is left for what follows it.
"""

from __future__ import annotations


class SoundRoom:
    """Of one queue, which tells how many bytes wait in it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = most_bytes
        """So much may wait now."""

    def takes(self, sound: bytes, waiting_bytes: int, *, kept: bool) -> bool:
        """Whether that sound may join what waits."""
        if kept:
            self._bytes += len(sound)
        return waiting_bytes < self._bytes

    def gone(self, waiting_bytes: int) -> None:
        """Some has gone out, and so much waits still: what was kept needs no more room than that."""
        self._bytes = max(self._most_bytes, min(self._bytes, waiting_bytes + self._most_bytes))
