"""When the learner speaks, found at the microphone itself: no network lies before it, and no tutor's idea of a turn.

The model of speech takes 0.2 ms for 32 ms of sound: 0.6 % of a core, on a busy machine three times as much. So it is
loaded when somebody may be speaking for the first time, and asked only while the sound stands out from the room, and a
moment longer.
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from tutor_tui.core import pcm
from tutor_tui.session.level_meter import Level
from tutor_tui.speech.phonation import JudgedFrame, Segment, segments
from tutor_tui.speech.vad import WINDOW_BYTES, Probability

_log = logging.getLogger(__name__)
_ASKED_ON_MS = 500
"""So long after the sound last stood out the model is still asked: longer than any pause within a word."""
_BEFORE_FRAMES = 10
"""Of what came before it stood out the model hears so much (200 ms), for it judges by what it has heard before."""
_MOST_WAITING_FRAMES = 100
"""While the model is loaded, 2 s: it takes 0.1 s with numpy, on a busy machine 0.5 s."""
_REMEMBERED_FRAMES = 300_000 // pcm.FRAME_MS
"""Five minutes: so long ago a turn may have begun."""
_SAME_MS = 100.0
"""Frames follow each other unless the clock is so far from it: it is read on a busy loop."""
_CLOCK_SHARE = 0.05
"""How much of that difference is taken over with each frame: a device's clock goes its own way by 0.1 ms a second."""


class _Frame(NamedTuple):
    sound: bytes
    at_ms: int
    dbfs: float


class VoiceActivity:
    """Takes each frame that goes out; tells where in the last minutes somebody spoke."""

    def __init__(self) -> None:
        self.load: Callable[[], Probability] | None = None
        """Makes the model, on a thread; to be set before the lesson begins. Without one nobody is ever heard."""
        self._loading: asyncio.Task[None] | None = None
        self.probability: Probability | None = None
        """The model, once it is loaded."""
        self._waiting: deque[_Frame] = deque()
        """The model was not asked about these yet."""
        self._rest = bytearray()
        self.likely = 0.0
        """How likely the last of the sound is a voice; 0 where it does not stand out from the room."""
        self._heard: deque[JudgedFrame] = deque(maxlen=_REMEMBERED_FRAMES)
        self._next_ms = 0.0

    @property
    def works(self) -> bool:
        """Whether there is a model, or one may be loaded."""
        return self.load is not None or self.probability is not None

    def hear(self, sound: bytes, level: Level, at_s: float) -> None:
        """A frame that goes out (20 ms of 24 kHz mono s16), how loud it is, and when it began, on the loop's clock."""
        if not self.works:
            return
        at_ms = at_s * 1_000
        if abs(at_ms - self._next_ms) < _SAME_MS:
            at_ms = self._next_ms + (at_ms - self._next_ms) * _CLOCK_SHARE
        self._next_ms = at_ms + pcm.FRAME_MS
        self._waiting.append(_Frame(sound, round(at_ms), level.dbfs))
        most_waiting = _BEFORE_FRAMES
        if level.silent_ms <= _ASKED_ON_MS:
            if self.probability is not None:
                self._ask(self.probability)
            else:
                most_waiting = _MOST_WAITING_FRAMES
                self._begin_to_load()
        else:
            self.likely = 0.0
        while len(self._waiting) > most_waiting:
            self._note(self._waiting.popleft(), 0.0)

    def segments(self, zero_s: float, from_ms: int, until_ms: int) -> tuple[Segment, ...]:
        """Where somebody spoke between these two, in ms since `zero_s` (the loop's clock)."""
        zero_ms = round(zero_s * 1_000)
        first, last = (
            bisect_left(self._heard, zero_ms + at_ms, key=attrgetter("at_ms")) for at_ms in (from_ms, until_ms)
        )
        found = segments([*islice(self._heard, first, last)])
        return tuple((begin - zero_ms, end - zero_ms) for begin, end in found)

    def _ask(self, probability: Probability) -> None:
        while self._waiting:
            frame = self._waiting.popleft()
            self._rest += frame.sound
            while len(self._rest) >= WINDOW_BYTES:
                self.likely = probability(bytes(self._rest[:WINDOW_BYTES]))
                del self._rest[:WINDOW_BYTES]
            self._note(frame, self.likely)

    def _note(self, frame: _Frame, likely: float) -> None:
        self._heard.append(JudgedFrame(frame.at_ms, frame.dbfs, likely))

    def _begin_to_load(self) -> None:
        if self._loading is None and self.load is not None:
            self._loading = asyncio.create_task(self._loaded(self.load), name="voice activity: load the model")

    async def _loaded(self, load: Callable[[], Probability]) -> None:
        try:
            self.probability = await asyncio.to_thread(load)
        except Exception as failure:  # noqa: BLE001 - a lesson goes on without knowing how fluent it was
            self.load = None
            _log.warning("The model of speech cannot be loaded (%s): pauses are not measured.", type(failure).__name__)
