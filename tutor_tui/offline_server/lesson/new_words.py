"""What is new in a unit and worth keeping: what the learner has met there, with a meaning that they can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutor_tui.core.term_gaps import parts_of
from tutor_tui.core.tools import Word
from tutor_tui.learning.quotes import filled_in
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.speech.normalise import key, tokens
from tutor_tui.speech.sentences import sentences


class NewWords:
    """What one learner meets in a unit; each is told once. `home` is the language that they speak at home (ISO 639-1),
    where it is known.
    """

    def __init__(self, script: LessonScript, home: str = "") -> None:
        self._script = script
        reader = home if home in script.meanings else script.native_language
        self._meanings = script.meanings.get(reader, {})
        self._reads_translations = reader == script.native_language != script.language
        """What is shown has a translation that the learner reads."""
        shown = " / ".join(step.present for step in script.steps)
        self._never_shown = [word for word in script.new if not _holds(shown, word, script.language)]
        self._told: set[str] = set()

    def shown(self, step: Step) -> tuple[Word, ...]:
        """What comes of the form that this step shows: the whole form, "Ich nehme einen Kaffee.", where new words are
        in it and it has a translation for the learner; or else the new words. These also where one has a gap that the
        form fills, "저는 … 예요": nobody is asked to recall another's name.
        """
        form, language = step.present, self._script.language
        new = [word for word in self._script.new if form and _holds(form, word, language)]
        fills = any(word in self._meanings and filled_in(word, form) for word in new)
        if fills or not (new and step.present_translation and self._reads_translations):
            return tuple(self._each(new, form))
        whole = next((word for word in new if key(word, language) == key(form, language)), form)
        # Of the meaning, as many sentences as the form has: what follows explains it, and nobody is asked by that.
        return (Word(whole, " ".join(sentences(step.present_translation)[: len(sentences(form))])),)

    def said(self, step: Step, answer: str) -> tuple[Word, ...]:
        """New words that no step shows, in the learner's own answer to a question of the unit."""
        if step.due_term:  # of an earlier lesson, and kept already
            return ()
        language = self._script.language
        return tuple(self._each((word for word in self._never_shown if _holds(answer, word, language)), answer))

    def _each(self, words: Iterable[str], example: str) -> Iterator[Word]:
        for word in words:
            meaning = self._meanings.get(word, "")
            if meaning and word not in self._told:
                self._told.add(word)
                yield Word(word, meaning, example)


def _holds(text: str, word: str, language: str) -> bool:
    """Whether all parts of a new word stand in a text, as whole words."""
    said = f" {' '.join(tokens(text, language))} "
    return all(f" {' '.join(tokens(part, language))} " in said for part in parts_of(word))
