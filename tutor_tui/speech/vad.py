"""Where does an utterance begin and end: probabilities of speech in, edges of speech out.

Pure: who judges the windows (Silero, a test) is handed in. The rules make the edges.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tutor_tui.core import pcm
from tutor_tui.core.turn_detection import Eagerness, PushToTalk, SemanticVad, ServerVad, TurnDetection

WINDOW_MS = 32
"""The window that Silero judges at once."""
WINDOW_BYTES = pcm.bytes_of(WINDOW_MS)
ONSET_WINDOWS = 2
"""How many windows in a row have to sound like speech: a click in one window is not speech. Costs 32 ms of reaction."""
VOICED = 0.5
"""From this probability on a window counts as speech where nobody asks for edges."""
HYSTERESIS = 0.15
"""Speech goes on until the probability falls this far below the threshold, as Silero's authors advise."""
LOWEST_OFF_THRESHOLD = 0.01

SEMANTIC_WAIT_MS: dict[Eagerness, int] = {"low": 3_000, "medium": 1_500, "auto": 1_500, "high": 800}
"""`semantic_vad` without a model that judges whether a sentence sounds finished: each eagerness is a fixed
silence. Shorter than the longest waits that OpenAI documents (8, 4 and 2 s): those are for unfinished sentences.
"""
SEMANTIC_PREFIX_PADDING_MS = 300
SEMANTIC_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """When sound counts as speech, and when speech has ended."""

    threshold: float
    """Probability from which a window is speech, 0 to 1."""
    prefix_padding_ms: int
    """Sound kept from before the detected start."""
    silence_ms: int
    """Silence that ends an utterance."""


def rules_of(detection: TurnDetection) -> VoiceRules | None:
    """The rules that `detection` means here; None when the learner says with a key where turns end."""
    match detection:
        case ServerVad(threshold, prefix_padding_ms, silence_duration_ms):
            return VoiceRules(threshold, prefix_padding_ms, silence_duration_ms)
        case SemanticVad(eagerness):
            return VoiceRules(SEMANTIC_THRESHOLD, SEMANTIC_PREFIX_PADDING_MS, SEMANTIC_WAIT_MS[eagerness])
        case PushToTalk():
            return None


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began."""

    at_ms: int
    """Begin of the first window that sounded like speech, counted from the first sound of the stream."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The silence after speech has lasted long enough."""

    at_ms: int
    """End of that silence."""


Edge: TypeAlias = Started | Stopped
Probability: TypeAlias = Callable[[bytes], float]
"""How likely a window (`WINDOW_BYTES` of 24 kHz mono s16) is to hold speech, 0 to 1. Windows come in order."""


def load_silero() -> Probability:
    """Silero's judgement. Loads numpy and the model, 0.1 to 0.3 s: call it on a thread."""
    from tutor_tui.speech.silero import SileroProbability

    return SileroProbability()


class LoadedLate:
    """A judge of windows that is loaded with the first sound: a lesson that is typed does without."""

    def __init__(self, load: Callable[[], Probability]) -> None:
        self._load = load
        self._judge: Probability | None = None

    async def load(self) -> None:
        """Load it, on a thread."""
        self._judge = await asyncio.to_thread(self._load)

    def __call__(self, window: bytes) -> float:
        """Judge one window; it has to be loaded."""
        assert self._judge is not None
        return self._judge(window)


class SpeechDetector:
    """Finds the edges of speech in a stream of any piece sizes."""

    def __init__(self, probability: Probability) -> None:
        self._probability = probability
        self._rest = bytearray()
        self.now_ms = 0
        """How much of the stream has been judged."""
        self._onset = 0
        self._quiet_ms = 0
        self.speaking = False
        """Between `Started` and `Stopped`."""
        self.voiced_ms = 0
        """How much sounded like speech, with rules and without, since the user set this to 0."""

    def feed(self, sound: bytes, rules: VoiceRules | None) -> Iterator[tuple[bytes, Edge | None]]:
        """Each full window of the stream, with the edge that it brings. Without rules nothing is an edge."""
        self._rest.extend(sound)
        while len(self._rest) >= WINDOW_BYTES:
            window = bytes(self._rest[:WINDOW_BYTES])
            del self._rest[:WINDOW_BYTES]
            self.now_ms += WINDOW_MS
            likely = self._probability(window)
            self.voiced_ms += WINDOW_MS if likely >= VOICED else 0
            yield window, self._edge(likely, rules) if rules else None

    def reset(self) -> None:
        """Forget speech under way: the sound was cleared or taken, or nobody asks any more."""
        self.speaking = False
        self._onset = self._quiet_ms = 0

    def _edge(self, likely: float, rules: VoiceRules) -> Edge | None:
        if self.speaking:
            return self._end(likely, rules)
        self._onset = self._onset + 1 if likely >= rules.threshold else 0
        if self._onset < ONSET_WINDOWS:
            return None
        self.speaking = True
        self._onset = self._quiet_ms = 0
        return Started(self.now_ms - ONSET_WINDOWS * WINDOW_MS)

    def _end(self, likely: float, rules: VoiceRules) -> Edge | None:
        off = max(rules.threshold - HYSTERESIS, LOWEST_OFF_THRESHOLD)
        if likely >= rules.threshold:
            self._quiet_ms = 0
        elif likely < off or self._quiet_ms:
            self._quiet_ms += WINDOW_MS
        if self._quiet_ms == 0 or self._quiet_ms < rules.silence_ms:
            return None
        self.reset()
        return Stopped(self.now_ms)
