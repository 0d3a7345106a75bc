"""Takes the tutor's voice out of what the microphone hears, so that the learner may talk over it on loudspeakers.

WebRTC's canceller (AEC3) does it, as in Chrome; noise suppression and gain stay off, for they cost words, and so does
the hint of a delay, for it finds delays up to 0.5 s by itself. Loaded where it is wanted: with NumPy it takes 25 MB.
"""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tutor_tui.audio.echo_alignment import Alignment, Moment
from tutor_tui.audio.echo_delay import LATEST, delay_of
from tutor_tui.audio.echo_recovery import LATE, EchoRecovery
from tutor_tui.audio.played_sound import PlayedSound
from tutor_tui.core import pcm
from tutor_tui.core.ports import Recovery

if TYPE_CHECKING:
    from numpy import int16
    from numpy.typing import NDArray

    Samples = NDArray[int16]

MISSING = "Echo cancellation is not installed here: with speakers the microphone rests while the tutor is heard."
MISSING_HINT = f"Install it, where there is one for this machine: {sys.executable} -m pip install pywebrtc-audio==0.2.0"
_IDLE = pcm.RATE_HZ // 2
"""When so much has come of the microphone and nothing gone to the speaker, none is open: there is no echo."""
_ECHOES = 3 * pcm.RATE_HZ // 5
"""So long after a sound its echo may still come: 0.6 s."""
_RESTS = pcm.RATE_HZ
"""After so much silence of the speaker (1 s) what the microphone hears is left as it is: that costs neither a word nor
the processor anything, and what is known of the echo is kept."""
_SOUNDS = 60.0
"""From this loudness on (RMS; −55 dBFS) a sound of the speaker, or what the microphone hears of it, counts."""
_MEMORY = 0.95
"""How much of what was heard before counts, with each frame of 20 ms: the last 0.4 s, about."""
_WORKS_DB, _FAILS_DB = 15.0, 2.0
"""It works when so much is taken away for a while; when so little, for two seconds, it does not. Between the two it
stays as it was, for a learner who talks over the tutor is rightly left in."""
_WORKS_FRAMES, _WORKS_AGAIN_FRAMES, _FAILS_FRAMES = 40, 400, 100
"""That while (0.8 s) counts frames with an echo in them. AEC3 begins by taking nearly everything away, so that less
says nothing; where it has failed once (its filter is shorter than the delay), it takes 8 s to be believed again."""
_RESIDUE = 0.25
"""What is left of a frame with an echo in it is echo, too, when it is so little (−12 dB): of a learner who talks over
the tutor either most is left, or nothing. Measured at +5 dB, 6 % of their frames lie between −12 and −18 dB. So is what
is softer than `_SOUNDS`: the canceller puts a noise of its own into the silence between two words."""
_DAMPED = 0.1
"""By so much that is made softer, but no softer than the room."""
_FLOOR_RISES = 1.005
"""The softest that was left lately is the room; a louder one is believed at 2 dB a second."""
_LOOKED_AT_FRAMES = 25
"""Twice a second an echo is looked for."""
_UNHEARD_FRAMES = 50
"""Where the microphone has heard nothing of a sound for so long (1 s), nothing has to be taken out."""


