"""What was recorded of the tutor, sentence by sentence: the one that has a word in it, as a sound of its own."""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_records import KeptLesson, TurnRecord
from tutor_tui.core.line_help import target_begins
from tutor_tui.learning.items import Item
from tutor_tui.learning.quotes import found_in
from tutor_tui.library import recordings
from tutor_tui.library.rows import searched
from tutor_tui.speech.sentence_sounds import STEP_MS, Loudness, Span, sentence_spans, spans_of, voiced_steps

_AROUND_MS = 150
"""Read before and behind a turn: when it began and ended is known no better. So much silence stays round a sentence."""
_LONGEST_MS = 15_000
"""Of a sentence: a longer one is a speech, in which nobody finds the word."""
_MOST_SENTENCES = 3
"""That an example may go over."""
_LEADS_ON = re.compile(r"\w[^\w:：]*[:：][^\w:：]*$")
"""What stands before what is to be said: "We say: Un café, por favor."."""
_STEP_BYTES = pcm.bytes_of(STEP_MS)


class _Turn(NamedTuple):
    """What was recorded of a turn."""

    sound: bytes
    steps: array[float]
    """How loud it is, see `Loudness`."""
    spans: list[Span]
    """The sentences that were heard to their end."""


class RecordedVoice:
    """The tutor's voice in one lesson; `data` is the folder of the library."""

    def __init__(self, lesson: KeptLesson, data: Path) -> None:
        file = recordings.file_of(data, lesson.lesson.id, "tutor")
        self._file = file if str(file) in lesson.recordings else None
        self._said = [
            (turn, _letters(turn.text))
            for turn in lesson.turns
            if turn.role == "tutor" and turn.ended_ms > turn.began_ms
        ]
        self._turns: dict[str, _Turn | None] = {}

    def sound_of(self, item: Item) -> bytes:
        """The sentence in which the tutor said the item's example, or else the item itself, as a WAV file.

        Empty where none was recorded whole. Raises `OSError`.
        """
        for wanted in filter(None, (item.example, item.term)):
            letters = _letters(wanted)
            for turn in (turn for turn, said in self._said if letters in said):
                if found_in(wanted, turn.text) and (recorded := self._recorded(turn)):
                    for span in _sentences_with(wanted, item.language, recorded):
                        if sound := _voiced(recorded, span):
                            return _wav(sound)
        return b""

    def _recorded(self, turn: TurnRecord) -> _Turn | None:
        if turn.item_id not in self._turns:
            self._turns[turn.item_id] = self._read(turn)
        return self._turns[turn.item_id]

    def _read(self, turn: TurnRecord) -> _Turn | None:
        is_cut = turn.state == TurnState.CUT
        if self._file is None or not (turn.state == TurnState.DONE or (is_cut and turn.heard_share > 0)):
            return None
        sound = _part(self._file, turn.began_ms - _AROUND_MS, turn.ended_ms + _AROUND_MS)
        if not sound.strip(b"\0"):
            return None
        loudness = Loudness()
        loudness.take(sound)
        whole_ms = (turn.ended_ms - turn.began_ms) / turn.heard_share if is_cut else 0.0
        spans = sentence_spans(turn.text, loudness.steps, whole_ms=whole_ms)
        return _Turn(sound, loudness.steps, spans[:-1] if is_cut else spans)


@lru_cache(maxsize=32_768)
def _letters(text: str) -> str:
    """What may be compared at a glance: nearly all words of a large library were said in none of its recordings."""
    return "".join(filter(str.isalnum, searched(text)))


def _sentences_with(wanted: str, language: str, turn: _Turn) -> Iterator[Span]:
    """Where these words are said: one sentence, or several where they go over more, without what leads to them."""
    for number in range(1, _MOST_SENTENCES + 1):
        for some in (turn.spans[at : at + number] for at in range(len(turn.spans) - number + 1)):
            text = " ".join(each.text for each in some)
            if found := found_in(wanted, text):
                whole = Span(text, some[0].first, some[-1].last)
                yield _without_lead(whole, text.find(found), language, turn)


def _without_lead(span: Span, at: int, language: str, turn: _Turn) -> Span:
    begins = at if at > 0 and _LEADS_ON.search(span.text[:at]) else target_begins(span.text, language)
    pieces = (span.text[:begins].strip(), span.text[begins:].strip())
    if not 0 < begins <= max(at, 0) or not any(map(str.isalnum, pieces[0])):
        return span
    found = spans_of(pieces, turn.steps[span.first // _STEP_BYTES : span.last // _STEP_BYTES])
    return span._replace(text=pieces[1], first=span.first + found[-1].first) if len(found) > 1 else span


def _voiced(turn: _Turn, span: Span) -> bytes:
    """The sound there, without the silence round it; empty where it is none, or too long."""
    begin = span.first // _STEP_BYTES
    first, last = voiced_steps(turn.steps[begin : span.last // _STEP_BYTES], _AROUND_MS, _AROUND_MS)
    if first == last or (last - first) * STEP_MS > _LONGEST_MS:
        return b""
    return turn.sound[(begin + first) * _STEP_BYTES : (begin + last) * _STEP_BYTES]


def _part(file: Path, from_ms: int, to_ms: int) -> bytes:
    """What stands there in the file; empty where it is no recording of ours any more, or ends before."""
    try:
        with wave.open(str(file), "rb") as whole:
            if whole.getframerate() != pcm.RATE_HZ or whole.getsampwidth() != pcm.SAMPLE_BYTES:
                return b""
            first = max(0, from_ms) * pcm.RATE_HZ // 1_000
            if first >= whole.getnframes():
                return b""
            whole.setpos(first)
            return whole.readframes(to_ms * pcm.RATE_HZ // 1_000 - first)
    except (wave.Error, EOFError):
        return b""


def _wav(sound: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(pcm.SAMPLE_BYTES)
        written.setframerate(pcm.RATE_HZ)
        written.writeframes(sound)
    return file.getvalue()
