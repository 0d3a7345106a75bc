"""The way through a lesson: step after step, and what was missed once more later on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from tutor_tui.offline_server.lesson.as_written import filled
from tutor_tui.offline_server.lesson.script import LessonScript, Step

STEPS_BETWEEN = 2
"""Other questions that come before a missed one comes back: soon enough to be known, late enough to be recalled."""


class Outcome(Enum):
    """How a step was left."""

    FIRST_TRY = "first try"
    CORRECTED = "corrected"
    """A slip that the learner put right."""
    HELPED = "helped"
    """After help, or after another answer, which nobody listed."""
    ANSWER_GIVEN = "answer given"
    """The form had to be told: the step comes back after two others, and at the end."""
    NOT_KNOWN = "not known"
    """Twice with an answer that nobody listed: it may be right, and shows nothing of what was asked for."""
    SKIPPED = "skipped"
    UNHEARD = "unheard"
    """The ears were never sure what was said: that shows nothing of the learner."""


GOT = (Outcome.FIRST_TRY, Outcome.HELPED)
"""How a step is left whose answer was said in the end, without a slip."""


class LessonPath:
    """Which step is on, and which come after it. Holds plain values only, so it may be copied."""

    def __init__(self, script: LessonScript) -> None:
        self._script = script
        self._visits = list(range(len(script.steps)))
        """Numbers of steps, in the order in which they are asked; what was missed is put in again."""
        self._at = 0
        self.is_closing = False
        """Only the free answer at the end is still to come."""
        self._first: dict[int, Outcome] = {}
        self._last: dict[int, Outcome] = {}

    @property
    def step(self) -> Step | None:
        """The one that is on; None at the end."""
        return self._script.steps[self._visits[self._at]] if self._at < len(self._visits) else None

    @property
    def place(self) -> int:
        """How many questions were left behind."""
        return self._at

    @property
    def times_asked(self) -> int:
        """How often the step that is on was on before."""
        return self._visits[: self._at].count(self._visits[self._at]) if self.step else 0

    def say(self, slots: Mapping[str, str]) -> str:
        """The question, another way of asking it each time, with what the learner filled slots with; "" at the end."""
        if (step := self.step) is None:
            return ""
        first = self.times_asked % len(step.says)
        ways = (filled(say, slots) for say in (*step.says[first:], *step.says[:first]))
        return next(filter(None, ways), step.say)

    def leave(self, outcome: Outcome) -> None:
        """On to the next. What was missed for the first time comes back twice."""
        number = self._visits[self._at]
        if self._is_missed(number, outcome) and not self.is_closing:
            self._bring_back(number)
        self._first.setdefault(number, outcome)
        self._last[number] = outcome
        self._at += 1

    def _is_missed(self, number: int, outcome: Outcome) -> bool:
        """Whether a step that is left so is to come back."""
        return outcome is Outcome.ANSWER_GIVEN and number not in self._first

    def _bring_back(self, number: int) -> None:
        end = len(self._visits)
        if end > self._at + 1 and self._script.steps[self._visits[-1]].least:
            end -= 1  # a free answer at the end stays the last
        soon = self._at + 1 + STEPS_BETWEEN
        self._visits.insert(end, number)
        if soon < end:
            self._visits.insert(soon, number)

    def close(self) -> None:
        """The time is nearly over: behind the step that is on comes the free answer at the end, if there is one."""
        self.is_closing = True
        left = self._visits[self._at + 1 :]
        self._visits[self._at + 1 :] = [number for number in left[-1:] if self._script.steps[number].least]

    def go_to(self, number: int) -> None:
        """Take the lesson up at this step; past the last one, at its end."""
        self._at = number

    def first(self, step: Step) -> Outcome | None:
        """How a step was left when it was asked first; None where it was not."""
        return self._first.get(self._script.steps.index(step))

    def count(self, outcome: Outcome) -> int:
        """How many steps were left so when they were asked first."""
        return sum(left is outcome for left in self._first.values())

    @property
    def total(self) -> int:
        """How many steps were left in any way."""
        return len(self._first)

    @property
    def to_practise(self) -> list[str]:
        """Model answers of the steps that had to be told to the last."""
        return [
            self._script.steps[number].answer for number, left in self._last.items() if left is Outcome.ANSWER_GIVEN
        ]


def furthest_question(script: LessonScript, said_by_tutor: Iterable[str]) -> int | None:
    """The step (from 0) that was asked last, their number at the end of the lesson; None where nothing was asked of it.

    Each question is looked for after the one before it; a greeting begins anew.
    """
    at, found = 0, False
    for text in said_by_tutor:
        said = " ".join(text.split())
        if script.greeting in said:
            at = 0
        if script.closing in said:
            at = len(script.steps)
        asked = [
            place for place in range(at, len(script.steps)) if any(say in said for say in script.steps[place].says)
        ]
        at = asked[-1] if asked else at
        found = found or bool(asked) or at > 0
    return at if found else None
