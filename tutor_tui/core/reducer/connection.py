"""The connection to the tutor, and the plan: what the learner wants of it and what the tutor has confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Divider, Turn, TurnState
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.reducer.notices import with_dividers, with_notice
from tutor_tui.core.reducer.tools import kept_behind

ConnectionEvent: TypeAlias = (
    ev.Dialling | ev.LinkReady | ev.LinkEnded | ev.VoiceForgotten | ev.PlanWanted | ev.PlanApplied | ev.PlanRefused
)

_SAY_AGAIN = "What you were saying was lost with it: say it again."
_CONFIRMED = ("instructions", "voice", "speed", "turn_detection", "answers", "noise_reduction")
"""The fields of a plan that the tutor has to confirm."""


def advance(lesson: Lesson, event: ConnectionEvent) -> Lesson:
    """The lesson after the connection has changed, or the plan that holds on it."""
    match event:
        case ev.Dialling(attempt, wait_s):
            return replace(lesson, dialling=attempt, dial_wait_s=wait_s, failed=None)
        case ev.LinkReady():
            return _link_ready(lesson, event)
        case ev.LinkEnded():
            return _link_ended(lesson, event)
        case ev.VoiceForgotten():
            turns = tuple(_closed(turn) if turn.id in lesson.kept_turns else turn for turn in lesson.turns)
            return replace(lesson, turns=turns, kept_turns=())
        case ev.PlanWanted():
            return _plan_wanted(lesson, event)
        case ev.PlanApplied():
            return _plan_applied(lesson, event)
        case ev.PlanRefused():
            return _plan_refused(lesson, event)
        case _:
            assert_never(event)


def _link_ready(lesson: Lesson, event: ev.LinkReady) -> Lesson:
    """What was told while there was no connection is over; of one that gave way to this, no more words come."""
    if event.takes_over:
        lesson = replace(lesson, turns=tuple(map(_closed, lesson.turns)), stopped_reply="")
    applied = replace(lesson.applied, model=event.model or lesson.applied.model)
    return replace(
        lesson,
        linked=True,
        dialling=0,
        dial_wait_s=0.0,
        failed=None,
        expires_at=event.expires_at,
        applied=applied,
        settled=lesson.notice.number if lesson.notice and lesson.notice.until_linked else lesson.settled,
    )


def _link_ended(lesson: Lesson, event: ev.LinkEnded) -> Lesson:
    """Turns that the lost link would have completed are closed with what is there: the learner's words may be lost.

    Those whose sound is kept stay open: they give way to the turn that comes of it. Where some of their words are shown
    already they are marked, and the whole of it is another turn.
    """
    kept = event.kept or ()
    said = (turn for turn in lesson.turns if turn.text or turn.role == "learner" or turn.state is not TurnState.OPEN)
    turns = tuple(_said_again(turn) if turn.id in kept else _closed(turn) for turn in said)
    last = lesson.turns[-1] if lesson.turns else None
    is_unanswered = last is not None and last.role == "learner" and last.state is TurnState.OPEN
    is_lost = event.kept is None and bool(lesson.talking or lesson.learner_item or is_unanswered)
    hint = f"{event.hint} {_SAY_AGAIN}".strip() if is_lost else event.hint
    lesson = replace(
        lesson,
        turns=turns,
        tool_lines=kept_behind(lesson, lesson.tool_lines, turns),
        dividers=kept_behind(lesson, lesson.dividers, turns),
        linked=False,
        learner_item="",
        kept_turns=tuple(turn.id for turn in turns if turn.id in kept and turn.state is TurnState.OPEN),
        awaiting=False,
        reply_id="",
        talking=lesson.talking and event.kept is not None,
        turn_left_s=0,
        plan_pending=False,
    )
    severity = "error" if event.fatal else "information" if event.usual else "warning"
    is_told = bool(event.reason) and (is_lost or not event.usual)
    if is_told and _words(lesson.notice) != (event.reason, hint, severity):
        lesson = with_notice(lesson, event.reason, hint, severity, until_linked=True)
    return replace(lesson, failed=lesson.notice, dialling=0) if event.fatal else lesson


def _words(notice: Notice | None) -> tuple[str, str, str] | None:
    return (notice.title, notice.hint, notice.severity) if notice else None


def _closed(turn: Turn) -> Turn:
    if turn.state is TurnState.UNSURE:  # who was asked about it has gone: it is a question no more
        return replace(turn, text="", unclear=(), different=())
    if turn.state is not TurnState.OPEN:
        return turn
    return replace(turn, state=TurnState.DONE if turn.text or turn.role == "tutor" else TurnState.LOST)


def _said_again(turn: Turn) -> Turn:
    if turn.state is not TurnState.OPEN or not turn.text:
        return turn
    return replace(turn, text="", state=TurnState.LOST)


def _plan_wanted(lesson: Lesson, event: ev.PlanWanted) -> Lesson:
    """Only what the tutor has to confirm is pending: a new title is not."""
    differs = any(getattr(event.plan, name) != getattr(lesson.plan, name) for name in _CONFIRMED)
    if event.plan.recap is not lesson.plan.recap:
        lesson = with_dividers(lesson, *Divider.before(event.plan, lesson.turns[-1].id if lesson.turns else ""))
    return replace(lesson, plan=event.plan, plan_pending=lesson.plan_pending or (lesson.linked and differs))


def _plan_applied(lesson: Lesson, event: ev.PlanApplied) -> Lesson:
    new, old = event.applied, lesson.applied
    applied = Applied(
        turn_detection=new.turn_detection or old.turn_detection,
        voice=new.voice or old.voice,
        speed=old.speed if new.speed is None else new.speed,
        model=new.model or old.model,
    )
    return replace(lesson, applied=applied, plan_pending=lesson.plan_pending and event.more)


def _plan_refused(lesson: Lesson, event: ev.PlanRefused) -> Lesson:
    """What was refused springs back to what is in force, and that alone; the reason is told."""
    plan, applied = lesson.plan, lesson.applied
    match event.setting:
        case "voice":
            plan = replace(plan, voice=event.voice or applied.voice or plan.voice)
        case "speed":
            plan = replace(plan, speed=plan.speed if applied.speed is None else applied.speed)
        case "turn_detection":
            plan = replace(plan, turn_detection=applied.turn_detection or plan.turn_detection)
        case "":
            pass
        case _:
            assert_never(event.setting)
    lesson = replace(lesson, plan=plan, plan_pending=lesson.plan_pending and event.more)
    return with_notice(lesson, "The tutor refused the change.", event.reason)
