"""The first slip at a question: written down when the question is settled, because it would give the form away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, CorrectionKind
from tutor_tui.speech.normalise import key

_DROPS = frozenset({"es", "it", "pt", "ja", "ko", "zh"})
"""Languages that leave out who does something where it is clear."""


def slip_noted(said: str, better: str, why: str, kind: CorrectionKind, language: str) -> tuple[Correction, ...]:
    """The note of a slip in that language; none where it is not worth one."""
    note = Correction(one_line(said, NOTE_CHARACTERS), one_line(better, NOTE_CHARACTERS), why, kind)
    return worth_noting(note, language)


def worth_noting(note: Correction, language: str) -> tuple[Correction, ...]:
    """The note; none where a part of the better form was said and nothing else: a short answer is no mistake.

    In other languages than these, only one word is: “am from Spain” lacks what cannot be left out there.
    """
    said = key(note.said, language)
    is_short = said and said in key(note.better, language) and (language in _DROPS or " " not in note.said.strip())
    return () if is_short else (note,)


class FirstSlip:
    """What a learner did wrong first at one question, if anything."""

    def __init__(self) -> None:
        self._note: Correction | None = None
        self._better_is_own = False
        self.is_sure = True
        """Whether what the learner says now was surely heard so: what is doubtful stands as no better form."""

    def notice(self, noted: Sequence[Correction], *, better_is_own: bool) -> None:
        """A slip. `better_is_own`: its better form is the learner's own sentence, and not only something like it."""
        if self._note is None and noted:
            self._note, self._better_is_own = noted[0], better_is_own

    def settled(self, mended: str = "") -> tuple[Correction, ...]:
        """What is to be written down, once: with the learner's own sentence as the guide knows it right, or as they
        have `mended` it; with something like it where there is neither.
        """
        note, self._note = self._note, None
        if note is None:
            return ()
        own = note.better if self._better_is_own else ""
        better = own or (one_line(mended, NOTE_CHARACTERS) if self.is_sure else "") or note.better
        return (replace(note, better=better),) if better else ()
