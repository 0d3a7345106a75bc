"""What events make of the lines of a lesson: their words, their order, what was cut of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.lessons_made import READY, SPEAKING, after
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS, Divider, TurnState
from tutor_tui.core.lesson import Phase


def test_the_learners_words_may_come_after_the_answer_began() -> None:
    lesson = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerStoppedSpeaking("U"),
        ev.LearnerTurnKept("U", None),
        ev.ReplyStarted("R"),
        ev.TutorTextDelta("A", "Hello!"),
        ev.LearnerTextDone("U", "Hi."),
        start=READY,
    )
    assert [(turn.role, turn.text) for turn in lesson.turns] == [("learner", "Hi."), ("tutor", "Hello!")]


def test_a_turn_is_moved_behind_the_one_it_follows() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "Hello!"),
        ev.ItemPlaced("U", None, "learner"),
        ev.ItemPlaced("A", "U", "tutor"),
        start=READY,
    )
    assert [turn.id for turn in lesson.turns] == ["U", "A"]


def test_an_item_is_inserted_where_it_belongs() -> None:
    lesson = after(
        ev.LearnerTyped("U", "a"), ev.TutorTextDelta("B", "c"), ev.ItemPlaced("A", "U", "tutor"), start=READY
    )
    assert [turn.id for turn in lesson.turns] == ["U", "A", "B"]


def test_items_after_unknown_items_go_to_the_end() -> None:
    lesson = after(ev.LearnerTyped("U", "a"), ev.ItemPlaced("A", "a system item", "tutor"), start=READY)
    assert [turn.id for turn in lesson.turns] == ["U", "A"]


def test_one_reply_may_span_items() -> None:
    lesson = after(ev.TutorTextDelta("A", "Well,"), ev.TutorTextDelta("B", "yes."), ev.ReplyEnded("R"), start=SPEAKING)
    assert [turn.state for turn in lesson.turns] == [TurnState.DONE, TurnState.DONE]


def test_done_replaces_the_deltas() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "Helo"), ev.TutorTextDone("A", "Hello."), ev.LearnerTextDelta("U", "hi"), start=READY
    )
    assert lesson.turns[0].text == "Hello."
    assert after(ev.LearnerTextDone("U", " Hi! "), start=lesson).turns[1].text == "Hi!"


def test_a_delta_that_adds_words_is_told_from_all_that_shows_elsewhere_too() -> None:
    begun = after(ev.TutorTextDelta("A", "Good "), start=SPEAKING)
    assert after(ev.TutorTextDelta("A", "morning"), start=begun).only_adds_words_to(begun)
    assert not begun.only_adds_words_to(begun), "drawn for the first time, it is all new"
    assert not begun.only_adds_words_to(SPEAKING), "from its first word on, a line can be explained"
    more: list[ev.LessonEvent] = [
        ev.TutorTextDone("A", "Good morning"),
        ev.TutorTextDelta("B", "Hello"),
        ev.Muted(on=True),
        ev.ReplyEnded("R"),
    ]
    for event in more:
        assert not after(ev.TutorTextDelta("A", "morning"), event, start=begun).only_adds_words_to(begun)


def test_words_told_anew_replace_the_words_so_far() -> None:
    first = (ev.LearnerTextDelta("U", "I hat a"), ev.LearnerTextDelta("U", "I had a", replaces=True))
    assert after(*first, ev.LearnerTextDelta("U", " cat"), start=READY).turns[0].text == "I had a cat"


def test_a_delta_after_the_end_changes_nothing() -> None:
    lesson = after(ev.LearnerTextDone("U", "Hi."), start=READY)
    assert after(ev.LearnerTextDelta("U", "again"), start=lesson) is lesson
    assert after(ev.LearnerTextDelta("U", "again", replaces=True), start=lesson) is lesson


def test_a_cut_turn_stays_cut_when_its_text_is_completed() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two"),
        ev.SpeechCut("A", 500, 1_000),
        ev.TutorTextDone("A", "one two three four"),
        ev.ReplyEnded("R", "cancelled"),
        start=SPEAKING,
    )
    turn = lesson.turns[0]
    assert turn.state is TurnState.CUT
    assert turn.heard_text + turn.unheard_text == "one two three four"
    assert turn.heard_text == "one two "


def test_late_sound_of_a_stopped_item_is_not_speech() -> None:
    lesson = after(ev.SpeechCut("A", 0, 1_000), ev.ReplyEnded("R"), ev.TutorAudio("A", b"\0\0"), start=SPEAKING)
    assert lesson.phase is Phase.LISTENING


def test_nothing_heard_leaves_nothing_in_the_history() -> None:
    lesson = after(ev.TutorTextDelta("A", "Never heard"), ev.SpeechCut("A", 0, 1_000), start=SPEAKING)
    assert lesson.history == ()


def test_of_a_voice_that_comes_as_it_is_heard_the_text_ahead_of_it_was_not_heard() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two three four"),
        ev.TutorSoundExpected("A", 4_000),
        ev.SpeechCut("A", 2_000, 2_100),
        start=SPEAKING,
    )
    assert (lesson.turns[0].heard_text, lesson.turns[0].unheard_text) == ("one two ", "three four")
    lesson = after(
        ev.TutorTextDone("A", "one two three four five six"), ev.TutorSoundExpected("A", 6_000), start=lesson
    )
    assert lesson.turns[0].heard_text == "one two "
    assert lesson.unspoken == ()


def test_what_our_own_speaker_knows_of_a_cut_counts_more_than_what_was_sent() -> None:
    begun = after(ev.TutorTextDelta("A", "one two three four"), ev.TutorSoundExpected("A", 4_000), start=SPEAKING)
    ours, theirs = ev.SpeechCut("A", 2_000, 2_100), ev.TutorCut("A", 3_500)
    for lesson in (after(ours, theirs, start=begun), after(theirs, ours, start=begun)):
        assert lesson.turns[0].heard_text == "one two "
        assert lesson.phase is not Phase.SPEAKING
    assert after(theirs, start=begun).turns[0].heard_text == "one two three "


def test_an_item_whose_sound_is_all_here_is_judged_by_it() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two three four"),
        ev.TutorSoundExpected("A", 8_000),
        ev.TutorSoundExpected("A", 0),
        ev.SpeechCut("A", 2_000, 4_000),
        start=SPEAKING,
    )
    assert lesson.turns[0].heard_text == "one two "


def test_a_cut_of_what_nobody_knows_is_no_line() -> None:
    assert after(ev.TutorCut("?", 5), ev.TutorSoundExpected("?", 5), start=READY).turns == ()


def test_empty_transcript_is_unclear_not_an_empty_line() -> None:
    lesson = after(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDone("U", "  "), start=READY)
    assert lesson.turns[0].state is TurnState.UNCLEAR
    assert after(ev.LearnerTextFailed("V"), start=READY).turns[0].state is TurnState.UNCLEAR


def test_what_the_learner_may_have_said_is_not_remembered_until_they_confirm_it() -> None:
    asked = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerTextDone("U", " 우유 주세요 ", unsure=True, unclear=((0, 2),)),
        ev.TutorTextDone("A", "Did you say “우유 주세요”?"),
        start=READY,
    )
    turn = asked.turns[0]
    assert (turn.state, turn.text, turn.unclear) == (TurnState.UNSURE, "우유 주세요", ((0, 2),))
    assert [line.role for line in asked.history] == ["tutor"]
    assert asked.learner_item == ""
    confirmed = after(ev.LearnerTextDone("V", "네"), ev.LearnerTextDone("U", "우유 주세요"), start=asked)
    assert [line.text for line in confirmed.history] == ["우유 주세요", "Did you say “우유 주세요”?", "네"]
    denied = after(ev.LearnerTextFailed("U", not_said=True), ev.LearnerTextDone("V", "아니요"), start=asked)
    turn = denied.turns[0]
    assert (turn.state, turn.text, turn.unclear, denied.asked_about) == (TurnState.NOT_SAID, "", (), None)
    assert [line.text for line in denied.history] == ["Did you say “우유 주세요”?", "아니요"]
    lost = after(ev.LinkEnded("dropped"), ev.LinkReady(), start=asked)
    assert [line.role for line in lost.history] == ["tutor"]
    assert (lost.turns[0].text, lost.asked_about) == ("", None), "a question that nobody asks any more"


@pytest.mark.parametrize(
    ("line", "is_asked"),
    [
        ("Did you say “우유 주세요”? (네, 맞아요 / 아니요)", True),
        ("¿Has dicho «우유 주세요»?", True),
        ("Tu as dit « 우유 주세요 » ?", True),
        ("「우유 주세요」と言いましたか。", True),
        ("좋아요! 우유 주세요!", False),
        ("Did you say “우유”?", False),
        ("I heard something like: 우유 주세요. That is not what I listen for.", False),
    ],
)
def test_whether_the_learner_is_asked_about_what_they_said(line: str, is_asked: bool) -> None:
    said = ev.LearnerTextDone("U", "우유 주세요.", unsure=True)
    lesson = after(ev.LearnerStartedSpeaking("U"), said, ev.TutorTextDone("A", line), start=READY)
    assert (lesson.asked_about is not None) is lesson.takes_yes_or_no is is_asked
    assert not after(ev.LearnerTyped("V", "yes"), start=lesson).takes_yes_or_no


def test_what_was_not_listened_for_is_heard_and_stops_nothing_in_vain() -> None:
    cut = after(ev.TutorTextDone("A", "What is your name?"), ev.SpeechCut("A", 300, 1_000), start=SPEAKING)
    lesson = after(ev.LearnerStartedSpeaking("U"), ev.LearnerTextFailed("U", not_listened_for=True), start=cut)
    assert lesson.turns[-1].state is TurnState.NOT_LISTENED_FOR
    assert lesson.learner_item == ""
    assert lesson.notice is None, "it is answered, and no cough"
    assert [line.role for line in lesson.history] == ["tutor"]


@given(st.permutations(range(6)))
def test_any_order_of_late_news_gives_the_same_conversation(order: list[int]) -> None:
    """After a turn: its words, the answer's words, its end, and where both stand, in any order."""
    late: list[ev.LessonEvent] = [
        ev.LearnerTextDone("U", "Hi."),
        ev.TutorTextDone("A", "Hello."),
        ev.ItemPlaced("A", "U", "tutor"),
        ev.LearnerTurnKept("U", None),
        ev.SpeechFinished("A"),
        ev.ReplyEnded("R"),
    ]
    begun = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerStoppedSpeaking("U"),
        ev.ReplyStarted("R"),
        ev.TutorAudio("A", b"\0\0"),
        start=READY,
    )
    lesson = after(*(late[i] for i in order), start=begun)
    assert [(turn.id, turn.text, turn.state) for turn in lesson.turns] == [
        ("U", "Hi.", TurnState.DONE),
        ("A", "Hello.", TurnState.DONE),
    ]
    assert lesson.phase is Phase.LISTENING


