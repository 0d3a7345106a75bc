"""What is new in a unit and worth keeping: forms that were shown, said after the tutor, and have a meaning there."""

from __future__ import annotations

import re

from tutor_tui.core.tools import Word
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.speech.normalise import key, tokens
from tutor_tui.speech.sentences import sentences

_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
"""In a new word, where something stands between its parts."""


def met_in(step: Step, script: LessonScript) -> tuple[Word, ...]:
    """The form that this step shows, where one of the unit's new words is in it; nothing where it has no meaning.

    A script has no meanings of single words, only of what it shows: so the whole form is kept, "Ich nehme einen
    Kaffee.", and the word alone where that is all of it.
    """
    shown, language = step.present, script.language
    if not shown or not step.present_translation or not any(_holds(shown, word, language) for word in script.new):
        return ()
    whole = next((word for word in script.new if key(word, language) == key(shown, language)), shown)
    # As many sentences of the meaning as there are in the form: what follows explains it, and nobody is asked by that.
    meaning = " ".join(sentences(step.present_translation)[: len(sentences(shown))])
    return (Word(whole, meaning),)


def _holds(shown: str, word: str, language: str) -> bool:
    """Whether all parts of a word stand in what is shown, as whole words."""
    said = f" {' '.join(tokens(shown, language))} "
    return all(f" {' '.join(tokens(part, language))} " in said for part in parts_of(word))


def parts_of(new_word: str) -> list[str]:
    """A new word as a unit lists it, cut where something stands between its parts."""
    return [part for part in _GAP.split(new_word) if part]
