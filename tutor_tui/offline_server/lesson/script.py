"""Lesson scripts: `prompts/lessons/*.toml`, what a lesson without a model says and expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import CorrectionKind, HowUsed
from tutor_tui.offline_server.lesson.pattern_syntax import Node
from tutor_tui.offline_server.lesson.word_lists import WordLists

Texts = Mapping[str, str]
"""The same in several languages: code → text."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One way of answering."""

    heard: Node
    source: str
    """The pattern as it was written."""
    reply: str = ""
    """Said to this answer instead of the step's praise; may hold slots."""
    reply_translation: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake learners are known to make, and the question that lets them find it themselves."""

    heard: Node
    source: str
    prompt: str
    better: str = ""
    """The answer made right, with slots of `heard`; empty where that cannot be known."""
    kind: CorrectionKind = "grammar"
    prompts: Texts = field(default_factory=dict)
    """The prompt in other languages."""


@dataclass(frozen=True, slots=True, eq=False)  # compared by what it is: a key of caches
class Step:
    """One question of a lesson, and all the tutor has to say about its answers."""

    says: tuple[str, ...]
    """The question, and other ways to ask it: one for each time that it is asked."""
    expect: tuple[Expected, ...]
    answer: str
    """The model answer: given only when prompting has failed."""
    mistakes: tuple[Mistake, ...] = ()
    present: str = ""
    """A form that is new: said, and said again by the learner, before it is asked for."""
    present_translation: str = ""
    least: int = 0
    """For a free answer: how many of `expect` must be heard somewhere in it. 0 for an answer that one of them is."""
    hint: str = ""
    """Helps without giving the form."""
    hints: Texts = field(default_factory=dict)
    translation: str = ""
    """Of the question, in the script's native language."""
    translations: Texts = field(default_factory=dict)
    task: str = ""
    """What the learner is to do, in the language of hints, where the question does not say it: "Greet me, too!" It is
    said behind the question, by the voice of that language.
    """
    praise: str = ""
    """Said on success; empty for the guide's own words."""
    praise_translation: str = ""
    """Of `praise`, in the script's native language."""
    retries: int = 2
    """Slips before the model answer is given."""
    due_term: str = ""
    """Of a question that brings something back of an earlier lesson: that item, as the client named it."""
    shows_at_most: HowUsed = "independent"
    """What an answer to it shows of that item at most: less where the item is in sight or in the ear."""
    level: str = ""
    """Of a question that finds the learner's level: the CEFR level of who can answer it."""

    @property
    def say(self) -> str:
        """The question as it is asked first."""
        return self.says[0]


@dataclass(frozen=True, slots=True)
class LessonScript:
    """A whole lesson."""

    name: str
    """What it is asked for by: the file's name without `.toml`."""
    title: str
    language: str
    """What is taught: ISO 639-1."""
    native_language: str
    """Language of hints and translations: ISO 639-1."""
    level: str
    """CEFR: A1 to C2."""
    greeting: str
    closing: str
    steps: tuple[Step, ...]
    lists: WordLists
    greeting_translation: str = ""
    closing_translation: str = ""
    greeting_translations: Texts = field(default_factory=dict)
    greeting_task: str = ""
    """As the `task` of a step, said behind the greeting: what to do, or what this lesson has to do with its profile."""
    course: str = ""
    """The course that it is a unit of; empty for a lesson on its own."""
    unit: int = 0
    """Its number there, from 1."""
    can_do: tuple[str, ...] = ()
    """What a learner can do after it, in English."""
    new: tuple[str, ...] = ()
    """Words and phrases that are met for the first time."""
    meanings: Mapping[str, Texts] = field(default_factory=dict)
    """What each of them means, by the language of who reads it: in the lesson's own, it is told in other words."""
    needs: tuple[int, ...] = ()
    """Units that come before it."""
    variety: str = ""
    """Which English, Spanish …: others are accepted."""
    is_level_test: bool = False
    """It teaches nothing: its questions, from easy to hard, find the learner's level. Each has a level, and a place in
    `can_do`.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> LessonScript:
        """Itself: nothing in it changes, and a guide is copied before each of its answers."""
        return self


@dataclass(frozen=True, slots=True)
class Listed:
    """A script as a list shows it: read, or the reason why it cannot be."""

    name: str
    path: Path
    script: LessonScript | None = None
    problem: Problem | None = None
