"""The learner's sound, cut into turns: by a key, by a fixed length, or by voice activity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tutor_tui.core import pcm
from tutor_tui.speech.vad import Probability, SpeechDetector, Started, Stopped, VoiceRules

LONGEST_TURN_MS = 300_000
"""Five minutes are 14 MB of WAV; OpenAI's speech-to-text takes up to 25 MB. A longer turn ends by itself."""
TAIL_MS = 300
"""How much of the silence that ended a turn is sent: given more, transcribers make up words to fill it."""


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """A voice is heard."""


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """A turn is complete."""

    sound: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TurnRunsOut:
    """So many whole seconds are left of a pressed turn that ends by itself."""

    left_s: int


News: TypeAlias = TurnBegan | TurnTaken | TurnRunsOut


class Endpointing:
    """Collects sound and says where turns begin and end."""

    def __init__(self, probability: Probability, rules: VoiceRules | None, record_ms: int = 0) -> None:
        self.rules = rules
        """None: turns are pressed with a key."""
        self._record_ms = record_ms
        """A pressed turn ends by itself after so much sound; 0 for never."""
        self._detector = SpeechDetector(probability)
        self._buffer = bytearray()
        self._half_sample = b""
        self._pressed = False

    def begin(self) -> None:
        """The key is down: the turn starts now."""
        self.drop()
        self._pressed = True

    def drop(self) -> None:
        """Forget everything."""
        self._pressed = False
        self._half_sample = b""
        self._buffer.clear()
        self._detector.reset()

    def take(self) -> bytes:
        """Everything that was collected is a turn."""
        sound = bytes(self._buffer)
        self.drop()
        return sound

    @property
    def left_s(self) -> int:
        """Of a pressed turn that ends by itself: so many whole seconds; 0 where the key ends it."""
        return -(-(self._record_ms - pcm.ms_of(len(self._buffer))) // 1_000) if self._record_ms else 0

    def hear(self, sound: bytes) -> Iterator[News]:
        """More of the learner's sound."""
        sound = self._half_sample + sound
        whole = len(sound) & ~1
        sound, self._half_sample = sound[:whole], sound[whole:]
        if self._pressed:
            before_s = self.left_s
            self._buffer += sound
            if pcm.ms_of(len(self._buffer)) >= (self._record_ms or LONGEST_TURN_MS):
                yield TurnTaken(self.take())
            elif self.left_s != before_s:
                yield TurnRunsOut(self.left_s)
        elif self.rules is not None:
            yield from self._listen(sound, self.rules)

    def _listen(self, sound: bytes, rules: VoiceRules) -> Iterator[News]:
        for window, edge in self._detector.feed(sound, rules):
            self._buffer += window
            match edge:
                case Started(at_ms):
                    lead_ms = rules.prefix_padding_ms + self._detector.now_ms - at_ms
                    self._keep(lead_ms)
                    yield TurnBegan()
                case Stopped():
                    del self._buffer[len(self._buffer) - pcm.bytes_of(max(0, rules.silence_ms - TAIL_MS)) :]
                    yield TurnTaken(self._taken())
                case None if not self._detector.speaking:
                    self._keep(rules.prefix_padding_ms + _ONSET_ROOM_MS)
                case None if pcm.ms_of(len(self._buffer)) >= LONGEST_TURN_MS:
                    self._detector.reset()
                    yield TurnTaken(self._taken())

    def _keep(self, ms: int) -> None:
        """Only the newest `ms`."""
        surplus = len(self._buffer) - pcm.bytes_of(ms)
        if surplus > 0:
            del self._buffer[:surplus]

    def _taken(self) -> bytes:
        """The turn, out of the buffer; the detector goes on with the stream."""
        sound = bytes(self._buffer)
        self._buffer.clear()
        return sound


_ONSET_ROOM_MS = 200
"""Speech is announced some windows after it began: so much more is kept while nobody speaks."""
