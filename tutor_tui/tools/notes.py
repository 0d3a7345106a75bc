"""What the tutor writes down while it teaches: shown beside the lesson, said by nobody."""

from __future__ import annotations

from typing import Annotated

from tutor_tui.core.languages import LANGUAGES
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, CorrectionKind, Word
from tutor_tui.tools.dispatch import Outcome, ToolFault

NOTED = "Noted. Do not mention it; go on speaking with the learner."
"""What the model is told of a note."""


def note_correction(
    said: Annotated[str, "What the learner said, only the part that was wrong."],
    better: Annotated[str, "The same in its better form."],
    why: Annotated[str, "The reason in one short clause, in the learner's own language."] = "",
    kind: Annotated[CorrectionKind, "What sort of slip it was."] = "other",
) -> Outcome:
    """Write a slip of the learner's down for later review.

    Call it silently whenever the learner makes one that is worth correcting, whether or not you do so aloud, once a
    slip, and speak on in the same turn. Never call it for what you did not hear well.
    """
    note = Correction(filled("said", said), filled("better", better), one_line(why, NOTE_CHARACTERS), kind)
    return Outcome(NOTED, f"{note.said} → {note.better}", (note,))


def note_word(
    term: Annotated[str, "The word or phrase, in the form one looks it up."],
    meaning: Annotated[str, "What it means, in the learner's own language."],
    example: Annotated[str, "A short sentence with it."] = "",
    language: Annotated[str, "Two-letter code of the word's language; leave out for the language of the lesson."] = "",
) -> Outcome:
    """Write a new word or phrase down for the learner's list.

    Call it silently when you teach or explain one, or when the learner asks for one, and speak on in the same turn.
    """
    code = language.casefold().strip()
    known = code if code in LANGUAGES else ""
    note = Word(filled("term", term), filled("meaning", meaning), one_line(example, NOTE_CHARACTERS), known)
    return Outcome(NOTED, note.explained, (note,))


def filled(name: str, text: str) -> str:
    """A text that has to say something, as one line of at most `NOTE_CHARACTERS`. Raises `ToolFault`."""
    line = one_line(text, NOTE_CHARACTERS)
    if not line:
        raise ToolFault(f"{name} must not be empty.", "called in a wrong way")
    return line
