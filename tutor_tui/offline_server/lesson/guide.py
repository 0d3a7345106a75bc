"""A tutor without a model: walks a lesson script, judges answers, prompts, corrects.

Its way with mistakes is the one that teachers' handbooks agree on: first let the learner find it (a prompt), and only
when that has failed give the form, let them say it once, and go on kindly. It never gets stuck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, Word
from tutor_tui.offline_server.lesson.grading import Judgement, Verdict, judge, matches
from tutor_tui.offline_server.lesson.normalise import key
from tutor_tui.offline_server.lesson.phrases import ENGLISH_REQUESTS, Request, agrees, phrases_in, request_in
from tutor_tui.offline_server.lesson.script import LessonScript, Step

PRACTISE_AT_MOST = 2
"""Model answers named at the end: more would sound like a list of failures."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tutor says next."""

    text: str
    language: str
    """What is taught (ISO 639-1); single sentences may be in the learner's own language."""
    done: bool = False
    """Whether the lesson has reached its end. The conversation may go on."""
    notes: tuple[Correction | Word, ...] = ()
    """What is worth writing down for the learner, now that it has been settled."""


class Outcome(Enum):
    """How a step was left."""

    FIRST_TRY = "first try"
    CORRECTED = "corrected"
    ANSWER_GIVEN = "answer given"
    SKIPPED = "skipped"


