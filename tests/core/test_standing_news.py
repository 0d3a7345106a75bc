"""What is told for as long as it holds."""

from __future__ import annotations

import pytest

from tests.core.test_reducer import READY, after
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


@pytest.mark.parametrize(
    ("events", "is_asked"),
    [((), True), (DOUBT, False), ((ev.LevelSuggested(LevelSuggestion("B1")),), False)],
    ids=["alone", "did you say", "level"],
)
def test_the_same_two_keys_answer_one_question_at_a_time(events: tuple[LessonEvent, ...], is_asked: bool) -> None:
    lesson = after(ev.KeepAsked(), *events, start=READY)
    assert (KEEP_QUESTION in [each.title for each in standing_news(lesson, Capabilities(), "")]) is is_asked
