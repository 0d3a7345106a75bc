"""Notices that offer a way on, and those that are over."""

from __future__ import annotations

import pytest

from tests.core.test_phase_text import LESSON
from tutor_tui.core import events as ev
from tutor_tui.core.actions import with_keys
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.reducer import advance

CUT_BY_VOICE = (
    ev.LinkReady(),
    ev.ReplyStarted("r"),
    ev.TutorTextDelta("t", "one two three four"),
    ev.TutorAudio("t", bytes(960)),
    ev.SpeechCut("t", 10, 20),
    ev.LearnerStartedSpeaking("u"),
    ev.LearnerStoppedSpeaking("u"),
    ev.LearnerTurnKept("u", "t"),
)


def after(*events: LessonEvent) -> Lesson:
    lesson = LESSON
    for event in events:
        lesson = advance(lesson, event)
    return lesson


@pytest.mark.parametrize("cough", [ev.LearnerTextDone("u", " "), ev.LearnerTextFailed("u")])
def test_a_cough_that_cut_the_tutor_short_is_told_with_the_way_to_hear_the_rest(cough: LessonEvent) -> None:
    notice = after(*CUT_BY_VOICE, cough).notice
    assert notice is not None
    assert notice.title == "No words were heard, but the tutor was stopped."
    assert with_keys(notice.hint) == "r has it say that again."


@pytest.mark.parametrize(
    "events",
    [
        (*CUT_BY_VOICE, ev.LearnerTextDone("u", "Wait!")),
        (*CUT_BY_VOICE[:4], ev.SpeechFinished("t"), *CUT_BY_VOICE[5:], ev.LearnerTextDone("u", "")),
        (ev.LinkReady(), ev.LearnerStartedSpeaking("u"), ev.LearnerTextFailed("u")),
    ],
    ids=["words", "heard whole", "first turn"],
)
def test_otherwise_nothing_is_told(events: tuple[LessonEvent, ...]) -> None:
    assert after(*events).notice is None


@pytest.mark.parametrize("fatal", [False, True])
def test_what_was_told_of_a_lost_connection_is_over_when_there_is_one(fatal: bool) -> None:
    lost = (ev.LinkReady(), ev.LinkEnded("The connection broke.", fatal=fatal))
    lesson = after(*lost, ev.Dialling(2))
    assert lesson.notice is not None and lesson.settled != lesson.notice.number
    lesson = after(*lost, ev.Dialling(2), ev.LinkReady())
    assert lesson.notice is not None and lesson.settled == lesson.notice.number


def test_what_was_told_of_something_else_is_not() -> None:
    lesson = after(ev.LinkReady(), ev.LinkEnded(""), ev.Trouble("No voice."), ev.Dialling(2), ev.LinkReady())
    assert lesson.notice is not None and lesson.settled != lesson.notice.number
