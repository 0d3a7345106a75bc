"""A kept lesson as JSON Lines (https://jsonlines.org): one object a turn, for programs; texts are whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tutor_tui.core.captions import Rung
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, TurnRecord
from tutor_tui.core.local_time import local_time
from tutor_tui.core.safe_text import printable_json
from tutor_tui.library.export.facts import minutes_of


def json_lines(kept: KeptLesson) -> str:
    """The whole file."""
    return "".join(f"{printable_json(each)}\n" for each in turn_objects(kept))


def turn_objects(kept: KeptLesson) -> list[dict[str, Any]]:
    """Each turn with its corrections. Times are in ms since the lesson began."""
    return [
        _turn_object(turn, [each for each in kept.corrections if each.item_id == turn.item_id]) for turn in kept.turns
    ]


def _turn_object(turn: TurnRecord, corrections: Iterable[CorrectionRecord]) -> dict[str, Any]:
    heard = {"heard_text": turn.turn.heard_text} if turn.state == TurnState.CUT else {}
    return {
        "item_id": turn.item_id,
        "role": turn.role,
        "text": turn.text,
        **heard,
        "state": turn.state,
        "began_ms": turn.began_ms,
        "ended_ms": turn.ended_ms,
        "typed": turn.typed,
        **turn.clearness,
        **({"rung": turn.rung, "revealed": turn.revealed} if turn.rung != Rung.ALL else {}),
        "corrections": [_without_keys(each, "item_id") for each in corrections],
    }


def _without_keys(record: Any, *more: str) -> dict[str, Any]:
    """A record's fields but those that tell which it is."""
    return {name: value for name, value in asdict(record).items() if name not in ("lesson_id", "number", *more)}


def head_object(lesson: LessonRecord, minutes: float, usd: float) -> dict[str, Any]:
    """A lesson as a whole; dates in ISO 8601 with their offset."""
    ended = None if lesson.ended_at is None else local_time(lesson.ended_at).isoformat(timespec="seconds")
    began = local_time(lesson.began_at).isoformat(timespec="seconds")
    dates = {"began_at": began, "ended_at": ended, "minutes": round(minutes, 2)}
    return {**asdict(lesson), **dates, "usd": round(usd, 6)}


def lesson_object(kept: KeptLesson) -> dict[str, Any]:
    """All of a lesson."""
    return {
        **head_object(kept.lesson, minutes_of(kept), kept.usd),
        "turns": turn_objects(kept),
        "corrections": [_without_keys(each) for each in kept.corrections],
        "words": [_without_keys(each) for each in kept.words],
    }
