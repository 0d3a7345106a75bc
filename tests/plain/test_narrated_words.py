"""What is said in a lesson, as plain lines: late, cut off, doubtful, hidden, and in any order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain.narrated import ANYONE, READY, SOUND, told
from tests.tutors.helpers import ANY_MACHINE, PLAN
from tutor_tui.core import events as ev
from tutor_tui.core.captions import Rung
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.reducer import advance
from tutor_tui.plain.narrator import Narrator


def test_words_that_are_written_down_late_come_before_the_answer() -> None:
    spoken = (ev.LearnerStartedSpeaking("l"), ev.LearnerStoppedSpeaking("l"), ev.LearnerTurnKept("l", None))
    answer = (ev.ReplyStarted("r"), ev.TutorAudio("t", SOUND), ev.TutorTextDone("t", "Hello!"))
    lines = told(*READY, *spoken, *answer, ev.LearnerTextDone("l", "Good day."))
    assert [line for line in lines if ": " in line] == ["You: Good day.", "Tutor: Hello!"]


def test_words_that_never_come_hold_nothing_up_for_ever() -> None:
    spoken = (ev.LearnerStartedSpeaking("l"), ev.LearnerStoppedSpeaking("l"), ev.LearnerTurnKept("l", None))
    answer = (ev.ReplyStarted("r"), ev.TutorTextDone("t", "Hello!"), ev.ReplyEnded("r"))
    lines = told(*READY, *spoken, *answer)
    assert lines[-2:] == ["Tutor: Hello!", "listening"]


def test_words_not_understood_are_said_to_be() -> None:
    assert "You: (heard, but not understood)" in told(*READY, ev.LearnerTextFailed("l"))


SPOKEN = (ev.ReplyStarted("r"), ev.TutorAudio("t", SOUND), ev.TutorTextDelta("t", "one two three four"))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (
            [ev.SpeechCut("t", 50, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: one two (stopped here: “three four” was not heard)"],
        ),
        (
            [ev.SpeechCut("t", 0, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: (stopped before a word was heard)"],
        ),
        (
            [ev.SpeechCut("t", 100, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: one two three four (stopped here)"],
        ),
        (
            [ev.TutorTextDone("t", "one two three four"), ev.SpeechCut("t", 50, 100), ev.ReplyEnded("r")],
            ["Tutor: one two three four", "Tutor: (stopped here: “three four” was not heard)"],
        ),
        (
            [ev.SpeechCut("t", 50, 100), ev.TutorTextDone("t", "one two three four five six"), ev.ReplyEnded("r")],
            ["Tutor: one two three (stopped here: “four five six” was not heard)"],
        ),
    ],
)
def test_a_stopped_answer_is_told_once_with_what_was_not_heard(events: list[LessonEvent], expected: list[str]) -> None:
    lines = told(*READY, *SPOKEN, *events)
    assert [line for line in lines if line.startswith("Tutor:")] == expected


EVENTS = st.sampled_from(
    [
        *READY,
        ev.LearnerStartedSpeaking("l"),
        ev.LearnerStoppedSpeaking("l"),
        ev.LearnerTurnKept("l", "t"),
        ev.LearnerTextDone("l", "you"),
        ev.LearnerTyped("k", "typed"),
        ev.ReplyStarted("r"),
        ev.TutorTextDelta("t", "a b"),
        ev.TutorTextDone("t", "a b c"),
        ev.TutorAudio("t", SOUND),
        ev.SpeechCut("t", 5, 10),
        ev.SpeechFinished("t"),
        ev.ReplyEnded("r"),
        ev.LinkEnded("Gone."),
        ev.Muted(True),
        ev.Muted(False),
    ]
)


def test_words_that_come_after_they_were_told_as_lost_are_told() -> None:
    narrator, lesson, lines = Narrator(ANYONE), Lesson(PLAN), list[str]()
    for event in (ev.LearnerStartedSpeaking("l"), ev.LinkEnded("Gone."), ev.LearnerTextDone("l", "you")):
        lesson = advance(lesson, event)
        lines += [line for line in narrator.tell(lesson) if line.startswith("You:")]
    assert lines == ["You: (lost with the connection)", "You: you"]


@ANY_MACHINE
@given(st.lists(EVENTS, max_size=30), st.integers(1, 4))
def test_in_any_order_nothing_complete_is_lost_or_told_twice(events: list[LessonEvent], every: int) -> None:
    """Looks are skipped, as a busy loop skips them; at rest every finished turn has been told once."""
    narrator, lesson = Narrator(ANYONE), Lesson(PLAN)
    lines = narrator.tell(lesson)
    for number, event in enumerate(events):
        lesson = advance(lesson, event)
        if number % every == 0:
            lines += narrator.tell(lesson)
    rest: tuple[LessonEvent, ...] = (ev.LinkEnded("Over."), ev.SpeechFinished("t"), ev.LearnerStoppedSpeaking("l"))
    for event in rest:
        lesson = advance(lesson, event)
    lines += narrator.tell(lesson)
    assert narrator.tell(lesson) == []
    for turn in lesson.turns:
        prefix = "Tutor:" if turn.role == "tutor" else "You:"
        about = [line for line in lines if line.startswith(prefix) and "(stopped" not in line[:16]]
        mine = {"l": "you", "k": "typed", "t": "a b"}[turn.id]
        marks = ["(lost"] if turn.state is TurnState.LOST else ["(no words)"]
        told_once = [line for line in about if any(each in line for each in (mine, *marks))]
        assert len(told_once) == 1 or any("(stopped" in line for line in lines)


def test_what_is_said_once_more_is_told_as_such() -> None:
    said = (ev.RepeatAsked(), ev.ReplyStarted("r"), ev.TutorTextDone("t", "Hello!"), ev.ReplyEnded("r"))
    assert "Tutor: (again) Hello!" in told(*READY, *said)


def test_what_the_learner_may_have_said_is_told_as_a_question_and_as_theirs_once_they_confirm_it() -> None:
    unsure = ev.LearnerTextDone("u", "우유 주세요", unsure=True, unclear=((0, 2),))
    lines = told(
        *READY, unsure, ev.TutorTextDone("a", "Did you say “우유 주세요”?"), ev.LearnerTextDone("u", "우유 주세요")
    )
    own = [line for line in lines if line.startswith("You:")]
    assert own == ["You: (perhaps: “우유 주세요”?)", "You: 우유 주세요"]
    denied = told(*READY, unsure, ev.LearnerTextFailed("u", not_said=True))
    assert [line for line in denied if line.startswith("You:")] == [own[0], "You: (not what you said)"]


def test_unclear_words_and_what_was_not_listened_for_are_told_in_words() -> None:
    lines = told(
        *READY,
        ev.LearnerTextDone("u", "저는 우유를 마셔요.", unclear=((3, 6), (7, 10))),
        ev.LearnerTextFailed("v", not_listened_for=True),
    )
    assert "You: 저는 우유를 마셔요. (less clear: 우유를, 마셔요)" in lines
    unsure = ev.LearnerTextDone("w", "우유 주세요", unsure=True, different=(DifferentWord(3, 6),))
    assert "You: (perhaps: “우유 주세요”?) (another word heard for: 주세요)" in told(*READY, unsure)
    assert "You: (heard, but none of the sentences listened for)" in lines


def test_a_dictation_is_told_with_what_to_do_and_the_line_once_it_is_over() -> None:
    begun = Dictated("write", "A", "How are you?", 1.0)
    beside = [replace(begun, stage="again", shown="____", written=each, is_beside=True) for each in ("Tea.", "No.")]
    over = replace(begun, stage="over", shown="How✓ are✓ you✓?", written="how are you", right=3, of=3)
    said = ev.TutorTextDone("A", "How are you?")
    tries = (begun, *beside, over)
    lines = told(*READY, said, *map(ev.EarTrained, tries), ev.LineRevealed("A"))
    how = "(t; x plays it again, z slower, ; shows it, escape ends it)"
    assert [line for line in lines if line.startswith(("Tutor", "Dictation"))] == [
        "Tutor: How are you?",
        f"Dictation: listen, and write what you hear. {how}",
        "Dictation, once more: “____” No word of “Tea.” is in it.",
        "Dictation, once more: “____” No word of “No.” is in it.",
        "Dictation: you had every word. “How✓ are✓ you✓?”",
        "Tutor: How are you?",
    ]


def test_what_is_hidden_is_told_by_its_length_and_once_more_when_it_is_asked_for() -> None:
    said = [ev.TutorTextDone("A", "How are you?"), ev.TutorTextDone("B", "元気ですか。")]
    lines = told(*READY, ev.CaptionsChosen(Rung.HIDDEN), *said, ev.LineRevealed("A"), ev.CaptionsChosen(Rung.ALL))
    hidden = ["Tutor: (3 words: . shows them)", "Tutor: (5 characters: . shows them)"]
    assert [line for line in lines if line.startswith(("Tutor", "captions"))] == [
        "captions: hidden",
        *hidden,
        "Tutor: How are you?",
        "captions: all",
    ]
    assert "Tutor: H__ a__ y__?" in told(*READY, ev.CaptionsChosen(Rung.FIRST_LETTERS), said[0])


@pytest.mark.parametrize("done", [[], [ev.TutorTextDone("t", "one two three four")]], ids=["under way", "told before"])
@pytest.mark.parametrize(
    ("rung", "expected"),
    [(Rung.HIDDEN, "stopped here"), (Rung.FIRST_LETTERS, "stopped here: “t____ f___” was not heard")],
)
def test_what_was_not_heard_of_a_hidden_line_is_not_told_either(
    done: list[LessonEvent], rung: Rung, expected: str
) -> None:
    lines = told(*READY, ev.CaptionsChosen(rung), *SPOKEN, *done, ev.SpeechCut("t", 50, 100), ev.ReplyEnded("r"))
    assert any(expected in line for line in lines)
    assert not any("three" in line or "four" in line for line in lines)
