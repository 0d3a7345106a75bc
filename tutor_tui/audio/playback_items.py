"""What a speaker is given to say, as two threads see it: each variable is written by one of them only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


class Item:
    """One thing the tutor says, however many pieces it comes in."""

    __slots__ = ("complete", "cut", "ending", "handed", "id", "led_in", "odd", "received", "starved")

    def __init__(self, item_id: str) -> None:
        self.id = item_id
        self.received = 0
        """Bytes taken in. Written by the loop."""
        self.odd = b""
        """Half a sample, waiting for its other half. Loop."""
        self.complete = False
        """No more will come. Loop."""
        self.cut = False
        """Stopped: silent for ever. Loop."""
        self.ending = False
        """Its end is announced, or will be when it has been heard. Loop."""
        self.handed = 0
        """Bytes given to the device. Written by the device's thread."""
        self.led_in = 0
        """Bytes of silence at its beginning that were passed over: they count as heard. Device."""
        self.starved = 0
        """Blocks of silence since it ran dry. Device."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an item in the queue."""

    generation: int
    """How often the voice had been stopped when it came: with the next stop it is stale."""
    item: Item
    pcm: bytes
    """Empty to mark the item's end."""


class Replayed:
    """Sound that is heard at once, ahead of the queue, which goes on where it was when this is over."""

    __slots__ = ("begun", "chunks", "item", "over", "rest", "stopped")

    def __init__(self, item_id: str) -> None:
        self.item = Item(item_id)
        self.chunks: deque[bytes] = deque()
        self.stopped = False
        """Nobody wants more of it. Written by the loop."""
        self.begun = False
        """Device's thread, as all that follows."""
        self.over = False
        self.rest = b""

    def next(self, want: int) -> bytes:
        """Up to so many bytes of it."""
        while len(self.rest) < want and self.chunks:
            self.rest += self.chunks.popleft()
        block, self.rest = self.rest[:want], self.rest[want:]
        return block
