"""What is told for as long as it holds."""

from __future__ import annotations

import pytest

from tests.core.lessons_made import READY, after
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.standing_news import KEEP_QUESTION, standing_news
from tutor_tui.core.tools import LevelSuggestion

DOUBT = (
    ev.LearnerStartedSpeaking("U"),
    ev.LearnerTextDone("U", "우유 주세요", unsure=True),
    ev.TutorTextDone("A", "Did you say “우유 주세요”?"),
)


LEVEL = (ev.LevelSuggested(LevelSuggestion("B1")),)
WAITING_LEVEL = (ev.LevelSuggested(LevelSuggestion("B1"), waits=True),)
TITLES = {
    "keep": KEEP_QUESTION,
    "said": "The tutor asks whether you said that.",
    "level": "The tutor suggests level B1.",
}


@pytest.mark.parametrize(
    ("events", "question"),
    [
        ((), "keep"),
        (DOUBT, "said"),
        (LEVEL, "level"),
        (WAITING_LEVEL, "level"),
        ((*LEVEL, *DOUBT), "said"),
        ((*WAITING_LEVEL, *DOUBT), "said"),
        ((*WAITING_LEVEL, *DOUBT, ev.LearnerTyped("V", "yes")), "level"),
    ],
    ids=["alone", "did you say", "level", "waiting", "level and said", "waiting and said", "answered"],
)
def test_the_same_two_keys_answer_one_question_at_a_time(events: tuple[LessonEvent, ...], question: str) -> None:
    lesson = after(ev.KeepAsked(), *events, start=READY)
    assert lesson.question == question
    asked = [each.title for each in standing_news(lesson, Capabilities(), "") if each.title in TITLES.values()]
    assert asked == [TITLES[question]]
