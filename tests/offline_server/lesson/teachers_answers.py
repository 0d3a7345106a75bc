"""What teachers would accept and what they would not: answers to single questions of the shipped lessons.

They were written by people who knew the question and had not seen the patterns; `answers/*.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.offline_server.lesson.shipped import lesson
from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.script_folders import list_heads
from tutor_tui.offline_server.lesson.word_lists import WordLists

_FOLDER = Path(__file__).with_name("answers")


@dataclass(frozen=True)
class AnswerSet:
    """For one question."""

    language: str
    say: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.language}: {self.say[:40]}"


@cache
def answer_sets() -> tuple[AnswerSet, ...]:
    """All there are."""
    return tuple(
        AnswerSet(data["language"], step["say"], tuple(step["right"]), tuple(step["wrong"]))
        for path in sorted(_FOLDER.glob("*.toml"))
        for data in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for step in data["step"]
    )


def step_of(answers: AnswerSet) -> tuple[Step, WordLists]:
    """The step that asks this question, in whichever lesson it stands."""
    for script in scripts_in(answers.language):
        for step in script.steps:
            if answers.say in step.says:
                return step, script.lists
    raise LookupError(f"No lesson asks {answers.say!r}.")


@cache
def scripts_in(language: str) -> tuple[LessonScript, ...]:
    """All shipped lessons in a language."""
    return tuple(lesson(head.name) for head in list_heads([LESSONS]) if head.language == language)
