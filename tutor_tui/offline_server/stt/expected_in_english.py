"""What is expected in an English lesson: its sentences, and requests in the language that the learner speaks at home.

The dictionary of English knows none of those, so they are listened for by their phones, where no sentence of the lesson
was heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.own_language import own_language
from tutor_tui.offline_server.stt.expected_phones import ExpectedPhones
from tutor_tui.offline_server.stt.expected_speech import ExpectedSpeech, Fit

Looked: TypeAlias = tuple[Fit, Hearing | None]
"""What fits of the lesson, and what of the rest, where that was looked for."""


class ExpectedInEnglish:
    """Knows the sentences that are expected, and no others."""

    def __init__(self, *, alone: bool = False) -> None:
        """`alone`: without hama."""
        self._alone = alone
        self._english = ExpectedSpeech()
        self._home: ExpectedPhones | None = None
        """Made when it is needed: who speaks English alone does without."""

    @property
    def parts(self) -> Sequence[str]:
        """The names of what it hears with."""
        return self._home.parts if self._home else self._english.parts

    def expect(self, sentences: Iterable[str]) -> None:
        """Listen for these."""
        english, home = list[str](), list[str]()
        for sentence in sentences:
            (english if own_language(sentence) in ("", "en") else home).append(sentence)
        self._english.expect(english)
        if home and self._home is None:
            self._home = ExpectedPhones("en", alone=self._alone)
        if self._home is not None:
            self._home.expect(home)

    def fit(self, sound: NDArray[np.int16], looked: Looked | None = None) -> Looked:
        """A look at an utterance, mono at `EAR_RATE_HZ`; `looked` is what the look before said, in the same silence."""
        fit, home = looked or (None, None)
        fit = self._english.fit(sound, fit)
        return fit, None if fit.good or self._home is None else self._home.fit(sound, home)

    def hear(self, sound: NDArray[np.int16], looked: Looked | None = None) -> Hearing:
        """What was said; `looked` is what `fit` made of it before its last silence."""
        fit, home = looked or (None, None)
        heard = self._english.hear(sound, fit)
        if heard.match is Match.EXPECTED or self._home is None:
            return heard
        asked = self._home.hear(sound, home)
        return asked if asked.match is Match.EXPECTED else heard
