"""A Korean lesson by ear, for tests: at which question it stands, and how surely an answer is heard."""

from __future__ import annotations

from collections.abc import Sequence

from tests.offline_server.lesson.shipped import lesson
from tests.support.paths import ROOT
from tutor_tui.offline_server.hearing import HeardPiece, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.doubt_phrases import (
    doubt_phrases_in,
)
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.walked_history import without_doubts

CARDS = ROOT / "tests" / "end_to_end" / "prompts" / "lessons"
HEARD_OTHER = Hearing()
WORDS = doubt_phrases_in("en")


def likes() -> LessonScript:
    """The lesson, which takes a while to read: not while tests are only collected."""
    return lesson("ko-a1-likes")


def likes_coffee() -> int:
    """The place of the question about coffee."""
    return next(at for at, step in enumerate(likes().steps) if "커피" in step.answer)


def unsure(text: str) -> Hearing:
    return Hearing(text, Match.UNSURE)


def sure(text: str) -> Hearing:
    return Hearing(text, Match.EXPECTED)


def at_a_question(home: str = "", history: Sequence[tuple[str, str]] = ()) -> ByEar:
    """At the first question of a Korean lesson with help in English."""
    kept, doubt = without_doubts(history, likes().native_language)
    guide = ByEar(Guide(likes(), kept, home), doubt)
    if not history:
        guide.greet()
        guide.answer("")  # past what is shown first, where there is such
    return guide


def answer_to(guide: ByEar) -> str:
    step = guide.guide.path.step
    assert step is not None
    return step.answer


def free(text: str, log_probability: float = -0.1, worst_word: float = 0.9) -> Hearing:
    """What Whisper has written down, as certain as that."""
    return Hearing(text, pieces=(HeardPiece(text, 0, 1_000, log_probability, 0.0, worst_word=worst_word),))
