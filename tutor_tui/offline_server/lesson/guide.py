"""A tutor without a model: walks a lesson script, judges answers, prompts, corrects.

Its way with mistakes is the one that teachers' handbooks agree on: first let the learner find it (a prompt), and only
when that has failed give the form, let them say it once, and go on kindly. It never gets stuck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, Word
from tutor_tui.offline_server.lesson.grading import Judgement, Verdict, judge, matches
from tutor_tui.offline_server.lesson.normalise import key
from tutor_tui.offline_server.lesson.phrases import LANGUAGES, Phrases, phrases_in
from tutor_tui.offline_server.lesson.requests import ENGLISH_REQUESTS, Request, agrees, request_in
from tutor_tui.offline_server.lesson.script import LessonScript, Step

PRACTISE_AT_MOST = 2
"""Model answers named at the end: more would sound like a list of failures."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and what it means in a language that the learner reads."""

    text: str
    meaning: str = ""
    """Empty where it needs none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tutor says next."""

    text: str
    """What stands in brackets at its end is to be read and not said: the meaning, and what may be asked for."""
    language: str
    """What is taught (ISO 639-1); single sentences may be in the learner's own language."""
    done: bool = False
    """Whether the lesson has reached its end. The conversation may go on."""
    pace: Literal["", "slower", "faster"] = ""
    """How the learner wants the voice to change."""
    before_pace: str = ""
    """What to say instead of `text` where the pace is changed by a tool, after which the tutor is asked to go on."""
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

    def __init__(self, script: LessonScript, history: Sequence[tuple[str, str]] = (), home: str = "") -> None:
        """`history` is (role, text), roles "user" and "assistant": the lesson is taken up where it was left. `home` is
        the language that the learner speaks at home (ISO 639-1), where it is known.
        """
        self._script = script
        self._own = phrases_in(script.native_language)
        self._reader = home if home in LANGUAGES else script.native_language
        """The language that meanings are given in, as far as they are there."""
        self._restart()
        self._follows_another = False
        """Another tutor was there before, and nothing of this script was asked."""
        if not self._walked(history):
            self._restart()
            self._resume(history)
            self._follows_another = not self._resumed and any(role == "assistant" for role, _ in history)

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
        self._helped = 0
        """How often help was given with this question."""

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
            known = any(_begins(reply.text, text) for reply in replies)
            if not known and (said or not _begins(self.help().text, text)):  # the server helps of its own accord, too
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

    def greet(self, *, takes_over: bool = False) -> Reply:
        """The first words: of the lesson, or of its continuation; `takes_over` where another tutor taught until now."""
        self._greeted = True
        if self._resumed:
            return self._say(self._mine(lambda words: words.go_on), self._question())
        takes_over = takes_over and self._follows_another
        opening = self._mine(lambda words: words.takeover) if takes_over else self._greeting()
        reply = self._say(opening, self._question())
        return replace(reply, text=f"{reply.text} ({self._what_to_ask()})")

    def repeat(self) -> Reply:
        """The question again; after the form was given, the form."""
        if self._answer_given and (step := self._step):
            return self._say(self._model(step))
        return self._say(self._question())

    def help(self) -> Reply:
        """A step further each time: a hint, the answer's beginning, and then the answer. None of it is a failure."""
        step = self._step
        if step is None or self._answer_given:
            return self.repeat()
        self._helped += 1
        hint = Line(step.hint or step.translation)
        if self._helped == 1:
            return self._say(hint, self._question())
        if self._helped == 2:
            start = _beginning(step.answer, self._script.language)
            return self._say(self._mine(lambda words: words.begins.format(start=start)), self._question())
        self._answer_given = True
        return self._say(self._model(step))

    def answer(self, text: str) -> Reply:
        """Judge what was heard or typed, and lead on."""
        if not self._greeted:
            return self.greet(takes_over=True)
        step = self._step
        if step is None:
            return self._after_the_end(text)
        language = self._script.language
        if matches(text, [pattern for pattern in step.expect if not pattern.open], language):
            reply = self._accept(step, Judgement(Verdict.RIGHT), text)
            # Who answers a question about slow speech asks for it, too: the script promises it.
            return replace(reply, pace="slower") if request_in(text) is Request.SLOWER else reply
        if request := request_in(text):
            return self._serve(request, step)
        if not key(text, language):
            return self._not_heard(step)
        for mistake in step.mistakes:
            if matches(text, [mistake.heard], language):
                self._missed = self._missed or text
                return self._decline(step, Line(mistake.prompt))
        return self._judged(step, judge(text, step.expect, language), text)

    # ---- how it answers ---------------------------------------------------------------------------------------------

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        match judgement.verdict:
            case Verdict.RIGHT | Verdict.SLIP:
                return self._accept(step, judgement, text)
            case Verdict.NEARLY:
                self._missed = self._missed or text
                return self._decline(step, self._mine(lambda words: self._one_of(words.nearly)), Line(step.hint))
            case Verdict.OTHER:
                not_yet = self._mine(lambda words: self._one_of(words.not_yet))
                return self._decline(step, not_yet, Line(step.hint or step.say))

    def _accept(self, step: Step, judgement: Judgement, text: str) -> Reply:
        corrected = self._failures > 0
        better = text
        said = Line("")
        if self._answer_given:
            outcome, said = Outcome.ANSWER_GIVEN, self._theirs(lambda words: self._one_of(words.praise))
        elif corrected:
            outcome, said = Outcome.CORRECTED, self._theirs(lambda words: self._one_of(words.repaired))
        else:
            outcome = Outcome.FIRST_TRY
            if not step.praise:
                said = self._theirs(lambda words: self._one_of(words.praise))
        if judgement.verdict is Verdict.SLIP:
            better = _as_written(judgement.nearest, step)
            said = self._mine(lambda words: words.recast.format(form=better))
            self._missed = self._missed or text
        praise = Line("") if self._answer_given else self._translated(step.praise, step.praise_translation)
        return self._leave(outcome, said, praise, notes=() if self._answer_given else self._correction(better))

    def _decline(self, step: Step, *prompt: Line) -> Reply:
        if self._answer_given:
            return self._leave(Outcome.ANSWER_GIVEN, self._mine(lambda words: self._one_of(words.move_on)))
        self._failures += 1
        self._unheard = 0
        if self._failures < step.retries:
            return self._say(*prompt)
        self._answer_given = True
        return self._say(self._model(step), notes=self._correction(step.answer))

    def _correction(self, better: str) -> tuple[Correction, ...]:
        """The slip of this step. Not written down before the step is settled: it would give the form away."""
        said, better = one_line(self._missed, NOTE_CHARACTERS), one_line(better, NOTE_CHARACTERS)
        return (Correction(said, better, kind="grammar"),) if self._missed else ()

    def _not_heard(self, step: Step) -> Reply:
        """Silence or noise is no failure: ask again, the second time with the hint, then go the way of a failure."""
        self._unheard += 1
        not_heard = self._mine(lambda words: words.not_heard)
        if self._unheard > step.retries:
            return self._decline(step, not_heard, Line(step.hint or step.say))
        return self._say(not_heard, Line(step.hint if self._unheard > 1 else ""), self._question())

    def _serve(self, request: Request, step: Step) -> Reply:
        match request:
            case Request.REPEAT:
                return self.repeat()
            case Request.SLOWER:
                return self._at_pace("slower", self._mine(lambda words: words.slower))
            case Request.FASTER:
                return self._at_pace("faster", self._mine(lambda words: words.faster))
            case Request.HELP | Request.DO_NOT_KNOW:
                return self.help()
            case Request.STOP:
                return self._say(self._mine(lambda words: words.stopped))
            case Request.TRANSLATE:
                meaning = step.translations.get(self._reader) or step.translation
                word = Word(step.say, meaning, language=self._script.language)
                return self._say(Line(meaning or step.hint), Line(step.say), notes=(word,) if meaning else ())
            case Request.SKIP:
                return self._leave(Outcome.SKIPPED, self._mine(lambda words: words.skipped))
            case Request.RESTART:
                self._restart()
                return self.greet()

    def _after_the_end(self, text: str) -> Reply:
        if agrees(text):
            self._restart()
            return self.greet()
        return self._say(self._question())

    def _leave(self, outcome: Outcome, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        """Close this step and ask the next question, or end the lesson."""
        self._outcomes[self._at] = outcome
        self._at += 1
        self._failures = self._unheard = self._helped = 0
        self._missed = ""
        self._answer_given = False
        if self._step:
            return self._say(*lines, self._question(), notes=notes)
        closing = self._translated(self._script.closing, self._script.closing_translation)
        return self._say(*lines, closing, *map(Line, self._review()), notes=notes)

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

    def _at_pace(self, pace: Literal["slower", "faster"], words: Line) -> Reply:
        said = self._say(words).text
        return replace(self.repeat(), text=f"{said} {self.repeat().text}", pace=pace, before_pace=said)

    # ---- what it says, and what that means --------------------------------------------------------------------------

    @property
    def _step(self) -> Step | None:
        return self._script.steps[self._at] if self._at < len(self._script.steps) else None

    def _question(self) -> Line:
        step = self._step
        if step is None:
            return self._mine(lambda words: words.once_more)
        return Line(step.say, step.translations.get(self._reader) or self._translated("", step.translation).meaning)

    def _greeting(self) -> Line:
        script, reader = self._script, self._reader
        if script.language == "en" and reader != "en":
            return Line(script.greeting, phrases_in(reader).welcome_to_english)
        return self._translated(script.greeting, script.greeting_translation)

    def _what_to_ask(self) -> str:
        """What may be asked for, in words that this tutor understands by ear where it hears the lesson at all."""
        words = phrases_in(self._reader)
        return words.stuck_in_english if self._script.language == "en" else words.stuck

    def _model(self, step: Step) -> Line:
        return self._mine(lambda words: words.model.format(answer=step.answer))

    def _mine(self, pick: Callable[[Phrases], str]) -> Line:
        """A phrase in the language of the script's hints."""
        return self._phrase(pick, self._script.native_language)

    def _theirs(self, pick: Callable[[Phrases], str]) -> Line:
        """A phrase in the language that is taught."""
        return self._phrase(pick, self._script.language)

    def _phrase(self, pick: Callable[[Phrases], str], language: str) -> Line:
        meaning = pick(phrases_in(self._reader)) if self._reader != language else ""
        return Line(pick(phrases_in(language)), meaning)

    def _translated(self, text: str, translation: str) -> Line:
        """A line of the script; its translation is a meaning only where it is in another language."""
        script = self._script
        return Line(text, translation if script.native_language != script.language else "")

    def _one_of(self, phrases: tuple[str, ...]) -> str:
        """Varied, but the same in every run: by place in the lesson and number of tries."""
        return phrases[(self._at + self._failures) % len(phrases)]

    def _say(self, *lines: Line, notes: tuple[Correction | Word, ...] = ()) -> Reply:
        text = " ".join(line.text.strip() for line in lines if line.text.strip())
        meaning = " ".join(line.meaning.strip() for line in lines if line.meaning.strip())
        whole = f"{text} ({meaning})" if meaning else text
        return Reply(whole, self._script.language, self._step is None, notes=notes)


def _begins(whole: str, heard: str) -> bool:
    """Whether `heard` is `whole`, or where it was stopped, or `whole` and then, as the learner asked, that again."""
    whole, heard = " ".join(whole.split()), " ".join(heard.split())
    again = heard.removeprefix(whole).strip() if heard.startswith(whole) else heard
    return bool(heard) and whole.startswith(again)


def _beginning(answer: str, language: str) -> str:
    """The first half of an answer, at most three words: enough to go on from."""
    if language in ("ja", "zh"):
        return answer[: max(1, min(4, len(answer) // 2))]
    words = answer.split()
    return " ".join(words[: max(1, min(3, len(words) // 2))]).rstrip(",.!?")


def _as_written(sentence: str, step: Step) -> str:
    """`sentence` of a pattern as people write it; the model answer is written already."""
    plain = "".join(letter for letter in step.answer.casefold() if letter.isalnum() or letter in " '")
    if plain.split() == sentence.split():
        return step.answer
    return f"{sentence[:1].upper()}{sentence[1:]}."
