"""What is known of words that the learner picks from a line of the conversation: the sentence around them, and their
meaning, where the line itself or the lesson's notes say so.

The offline guide says its sentences, and then in brackets what they mean, one by one: "저는 안나예요. (I am Anna.)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tutor_tui.core.tools import Note, Word
from tutor_tui.learning.items import term_key
from tutor_tui.learning.quotes import found_in

_MEANING_CHARACTERS = 80
"""Of what stands in brackets behind a word: what is longer is about more than the word."""
_BRACKETS = re.compile(r"\s*[(（]([^()（）]*)[)）]")
_SENTENCE = re.compile(r"[^.!?。！？…]*[.!?。！？…]+[”»」』\"']*|[^.!?。！？…]+$")
_INTRODUCED = re.compile(r"^.*[:：]\s+")
"""What stands before a colon is about what follows: "Say it after me: …"."""


class Picked(NamedTuple):
    """What is known of them; what is empty is not."""

    example: str = ""
    meaning: str = ""


MOST_CHARACTERS = 80
"""Of what is picked: a phrase, or a sentence that can be asked for."""
_MARKS = " .,;:!?…。，、；：！？·“”„‘’\"'«»‹›「」『』()（）[]¡¿-–—"


def pickable(selected: str, lines: Iterable[str]) -> tuple[str, str]:
    """The words of a selection that can be kept, and the line that they stand in, of all that was said; ("", "") where
    they were not said in one line: elsewhere on the screen, over two lines, or only as what a line means.

    A mark at their end is left out, which the mouse takes along by a cell; a whole sentence keeps its own.
    """
    words = " ".join(selected.split())
    for line in lines:
        said = " ".join(_BRACKETS.sub(" ", line).split())
        is_sentence = words in [_INTRODUCED.sub("", each) for each in _sentences(said)]
        found = words if is_sentence else words.strip(_MARKS)
        if any(map(str.isalpha, found)) and found in said:
            return found, line
    return "", ""


def picked(words: str, line: str, notes: Iterable[Note] = ()) -> Picked:
    """What `line`, in which they stand, and the lesson's `notes` say of these words."""
    said = _BRACKETS.split(line)[0::2]
    meanings = [_sentences(each) for each in _BRACKETS.findall(line)]
    wanted = term_key(words)
    noted = (each.what for each in notes if isinstance(each.what, Word))
    note = next((word for word in noted if term_key(word.term) == wanted), None)
    example, meaning = "", note.meaning if note else ""
    for part, meant in zip(said, [*meanings, []], strict=False):
        parts = _sentences(part)
        for place, sentence in enumerate(parts):
            own = _INTRODUCED.sub("", sentence)
            if not (found_in(words, own) or words in own):
                continue
            example = example or own
            if term_key(own) == wanted and len(meant) >= len(parts):
                meaning = meaning or meant[place].rstrip(" .。")
    if not meaning and (beside := re.search(rf"{re.escape(words)}\s*[(（]([^()（）]*)[)）]", line)):
        meaning = beside[1].strip() if len(beside[1]) <= _MEANING_CHARACTERS else ""
    return Picked(example or (note.example if note else ""), meaning)


def _sentences(text: str) -> list[str]:
    return [piece for each in _SENTENCE.findall(text) if (piece := each.strip())]
