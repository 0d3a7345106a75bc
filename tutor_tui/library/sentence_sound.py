"""What was recorded of one of the tutor's turns, as a sound of its own."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path

from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_records import KeptLesson, TurnRecord
from tutor_tui.learning.items import Item
from tutor_tui.library import recordings
from tutor_tui.library.rows import searched

_AROUND_MS = 150
"""Left before and behind: when a turn began and ended is known no better."""
_LONGEST_MS = 15_000
"""Of a turn: a longer one is a speech, in which nobody finds the word."""


def sound_of(item: Item, lesson: KeptLesson, data: Path) -> bytes:
    """The turn in which the tutor said the item's example, or else the item itself, as a WAV file.

    Empty where none was recorded whole; `data` is the folder of the library. Raises `OSError`.
    """
    turn = _turn_with(item, lesson)
    file = recordings.file_of(data, lesson.lesson.id, "tutor")
    if turn is None or str(file) not in lesson.recordings:
        return b""
    try:
        with wave.open(str(file), "rb") as whole:
            if whole.getframerate() != pcm.RATE_HZ or whole.getsampwidth() != pcm.SAMPLE_BYTES:
                return b""
            first = max(0, turn.began_ms - _AROUND_MS) * pcm.RATE_HZ // 1_000
            if first >= whole.getnframes():
                return b""
            whole.setpos(first)
            sound = whole.readframes((turn.ended_ms + _AROUND_MS) * pcm.RATE_HZ // 1_000 - first)
    except (wave.Error, EOFError):  # it is no recording of ours any more
        return b""
    return _wav(sound) if sound.strip(b"\0") else b""


def _turn_with(item: Item, lesson: KeptLesson) -> TurnRecord | None:
    whole = [
        turn
        for turn in lesson.turns
        if turn.role == "tutor" and turn.state == TurnState.DONE and 0 < turn.ended_ms - turn.began_ms <= _LONGEST_MS
    ]
    for wanted in (item.example, item.term):
        text = searched(wanted).strip()
        for turn in whole if text else ():
            if text in searched(turn.text):
                return turn
    return None


def _wav(sound: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(pcm.SAMPLE_BYTES)
        written.setframerate(pcm.RATE_HZ)
        written.writeframes(sound)
    return file.getvalue()
