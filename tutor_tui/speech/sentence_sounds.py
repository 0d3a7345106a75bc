"""Where in the sound of an answer each of its sentences stands.

Who sends an answer sends its words and its sound, and does not say which belongs to which. The words say about how long
each sentence takes; the voice pauses between two. So each border is looked for in the pauses near its place by length,
all of them together: those are taken that make every sentence about as long as its words say.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from tutor_tui.core import pcm
from tutor_tui.speech.sentences import sentences, speakable
from tutor_tui.speech.words_heard import usual_ms

STEP_MS = 10
"""How finely loudness is measured."""
_STEP_BYTES = pcm.bytes_of(STEP_MS)
_BELOW_VOICE_DB = 28.0
"""So much quieter than the loud parts of a voice is a pause: a weak vowel is louder, and noise in a room is not."""
_LOUD_SHARE = 0.9
"""The loudness that so many of the steps stay below is that of the loud parts."""
_LOUD_STEPS = 10
"""The shortest word is loud for 100 ms."""
_SOFTEST_VOICE_DBFS = -68.0
"""Softer sound is the noise of the sound card."""
_ROOM_SHARE = 0.02
"""So many of the steps are softer than the room is as a rule."""
_OVER_ROOM_DB = 8.0
"""So much louder than the room is a voice, where the room is hardly softer than it."""
_VOICE_SPANS_DB = 15.0
"""What is softer than the loud parts by less than that is voice, whatever the room is: weak vowels are."""
_SHORTEST_STEPS = 6
"""A pause of 60 ms or less is a plosive's."""
LEAD_MS = 60
"""So much of the pause before a sentence belongs to it, and twice as much of that behind: breath, and a soft end."""
_LEAD_STEPS = LEAD_MS // STEP_MS
_CANDIDATES = 8
"""Pauses that are tried for each border, the longest of those near its place."""
_NEAR_STEPS, _NEAR_SHARE = 150, 0.2
"""Near: within 1.5 s, or a fifth of the way to it, whichever is more."""
_SPREAD_STEPS, _SPREAD_SHARE = 20, 0.25
"""How far a sentence may well be from the length its words say: 0.2 s and a quarter of it."""
_LONG_STEPS = 25
"""A pause of a quarter of a second is worth as much as being off by one spread."""


class Span(NamedTuple):
    """A sentence, and from which byte of the answer's sound to which it goes."""

    text: str
    first: int
    last: int


class Loudness:
    """How loud each step of a sound is, dB below full scale, measured as it comes."""

    def __init__(self) -> None:
        self.steps = array("f")
        self._rest = b""

    def take(self, sound: bytes) -> None:
        """A piece of any size."""
        whole = self._rest + sound
        for at in range(0, len(whole) - _STEP_BYTES + 1, _STEP_BYTES):
            self.steps.append(pcm.dbfs(pcm.samples_of(whole[at : at + _STEP_BYTES])))
        self._rest = whole[len(whole) - len(whole) % _STEP_BYTES :]


class _Pause(NamedTuple):
    first: int
    last: int
    """In steps; the last is the first one that is loud again."""

    @property
    def steps(self) -> int:
        return self.last - self.first


def sentence_spans(text: str, loudness: Sequence[float], *, whole_ms: float = 0.0) -> list[Span]:
    """The spoken sentences of `text` whose sound has begun, in order; one without words where there are none.

    `loudness`: in steps, of the sound that is there. `whole_ms`: how long all of it will be, while more is to come.
    """
    if not loudness:
        return []
    spoken = [piece for piece in sentences(text) if speakable(piece)]
    if len(spoken) < 2:
        return [Span(text.strip(), 0, len(loudness) * _STEP_BYTES)]
    return spans_of(spoken, loudness, whole_ms=whole_ms)


def spans_of(spoken: Sequence[str], loudness: Sequence[float], *, whole_ms: float = 0.0) -> list[Span]:
    """The same of pieces that are known already, two at least, each with a word in it."""
    length, last_byte = len(loudness), len(loudness) * _STEP_BYTES
    weights = [max(1.0, usual_ms(speakable(piece))) for piece in spoken]
    scale = max(length, whole_ms / STEP_MS) / sum(weights)
    expected = [weight * scale for weight in weights]
    pauses = _pauses(loudness)
    borders = _borders(expected, pauses, length)
    edges = [_Pause(0, 0), *borders, _Pause(length, length)]
    spans = []
    for piece, before, after in zip(spoken, edges, edges[1:], strict=False):
        first = max(before.first, before.last - _LEAD_STEPS) if before.last else 0
        last = min(after.last, after.first + 2 * _LEAD_STEPS)
        spans.append(Span(piece, first * _STEP_BYTES, min(last * _STEP_BYTES, last_byte)))
    return spans