class EchoCanceller:
    """Of one sound card. `played` is called on the speaker's thread, everything else on one other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Loads the library. Raises `ImportError`, or `OSError` where it does not load."""
        import numpy
        import pywebrtc_audio

        self._numpy = numpy
        self._processor: Any = pywebrtc_audio.AudioProcessor(pcm.RATE_HZ, echo_cancellation=True)
        self._clock = clock
        self._written = 0, 0.0
        """How many samples went to the speaker so far, and when the last of them did."""
        self._blocks: deque[bytes] = deque()
        """Those of them that were not taken over yet."""
        self._far = PlayedSound()
        self._came = self._near = 0
        """How many samples of the microphone have come, and how many were cleaned."""
        self._alignment = Alignment()
        self._seen_far, self._seen_near = 0, 0
        """How much had gone to the speaker when it last grew, and how much had come of the microphone."""
        self.reference: Samples | None = None
        """What was at the speaker, for the frame that was cleaned last; None where that is not known."""
        self._before = bytes(LATE * pcm.SAMPLE_BYTES)
        """The end of the last frame."""
        self._begun = False
        """Whether the two streams lie side by side."""
        self._is_void = False
        """Another device was opened since the last frame."""
        self._silent = _RESTS
        """So many samples of silence have gone by at the speaker."""
        self._judge = _Judge()
        self._damper = _Damper()
        self._recovery = EchoRecovery(self._far, self._alignment)
        self._jumps = 0
        """Of the two streams, so far."""

    @property
    def works(self) -> bool:
        """Whether the tutor's voice is known to be taken out: false until some of it was, and when it comes through."""
        return self._judge.works

    def played(self, block: bytes) -> None:
        """A block goes to the speaker (24 kHz mono s16), silence included."""
        self._blocks.append(block)
        self._written = self._written[0] + len(block) // pcm.SAMPLE_BYTES, self._clock()

    @property
    def moment(self) -> Moment:
        """Now, to be asked for on the microphone's thread when one of its blocks comes."""
        return Moment(self._clock(), *self._written)

    def renew(self) -> None:
        """Another device: what was known of the echo is void. Any thread may call it."""
        self._is_void = True

    def arrived(self, samples: int, moment: Moment) -> None:
        """So many samples of the microphone came at that moment; `clean` gets them."""
        self._came = near = self._came + samples
        if moment.written != self._seen_far:
            self._seen_far, self._seen_near = moment.written, near
        if not moment.written or near - self._seen_near > _IDLE:
            self._begun = False
        elif self._begun:
            self._alignment.arrived(near, moment)
            if self._alignment.jumps != self._jumps:
                self._jumps = self._alignment.jumps
                self._recovery.forget()
        else:
            self._alignment.begin(near, moment)
            self._begun = True

    def clean(self, frame: bytes) -> bytes:
        """A frame of the microphone without the tutor's voice, 9.3 ms late; where nothing plays, it is only that."""
        if self._is_void:
            self._is_void = self._begun = False
            self._processor.reset()
            self._judge, self._damper = _Judge(), _Damper()
            self._recovery.forget()
        late = (self._before + frame)[: len(frame)]
        self._before = frame[-len(self._before) :]
        samples = len(frame) // pcm.SAMPLE_BYTES
        begin, self._near = self._near, self._near + samples
        while self._blocks:
            self._far.add(self._numpy.frombuffer(self._blocks.popleft(), self._numpy.int16))
        if not self._begun:
            self._recovery.rest()
            return late
        near = self._numpy.frombuffer(frame, self._numpy.int16)
        far = self._far.between(self._alignment.far_at(begin), self._alignment.far_at(self._near), samples)
        self.reference = far
        loud_far = _rms(far)
        self._silent = 0 if loud_far else self._silent + samples
        if self._silent >= _RESTS:
            self._recovery.rest()
            return late
        self._recovery.hear(begin, near, speaker_sounds=bool(loud_far))
        if self._recovery.streak % _LOOKED_AT_FRAMES == 0:
            self._look_for_echo()
        made: Samples = self._processor.process(near, far)
        loud, left = _rms(near), _rms(made)
        if self._alignment.settled:  # before, what is found of the echo is soon elsewhere
            self._judge.hear(loud_far, loud, left, samples)
        gains = self._damper.gains(loud_far, loud, left, samples)
        if gains is not None:
            made = (made * self._numpy.linspace(*gains, samples)).astype(self._numpy.int16)
        cleaned: bytes = self._recovery.newest() or made.tobytes()
        return cleaned

    def _look_for_echo(self) -> None:
        """Tell the alignment where the echo is in the last half second."""
        heard = self._recovery.last(_LOOKED_AT_FRAMES)
        if heard is None or _rms(heard) < _SOUNDS:
            return
        end, speed = self._alignment.far_at(self._near), 1.0 + self._alignment.drift_ppm * 1e-6
        far = self._far.at(end + speed * self._numpy.arange(-len(heard) - LATEST, 0))
        delay = delay_of(heard, far)
        if delay is not None:
            middle = len(heard) / 2
            self._alignment.echoed(self._near - middle, end - speed * middle, delay)

    def recovery(self) -> Recovery:
        """What makes the last 0.8 s anew, for a learner who has begun to speak."""
        return self._recovery.recovery()


class _Damper:
    """Makes what the canceller leaves of an echo as soft as the room, so that nobody takes it for a learner."""

    def __init__(self) -> None:
        self._since_sound = _ECHOES
        self._before = self._gain = 1.0
        """How loud the microphone was a frame ago, for what is left is late by half of one; and the gain then."""
        self._floor = math.inf

    def gains(self, far: float, near: float, left: float, samples: int) -> tuple[float, float] | None:
        """At a frame's begin and end; None where it is left as it is. How loud it was (RMS) as in `_Judge.hear`."""
        self._since_sound = 0 if far > _SOUNDS else self._since_sound + samples
        self._floor = min(max(left, 1.0), self._floor * _FLOOR_RISES)
        loud, self._before = max(near, self._before), near
        is_echo = self._since_sound < _ECHOES and left < max(_RESIDUE * loud, _SOUNDS)
        before, self._gain = self._gain, max(_DAMPED, self._floor / max(left, 1.0)) if is_echo else 1.0
        return None if before == self._gain == 1.0 else (before, self._gain)


class _Judge:
    """Finds out whether the canceller does its work, by what is left of sounds that an echo is in."""

    def __init__(self) -> None:
        self.works = False
        self._since_sound = _ECHOES
        self._before = self._after = 0.0
        self._wanted = _WORKS_FRAMES
        self._working = self._failing = self._unheard = 0
        """For so many frames it has been so."""

    def hear(self, far: float, near: float, left: float, samples: int) -> None:
        """How loud a frame was: at the speaker, at the microphone, and what is left of it (RMS)."""
        self._since_sound = 0 if far > _SOUNDS else self._since_sound + samples
        self._unheard = self._unheard + 1 if self._since_sound < _ECHOES and near < _SOUNDS else 0
        if self._unheard >= _UNHEARD_FRAMES:
            self.works = True
        if self._since_sound >= _ECHOES or near < _SOUNDS:
            return
        self._before = self._before * _MEMORY + near * near
        self._after = self._after * _MEMORY + left * left
        less_db = 10 * math.log10(self._before / max(1.0, self._after))
        self._working = self._working + 1 if less_db >= _WORKS_DB else 0
        self._failing = self._failing + 1 if less_db < _FAILS_DB else 0
        if self._working >= self._wanted:
            self.works = True
        elif self._failing >= _FAILS_FRAMES:
            self.works, self._wanted = False, _WORKS_AGAIN_FRAMES


def _rms(samples: Samples) -> float:
    # A dot product of integers of 16 bits would overflow.
    wide = samples.astype("float32")
    return math.sqrt(float(wide @ wide) / max(1, len(wide)))