def test_a_divider_stays_where_words_were_when_an_empty_turn_goes() -> None:
    """Another profile is chosen while an answer begins; the connection goes before any of its words have come."""
    lesson = after(ev.Divided("nobody has spoken"), start=READY)
    assert lesson.dividers == ()
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.ItemPlaced("B", "A", "tutor"), ev.Divided("one"), start=lesson)
    lesson = after(ev.Divided("two"), ev.LinkEnded("dropped"), start=lesson)
    assert lesson.dividers == (Divider("A", "two"),)
    assert [turn.id for turn in lesson.turns] == ["A"]


@pytest.mark.parametrize(
    "events",
    [
        [ev.TutorTextDone("a", "x" * 15_000_000)],
        [ev.TutorTextDelta("a", "word " * 100)] * 100,
        [ev.TutorTextDelta("a", "x" * 1_000_000)],
        [ev.LearnerTextDone("a", "x" * 1_000_000)],
        [ev.LearnerTextDelta("a", "y" * 15_000)] * 2,
    ],
)
def test_a_text_beyond_all_measure_is_cut_and_counted(events: list[ev.LessonEvent]) -> None:
    lesson = after(*events)
    assert len(lesson.turns[0].text) == MOST_TEXT_CHARACTERS
    assert lesson.unknown_events > 0


def test_what_the_tutor_says_on_being_asked_again_is_marked_once() -> None:
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.RepeatAsked(), start=READY)
    lesson = after(ev.ItemPlaced("B", "A", "tutor"), ev.TutorTextDelta("B", "Hello."), start=lesson)
    assert [turn.again for turn in lesson.turns] == [False, True]
    lesson = after(ev.TutorTextDone("C", "Go on."), start=lesson)
    assert [turn.again for turn in lesson.turns] == [False, True, False]


def test_an_answer_to_the_learners_words_is_nothing_said_again() -> None:
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.RepeatAsked(), ev.LearnerTyped("L", "Hi!"), start=READY)
    lesson = after(ev.TutorTextDone("B", "Nice."), start=lesson)
    assert not any(turn.again for turn in lesson.turns)
    assert not after(ev.RepeatAsked()).repeat_asked, "nobody is there to be asked"
