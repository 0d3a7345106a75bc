"""What is said: how the lines of the conversation come about, in its own order and not in the order of arrival."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.captions_shown import rung_in_force, rung_read
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS, Turn, TurnState
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.reducer.notices import with_notice
from tutor_tui.core.reducer.tools import kept_behind

TurnEvent: TypeAlias = (
    ev.ItemPlaced
    | ev.RepeatAsked
    | ev.LearnerStartedSpeaking
    | ev.LearnerStoppedSpeaking
    | ev.LearnerTurnKept
    | ev.TurnRunsOut
    | ev.TurnTooShort
    | ev.TurnGivenUp
    | ev.LearnerTextDelta
    | ev.LearnerTextDone
    | ev.LearnerTextFailed
    | ev.LearnerTyped
    | ev.TutorTextDelta
    | ev.TutorTextDone
)


def advance(lesson: Lesson, event: TurnEvent) -> Lesson:
    """The lesson after something was said, or understood."""
    if lesson.kept_turns and lesson.linked and isinstance(event, ev.LearnerStartedSpeaking | ev.LearnerTurnKept):
        lesson = _without_kept(lesson)
    after = _advance(lesson, event)
    return _marked_again(lesson, after) if lesson.repeat_asked and len(after.turns) > len(lesson.turns) else after


def _without_kept(lesson: Lesson) -> Lesson:
    """The turn that begins is what comes of the sound that was kept of these."""
    turns = tuple(turn for turn in lesson.turns if turn.id not in lesson.kept_turns)
    return replace(
        lesson,
        turns=turns,
        tool_lines=kept_behind(lesson, lesson.tool_lines, turns),
        dividers=kept_behind(lesson, lesson.dividers, turns),
        kept_turns=(),
    )


def _marked_again(before: Lesson, after: Lesson) -> Lesson:
    """What the tutor begins to say on being asked to repeat is no new thing; behind the learner's words it is."""
    known = {turn.id for turn in before.turns}
    turns = tuple(
        replace(turn, again=True) if turn.role == "tutor" and turn.id not in known else turn for turn in after.turns
    )
    return replace(after, turns=turns, repeat_asked=False)


def _advance(lesson: Lesson, event: TurnEvent) -> Lesson:
    match event:
        case ev.RepeatAsked():
            return replace(lesson, repeat_asked=lesson.linked)
        case ev.TutorTextDelta():
            return _tutor_delta(lesson, event)
        case ev.TutorTextDone():
            return _tutor_done(lesson, event)
        case ev.LearnerStartedSpeaking(item_id):
            lesson = with_turn(lesson, item_id, "learner")
            return replace(lesson, learner_item=item_id, awaiting=False, unnoticed=False)
        case ev.LearnerStoppedSpeaking():
            return replace(lesson, learner_item="", awaiting=not lesson.held)
        case ev.LearnerTurnKept():
            return _learner_kept(lesson, event)
        case ev.TurnRunsOut(left_s, longest_s):
            return replace(lesson, turn_left_s=left_s if lesson.talking else 0, turn_longest_s=longest_s)
        case ev.TurnTooShort():
            hint = "Speak between the two presses of the talk key; or choose another microphone."
            return with_notice(replace(lesson, awaiting=False), "That was too short to hear.", hint)
        case ev.TurnGivenUp():
            return _turn_given_up(lesson, event)
        case ev.LearnerTextDelta():
            return _learner_delta(lesson, event)
        case ev.LearnerTextDone(item_id, text):
            if not text.strip():
                return _no_words(with_turn(lesson, item_id, "learner", text=""), item_id)
            state = TurnState.UNSURE if event.unsure else TurnState.DONE
            how = {"unclear": event.unclear, "different": event.different}
            lesson = with_turn(lesson, item_id, "learner", text=text.strip(), state=state, **how)
            return _understood(lesson, item_id)
        case ev.LearnerTextFailed(item_id, not_listened_for=True):
            return _understood(with_turn(lesson, item_id, "learner", state=TurnState.NOT_LISTENED_FOR), item_id)
        case ev.LearnerTextFailed(item_id, not_said=True):
            nothing = {"text": "", "unclear": (), "different": ()}
            return with_turn(lesson, item_id, "learner", state=TurnState.NOT_SAID, **nothing)
        case ev.LearnerTextFailed(item_id):
            return _no_words(lesson, item_id)
        case ev.LearnerTyped(item_id, text):
            lesson = with_turn(lesson, item_id, "learner", text=text, state=TurnState.DONE, typed=True)
            return replace(lesson, awaiting=lesson.linked)
        case ev.ItemPlaced():
            return _item_placed(lesson, event)
        case _:
            assert_never(event)


