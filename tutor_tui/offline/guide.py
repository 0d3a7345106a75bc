"""A tutor without a model: walks a lesson script, judges answers, prompts, corrects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tutor_tui.offline.script import LessonScript


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tutor says next."""

    text: str
    language: str
    done: bool = False
    """The lesson is over (the conversation need not be)."""
    metadata: dict[str, str] = field(default_factory=dict)


class Guide:
    """Walks one lesson."""

    def __init__(self, script: LessonScript, history: Sequence[tuple[str, str]] = ()) -> None:
        self._script = script
        self._at = 0
        for index, step in enumerate(script.steps):
            if any(role == "assistant" and step.say in text for role, text in history):
                self._at = index

    @property
    def expected(self) -> list[str]:
        """Sentences to listen for; empty for free speech."""
        if self._at >= len(self._script.steps):
            return []
        step = self._script.steps[self._at]
        return [s for pattern in step.expect if not pattern.open for s in pattern.sentences]

    def _reply(self, text: str) -> Reply:
        return Reply(text, self._script.language, done=self._at >= len(self._script.steps))

    def _question(self) -> str:
        return self._script.steps[self._at].say if self._at < len(self._script.steps) else self._script.closing

    def greet(self) -> Reply:
        """The first words."""
        return self._reply(f"{self._script.greeting} {self._question()}")

    def answer(self, text: str) -> Reply:
        """Judge an answer."""
        if self._at >= len(self._script.steps):
            return self._reply(self._script.closing)
        said = re.sub(r"[^\w' ]", "", text.casefold()).strip()
        step = self._script.steps[self._at]
        for pattern in step.expect:
            if said in pattern.sentences or (pattern.open and any(said.startswith(s) for s in pattern.sentences)):
                self._at += 1
                return self._reply(f"{step.praise or 'Good!'} {self._question()}")
        return self._reply(f"{step.hint} {step.say}".strip())

    def repeat(self) -> Reply:
        """The last question again."""
        return self._reply(self._question())
