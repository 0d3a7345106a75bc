"""What the microphone hears of a learner who talks over the tutor, with less harm done to it than a canceller does.

An echo canceller that is to leave nothing of an echo takes away, with it, the first 0.2 s of whoever speaks into it:
until it is sure that somebody does; and a part of what they say for as long as an echo is under way. By the time that
the tutor pauses for them, what was heard is still there, and what was at the speaker. So the way of the echo is learnt
from the seconds before, and that echo alone is taken out: of the last moments, and of what follows until the speaker
has been silent for a while.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor_tui.audio.echo_alignment import Alignment
from tutor_tui.audio.echo_way import EchoWay, onset, way_of
from tutor_tui.audio.played_sound import PlayedSound
from tutor_tui.core import pcm
from tutor_tui.core.ports import Recovery

if TYPE_CHECKING:
    from numpy import float64, int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]
    Floats = NDArray[float64]

LATE = 223
"""So many samples later (9.3 ms; measured) AEC3 lets a sound through. All the rest is as late, so that nothing is left
out of a word, or said twice, where one follows the other."""
_RECENT_FRAMES, _LEARNT_FRAMES = 40, 300
"""0.8 s can be heard again, by what the 6 s before them tell of the echo. A canceller lets a learner through 160 to
700 ms after their first sound."""
_PAUSES = pcm.RATE_HZ // 4
"""After so much silence (0.25 s) a tutor that sounds again goes on: it waits for nobody any more."""
_LONGEST = 3 * pcm.RATE_HZ
"""So long after that the way is used at most: who makes a tutor that goes on pause is heard by the canceller again."""


class EchoRecovery:
    """Of one sound card. All but what `recovery` gives is for one thread."""

    def __init__(self, far: PlayedSound, alignment: Alignment) -> None:
        self._far = far
        self._alignment = alignment
        self._heard: deque[tuple[int, Samples]] = deque(maxlen=_RECENT_FRAMES + _LEARNT_FRAMES)
        """The last frames that an echo was looked for in, each with the number of its first sample."""
        self._streak = 0
        """So many of them have come without a frame between them that was left as it is."""
        self._near = 0
        """How many samples of the microphone have come."""
        self._way: EchoWay | None = None
        """None: the learner is left to the canceller."""
        self._ends = 0
        """At this sample of the microphone's the way is used no longer."""
        self._silent = 0
        """For so many samples the speaker has been silent since the way is used."""

    @property
    def streak(self) -> int:
        """How many frames were heard without one between them that was left as it is."""
        return self._streak

    def hear(self, begin: int, near: Samples, *, speaker_sounds: bool) -> None:
        """A frame that an echo is looked for in, and the number of its first sample."""
        if not speaker_sounds:
            self._silent += len(near)
        elif self._silent >= _PAUSES:
            self._way = None
        self._heard.append((begin, near))
        self._streak += 1
        self._near = begin + len(near)

    def rest(self) -> None:
        """A frame was left as it is: there is no echo."""
        self._streak = 0
        self._way = None

    def forget(self) -> None:
        """What was at the speaker is not known any more."""
        self._heard.clear()
        self.rest()

    def last(self, frames: int) -> Samples | None:
        """The newest frames, as they came; None where there are not so many without a gap."""
        import numpy

        if min(self._streak, len(self._heard)) < frames:
            return None
        return numpy.concatenate([self._heard[number][1] for number in range(-frames, 0)])

    def recovery(self) -> Recovery:
        """What makes the last 0.8 s anew, or as much of it as there was an echo in, and what comes until it is done."""
        import numpy

        count = min(_RECENT_FRAMES, self._streak, len(self._heard))
        learnt = [*self._heard][: len(self._heard) - count]
        begin, now = self._near - count * pcm.FRAME_SAMPLES, self._near
        at, speed = self._alignment.line(now)
        played = self._far.as_of_now()

        def learn() -> Callable[[], bytes]:
            if not learnt or not count:
                return bytes
            near = numpy.concatenate([frame for _, frame in learnt])
            places = numpy.add.outer([start for start, _ in learnt], numpy.arange(pcm.FRAME_SAMPLES)).ravel()
            way = way_of(near, played.at(at + speed * (places - now)))
            return lambda: self._anew(way, begin)

        return learn

    def _anew(self, way: EchoWay | None, begin: int) -> bytes:
        """All since `begin`, silent until somebody speaks; `way` is used from now on."""
        import numpy

        count = (self._near - begin) // pcm.FRAME_SAMPLES
        if way is None or count > min(self._streak, len(self._heard)):
            return b""
        self._way, self._ends, self._silent = way, self._near + _LONGEST, 0
        before = min(count, self._streak - count, len(self._heard) - count)
        left = self._left(way, before + count)
        recent = count * pcm.FRAME_SAMPLES
        left[len(left) - recent :][: onset(left, recent)] = 0.0
        return left[len(left) - recent :].astype(numpy.int16).tobytes()

    def newest(self) -> bytes | None:
        """The newest frame without its echo alone, while a learner is known to speak; else None."""
        import numpy

        if self._way is None or self._near > self._ends or self._streak < 2:
            return None
        return self._left(self._way, 1).astype(numpy.int16).tobytes()

    def _left(self, way: EchoWay, frames: int) -> Floats:
        """The newest frames without their echo, and as late as what the canceller lets through."""
        import numpy

        samples = frames * pcm.FRAME_SAMPLES
        heard = [frame for _, frame in self._heard][-frames - 1 :]
        near = numpy.pad(numpy.concatenate(heard), (max(0, samples + LATE - pcm.FRAME_SAMPLES * len(heard)), 0))
        at, speed = self._alignment.line(self._near)
        places = numpy.arange(-samples - len(way.taps), 0) - LATE - way.later
        left: Floats = near[-samples - LATE : -LATE] - way.echo(self._far.at(at + speed * places))
        return left.clip(-32_768, 32_767)
