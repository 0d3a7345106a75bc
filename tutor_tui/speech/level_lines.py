"""How loud a sound is from moment to moment, to be drawn beside that of another who says the same."""

from __future__ import annotations

from collections.abc import Sequence

from tutor_tui.core import pcm
from tutor_tui.speech.sentence_sounds import STEP_MS, Loudness, voiced_steps

_HALF_DB = 12.0
"""What is so much softer than the loudest moment is drawn half as high: about as loudness is felt."""


def loudest_in(sound: bytes) -> float:
    """Its loudest moment, in dBFS; `sound` is 24 kHz mono s16."""
    loudness = Loudness()
    loudness.take(sound)
    return max(loudness.steps, default=pcm.FLOOR_DBFS)


def level_line(sound: bytes, step_ms: int, *, stretched: float = 1.0, loudest: float | None = None) -> bytes:
    """How loud `sound` (24 kHz mono s16) is: a byte each `step_ms`, from its first voice to its last; 255 is `loudest`
    (dBFS), or without that its own loudest moment, so that a soft microphone draws the same line as a loud one.

    `stretched`: heard at half its pace, it takes twice as long. Empty where there is no voice.
    """
    loudness = Loudness()
    loudness.take(sound)
    first, last = voiced_steps(loudness.steps)
    voice = loudness.steps[first:last]
    if not voice:
        return b""
    width = step_ms / (STEP_MS * stretched)
    """Steps of loudness in one of the line."""
    top = max(voice) if loudest is None else loudest
    count = max(1, round(len(voice) / width))
    steps = (voice[int(i * width) : max(int(i * width) + 1, int((i + 1) * width))] for i in range(count))
    return bytes(_height(each, top) for each in steps)


def _height(levels: Sequence[float], loudest: float) -> int:
    return min(255, round(255 * 2 ** ((sum(levels) / len(levels) - loudest) / _HALF_DB)))


def drawn(line: bytes, cells: int, steps_a_cell: float, marks: str) -> str:
    """The line in `cells` cells, each for so many of its bytes; `marks` from nothing to the highest."""
    heights = []
    for i in range(cells):
        first = int(i * steps_a_cell)
        part = line[first : max(first + 1, int((i + 1) * steps_a_cell))]
        heights.append(sum(part) / len(part) if part else 0)
    return "".join(marks[round(height / 255 * (len(marks) - 1))] for height in heights)
