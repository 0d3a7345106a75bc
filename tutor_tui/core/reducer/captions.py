"""What the learner reads of the tutor's words: the rung, and lines that were revealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.captions_shown import rung_in_force, unanswered
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson import Lesson

CaptionEvent: TypeAlias = ev.CaptionsChosen | ev.CaptionWordsFound | ev.LineRevealed


def advance(lesson: Lesson, event: CaptionEvent) -> Lesson:
    """The lesson after the learner has chosen to read more, or less."""
    match event:
        case ev.CaptionsChosen(rung):
            if rung is lesson.captions.rung:
                return lesson
            return _seen(replace(lesson, captions=replace(lesson.captions, rung=rung)))
        case ev.CaptionWordsFound(words):
            return replace(lesson, captions=replace(lesson.captions, known=words))
        case ev.LineRevealed(item_id):
            return _revealed(lesson, item_id)
        case _:
            assert_never(event)


def _seen(lesson: Lesson) -> Lesson:
    """Of lines that the learner has not answered, the most counts that was ever shown."""
    rung = rung_in_force(lesson)
    waiting = {turn.id for turn in unanswered(reversed(lesson.turns)) if turn.rung.place < rung.place}
    return _with_turns(lesson, waiting, lambda turn: replace(turn, rung=rung))


def _revealed(lesson: Lesson, item_id: str) -> Lesson:
    turn = lesson.turn(item_id)
    if turn is None or turn.role != "tutor" or item_id in lesson.captions.revealed:
        return lesson
    revealed = lesson.captions.revealed | {item_id}
    lesson = replace(lesson, captions=replace(lesson.captions, revealed=revealed))
    waiting = {each.id for each in unanswered(reversed(lesson.turns))}
    return _with_turns(lesson, waiting & {item_id}, lambda turn: replace(turn, revealed=True))


def _with_turns(lesson: Lesson, ids: set[str], change: Callable[[Turn], Turn]) -> Lesson:
    if not ids:
        return lesson
    return replace(lesson, turns=tuple(change(turn) if turn.id in ids else turn for turn in lesson.turns))
