"""What every format says of a kept lesson: when it was, how long, with whom, and what stands in each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tutor_tui.core.conversation import TurnState
from tutor_tui.core.cost_text import kept_cost
from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.core.lesson_summary import end_words
from tutor_tui.core.local_time import local_time
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.phase_text import UNWRITTEN, cut_words, how_clear
from tutor_tui.core.safe_text import printable_line

NAMES: Mapping[Role, str] = {"learner": "You", "tutor": "Tutor"}


def date_of(lesson: LessonRecord) -> str:
    """When it began, for people: "2026-11-27 18:03"."""
    return f"{local_time(lesson.began_at):%Y-%m-%d %H:%M}"


def minutes_of(kept: KeptLesson) -> float:
    """How long it was; of one without an end, until the end of its last line."""
    if kept.lesson.ended_at is not None:
        return max(0.0, kept.lesson.ended_at - kept.lesson.began_at) / 60
    return max((each.ended_ms for each in kept.turns), default=0) / 60_000


def facts(kept: KeptLesson) -> Iterator[tuple[str, str]]:
    """The head of every format: what, and its value, each fit to be shown on a line."""
    lesson = kept.lesson
    for name, value in (
        ("Lesson", lesson.id),
        ("Goes on from", lesson.continues),
        ("Length", ", ".join(filter(None, (length_words(minutes_of(kept)), end_words(lesson))))),
        ("Profile", lesson.profile),
        ("Tutor", lesson.tutor),
        ("Cost", kept_cost(kept.usd, lesson.cost_unknown)),
    ):
        if shown := printable_line(value):
            yield name, shown


def speaker(turn: TurnRecord) -> str:
    """Who said it, and how: "You (typed)"."""
    how = "typed" if turn.typed else "again" if turn.again else ""
    return f"{NAMES[turn.role]} ({how})" if how else NAMES[turn.role]


def spoken(turn: TurnRecord) -> str:
    """The words that were said, or heard of a turn that was stopped, on one line; may be empty."""
    return printable_line(turn.turn.heard_text)


def remark(turn: TurnRecord) -> str:
    """What became of a line that was not said to its end, not understood or not clear, on one line; empty for all
    others.
    """
    state = TurnState(turn.state)
    words = cut_words(turn.turn) if state is TurnState.CUT else how_clear(turn.turn)
    return UNWRITTEN.get(state) or (f"({words})" if words else "")


def shown_turns(kept: KeptLesson) -> list[TurnRecord]:
    """The lines in which something stands."""
    return [each for each in kept.turns if spoken(each) or remark(each)]
