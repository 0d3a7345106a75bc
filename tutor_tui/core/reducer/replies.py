"""Answers and their sound: what the tutor is sending, what is being heard, and how much was when it was stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.reducer.notices import with_notice
from tutor_tui.core.reducer.turns import with_turn
from tutor_tui.core.tutor_commands import ASIDE

ReplyEvent: TypeAlias = (
    ev.AnswerAsked
    | ev.AnswerDropped
    | ev.AnswerGivenUp
    | ev.ReplyStarted
    | ev.ReplyEnded
    | ev.TutorAudio
    | ev.TutorAudioDone
    | ev.TutorSoundExpected
    | ev.TutorCut
    | ev.SpeechFinished
    | ev.SpeechCut
)

_SILENCED_KEPT = 32
"""Late sound of a stopped item comes within seconds, so a short memory is enough."""


def advance(lesson: Lesson, event: ReplyEvent) -> Lesson:
    """The lesson after an answer, or its sound, has come further."""
    match event:
        case ev.TutorAudio():
            return _tutor_audio(lesson, event)
        case ev.TutorAudioDone():
            return lesson
        case ev.AnswerAsked():
            return replace(lesson, awaiting=lesson.linked)
        case ev.AnswerDropped():
            return _dropped(lesson)
        case ev.AnswerGivenUp():
            return _given_up(lesson, event)
        case ev.ReplyStarted(reply_id):
            return replace(lesson, reply_id=reply_id, stopped_reply="", awaiting=False)
        case ev.ReplyEnded():
            return _reply_ended(lesson, event)
        case ev.TutorSoundExpected():
            return _sound_expected(lesson, event)
        case ev.TutorCut():
            return _tutor_cut(lesson, event)
        case ev.SpeechFinished():
            return _speech_finished(lesson, event)
        case ev.SpeechCut(item_id, heard_ms, received_ms, plays_on):
            cut = _cut(lesson, item_id, heard_ms, received_ms)
            return replace(cut, sounding=lesson.sounding) if plays_on else cut
        case _:
            assert_never(event)


def _dropped(lesson: Lesson) -> Lesson:
    """Nobody waits for it any more: what a server makes of being told to stop is not the learner's concern."""
    if not (lesson.awaiting or lesson.reply_id):
        return lesson
    return replace(lesson, awaiting=False, reply_id="", stopped_reply=lesson.reply_id or lesson.stopped_reply)


def _given_up(lesson: Lesson, event: ev.AnswerGivenUp) -> Lesson:
    """What has come of it stays. A tool that is still at work is no longer waited for: its line says so itself."""
    lesson = replace(lesson, turns=_closed(lesson), awaiting=False, reply_id="", stopped_reply="")
    return with_notice(lesson, event.title, event.hint, event.severity) if event.title else lesson


def _reply_ended(lesson: Lesson, event: ev.ReplyEnded) -> Lesson:
    if event.reply_id and event.reply_id == lesson.stopped_reply:
        return replace(lesson, turns=_closed(lesson), stopped_reply="", replies=lesson.replies + 1)
    if event.reply_id not in ("", lesson.reply_id):
        return lesson
    return replace(lesson, turns=_closed(lesson), reply_id="", awaiting=False, replies=lesson.replies + 1)


def _closed(lesson: Lesson) -> tuple[Turn, ...]:
    """No more of the tutor's words will come."""
    return tuple(
        replace(turn, state=TurnState.DONE) if turn.role == "tutor" and turn.state is TurnState.OPEN else turn
        for turn in lesson.turns
    )


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
    lesson = with_turn(lesson, event.item_id, "tutor", expected_ms=max(0, event.ms))
    is_late = event.ms > 0 and turn.state is TurnState.CUT  # more text has come of what was stopped
    return _cut(lesson, event.item_id, turn.heard_ms, event.ms) if is_late else lesson


def _tutor_cut(lesson: Lesson, event: ev.TutorCut) -> Lesson:
    """Usually this changes nothing: our own speaker was stopped first, and knows better how much was heard."""
    turn = lesson.turn(event.item_id)
    if turn is None or (turn.state is TurnState.CUT and turn.heard_ms <= event.sent_ms):
        return lesson
    return _cut(lesson, event.item_id, event.sent_ms, event.sent_ms)


def _cut(lesson: Lesson, item_id: str, heard_ms: int, received_ms: int) -> Lesson:
    """The turn stopped after `heard_ms`: its text counts as heard in proportion to all there is, or would have been."""
    turn = lesson.turn(item_id)
    whole_ms = max(received_ms, turn.expected_ms if turn else 0)
    share = min(1.0, max(0.0, heard_ms / whole_ms if whole_ms else 0.0))
    if not item_id.startswith(ASIDE):
        lesson = with_turn(lesson, item_id, "tutor", state=TurnState.CUT, heard_share=share, heard_ms=heard_ms)
    return replace(
        lesson,
        sounding=tuple(each for each in lesson.sounding if each != item_id),
        silenced=(*(each for each in lesson.silenced if each != item_id), item_id)[-_SILENCED_KEPT:],
    )
