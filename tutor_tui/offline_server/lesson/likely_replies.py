"""What a guide is going to say next, as far as that is known before the learner answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy

from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.offline_server.ports.guide import Guide, Reply


def likely_replies(guide: Guide, answers: Iterable[str]) -> Iterator[Reply]:
    """What `guide` would say to these answers, and then to silence, other words and a wish for help; most likely first.

    The guide stays as it is. Each reply may take 100 ms to find out; for any thread.
    """
    for answer in answers:
        yield deepcopy(guide).hear(Hearing(answer, Match.EXPECTED))
    yield deepcopy(guide).check_in()
    yield deepcopy(guide).hear(None)
    yield deepcopy(guide).hear(Hearing())
    yield deepcopy(guide).help()


def answers_of_each_kind(step: Step, lists: WordLists) -> list[str]:
    """The model answer, and a sentence of each kind that the step tells apart: they may be answered differently."""
    others = (sentence for expected in step.expect for sentence in sentences(expected.heard, lists, 1))
    return [*dict.fromkeys((step.answer, *others))]
