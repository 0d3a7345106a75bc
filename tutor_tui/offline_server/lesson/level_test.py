"""Finding a learner's level without a model: questions from easy to hard, until two in a row were too hard.

Nothing is taught and no form is given away; a question that is not known, or not answered as its level asks, is simply
left behind. What was found is suggested, with what the learner can do already, and the lesson that fits is offered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tutor_tui.core.availability import listed
from tutor_tui.core.pedagogy import LEVELS
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import Line, Reply
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict
from tutor_tui.offline_server.lesson.lesson_path import Outcome
from tutor_tui.offline_server.lesson.requests import Request
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.script_folders import list_heads

FAILURES_IN_A_ROW = 2
"""One is an accident; after two the next question would only be harder."""
CAN_DO_AT_MOST = 3
"""Things that the learner can do already, named at the end: the hardest ones."""
_TOO_HARD = (Request.HELP, Request.DO_NOT_KNOW, Request.SKIP)
"""Who asks for this instead of answering has said enough."""


class LessonsOfLevels:
    """Where to go on in one language from each level: its first unit; where it has none, the last of a level below."""

    def __init__(self, folders: Iterable[Path], language: str) -> None:
        self._folders = list(folders)
        self._language = language
        self._read: dict[str, LessonScript | None] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> LessonsOfLevels:
        """Itself: what was read once need not be read again, and a guide is copied before each of its answers."""
        return self

    def at(self, level: str) -> LessonScript | None:
        """None where there is no lesson, or it cannot be read. The first time, it takes 100 ms."""
        if level not in self._read:
            self._read[level] = None
            heads = [head for head in list_heads(self._folders) if head.language == self._language and head.course]
            heads.sort(key=lambda head: (head.level, head.unit))
            first = [head for head in heads if head.level == level][:1]
            for head in first or [head for head in heads if head.level < level][-1:]:
                with contextlib.suppress(Problem):
                    self._read[level] = load_script(head.name, self._folders)
        return self._read[level]


class LevelTest(Guide):
    """Leads one learner through the questions, and then through the lesson that fits, as any guide does."""

    def __init__(
        self,
        script: LessonScript,
        history: Sequence[tuple[str, str]] = (),
        home: str = "",
        *,
        lessons: LessonsOfLevels,
    ) -> None:
        """`lessons` are those to go on with. What else is given is as for any guide."""
        self._lessons = lessons
        super().__init__(script, history, home, correction="flow")

    def _begin(self, script: LessonScript) -> None:
        self._found = ""
        """The level, once it is known."""
        self._passed: list[int] = []
        """Numbers of the questions that were answered as their level asks."""
        self._failed: list[str] = []
        """Levels of the questions that were not, in a row."""
        super()._begin(script)

    @property
    def _following(self) -> LessonScript | None:
        return self._lessons.at(self._found) if self._found else None

    def consider(self, text: str) -> None:
        """Look at the answer, and read what may have to be offered behind it."""
        super().consider(text)
        if (step := self.path.step) and self.script.is_level_test:
            for level in (*self._failed[:1], *([step.level, _above(step.level)] if self._is_last else [])):
                self._lessons.at(level)

    def help(self, *before: Line) -> Reply:
        """The question again: a test helps nobody."""
        return self.say(*before, self.question()) if self.script.is_level_test else super().help(*before)

    @property
    def _is_last(self) -> bool:
        return self.path.place == len(self.script.steps) - 1

    # ---- questions --------------------------------------------------------------------------------------------------

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        if not self.script.is_level_test:
            return super()._judged(step, judgement, text)
        match judgement.verdict:
            case Verdict.REQUEST if judgement.request in _TOO_HARD:
                return self._too_hard()
            case Verdict.SLIP:
                return self._slip(step, judgement, text)
            case Verdict.UNSURE if self._unsure:
                return self._too_hard()
            case Verdict.UNSURE:
                self._unsure = True
                return self.say(self.words.mine(lambda own: own.tell_more))
            case Verdict.NOT_HEARD if self._unheard >= step.retries:
                return self._too_hard()
            case _:
                return super()._judged(step, judgement, text)

    def _slip(self, step: Step, judgement: Judgement, text: str) -> Reply:
        """It is written down and passed over. Who only misspelt a word could do what was asked."""
        if not self.script.is_level_test:
            return super()._slip(step, judgement, text)
        better = one_line(judgement.better, NOTE_CHARACTERS)
        note = Correction(one_line(text, NOTE_CHARACTERS), better, kind=judgement.kind)
        outcome = Outcome.FIRST_TRY if judgement.kind == "spelling" else Outcome.SKIPPED
        return self._leave(outcome, self._thanks(), notes=(note,) if better else ())

    def _too_hard(self) -> Reply:
        return self._leave(Outcome.SKIPPED, self._thanks())

    def _leave(self, outcome: Outcome, *lines: Line, notes: tuple[Correction, ...] = ()) -> Reply:
        step = self.path.step
        if not self.script.is_level_test or step is None:
            return super()._leave(outcome, *lines, notes=notes)
        if outcome in (Outcome.FIRST_TRY, Outcome.HELPED):  # helped: said in other words at the second try
            self._passed.append(self.path.place)
            self._failed.clear()
        else:
            self._failed.append(step.level)
        self.path.leave(Outcome.SKIPPED)
        if len(self._failed) >= FAILURES_IN_A_ROW or self.path.step is None:
            self._found = self._failed[0] if self._failed else _above(step.level)
            self.path.go_to(len(self.script.steps))
        self._enter()
        if self.path.step:
            return self.say(*lines, self.question(), notes=notes)
        return self._result(lines, notes)

    # ---- what was found ---------------------------------------------------------------------------------------------

    def _result(self, lines: tuple[Line, ...], notes: tuple[Correction, ...]) -> Reply:
        words, level = self.words, self._found
        passed = [self.script.can_do[place] for place in self._passed[-CAN_DO_AT_MOST:]]
        can = listed(passed) if passed else ""
        able = words.mine(lambda own: own.can_already, can_do=can) if can else Line("")
        found = words.mine(lambda own: own.level_found, level=level)
        told = self.say(*lines, words.closing(), able, found, notes=notes)
        because = f"you can {can}" if can else "a good place to begin"
        whole = self.say(*lines, words.closing(), able, found, self._offer())
        return replace(told, text=whole.text, before_call=told.text, level=level, because=because)

    def _start(self, script: LessonScript) -> Reply:
        """A lesson at another level than was found says so."""
        fits = script.is_level_test or script.level == self._found
        self._instead_of = "" if fits else self._found
        self._begin(script)
        return self.greet()

    def question(self) -> Line:
        if self.script.is_level_test and self.path.step is None and self._following is None:
            return self.words.mine(lambda own: own.stopped)
        return super().question()


def _above(level: str) -> str:
    """The level after that one; C2 after itself."""
    names = list(LEVELS)
    return next((names[at + 1] for at, name in enumerate(names[:-1]) if name == level), names[-1])
