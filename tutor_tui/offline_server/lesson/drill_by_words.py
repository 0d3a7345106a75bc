"""Drills that go word by word: a sentence is said again until each word was right, or written down as it is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor_tui.core.lesson_plan import DrillKind
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.as_written import ended
from tutor_tui.offline_server.lesson.drill import Drill, DrillByEar
from tutor_tui.offline_server.lesson.guide_words import Line, Reply
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict
from tutor_tui.offline_server.lesson.lesson_path import Outcome
from tutor_tui.offline_server.lesson.requests import Request
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.speech.latin_typing import LEVEL
from tutor_tui.speech.normalise import UNSPACED
from tutor_tui.speech.words_right import WordsRight

_TRIES: dict[DrillKind, int] = {"repeat": 4, "dictation": 2}
"""So often one sentence is tried in a row: then it comes again at the end, and a dictation shows it."""
_MOST_REMARKS = 2
"""So many of them are no tries: then the sentence is shown in the end."""
_HEARD_AGAIN = (Request.REPEAT, Request.SLOWER, Request.FASTER)
_NOTE = "♪"
"""Stands for what is said and not written."""


class DrillByWords(Drill):
    """Leads one learner through a drill of the kind `repeat` or `dictation`.

    In the first the sentence is in sight, and each word that was heard, or typed, right stays so. In the second it is
    only said, and what the learner writes is shown with blanks for what is not right yet. Neither shows that a word was
    forgotten: see `due_items.drill_steps`.
    """

    def __init__(
        self,
        script: LessonScript,
        history: Sequence[tuple[str, str]] = (),
        home: str = "",
        *,
        kind: DrillKind,
        following: LessonScript | None = None,
        within: bool = False,
    ) -> None:
        """`script` is of `drill_script`, for the same kind. What else is given is as for any guide."""
        self.kind = kind
        self.heard: tuple[HeardWord, ...] = ()
        """The words of the try that is to be judged, each with how it was said, where that is known."""
        super().__init__(script, history, home, following=following, within=within)

    def _enter(self) -> None:
        super()._enter()
        step = self.path.step
        sentence, takes_latin = step.answer if step and self.is_drill else "", self.script.level == LEVEL
        self._words = WordsRight(sentence, self.script.language, takes_latin=takes_latin)
        self._tries = 0
        self._remarks = 0
        """What was said or written in a dictation that has no word of the sentence: “are you there?” is no try."""

    @property
    def learner_repeats(self) -> bool:
        """Whether the learner is only to say a sentence after the tutor."""
        repeats = self.kind == "repeat" and self.is_drill and self.path.step is not None
        return repeats or super().learner_repeats

    def question(self) -> Line:
        """What is said: in sight, with what it means; or in a dictation as blanks."""
        step = self.path.step
        if not self.is_drill or step is None:
            return super().question()
        said = ended(step.answer, self.script.language)
        if self.kind == "repeat":
            marked = self._words.shown() if self._tries else ""
            return Line(said, " = ".join(filter(None, (marked, step.translation))))
        return Line(ended(f"{_NOTE} {self._words.with_blanks()}", self.script.language), spoken=said)

    def _serve(self, request: Request, step: Step) -> Reply:
        """A sentence to be written down is heard as often as the learner likes: that is not asked for in vain."""
        if self.kind == "dictation" and self.is_drill and request in _HEARD_AGAIN:
            self._asked = (None, 0)
        return super()._serve(request, step)

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        heard, self.heard = self.heard, ()
        if not self.is_drill or self._answer_given or judgement.verdict is Verdict.REQUEST:
            return super()._judged(step, judgement, text)
        if not text.strip():
            return self._not_heard(step)
        # A lesson takes each way of saying it politely in Korean for the same, and each way of writing a number.
        is_same = judgement.verdict is Verdict.RIGHT and self.script.language not in UNSPACED
        is_try = True
        if heard:
            self._words.take_heard((word.text, word.is_clear) for word in heard)
        elif is_same:
            self._words.take_all()
        else:
            is_try = self._words.take_text(text) or self.kind == "repeat"
        if self._words.is_whole:
            self._unsure = self._tries > 0
            return self._accept(step, Judgement(Verdict.RIGHT), text)
        if not is_try and self._remarks < _MOST_REMARKS:
            self._remarks += 1
            return self.say(self._line(lambda own: own.once_more), self.question())
        self._tries += 1
        return self._once_more(step, text)

    def _once_more(self, step: Step, text: str) -> Reply:
        if self._tries < _TRIES[self.kind]:
            return self.say(self._line(lambda own: own.once_more), self.question())
        if self.kind == "repeat":
            return self._leave(Outcome.UNHEARD, self._thanks())
        self._failed = self.is_sure
        said = " ".join(text.split())
        return self._told(step, self._line(lambda own: own.written, said=said, form=step.answer))

    def _told(self, step: Step, *before: Line) -> Reply:
        """What was dictated is shown with what it means."""
        reply = super()._told(step, *before)
        return reply.with_aside(f"{step.answer} = {step.translation}") if step.translation else reply

    def _not_heard(self, step: Step) -> Reply:
        """Said once more; then another sentence comes, and this one at the end."""
        if not self.is_drill or self.kind != "repeat" or self._answer_given:
            return super()._not_heard(step)
        self._unheard += 1
        if self._unheard > step.retries:
            return self._leave(Outcome.UNHEARD, self._thanks())
        return self.say(self.words.mine(lambda own: own.not_heard), self.question())


class DrillByWordsAndEar(DrillByEar):
    """The same by what was heard. Where it is known of each word how it was said, nobody is asked about the whole."""

    def __init__(self, guide: DrillByWords, doubt: str = "") -> None:
        super().__init__(guide, doubt)
        self._by_words = guide

    def hear(self, hearing: Hearing | None) -> Reply:
        """Judge what was understood: word by word where that is known."""
        guide = self._by_words
        if hearing is None or not hearing.words or hearing.text not in guide.targets or not guide.is_greeted:
            return super().hear(hearing)
        self.doubt, self.confirmed, self.was_denied = "", False, False
        guide.heard = hearing.words
        reply = guide.answer(hearing.text, corrects=False)
        guide.heard = ()
        return reply if hearing.match is Match.EXPECTED else replace(reply, accepted="")
