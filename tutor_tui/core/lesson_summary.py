"""What is said of a lesson when it is over: how long it was, what it cost, and what was written down. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.cost_text import cost_words
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.minutes_text import length_words
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.tools import Correction, Note, Word

REPORT_FROM_S = 180.0
"""Of a shorter lesson there is little to tell."""
_NOT_SAID_AGAIN = "you said nothing the second time, so the report is that of the first"


def summary_line(lesson: Lesson, elapsed_s: float, abilities: Capabilities) -> str:
    """Its length, what came of it, and its cost: "the lesson is over: 12 min, you said 8 lines, $0.210"."""
    parts = (length_words(elapsed_s / 60), own_lines_words(_own_lines(lesson)), cost_words(lesson, abilities))
    return f"the lesson is over: {', '.join(parts)}"


def times_line(answers_ms: Sequence[int], barge_ins_ms: Sequence[int]) -> str:
    """How fast the tutor answered and fell silent; empty where nothing was measured. See `session.response_times`."""
    parts = [
        f"{what} {_seconds(median(times))} {after}" + (f" (the middle of {len(times)} times)" if times[1:] else "")
        for times, what, after in (
            (answers_ms, "the tutor answered", "after your last word"),
            (barge_ins_ms, "it fell silent", "after you spoke up"),
        )
        if times
    ]
    return "; ".join(parts)


def kept_line(lesson_id: str, place: str, *, recorded: bool, first_run: str = "") -> str:
    """Where all of it can be read again, in the library or at that place; empty where nothing is kept.

    If it was `recorded`, it can be heard from the library: at another place there is no sound. `first_run` is a lesson
    that this one does again; while nothing is said in it, that one has the report.
    """
    if not lesson_id:
        return f"({_NOT_SAID_AGAIN}: tutor-tui report {first_run})" if first_run and not place else ""
    if place:
        return f"(kept {place})"
    return f"(kept{', with its sound' if recorded else ''}: tutor-tui history show {lesson_id})"


def lost_line(undecided: int, lost_with_lesson: int = 0) -> str:
    """That notes are lost which nobody has said are to be kept, or which go with a lesson that is not kept; empty where
    none are.
    """
    if lost_with_lesson:
        return f"({counted(lost_with_lesson, 'note')} not kept for later lessons, as library.keep is off)"
    lost = f'({counted(undecided, "note")} not kept, as you had not decided; learner.keep = "yes" keeps them unasked)'
    return lost if undecided else ""


def is_going_on(lesson: LessonRecord) -> bool:
    """Whether a lesson that is kept goes on still, here or in another window."""
    return lesson.ended_at is None and not lesson.recovered


def end_words(lesson: LessonRecord) -> str:
    """Of a kept lesson that did not come to its end, what became of it; empty for all others."""
    return "broken off" if lesson.recovered else "going on now" if is_going_on(lesson) else ""


def own_lines_words(number: int) -> str:
    """How much the learner has said: "you said 12 lines"."""
    return f"you said {counted(number, 'line')}" if number else "you said nothing"


def _own_lines(lesson: Lesson) -> int:
    said = (turn for turn in lesson.turns if turn.state is not TurnState.UNSURE)
    return sum(turn.role == "learner" and bool(turn.text) for turn in said)


def continues_words(lesson: LessonRecord) -> str:
    """Which lesson a kept one goes on from; empty where it goes on from none."""
    return f"goes on from {lesson.continues}" if lesson.continues else ""


def counted(number: int, what: str) -> str:
    """So many of something: "1 line", "2 lines"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def median(times_ms: Sequence[int]) -> int:
    """The middle one, of two the longer. (`statistics` takes 12 ms to import.)"""
    return sorted(times_ms)[len(times_ms) // 2]


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f} s"


def note_line(note: Note) -> str:
    """A note as a line of its own."""
    match note.what:
        case Correction(said, better, why):
            return printable_line(f"Mistake: “{said}” is better as “{better}”" + (f" ({why})" if why else ""))
        case Word(example=example) as word:
            return printable_line(f"{word.kind.capitalize()}: {word.explained}" + (f" · {example}" if example else ""))
