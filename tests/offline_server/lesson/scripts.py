"""Small scripts for tests of the guide, and the word lists they use."""

from __future__ import annotations

from typing import Any

from tutor_tui.offline_server.lesson.pattern_syntax import one_of, read_syntax
from tutor_tui.offline_server.lesson.script import Expected, Mistake, Step
from tutor_tui.offline_server.lesson.word_lists import CommonMistake, SlotWords, WordLists

LISTS = WordLists(
    "en",
    slots={
        "name": SlotWords((read_syntax("anna"), read_syntax("tom")), open=2),
        "month": SlotWords((read_syntax("may"), read_syntax("june"))),
        "verb-ing": SlotWords(endings=("ing",)),
    },
    before=one_of([read_syntax("well"), read_syntax("um")]),
    after=one_of([read_syntax("please"), read_syntax("thank you")]),
    joiners=one_of([read_syntax("and")]),
    function_words=frozenset(["i", "am", "is", "the", "a", "in", "on", "to", "from", "my", "you", "what"]),
    mistakes=(CommonMistake(read_syntax("on <month>"), "in <month>", "Months go with another little word."),),
)


def expected(pattern: str, reply: str = "", reply_translation: str = "") -> Expected:
    """A way of answering."""
    return Expected(read_syntax(pattern), pattern, reply, reply_translation)


def mistake(pattern: str, prompt: str, better: str = "", **more: Any) -> Mistake:
    """A slip that is listed."""
    return Mistake(read_syntax(pattern), pattern, prompt, better, **more)


def step(say: str, *expect: str | Expected, answer: str, **more: Any) -> Step:
    """A step of a lesson; further ways to ask go into `more` as `says`."""
    says = more.pop("says", (say,))
    return Step(says, tuple(each if isinstance(each, Expected) else expected(each) for each in expect), answer, **more)
