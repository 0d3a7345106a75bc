"""How each event makes the next lesson.

`advance` is pure: it never waits, never looks at a clock and never forgets a turn. The phase is not stored but
worked out from what is known (who speaks, what is being answered, what is still heard), so that no order of events
can leave it stuck: see `Lesson.phase`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tutor_tui.core import events as ev
from tutor_tui.core import reducer_tools as tools
from tutor_tui.core.events import LessonEvent, Which
from tutor_tui.core.lesson import DeviceState, Lesson, Notice, Turn, TurnState
from tutor_tui.core.plan import Applied, Role


def advance(lesson: Lesson, event: LessonEvent) -> Lesson:
    """The lesson after `event`; the same object when nothing changed."""
    step: Callable[[Lesson, Any], Lesson] = _STEPS[type(event)]
    return step(lesson, event)


# ---- turns ----------------------------------------------------------------------------------------------------------


def _index(lesson: Lesson, item_id: str) -> int:
    for i in range(len(lesson.turns) - 1, -1, -1):
        if lesson.turns[i].id == item_id:
            return i
    return -1


def _with_turn(lesson: Lesson, item_id: str, role: Role, **changes: Any) -> Lesson:
    """The turn changed, or begun at the end of the conversation."""
    i = _index(lesson, item_id)
    if i < 0:
        return replace(lesson, turns=(*lesson.turns, Turn(item_id, role, **changes)))
    changed = replace(lesson.turns[i], **changes)
    if changed == lesson.turns[i]:
        return lesson
    return replace(lesson, turns=(*lesson.turns[:i], changed, *lesson.turns[i + 1 :]))


def _placed(lesson: Lesson, item_id: str, previous_id: str | None) -> Lesson:
    """The turn moved behind the one it follows, if both are known and it stands before it."""
    here, there = _index(lesson, item_id), _index(lesson, previous_id or "")
    if here < 0 or there < 0 or here > there:
        return lesson
    turns = list(lesson.turns)
    turn = turns.pop(here)
    turns.insert(there, turn)
    return replace(lesson, turns=tuple(turns))


def _item_placed(lesson: Lesson, event: ev.ItemPlaced) -> Lesson:
    if _index(lesson, event.item_id) >= 0:
        return _placed(lesson, event.item_id, event.previous_item_id)
    there = _index(lesson, event.previous_item_id or "")
    at = there + 1 if there >= 0 else len(lesson.turns)
    turn = Turn(event.item_id, event.role)
    return replace(lesson, turns=(*lesson.turns[:at], turn, *lesson.turns[at:]))


def _learner_started(lesson: Lesson, event: ev.LearnerStartedSpeaking) -> Lesson:
    lesson = _with_turn(lesson, event.item_id, "learner")
    return replace(lesson, learner_item=event.item_id, awaiting=False)


def _learner_stopped(lesson: Lesson, event: ev.LearnerStoppedSpeaking) -> Lesson:
    return replace(lesson, learner_item="", awaiting=not lesson.held)


def _learner_kept(lesson: Lesson, event: ev.LearnerTurnKept) -> Lesson:
    """Only a turn that ended by itself lets go of the talk key: any other may be kept after the next was begun."""
    lesson = _placed(_with_turn(lesson, event.item_id, "learner"), event.item_id, event.previous_item_id)
    if event.by_itself:
        lesson = replace(lesson, talking=False, awaiting=not lesson.held)
    return replace(lesson, learner_item="") if lesson.learner_item == event.item_id else lesson


def _learner_delta(lesson: Lesson, event: ev.LearnerTextDelta) -> Lesson:
    turn = lesson.turn(event.item_id)
    if turn and turn.state is not TurnState.OPEN:
        return lesson
    return _with_turn(lesson, event.item_id, "learner", text=(turn.text if turn else "") + event.text)


def _learner_done(lesson: Lesson, event: ev.LearnerTextDone) -> Lesson:
    state = TurnState.DONE if event.text.strip() else TurnState.UNCLEAR
    return _with_turn(lesson, event.item_id, "learner", text=event.text.strip(), state=state)


def _learner_failed(lesson: Lesson, event: ev.LearnerTextFailed) -> Lesson:
    return _with_turn(lesson, event.item_id, "learner", state=TurnState.UNCLEAR)


def _learner_typed(lesson: Lesson, event: ev.LearnerTyped) -> Lesson:
    lesson = _with_turn(lesson, event.item_id, "learner", text=event.text, state=TurnState.DONE, typed=True)
    return replace(lesson, awaiting=lesson.linked)


def _tutor_delta(lesson: Lesson, event: ev.TutorTextDelta) -> Lesson:
    turn = lesson.turn(event.item_id)
    return _with_turn(lesson, event.item_id, "tutor", text=(turn.text if turn else "") + event.text)


def _tutor_done(lesson: Lesson, event: ev.TutorTextDone) -> Lesson:
    turn = lesson.turn(event.item_id)
    cut = turn is not None and turn.state is TurnState.CUT
    return _with_turn(lesson, event.item_id, "tutor", text=event.text, state=TurnState.CUT if cut else TurnState.DONE)


# ---- answers and sound ----------------------------------------------------------------------------------------------


def _reply_started(lesson: Lesson, event: ev.ReplyStarted) -> Lesson:
    return replace(lesson, reply_id=event.reply_id, awaiting=False)


def _reply_ended(lesson: Lesson, event: ev.ReplyEnded) -> Lesson:
    if event.reply_id not in ("", lesson.reply_id):
        return lesson
    turns = tuple(
        replace(turn, state=TurnState.DONE) if turn.role == "tutor" and turn.state is TurnState.OPEN else turn
        for turn in lesson.turns
    )
    return replace(lesson, turns=turns, reply_id="", awaiting=False, replies=lesson.replies + 1)


def _tutor_audio(lesson: Lesson, event: ev.TutorAudio) -> Lesson:
    if not event.pcm or event.item_id in lesson.sounding or event.item_id in lesson.silenced:
        return lesson
    return replace(lesson, sounding=(*lesson.sounding, event.item_id))


def _speech_finished(lesson: Lesson, event: ev.SpeechFinished) -> Lesson:
    if event.item_id not in lesson.sounding:
        return lesson
    return replace(lesson, sounding=tuple(each for each in lesson.sounding if each != event.item_id))


def _sound_expected(lesson: Lesson, event: ev.TutorSoundExpected) -> Lesson:
    turn = lesson.turn(event.item_id)
    if turn is None:
        return lesson
    lesson = _with_turn(lesson, event.item_id, "tutor", expected_ms=max(0, event.ms))
    is_late = event.ms > 0 and turn.state is TurnState.CUT  # more text has come of what was stopped
    return _cut(lesson, event.item_id, turn.heard_ms, event.ms) if is_late else lesson


def _speech_cut(lesson: Lesson, event: ev.SpeechCut) -> Lesson:
    return _cut(lesson, event.item_id, event.heard_ms, event.received_ms)


def _tutor_cut(lesson: Lesson, event: ev.TutorCut) -> Lesson:
    """Mostly no news: our own speaker was stopped first, and knows better how much of it was heard."""
    turn = lesson.turn(event.item_id)
    if turn is None or (turn.state is TurnState.CUT and turn.heard_ms <= event.sent_ms):
        return lesson
    return _cut(lesson, event.item_id, event.sent_ms, event.sent_ms)


def _cut(lesson: Lesson, item_id: str, heard_ms: int, received_ms: int) -> Lesson:
    """The turn stopped after `heard_ms`: its text counts as heard in proportion to all there is, or would have been."""
    turn = lesson.turn(item_id)
    whole_ms = max(received_ms, turn.expected_ms if turn else 0)
    share = min(1.0, max(0.0, heard_ms / whole_ms if whole_ms else 0.0))
    lesson = _with_turn(lesson, item_id, "tutor", state=TurnState.CUT, heard_share=share, heard_ms=heard_ms)
    return replace(
        lesson,
        sounding=tuple(each for each in lesson.sounding if each != item_id),
        silenced=(*(each for each in lesson.silenced if each != item_id), item_id)[-_SILENCED_KEPT:],
    )


_SILENCED_KEPT = 32
"""Late sound of a stopped item comes within seconds, so a short memory is enough."""

# ---- the link -------------------------------------------------------------------------------------------------------


def _dialling(lesson: Lesson, event: ev.Dialling) -> Lesson:
    return replace(lesson, dialling=event.attempt, dial_wait_s=event.wait_s, failed=None)


def _link_ready(lesson: Lesson, event: ev.LinkReady) -> Lesson:
    applied = replace(lesson.applied, model=event.model or lesson.applied.model)
    return replace(
        lesson, linked=True, dialling=0, dial_wait_s=0.0, failed=None, expires_at=event.expires_at, applied=applied
    )


def _link_ended(lesson: Lesson, event: ev.LinkEnded) -> Lesson:
    """Turns that the lost link would have completed are closed with what is there; empty ones were never said."""
    turns = tuple(_closed(turn) for turn in lesson.turns if turn.text or turn.state is not TurnState.OPEN)
    lesson = replace(
        lesson,
        turns=turns,
        tool_lines=tools.kept(lesson, turns),
        linked=False,
        learner_item="",
        awaiting=False,
        reply_id="",
        talking=False,
        plan_pending=False,
    )
    severity = "error" if event.fatal else "warning"
    if event.reason and _news(lesson.notice) != (event.reason, event.hint, severity):
        lesson = _told(lesson, event.reason, event.hint, severity)
    return replace(lesson, failed=lesson.notice, dialling=0) if event.fatal else lesson


def _news(notice: Notice | None) -> tuple[str, str, str] | None:
    return (notice.title, notice.hint, notice.severity) if notice else None


def _closed(turn: Turn) -> Turn:
    return replace(turn, state=TurnState.DONE) if turn.state is TurnState.OPEN else turn


def _plan_wanted(lesson: Lesson, event: ev.PlanWanted) -> Lesson:
    """Only what the tutor has to confirm is pending: a new title is not."""
    differs = any(getattr(event.plan, name) != getattr(lesson.plan, name) for name in _CONFIRMED)
    return replace(lesson, plan=event.plan, plan_pending=lesson.plan_pending or (lesson.linked and differs))


_CONFIRMED = ("instructions", "voice", "speed", "turn_detection", "answers", "noise_reduction")


def _plan_applied(lesson: Lesson, event: ev.PlanApplied) -> Lesson:
    new, old = event.applied, lesson.applied
    applied = Applied(
        turn_detection=new.turn_detection or old.turn_detection,
        voice=new.voice or old.voice,
        speed=old.speed if new.speed is None else new.speed,
        model=new.model or old.model,
    )
    return replace(lesson, applied=applied, plan_pending=False)


def _plan_refused(lesson: Lesson, event: ev.PlanRefused) -> Lesson:
    """What was wanted springs back to what is in force, and the reason is told."""
    applied = lesson.applied
    plan = replace(
        lesson.plan,
        turn_detection=applied.turn_detection or lesson.plan.turn_detection,
        voice=applied.voice or lesson.plan.voice,
        speed=lesson.plan.speed if applied.speed is None else applied.speed,
    )
    return _told(replace(lesson, plan=plan, plan_pending=False), "The tutor refused the change.", event.reason)


# ---- news -----------------------------------------------------------------------------------------------------------


_EARLIER = 4
"""More than so many things at once nobody reads."""


def _told(lesson: Lesson, title: str, hint: str = "", severity: str = "warning") -> Lesson:
    number = lesson.notice.number + 1 if lesson.notice else 1
    earlier = (*lesson.earlier, lesson.notice)[-_EARLIER:] if lesson.notice else ()
    return replace(lesson, notice=Notice(number, title, hint, severity), earlier=earlier)


def _trouble(lesson: Lesson, event: ev.Trouble) -> Lesson:
    lesson = _told(lesson, event.title, event.hint, "error" if event.fatal else "warning")
    return replace(lesson, failed=lesson.notice) if event.fatal else lesson


def _device_opened(lesson: Lesson, event: ev.DeviceOpened) -> Lesson:
    return _with_device(lesson, event.which, DeviceState(event.name, event.rate_hz))


def _device_lost(lesson: Lesson, event: ev.DeviceLost) -> Lesson:
    """No notice: a missing device is told of for as long as it is missing."""
    return _with_device(lesson, event.which, DeviceState(missing=event.reason, hint=event.hint))


def _with_device(lesson: Lesson, which: Which, state: DeviceState) -> Lesson:
    return replace(lesson, microphone=state) if which == "microphone" else replace(lesson, speaker=state)


def _talking(lesson: Lesson, event: ev.Talking) -> Lesson:
    return replace(lesson, talking=event.on, awaiting=not event.on)


def _held(lesson: Lesson, event: ev.Held) -> Lesson:
    return replace(lesson, held=event.on, awaiting=lesson.awaiting and not event.on)


def _unchanged(lesson: Lesson, event: LessonEvent) -> Lesson:
    return lesson


_STEPS: dict[type, Callable[[Lesson, Any], Lesson]] = {
    ev.LinkReady: _link_ready,
    ev.PlanApplied: _plan_applied,
    ev.PlanRefused: _plan_refused,
    ev.ItemPlaced: _item_placed,
    ev.LearnerStartedSpeaking: _learner_started,
    ev.LearnerStoppedSpeaking: _learner_stopped,
    ev.LearnerTurnKept: _learner_kept,
    ev.LearnerTextDelta: _learner_delta,
    ev.LearnerTextDone: _learner_done,
    ev.LearnerTextFailed: _learner_failed,
    ev.ReplyStarted: _reply_started,
    ev.TutorTextDelta: _tutor_delta,
    ev.TutorTextDone: _tutor_done,
    ev.TutorAudio: _tutor_audio,
    ev.TutorAudioDone: _unchanged,
    ev.TutorSoundExpected: _sound_expected,
    ev.TutorCut: _tutor_cut,
    ev.ReplyEnded: _reply_ended,
    ev.ToolCalled: tools.called,
    ev.Usage: lambda lesson, event: replace(lesson, usd=lesson.usd + event.usd),
    ev.Trouble: _trouble,
    ev.Unknown: lambda lesson, event: replace(lesson, unknown_events=lesson.unknown_events + 1),
    ev.Dialling: _dialling,
    ev.LinkEnded: _link_ended,
    ev.SpeechStarted: _unchanged,
    ev.SpeechFinished: _speech_finished,
    ev.SpeechCut: _speech_cut,
    ev.Muted: lambda lesson, event: replace(lesson, muted=event.on),
    ev.Held: _held,
    ev.Talking: _talking,
    ev.LearnerTyped: _learner_typed,
    ev.PlanWanted: _plan_wanted,
    ev.EchoModeChosen: lambda lesson, event: replace(lesson, echo_mode=event.mode),
    ev.DeviceOpened: _device_opened,
    ev.DeviceLost: _device_lost,
    ev.ToolAnswered: tools.answered,
    ev.Noted: tools.noted,
    ev.AnswerAsked: lambda lesson, event: replace(lesson, awaiting=lesson.linked),
}
"""One row an event; a test holds it equal to the `LessonEvent` union."""
