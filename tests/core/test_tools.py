"""Tool calls and notes in the lesson: where they stand, what they wait for, what they outlive."""

from __future__ import annotations

from dataclasses import replace

from tests.support.tool_spec import Spec
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import ToolLine, ToolState
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.reducer import advance
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import Correction, Note, ToolCall, Word

PLAN = LessonPlan("Test", "Teach.", "marin", tools=(Spec("look"), Spec("note", answers=False)))
CALL = ev.ToolCalled(ToolCall("c1", "look", "{}"))
NOTE = ev.ToolCalled(ToolCall("c2", "note", "{}"))
SLIP = Correction("I goed", "I went")


def after(*events: ev.LessonEvent, start: Lesson | None = None) -> Lesson:
    lesson = start or Lesson(PLAN)
    for event in events:
        lesson = advance(lesson, event)
    return lesson


READY = after(ev.LinkReady("m"))


def test_a_call_stands_behind_what_was_said_last_and_says_what_became_of_it() -> None:
    lesson = after(ev.LearnerTyped("U", "rain?"), ev.ReplyStarted("R"), ev.TutorTextDelta("A", "Wait."), CALL)
    assert lesson.tool_lines == (ToolLine("c1", "look", "A"),)
    done = after(ev.ToolAnswered("c1", True, "7 °C"), start=lesson)
    assert done.tool_lines == (ToolLine("c1", "look", "A", ToolState.DONE, "7 °C"),)
    failed = after(ev.ToolAnswered("c1", False, "no connection"), start=lesson)
    assert failed.tool_lines[0].state is ToolState.FAILED


def test_a_call_does_not_stand_behind_the_turn_that_is_being_said() -> None:
    lesson = after(ev.LearnerTyped("U", "rain?"), ev.LearnerStartedSpeaking("U2"), CALL)
    assert lesson.tool_lines[0].after == "U"
    assert after(CALL).tool_lines[0].after == ""


def test_an_answer_for_no_call_and_a_second_answer_change_nothing() -> None:
    lesson = after(CALL, ev.ToolAnswered("c1", True, "7 °C"))
    assert after(ev.ToolAnswered("c9", True, "x"), start=lesson) is lesson
    assert after(ev.ToolAnswered("c1", False, "x"), start=lesson) is lesson


def test_a_tool_that_is_waited_for_is_thinking_and_a_note_is_not() -> None:
    over = (ev.ReplyEnded("R"),)
    assert after(ev.ReplyStarted("R"), CALL, *over, start=READY).phase is Phase.THINKING
    assert after(ev.ReplyStarted("R"), NOTE, *over, start=READY).phase is Phase.LISTENING
    done = after(ev.ReplyStarted("R"), CALL, *over, ev.ToolAnswered("c1", True, ""), start=READY)
    assert done.phase is Phase.LISTENING
    assert after(ev.AnswerAsked(), start=done).phase is Phase.THINKING


def test_a_tool_nobody_knows_is_waited_for() -> None:
    lesson = after(ev.ToolCalled(ToolCall("c3", "fly", "{}")), start=READY)
    assert lesson.phase is Phase.THINKING


def test_tool_lines_are_no_history() -> None:
    lesson = after(ev.LearnerTyped("U", "rain?"), CALL, ev.ToolAnswered("c1", True, "7 °C"), start=READY)
    assert [line.text for line in lesson.history] == ["rain?"]


def test_a_line_whose_turn_goes_with_the_link_stands_behind_the_one_before() -> None:
    lesson = after(ev.LearnerTyped("U", "rain?"), ev.ItemPlaced("A", "U", "tutor"), CALL, start=READY)
    assert lesson.tool_lines[0].after == "A"
    assert after(ev.LinkEnded("gone"), start=lesson).tool_lines[0].after == "U"
    bare = after(ev.ItemPlaced("A", None, "tutor"), CALL, ev.LinkEnded("gone"), start=READY)
    assert bare.tool_lines[0].after == ""


def test_notes_are_kept_once_and_by_kind() -> None:
    slip, word = Note(SLIP, "U"), Note(Word("의자", "chair"), "U")
    lesson = after(ev.Noted(slip), ev.Noted(word), ev.Noted(slip))
    assert (lesson.notes, lesson.corrections, lesson.words) == ((slip, word), (slip,), (word,))
    again = after(ev.Noted(replace(slip, item_id="U2")), start=lesson)
    assert len(again.corrections) == 2, "the same slip in another turn is another note"


def test_the_last_turn_said_is_the_learners_and_finished() -> None:
    assert after().last_said == ""
    lesson = after(ev.LearnerTyped("U", "hi"), ev.TutorTextDelta("A", "Hi!"), ev.LearnerStartedSpeaking("U2"))
    assert lesson.last_said == "U"
    assert after(ev.LearnerTurnKept("U2", "A"), start=lesson).last_said == "U2"


def test_what_a_model_writes_is_one_printable_line() -> None:
    assert one_line("  a\n\x1b[31mb\tc ") == "a [31mb c"
    assert one_line("x" * 400, 10) == "xxxxxxxxx…"


def test_nothing_of_what_was_said_is_in_a_repr() -> None:
    for value in (CALL.call, SLIP, Word("secret", "x"), Note(SLIP, "U")):
        assert "secret" not in repr(value) and "goed" not in repr(value)
