"""What a line, or a server, may make of the frames that are said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Container, Iterable, Iterator
from random import Random

from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Close

from tests.faults.evidence import Frame
from tests.faults.scripted_server import Piece, delivered


class LineFault:
    """Counts how often it has struck."""

    def __init__(self) -> None:
        self.injected = 0

    def __call__(self, number: int, frame: Frame) -> Iterable[Piece]:
        """What is delivered in place of this frame."""
        return delivered(number, frame)


def closed(code: int | None = None, reason: str = "") -> ConnectionClosed:
    """The end of a connection with a close frame; None for one without."""
    if code is None:
        return ConnectionClosedError(None, None)
    kind = ConnectionClosedOK if code in (1000, 1001) else ConnectionClosedError
    return kind(Close(code, reason), Close(code, ""), True)


class Drop(LineFault):
    """The connection ends at one frame, which is still delivered or not."""

    def __init__(self, at: int, end: ConnectionClosed, *, after: bool) -> None:
        super().__init__()
        self._at, self._end, self._after = at, end, after

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        if number != self._at or self._after:
            yield from delivered(number, frame)
        if number == self._at:
            self.injected += 1
            yield Piece(self._end)


class Stall(LineFault):
    """Nothing comes for a while; then everything."""

    def __init__(self, at: int, seconds: float) -> None:
        super().__init__()
        self._at, self._seconds = at, seconds

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        stalls = number == self._at
        self.injected += stalls
        yield Piece(json.dumps(frame), self._seconds if stalls else 0.0)


class Jitter(LineFault):
    """Each frame takes another time, and none overtakes another."""

    def __init__(self, random: Random, most_s: float) -> None:
        super().__init__()
        self._random, self._most_s = random, most_s

    def __call__(self, _number: int, frame: Frame) -> Iterator[Piece]:
        self.injected += 1
        yield Piece(json.dumps(frame), self._random.uniform(0, self._most_s))


class Reorder(LineFault):
    """Some frames come late, and with them all that follow of the same item: those of others overtake them."""

    def __init__(self, random: Random, share: float, most_s: float = 1.0) -> None:
        super().__init__()
        self._random, self._share, self._most_s = random, share, most_s
        self._until_s: dict[str, float] = {}

    def __call__(self, _number: int, frame: Frame) -> Iterator[Piece]:
        now_s, item = asyncio.get_running_loop().time(), item_of(frame)
        until_s = self._until_s.get(item, now_s)
        if self._random.random() < self._share:
            self.injected += 1
            until_s = max(now_s, until_s) + self._random.uniform(0, self._most_s)
        is_late = until_s > now_s
        if is_late:
            self._until_s[item] = until_s = until_s + 1e-6  # behind the one before it
        yield Piece(json.dumps(frame), max(0.0, until_s - now_s), overtaken=is_late)


class Late(LineFault):
    """Some frames come much later, and nothing waits for them."""

    def __init__(self, which: Container[int], seconds: float) -> None:
        super().__init__()
        self._which, self._seconds = which, seconds

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        is_late = number in self._which
        self.injected += is_late
        yield Piece(json.dumps(frame), self._seconds * is_late, overtaken=is_late)


def item_of(frame: Frame) -> str:
    """What a frame is about: its order among those about the same is kept."""
    item, response = frame.get("item", {}), frame.get("response", {})
    return str(frame.get("item_id") or item.get("id") or frame.get("response_id") or response.get("id"))


class Missing(LineFault):
    """Some frames do not come."""

    def __init__(self, which: Container[int]) -> None:
        super().__init__()
        self._which = which

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        if number in self._which:
            self.injected += 1
        else:
            yield from delivered(number, frame)


class Doubled(LineFault):
    """Some frames come twice, the second time at once or after a while."""

    def __init__(self, which: Container[int], later_s: float = 0.0) -> None:
        super().__init__()
        self._which, self._later_s = which, later_s

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        yield from delivered(number, frame)
        if number in self._which:
            self.injected += 1
            yield Piece(json.dumps(frame), self._later_s, overtaken=self._later_s > 0)


class Changed(LineFault):
    """Some frames come as something else: as none, one or several raw messages."""

    def __init__(self, change: Callable[[int, Frame], Iterable[str | bytes] | None]) -> None:
        super().__init__()
        self._change = change

    def __call__(self, number: int, frame: Frame) -> Iterator[Piece]:
        changed = self._change(number, frame)
        if changed is None:
            yield from delivered(number, frame)
            return
        self.injected += 1
        yield from map(Piece, changed)