def _pauses(loudness: Sequence[float]) -> list[_Pause]:
    """Where the voice rests, but not what is silent before it begins or after it has ended."""
    loud = sorted(loudness)[min(len(loudness) - 1, round(len(loudness) * _LOUD_SHARE))]
    found: list[_Pause] = []
    first: int | None = None
    for at, level in enumerate(loudness):
        if level >= loud - _BELOW_VOICE_DB:
            if first and at - first > _SHORTEST_STEPS:
                found.append(_Pause(first, at))
            first = None
        elif first is None:
            first = at
    return found


def voiced_steps(loudness: Sequence[float], before_ms: int = 0, behind_ms: int = 0) -> tuple[int, int]:
    """From which step to which the voice goes, with so much of the silence round it; twice the same where none is.

    Of a sound that may be silent for most of its length, as a microphone that is open before and after.
    """
    rising = sorted(loudness) or [_SOFTEST_VOICE_DBFS]
    level, room = rising[-min(len(rising), _LOUD_STEPS)], rising[int(len(rising) * _ROOM_SHARE)]
    softest = min(max(level - _BELOW_VOICE_DB, room + _OVER_ROOM_DB), level - _VOICE_SPANS_DB)
    loud = [at for at, each in enumerate(loudness) if each >= max(softest, _SOFTEST_VOICE_DBFS)]
    if level <= _SOFTEST_VOICE_DBFS or not loud:
        return 0, 0
    return max(0, loud[0] - before_ms // STEP_MS), min(len(loudness), loud[-1] + 1 + behind_ms // STEP_MS)


def _borders(expected: Sequence[float], pauses: Sequence[_Pause], length: int) -> list[_Pause]:
    """The pause between each two sentences, or where no pause is near, the place by length; up to the end of the
    sound that is there.
    """
    ways: list[tuple[float, float, tuple[_Pause, ...]]] = [(0.0, 0.0, ())]
    """How unlikely, up to which step, and by which borders: the best way to each candidate of the newest border."""
    place = 0.0
    for wanted in expected[:-1]:
        place += wanted
        if place >= length:
            break
        spread = _SPREAD_STEPS + _SPREAD_SHARE * wanted
        ways = [_best_way(ways, pause, wanted, spread) for pause in _near(pauses, place)]
    if not ways[0][2]:
        return []
    rest = expected[len(ways[0][2])]
    last_there = min(rest, max(0.0, length - ways[0][1]))

    def unlikely(way: tuple[float, float, tuple[_Pause, ...]]) -> float:
        off = (length - way[1] - rest) if length - way[1] > rest else min(0.0, length - way[1] - last_there)
        return way[0] + (off / (_SPREAD_STEPS + _SPREAD_SHARE * rest)) ** 2

    return [*min(ways, key=unlikely)[2]]


def _best_way(
    ways: Sequence[tuple[float, float, tuple[_Pause, ...]]], pause: _Pause, wanted: float, spread: float
) -> tuple[float, float, tuple[_Pause, ...]]:
    def unlikely(way: tuple[float, float, tuple[_Pause, ...]]) -> float:
        steps = pause.first - way[1]
        return way[0] + ((steps - wanted) / spread) ** 2 + (1e6 if steps <= 0 else 0.0)

    best = min(ways, key=unlikely)
    return unlikely(best) - pause.steps / _LONG_STEPS, float(pause.last), (*best[2], pause)


def _near(pauses: Sequence[_Pause], place: float) -> list[_Pause]:
    """The pauses that may be the border that is to be at `place`; that place itself where there are none."""
    reach = max(_NEAR_STEPS, _NEAR_SHARE * place)
    near = [each for each in pauses if abs((each.first + each.last) / 2 - place) <= reach]
    if not near:
        return [_Pause(round(place), round(place))]
    return sorted(sorted(near, key=lambda each: -each.steps)[:_CANDIDATES])
