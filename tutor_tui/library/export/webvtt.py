"""A kept lesson as WebVTT (https://www.w3.org/TR/webvtt1/): subtitles for a sound recording of it.

A turn that was stopped ends when it was, so that its cue and the next overlap where somebody interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_records import KeptLesson, TurnRecord
from tutor_tui.library.export.facts import NAMES, date_of, facts, remark, shown_turns, spoken

_SAFE_ID = re.compile(r"(?!NOTE|STYLE|REGION|WEBVTT|turn\.)[\w.:-]+", re.ASCII)
"""One that cannot be taken for another kind of block, a line of times, or a name of ours."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SHORT_MS, _LONG_MS = 1_500, 7_000
_MS_PER_CHARACTER = 60
"""As fast as people read subtitles, about 17 characters a second."""
_LATEST_MS = 100 * 3_600_000 - 1
"""Many players read hours of two digits only."""


def webvtt(kept: KeptLesson) -> str:
    """The whole file."""
    return "\n\n".join(["WEBVTT", _note(kept), *_cues(kept)]) + "\n"


def _note(kept: KeptLesson) -> str:
    rows = [f"Lesson of {date_of(kept.lesson)}", *(f"{name}: {value}" for name, value in facts(kept))]
    return "\n".join(["NOTE", *(row.translate(_ESCAPES) for row in rows)])


def _cues(kept: KeptLesson) -> Iterator[str]:
    """Each as lines, in the order of their beginnings, which the format demands."""
    turns = sorted(shown_turns(kept), key=lambda each: (_began_ms(each), each.place))
    later = [*map(_began_ms, turns), _LATEST_MS][1:]
    free_ms = 0
    for turn, next_ms in zip(turns, later, strict=True):
        item_id = turn.item_id if _SAFE_ID.fullmatch(turn.item_id) else f"turn.{turn.place}"
        words = _words(turn)
        began_ms, ended_ms = _shown_ms(turn, words, free_ms, next_ms)
        free_ms = max(free_ms, ended_ms)
        yield f"{item_id}\n{_time(began_ms)} --> {_time(ended_ms)}\n<v {NAMES[turn.role]}>{words.translate(_ESCAPES)}"


def _words(turn: TurnRecord) -> str:
    words = spoken(turn)
    return f"{words} …" if words and turn.state == TurnState.CUT else words or remark(turn)


def _began_ms(turn: TurnRecord) -> int:
    return min(max(0, turn.began_ms), _LATEST_MS - 1)


def _shown_ms(turn: TurnRecord, words: str, free_ms: int, next_ms: int) -> tuple[int, int]:
    """From when to when its cue stands, never for no time at all; `free_ms` is when the cues before it are over.

    What sounded has its own times. What was typed, or has no end, stands long enough to be read, if the next line
    leaves it the time; what was typed can stand a little before it was sent, while it was being typed.
    """
    began_ms, readable_ms = _began_ms(turn), _readable_ms(words)
    if turn.ended_ms > began_ms and not turn.typed:
        return began_ms, min(turn.ended_ms, _LATEST_MS)
    if turn.typed:
        began_ms = min(began_ms, max(free_ms, next_ms - readable_ms))
    return began_ms, max(began_ms + 1, min(began_ms + readable_ms, next_ms))


def _readable_ms(words: str) -> int:
    return min(max(_SHORT_MS, len(words) * _MS_PER_CHARACTER), _LONG_MS)


def _time(ms: int) -> str:
    minutes, ms = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"
