"""Where in a stretch of sound somebody speaks, to 20 ms: what fluency is measured by.

A model of speech tells a voice from a noise, but not where it begins: Silero is up to 150 ms late after a silence, and
goes on for 100 ms after the last sound (measured on `tests/audio_samples`). Loudness says where, but not what. So a
frame is voice where it is loud enough, and the model hears speech then or soon after.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from tutor_tui.core import pcm
from tutor_tui.speech.vad import VOICED

Segment: TypeAlias = tuple[int, int]
"""When a voice begins and ends, ms."""
SHORTEST_GAP_MS = 150
"""A shorter silence belongs to the speech: for a plosive the mouth is closed for 50 to 150 ms."""
_SHORTEST_VOICE_MS = 80
"""A shorter sound is a click, or lips that part."""
_LATE_MS = 160
"""So long after a voice has begun the model may still be unsure of it."""
_BELOW_VOICE_DB = 20.0
"""A frame this far below the loudest tenth of the voice is silence. De Jong & Wempe (2009, Behavior Research Methods
41:385) take 25 dB below the maximum, for frames that are shorter and so have louder ones among them.
"""
_LEAST_BELOW_VOICE_DB = 12.0
"""Vowels that are not stressed are as soft: in a noisy room the room is no reason to cut there."""
_OVER_ROOM_DB = 6.0
"""The loudest moments of a steady noise, compared with its quiet ones, in frames of 20 ms."""


class JudgedFrame(NamedTuple):
    """One frame of the microphone (`pcm.FRAME_MS`)."""

    at_ms: int
    """When it began, on any one clock."""
    dbfs: float
    likely: float
    """How likely it is speech, says the model: 0 to 1; 0 where it was not asked."""


def segments(frames: Sequence[JudgedFrame]) -> tuple[Segment, ...]:
    """The stretches of voice among frames in their order, all of one speaker; where frames are missing is silence.

    Silences shorter than `SHORTEST_GAP_MS` are in none of the gaps.
    """
    voice = sorted(frame.dbfs for frame in frames if frame.likely >= VOICED)
    if not voice:
        return ()
    room = sorted(frame.dbfs for frame in frames)
    loud, quiet = voice[len(voice) * 9 // 10], room[len(room) // 10]
    threshold = min(max(loud - _BELOW_VOICE_DB, quiet + _OVER_ROOM_DB), loud - _LEAST_BELOW_VOICE_DB)
    found: list[list[int]] = []  # from the end on: there it is known what the model hears soon after
    model_hears_ms = None
    for at_ms, dbfs, likely in reversed(frames):
        if likely >= VOICED:
            model_hears_ms = at_ms
        if dbfs < threshold or model_hears_ms is None or model_hears_ms - at_ms > _LATE_MS:
            continue
        if found and found[-1][0] - (at_ms + pcm.FRAME_MS) < SHORTEST_GAP_MS:
            found[-1][0] = at_ms
        else:
            found.append([at_ms, at_ms + pcm.FRAME_MS])
    return tuple((begin, end) for begin, end in reversed(found) if end - begin >= _SHORTEST_VOICE_MS)
