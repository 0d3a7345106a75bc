"""What the tutor uses its tools for, and what it writes down."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, TypeVar, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Divider, ToolLine, ToolState, Turn
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.reducer.notices import with_notice

ToolEvent: TypeAlias = (
    ev.ToolCalled
    | ev.ToolAnswered
    | ev.Noted
    | ev.LevelSuggested
    | ev.SuggestionSettled
    | ev.KeepAsked
    | ev.KeepSettled
)
_KEPT = "They come back in your next lessons, and so does what is noted from now on."
_NOT_KEPT = "No notes are kept for your next lessons."


def advance(lesson: Lesson, event: ToolEvent) -> Lesson:
    """The lesson after a tool call has come further."""
    match event:
        case ev.ToolCalled():
            return _called(lesson, event)
        case ev.ToolAnswered():
            return _answered(lesson, event)
        case ev.Noted(note):  # the same note about the same turn is one note
            return lesson if note in lesson.notes else replace(lesson, notes=(*lesson.notes, note))
        case ev.LevelSuggested(suggestion, waits):
            return replace(lesson, suggestion=suggestion, suggestion_waits=waits)
        case ev.SuggestionSettled(taken):
            return _settled(lesson, taken)
        case ev.KeepAsked():
            return replace(lesson, keep_asked=True)
        case ev.KeepSettled(kept, notes):
            lesson = replace(lesson, keep_asked=False)
            words = f"Kept: {counted(notes, 'note')}." if kept else _NOT_KEPT
            return with_notice(lesson, words, _KEPT if kept else "", severity="information")
        case _:
            assert_never(event)


def _settled(lesson: Lesson, taken: bool | None) -> Lesson:
    """The learner reads what came of it, also that nothing is asked any more: its keys do what they usually do."""
    suggestion, lesson = lesson.suggestion, replace(lesson, suggestion=None)
    if suggestion is None:
        return lesson
    stays = f"The lesson stays at level {lesson.plan.level}." if lesson.plan.level else "The lesson stays as it is."
    if taken is None:
        return with_notice(lesson, f"Level {suggestion.level} is no longer asked about.", stays, severity="information")
    if taken:
        lesson = replace(lesson, level_taken=suggestion.level)
    words = f"The lesson goes on at level {suggestion.level}." if taken else stays
    return with_notice(lesson, words, severity="information")


def _called(lesson: Lesson, event: ev.ToolCalled) -> Lesson:
    """A quiet line behind what was said last."""
    name = event.call.name
    answers = not any(spec.name == name and not spec.answers for spec in lesson.plan.tools)
    said = [turn.id for turn in lesson.turns if turn.id != lesson.learner_item]
    line = ToolLine(event.call.call_id, name, said[-1] if said else "", answers=answers)
    lines = [other for other in lesson.tool_lines if name != "wait_for_learner" or not _same_wait(other, line)]
    return replace(lesson, tool_lines=(*lines, line))


def _same_wait(one: ToolLine, other: ToolLine) -> bool:
    """Who goes on listening is shown so once, however often a noise wakes them."""
    return (one.name, one.after) == (other.name, other.after)


def _answered(lesson: Lesson, event: ev.ToolAnswered) -> Lesson:
    """The line says what became of it."""
    lines = list(lesson.tool_lines)
    for i in reversed(range(len(lines))):
        if lines[i].call_id == event.call_id and lines[i].state is ToolState.RUNNING:
            state = ToolState.DONE if event.ok else ToolState.FAILED
            lines[i] = replace(lines[i], state=state, summary=event.summary)
            return replace(lesson, tool_lines=tuple(lines))
    return lesson


_Behind = TypeVar("_Behind", ToolLine, Divider)


def kept_behind(lesson: Lesson, lines: tuple[_Behind, ...], turns: tuple[Turn, ...]) -> tuple[_Behind, ...]:
    """`lines` when only `turns` are left: those that lose their turn stand behind the one before it."""
    left = {turn.id for turn in turns}
    stand_in, last = {"": ""}, ""
    for turn in lesson.turns:
        last = turn.id if turn.id in left else last
        stand_in[turn.id] = last
    return tuple(replace(line, after=stand_in.get(line.after, "")) for line in lines)
