"""How a lesson goes from one question to the next: which one is on, what came of those before it, and what is said."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Self

from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson.first_slip import FirstSlip
from tutor_tui.offline_server.lesson.guide_words import GuideWords, Line, Reply, joined, meaning_of
from tutor_tui.offline_server.lesson.lesson_path import LessonPath, Outcome, furthest_question
from tutor_tui.offline_server.lesson.listened_for import said_after
from tutor_tui.offline_server.lesson.new_words import NewWords
from tutor_tui.offline_server.lesson.requests import Request
from tutor_tui.offline_server.lesson.script import LessonScript


class LessonFlow:
    """One learner's way through one lesson. Holds plain values only, so it may be copied."""

    def __init__(
        self, script: LessonScript, home: str = "", *, following: LessonScript | None = None, instead_of: str = ""
    ) -> None:
        """What is given is as for `guide.Guide`."""
        self._instead_of, self._home = instead_of, home
        self._scripts = (script, following)
        self._begin(script)
        self._follows_another = False
        """Another tutor was there before, and nothing of this script was asked."""

    def _begin(self, script: LessonScript) -> None:
        self.script = script
        self.words = GuideWords(script, self._home)
        """What it says, and in which languages."""
        self._new = NewWords(script, self._home)
        self.path = LessonPath(script)
        self.meaning = ""
        """What was said last, in the learner's language; "" where it was said in that, or nobody knows."""
        self._outcome = Outcome.SKIPPED
        """Of the step that was left last."""
        self._slots: dict[str, str] = {}
        """What the learner filled slots with, for later lines."""
        self.is_greeted = self.is_resumed = False
        self._hurries = False
        """The time is nearly over, and the learner has not been told so."""
        self._enter()

    def _enter(self) -> None:
        """A step begins."""
        self._slips = 0
        self._unsure = False
        """An answer was not known; the next one leads on."""
        self._unheard = self._helped = 0
        self._first_slip = FirstSlip()
        self._answer_given = False
        """The form was given; the next answer is a repetition of it, and whatever it is, the lesson goes on."""
        self._asked_for_help = False
        self._is_certain = True
        """Whether the last answer was certainly said."""
        self._asked: tuple[Request | None, int] = (None, 0)
        """The last request, and how often it was made in a row."""
        step = self.path.step
        self._presenting = bool(step and step.present and not self.path.times_asked)

    def _resume(self, history: Sequence[tuple[str, str]]) -> None:
        """Go to the question that was asked last."""
        at = furthest_question(self.script, [text for role, text in history if role == "assistant"])
        self.is_greeted = self.is_resumed = at is not None
        self.path.go_to(at or 0)
        self._enter()
        self._presenting = self._presenting and not self.is_resumed
        if any(role == "system" for role, _ in history):
            self.close()

    def start_at(self, number: int) -> None:
        """Begin at the question of this step (from 0), for whoever tries a lesson out."""
        self.is_greeted = True
        self.path.go_to(number)
        self._enter()
        self._presenting = False

    def copy(self) -> Self:
        """Another one that stands where this one stands."""
        return deepcopy(self)

    # ---- where it stands --------------------------------------------------------------------------------------------

    @property
    def learner_repeats(self) -> bool:
        """Whether the learner is only to say a sentence after the tutor: whatever comes, the lesson goes on."""
        return self._presenting or self._answer_given

    @property
    def targets(self) -> list[str]:
        """What that sentence may be; none where the learner answers in their own words."""
        step = self.path.step
        if step is None or not self.learner_repeats:
            return []
        return said_after(step) if self._presenting else [step.answer]

    @property
    def _following(self) -> LessonScript | None:
        first, following = self._scripts
        return following if self.script is first else None

    # ---- where it goes ----------------------------------------------------------------------------------------------

    def _start(self, script: LessonScript) -> Reply:
        self._begin(script)
        self._instead_of = ""
        return self.greet()

    def _leave(self, outcome: Outcome, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        """Close this step and ask the next question, or end the lesson."""
        self.path.leave(outcome)
        is_lapse = self._slips or self._asked_for_help  # who was only not understood may have known it
        self._outcome = Outcome.UNHEARD if outcome is Outcome.ANSWER_GIVEN and not is_lapse else outcome
        self._enter()
        if self._hurries:
            self._hurries = False
            lines = (*lines, self.words.mine(lambda own: own.time_is_short))
        if self.path.step:
            again = self.words.mine(lambda own: own.again) if self.path.times_asked == 1 else Line("")
            return self.say(*lines, again, self.question(), notes=notes)
        lines = tuple(line for line in lines if line.text not in self.words.own.move_on)
        return self.say(*lines, self.words.closing(), *self._summary(), self._offer(), notes=notes)

    def _summary(self) -> list[Line]:
        """What came of the lesson so far."""
        return self.words.review(self.path)

    def close(self) -> None:
        """The lesson's time is nearly over: after this question comes the free one at the end, and then the closing."""
        self.path.close()
        self._hurries = True

    # ---- what it says -----------------------------------------------------------------------------------------------

    def greet(self, *, takes_over: bool = False) -> Reply:
        """The first words: of the lesson, or of its continuation; `takes_over` where another tutor taught until now."""
        self.is_greeted = True
        words = self.words
        if self.is_resumed:
            self._asked = (None, 0)
            return self.say(words.mine(lambda own: own.go_on), self.question())
        opening = words.mine(lambda own: own.takeover) if takes_over and self._follows_another else words.greeting()
        reply = self.say(words.stands_in(self._instead_of), opening, self.question())
        return reply.with_aside(words.what_to_ask())

    def repeat(self) -> Reply:
        """The question again; after the form was given, the form."""
        if self._answer_given and (step := self.path.step):
            return self.say(self.words.model(step))
        return self.say(self.question())

    def question(self) -> Line:
        step = self.path.step
        if step is None:
            return self.words.mine(lambda own: own.once_more) if self._following is None else self._offer()
        if self._presenting:
            return self.words.presented(step)
        return self.words.question(step, self.path.say(self._slots))

    def _offer(self) -> Line:
        """What may come after the end."""
        following = self._following
        return self.words.mine(lambda own: own.next_lesson, title=following.title) if following else Line("")

    def _thanks(self) -> Line:
        """Leads on where there is nothing to praise."""
        return self.words.mine(lambda own: self._one_of(own.move_on))

    def _one_of(self, phrases: tuple[str, ...]) -> str:
        """Varied, but the same in every run: by place in the lesson and number of tries."""
        return phrases[(self.path.place + self._slips) % len(phrases)]

    def say(self, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        self.meaning = meaning_of(lines)
        return Reply(joined(lines), self.script.language, self.path.step is None, notes=notes, lines=lines)
