"""How much of the tutor's words a lesson on the full screen shows: as chosen by setting, or by key for its profile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tutor_tui.config.caption_choices import recall_rung, remember_rung
from tutor_tui.core.captions import KnownWords, Rung, rung_of_level
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import Problem
from tutor_tui.learning.items import ItemKind
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.session.caption_ladder import CaptionChoice
from tutor_tui.session.session import Session


@dataclass(frozen=True, slots=True)
class CaptionStore:
    """What is kept of it, and which words are not rare."""

    file: Path
    """The choices."""
    library: Path
    prompts: Sequence[Path]
    """Folders whose `words` have the vocabulary of the lessons."""

    def begin(self, session: Session, fixed: str) -> None:
        """Have the lesson begin where the learner's choice says; `fixed` is the setting."""
        if not session.tutor.capabilities.listens:  # a recording is there to be read, too
            return
        ladder = session.study.captions
        ladder.fixed = fixed
        ladder.find_words = self.find_words
        ladder.start(self.choice_for, self.keep)

    def choice_for(self, plan: LessonPlan) -> CaptionChoice:
        """What the learner has chosen for that profile and level; else what the level suggests."""
        chosen = recall_rung(self.file, plan.profile_key, plan.level)
        return CaptionChoice(chosen) if chosen else CaptionChoice(rung_of_level(plan.level), by_level=True)

    def keep(self, plan: LessonPlan, rung: Rung) -> None:
        """Keep a choice for that profile and level. Raises `Problem`."""
        remember_rung(self.file, plan.profile_key, plan.level, rung)

    async def find_words(self, language: str) -> KnownWords:
        """The words of the lessons up to A2, and those that the learner has marked as known."""
        return await asyncio.to_thread(self._words, language)

    def _words(self, language: str) -> KnownWords:
        from tutor_tui.offline_server.lesson.known_words import listed_words  # 0.3 s, and seldom wanted
        from tutor_tui.offline_server.lesson.word_lists import word_lists

        words: set[str] = set()
        with suppress(Problem):
            words |= listed_words(word_lists(language, [folder / "words" for folder in self.prompts]))
        with suppress(Problem):
            kept = SqliteLearner(self.library).items(language, [ItemKind.WORD])
            words |= {word for each in kept if each.item.known for word in each.item.term.split()}
        return KnownWords(words)