def with_turn(lesson: Lesson, item_id: str, role: Role, **changes: Any) -> Lesson:
    """The turn changed, or begun at the end of the conversation. A text beyond all measure is cut, and counted."""
    if len(changes.get("text", "")) > MOST_TEXT_CHARACTERS:
        changes["text"] = changes["text"][:MOST_TEXT_CHARACTERS]
        lesson = replace(lesson, unknown_events=lesson.unknown_events + 1)
    i = _index(lesson, item_id)
    if i < 0:
        return replace(lesson, turns=(*lesson.turns, replace(_begun(lesson, item_id, role), **changes)))
    changed = replace(lesson.turns[i], **changes)
    if changed == lesson.turns[i]:
        return lesson
    return replace(lesson, turns=(*lesson.turns[:i], changed, *lesson.turns[i + 1 :]))


def _begun(lesson: Lesson, item_id: str, role: Role) -> Turn:
    return Turn(item_id, role, rung=rung_in_force(lesson) if role == "tutor" else rung_read(lesson))


def _index(lesson: Lesson, item_id: str) -> int:
    for i in range(len(lesson.turns) - 1, -1, -1):
        if lesson.turns[i].id == item_id:
            return i
    return -1


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
    turn = _begun(lesson, event.item_id, event.role)
    return replace(lesson, turns=(*lesson.turns[:at], turn, *lesson.turns[at:]))


def _learner_kept(lesson: Lesson, event: ev.LearnerTurnKept) -> Lesson:
    """Only a turn that ended by itself lets go of the talk key: any other may be kept after the next was begun."""
    lesson = _placed(with_turn(lesson, event.item_id, "learner"), event.item_id, event.previous_item_id)
    if event.by_itself:
        lesson = replace(lesson, talking=False, turn_left_s=0, awaiting=not lesson.held)
    return replace(lesson, learner_item="") if lesson.learner_item == event.item_id else lesson


def _understood(lesson: Lesson, item_id: str) -> Lesson:
    """Who has been understood has finished speaking, even where the tutor has not said so."""
    return replace(lesson, learner_item="") if lesson.learner_item == item_id else lesson


def _no_words(lesson: Lesson, item_id: str) -> Lesson:
    """Nothing was understood of that turn: a cough, maybe. What it cut short can be heard again."""
    lesson = _understood(with_turn(lesson, item_id, "learner", state=TurnState.UNCLEAR), item_id)
    i = _index(lesson, item_id)
    before = lesson.turns[i - 1] if i else None
    if lesson.turns[i].text or before is None or before.role != "tutor" or not before.unheard_text.strip():
        return lesson
    way_out = f"{key('repeat')} has it say that again."
    return with_notice(lesson, "No words were heard, but the tutor was stopped.", way_out, "information")


def _turn_given_up(lesson: Lesson, event: ev.TurnGivenUp) -> Lesson:
    if lesson.learner_item != event.item_id:
        return lesson
    return replace(lesson, learner_item="", awaiting=event.asked and not lesson.held)


def _learner_delta(lesson: Lesson, event: ev.LearnerTextDelta) -> Lesson:
    turn = lesson.turn(event.item_id)
    if turn and turn.state is not TurnState.OPEN:
        return lesson
    before = turn.text if turn and not event.replaces else ""
    return with_turn(lesson, event.item_id, "learner", text=before + event.text)


def _tutor_delta(lesson: Lesson, event: ev.TutorTextDelta) -> Lesson:
    turn = lesson.turn(event.item_id)
    return with_turn(lesson, event.item_id, "tutor", text=(turn.text if turn else "") + event.text)


def _tutor_done(lesson: Lesson, event: ev.TutorTextDone) -> Lesson:
    turn = lesson.turn(event.item_id)
    cut = turn is not None and turn.state is TurnState.CUT
    return with_turn(lesson, event.item_id, "tutor", text=event.text, state=TurnState.CUT if cut else TurnState.DONE)