class Guide:
    """Leads one learner through one lesson. Holds plain values only, so it may be copied."""

    def __init__(self, script: LessonScript, history: Sequence[tuple[str, str]] = ()) -> None:
        """`history` is (role, text), roles "user" and "assistant": the lesson is taken up where it was left."""
        self._script = script
        self._own = phrases_in(script.native_language)
        self._taught = phrases_in(script.language)
        self._restart()
        if not self._walked(history):
            self._restart()
            self._resume(history)

    def _restart(self) -> None:
        self._at = 0
        self._failures = 0
        self._unheard = 0
        self._missed = ""
        """What the learner said at first, where it was nearly right."""
        self._answer_given = False
        """The form was given; the next answer is a repetition of it, and whatever it is, the lesson goes on."""
        self._outcomes: dict[int, Outcome] = {}
        self._greeted = False
        self._resumed = False

    def _walked(self, history: Sequence[tuple[str, str]]) -> bool:
        """Walk the same way again: what the learner said is answered as it was then, so that tries and slips count.

        False when something else was answered, by another tutor for one. An answer that was stopped is a beginning.
        """
        said: list[str] = []
        for role, text in history:
            if role != "assistant":
                said.append(text)
                continue
            if not self._greeted:
                replies = [self.greet()]
            elif said:
                replies = [self.answer(" ".join(said))]
            else:
                replies = [self.repeat(), self.greet()]
            if not any(_begins(reply.text, text) for reply in replies):
                return False
            said = []
            self._resumed = True
        return True

    def _resume(self, history: Sequence[tuple[str, str]]) -> None:
        """Find the furthest question asked. Each is looked for after the one before it; a greeting begins anew."""
        steps = self._script.steps
        for role, text in history:
            if role != "assistant":
                continue
            said = " ".join(text.split())
            if self._script.greeting in said:
                self._at = 0
            if self._script.closing in said:
                self._at = len(steps)
            asked = [place for place in range(self._at, len(steps)) if steps[place].say in said]
            if asked:
                self._at = asked[-1]
                self._greeted = self._resumed = True
            self._greeted = self._resumed = self._resumed or self._at > 0

    # ---- what the server asks for -----------------------------------------------------------------------------------

    @property
    def expected(self) -> list[str]:
        """Sentences to listen for now: answers, known mistakes, requests. Empty if any words would do."""
        step = self._step
        if step is None:
            return list(ENGLISH_REQUESTS)
        patterns = [*step.expect, *(mistake.heard for mistake in step.mistakes)]
        closed = [sentence for pattern in patterns if not pattern.open for sentence in pattern.sentences]
        return [*dict.fromkeys([*closed, *ENGLISH_REQUESTS])]

    def greet(self) -> Reply:
        """The first words: of the lesson, or of its continuation."""
        opening = self._own.go_on if self._resumed else self._script.greeting
        self._greeted = True
        return self._say(opening, self._question())

    def repeat(self) -> Reply:
        """The question again; after the form was given, the form."""
        if self._answer_given and (step := self._step):
            return self._say(self._own.model.format(answer=step.answer))
        return self._say(self._question())

    def answer(self, text: str) -> Reply:
        """Judge what was heard or typed, and lead on."""
        if not self._greeted:
            return self.greet()
        step = self._step
        if step is None:
            return self._after_the_end(text)
        language = self._script.language
        if matches(text, [pattern for pattern in step.expect if not pattern.open], language):
            return self._accept(step, Judgement(Verdict.RIGHT), text)
        if request := request_in(text):
            return self._serve(request, step)
        if not key(text, language):
            return self._not_heard(step)
        for mistake in step.mistakes:
            if matches(text, [mistake.heard], language):
                self._missed = self._missed or text
                return self._decline(step, mistake.prompt)
        return self._judged(step, judge(text, step.expect, language), text)

    # ---- how it answers ---------------------------------------------------------------------------------------------

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        match judgement.verdict:
            case Verdict.RIGHT | Verdict.SLIP:
                return self._accept(step, judgement, text)
            case Verdict.NEARLY:
                self._missed = self._missed or text
                return self._decline(step, f"{self._one_of(self._own.nearly)} {step.hint}")
            case Verdict.OTHER:
                return self._decline(step, f"{self._one_of(self._own.not_yet)} {step.hint or step.say}")

    def _accept(self, step: Step, judgement: Judgement, text: str) -> Reply:
        corrected = self._failures > 0
        better = text
        if self._answer_given:
            outcome, words = Outcome.ANSWER_GIVEN, self._one_of(self._taught.praise)
        elif corrected:
            outcome, words = Outcome.CORRECTED, self._one_of(self._taught.repaired)
        else:
            outcome, words = Outcome.FIRST_TRY, "" if step.praise else self._one_of(self._taught.praise)
        if judgement.verdict is Verdict.SLIP:
            better = _as_written(judgement.nearest, step)
            words = self._own.recast.format(form=better)
            self._missed = self._missed or text
        praise = step.praise if not self._answer_given else ""
        return self._leave(outcome, words, praise, notes=() if self._answer_given else self._correction(better))

    def _decline(self, step: Step, prompt: str) -> Reply:
        if self._answer_given:
            return self._leave(Outcome.ANSWER_GIVEN, self._one_of(self._own.move_on))
        self._failures += 1
        self._unheard = 0
        if self._failures < step.retries:
            return self._say(prompt)
        self._answer_given = True
        return self._say(self._own.model.format(answer=step.answer), notes=self._correction(step.answer))

    def _correction(self, better: str) -> tuple[Correction, ...]:
        """The slip of this step. Not written down before the step is settled: it would give the form away."""
        said, better = one_line(self._missed, NOTE_CHARACTERS), one_line(better, NOTE_CHARACTERS)
        return (Correction(said, better, kind="grammar"),) if self._missed else ()

    def _not_heard(self, step: Step) -> Reply:
        """Silence or noise is no failure: ask again, the second time with the hint, then go the way of a failure."""
        self._unheard += 1
        if self._unheard > step.retries:
            return self._decline(step, f"{self._own.not_heard} {step.hint or step.say}")
        return self._say(self._own.not_heard, step.hint if self._unheard > 1 else "", step.say)

    def _serve(self, request: Request, step: Step) -> Reply:
        match request:
            case Request.REPEAT:
                return self.repeat()
            case Request.HELP:
                return self._say(step.hint or step.translation, step.say)
            case Request.TRANSLATE:
                meaning = step.translation
                word = Word(step.say, meaning, language=self._script.language)
                return self._say(meaning or step.hint, step.say, notes=(word,) if meaning else ())
            case Request.SKIP:
                return self._leave(Outcome.SKIPPED, self._own.skipped)
            case Request.RESTART:
                self._restart()
                return self.greet()

    def _after_the_end(self, text: str) -> Reply:
        if agrees(text):
            self._restart()
            return self.greet()
        return self._say(self._own.once_more)

    def _leave(self, outcome: Outcome, *words: str, notes: tuple[Correction, ...] = ()) -> Reply:
        """Close this step and ask the next question, or end the lesson."""
        self._outcomes[self._at] = outcome
        self._at += 1
        self._failures = self._unheard = 0
        self._missed = ""
        self._answer_given = False
        if self._step:
            return self._say(*words, self._question(), notes=notes)
        return self._say(*words, self._script.closing, *self._review(), notes=notes)

    def _review(self) -> list[str]:
        """What went well, and at most two things to practise."""
        own, outcomes = self._own, self._outcomes
        counts = {outcome: sum(left is outcome for left in outcomes.values()) for outcome in Outcome}
        review = []
        if counts[Outcome.FIRST_TRY]:
            review.append(own.first_try.format(count=counts[Outcome.FIRST_TRY], total=len(outcomes)))
        if counts[Outcome.CORRECTED]:
            review.append(own.corrected.format(count=counts[Outcome.CORRECTED]))
        missed = [self._script.steps[at].answer for at, left in outcomes.items() if left is Outcome.ANSWER_GIVEN]
        if missed:
            review.append(own.to_practise.format(answers=" ".join(missed[:PRACTISE_AT_MOST])))
        return review

    # ---- small things -----------------------------------------------------------------------------------------------

    @property
    def _step(self) -> Step | None:
        return self._script.steps[self._at] if self._at < len(self._script.steps) else None

    def _question(self) -> str:
        step = self._step
        return step.say if step else self._own.once_more

    def _one_of(self, phrases: tuple[str, ...]) -> str:
        """Varied, but the same in every run: by place in the lesson and number of tries."""
        return phrases[(self._at + self._failures) % len(phrases)]

    def _say(self, *parts: str, notes: tuple[Correction | Word, ...] = ()) -> Reply:
        text = " ".join(part.strip() for part in parts if part.strip())
        return Reply(text, self._script.language, self._step is None, notes)


def _begins(whole: str, heard: str) -> bool:
    """Whether `heard` is `whole`, or where it was stopped, or `whole` and then, as the learner asked, that again."""
    whole, heard = " ".join(whole.split()), " ".join(heard.split())
    again = heard.removeprefix(whole).strip() if heard.startswith(whole) else heard
    return bool(heard) and whole.startswith(again)


def _as_written(sentence: str, step: Step) -> str:
    """`sentence` of a pattern as people write it; the model answer is written already."""
    plain = "".join(letter for letter in step.answer.casefold() if letter.isalnum() or letter in " '")
    if plain.split() == sentence.split():
        return step.answer
    return f"{sentence[:1].upper()}{sentence[1:]}."
