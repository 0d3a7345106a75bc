"""A drill: two minutes with what is due, asked for by its meaning here; what was missed comes again at the end.

Nothing that the ears are not sure of is called wrong: it shows nothing of the learner, and is only asked for once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tutor_tui.core.lesson_plan import DrillKind, DueItem
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.drill_phrases import DrillPhrases, drill_phrases_in
from tutor_tui.offline_server.lesson.due_items import drill_steps
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import PRACTISE_AT_MOST, Line, Reply, beginning, one_text
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict
from tutor_tui.offline_server.lesson.lesson_path import GOT, LessonPath, Outcome
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES
from tutor_tui.offline_server.lesson.requests import Request
from tutor_tui.offline_server.lesson.romanised_typing import sounds_like
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.weighing import is_certain, judgement_of
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.latin_typing import LEVEL
from tutor_tui.speech.sentences import sentences

MOST_TIMES = 3
"""So often something is asked for in one drill: who has missed it three times learns it in a lesson, or tomorrow."""


def drill_script(
    language: str, home: str, due: Iterable[DueItem], like: LessonScript | None = None, *, kind: DrillKind = "recall"
) -> LessonScript:
    """A lesson that holds nothing but what is due in `language`, with the words of `like` around an answer; `home` is
    the language that the learner speaks (ISO 639-1).
    """
    reader = home if home in LANGUAGES else "en"
    spoken = language if language in LANGUAGES else reader
    return LessonScript(
        name="drill",
        title="",
        language=language,
        native_language=spoken,
        level=like.level if like else LEVEL,
        greeting=drill_phrases_in(spoken).intro[kind],
        greeting_translations={reader: drill_phrases_in(reader).intro[kind]} if reader != spoken else {},
        closing=drill_phrases_in(spoken).over,
        steps=tuple(drill_steps(due, kind, taught=language, reader=reader)),
        lists=like.lists if like else WordLists(language),
    )


class DrillPath(LessonPath):
    """The way through a drill: what is missed goes to the end of the queue."""

    def __init__(self, script: LessonScript) -> None:
        super().__init__(script)
        self._told: set[int] = set()
        """Those of which the answer was given, at any time."""

    def leave(self, outcome: Outcome) -> None:
        """On to the next; what was missed comes again at the end."""
        if outcome is Outcome.ANSWER_GIVEN and self.step is not None:
            self._told.add(self._visits[self._at])
        super().leave(outcome)

    def _is_missed(self, number: int, outcome: Outcome) -> bool:
        return outcome in (Outcome.ANSWER_GIVEN, Outcome.UNHEARD) and self._visits.count(number) < MOST_TIMES

    def _bring_back(self, number: int) -> None:
        self._visits.append(number)

    @property
    def got(self) -> int:
        """How many items came in the end without being told: what had to be told once was not known."""
        return sum(outcome in GOT and number not in self._told for number, outcome in self._last.items())


class Drill(Guide):
    """Leads one learner through a drill, and where they want it through the lesson behind it, as any guide does."""

    path: LessonPath
    kind: DrillKind = "recall"
    is_sure = True
    """Whether the answer to come is typed, listened for, or written down by Whisper for certain: else nothing is called
    wrong.
    """

    def __init__(
        self,
        script: LessonScript,
        history: Sequence[tuple[str, str]] = (),
        home: str = "",
        *,
        following: LessonScript | None = None,
        within: bool = False,
    ) -> None:
        """`script` is of `drill_script`. `within`: it is in the midst of `following`, to which the client returns. What
        else is given is as for any guide.
        """
        self._is_within = within
        super().__init__(script, history, home, following=following)

    def _begin(self, script: LessonScript) -> None:
        super()._begin(script)
        if self.is_drill:
            self.path = DrillPath(script)
            self._enter()

    def _enter(self) -> None:
        super()._enter()
        self._misheard = False
        """Something at this step was understood by one ear only."""
        self._failed = False
        """What was said, or asked for, shows that the learner did not know it: not only that nobody understood it."""

    @property
    def is_drill(self) -> bool:
        """Whether the drill is on, and not yet the lesson behind it."""
        return self.script is self._scripts[0]

    def greet(self, *, takes_over: bool = False) -> Reply:
        """The first words; a drill takes nothing over."""
        return super().greet(takes_over=takes_over and not self.is_drill)

    def question(self) -> Line:
        """What is asked now; behind the last one, that it is over."""
        return self._line(lambda own: own.over) if self.is_drill and self.path.step is None else super().question()

    def _start(self, script: LessonScript) -> Reply:
        return replace(super()._start(script), begins="drill" if self.is_drill else "lesson")

    # ---- answers ----------------------------------------------------------------------------------------------------

    def help(self, *before: Line) -> Reply:
        """The beginning of the word, and then the word: its meaning is known already."""
        step = self.path.step
        if not self.is_drill or step is None or self.learner_repeats:
            return super().help(*before)
        self._helped += 1
        if self._helped > 1:
            self._answer_given = True
            return self.say(*before, self.words.model(step))
        return self.say(*before, self._begins(step), self.question())

    def _begins(self, step: Step) -> Line:
        start = beginning(step.answer, self.script.language) if " " in step.answer else step.answer[:1]
        return self.words.mine(lambda own: own.begins, start=start)

    @property
    def hints(self) -> list[str]:
        """How the word begins, and what it means where that is not what is asked: not the word itself."""
        step = self.path.step
        if not self.is_drill or step is None or self.learner_repeats:
            return super().hints
        begins = self._begins(step)
        return [f"({'; '.join(filter(None, (step.translation, begins.meaning or begins.text)))})"]

    def say(self, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        """As in any lesson; what it means says of the question, too, what is to be done, or what the sentence means."""
        reply, step = super().say(*lines, notes=notes), self.path.step
        if self.is_drill and step is not None:
            task = sentences(drill_phrases_in(self.words.reader).intro[self.kind])[-1]
            cue = step.translation or ("" if self._answer_given else task)
            self.meaning = one_text((self.meaning, "" if cue in self.meaning else cue))
        return reply

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        """A word that comes in the drill is an answer, also where it could ask for something: “hasta mañana”."""
        words = (each.answer for each in self.script.steps) if self.is_drill else ()
        if judgement.verdict is Verdict.REQUEST and any(
            sounds_like(text, each, self.script.language) for each in words
        ):
            judgement = Judgement(Verdict.UNSURE)
        return super()._judged(step, judgement, text)

    def _serve(self, request: Request, step: Step) -> Reply:
        if self.is_drill and not self._answer_given:
            if request is Request.DO_NOT_KNOW:
                self._failed = True
                return self._told(step)
            self._failed = self._failed or (request is Request.HELP and self._helped > 0)
        return super()._serve(request, step)

    def _told(self, step: Step, *before: Line) -> Reply:
        """It was not known, or not understood: the word is given, said once, and comes again at the end."""
        self._answer_given = True
        return self.say(*before, self.words.model(step))

    def _slip(self, step: Step, judgement: Judgement, text: str) -> Reply:
        """Misspelt; nothing is noted down, as it is kept already."""
        if not self.is_drill:
            return super()._slip(step, judgement, text)
        if judgement.kind != "spelling":
            return self._not_known(step, judgement)
        said = " ".join(text.split())
        self._failed = self.is_sure
        return self._told(step, self._line(lambda own: own.written, said=said, form=step.answer))

    def _not_known(self, step: Step, judgement: Judgement) -> Reply:
        """It may mean the same, so it is not called wrong; but it is not the word that is to come back."""
        if not self.is_drill:
            return super()._not_known(step, judgement)
        self._misheard = self._misheard or not self.is_sure
        if self._unsure or self._helped:
            self._failed = self._failed or not self._misheard
            return self._told(step)
        self._unsure = True
        return self.help(self._line(lambda own: own.other_word))

    def _not_heard(self, step: Step) -> Reply:
        """Asked again, then with the beginning of the word, then the word is given; none of it counts."""
        if not self.is_drill:
            return super()._not_heard(step)
        self._unheard += 1
        not_heard = self.words.mine(lambda own: own.not_heard)
        return self.say(not_heard, self.question()) if self._unheard == 1 else self.help(not_heard)

    def _leave(self, outcome: Outcome, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        path = self.path
        if not isinstance(path, DrillPath):
            return super()._leave(outcome, *lines, notes=notes)
        self._outcome = Outcome.UNHEARD if outcome is Outcome.ANSWER_GIVEN and not self._failed else outcome
        path.leave(self._outcome)
        self._enter()
        if path.step:
            return self.say(*lines, self.question())
        over = (*lines, self._line(lambda own: own.over), *self._summary())
        return replace(self.say(*over), begins="lesson") if self._is_within else self.say(*over, self._offer())

    def _summary(self) -> list[Line]:
        path = self.path
        if not isinstance(path, DrillPath):
            return super()._summary()
        got = self._line(lambda own: own.got, count=path.got, total=path.total)
        missed = one_text(path.to_practise[:PRACTISE_AT_MOST])
        return [got, self.words.mine(lambda own: own.to_practise, answers=missed)] if missed else [got]

    def _line(self, pick: Callable[[DrillPhrases], str], **words: object) -> Line:
        said = self.script.native_language
        return self.words.filled(lambda language: pick(drill_phrases_in(language)), said, **words)


class DrillByEar(ByEar):
    """The same by what was heard: two ears that write a word in two ways have not agreed on a mistake."""

    def __init__(self, guide: Drill, doubt: str = "") -> None:
        super().__init__(guide, doubt)
        self._drill = guide

    def hear(self, hearing: Hearing | None) -> Reply:
        """Judge what was understood; a word that was heard as a misspelt one is asked about."""
        is_other = hearing is not None and hearing.match in (Match.OTHER, Match.NOT_EXPECTED)
        self._drill.is_sure = not is_other or (hearing is not None and is_certain(hearing))
        if hearing is not None and is_other:
            found = judgement_of(self.guide, hearing.text)
            if found is not None and found.verdict is Verdict.SLIP and found.kind == "spelling":
                hearing = Hearing(found.better, Match.UNSURE)
        return super().hear(hearing)

    def _not_expected(self, text: str) -> Reply:
        """Another word than the one that is to come back: the drill says so, and calls it no mistake."""
        return self.guide.answer(text, corrects=False)
