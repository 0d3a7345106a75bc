"""All that the server asks for: guides, models, recognisers, voices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tutor_tui.offline_server.ports.guide import Guide
from tutor_tui.offline_server.ports.language_model import LanguageModel
from tutor_tui.offline_server.ports.recogniser import SpeechToText
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.ports.voice import TextToSpeech
from tutor_tui.openai_api.private_extensions import WantedLesson


class Backend(Protocol):
    """Everything the server asks for. Each call may take a while and is made from a worker thread."""

    def warm_up(self) -> None:
        """Load what takes time, before the first learner comes."""
        ...

    def close(self) -> None:
        """Give everything back, at once."""
        ...

    def language_model(self) -> LanguageModel | None:
        """Who answers instead of a guide; null where a guide walks a lesson. Quick, and always the same one."""
        ...

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> Guide:
        """A guide through `lesson` (without a script: the default for `language`) that takes up `history`; where there
        is no lesson in the language, somebody who says so. Raises `Problem`.
        """
        ...

    def language(self, lesson: str, language: str) -> str:
        """The language that this lesson is heard in."""
        ...

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> SpeechToText:
        """A recogniser for one learner. `tell` takes why it is not the one asked for, and how its loading gets on;
        `other` is a language that may be spoken instead, by learners the one of home.
        """
        ...

    def give_back(self, recogniser: SpeechToText, language: str) -> None:
        """That learner is gone, and no utterance is open: the next one may have the recogniser."""
        ...

    def discard(self, recogniser: SpeechToText) -> None:
        """They failed in the middle of an utterance: nobody is to have them again."""
        ...

    def voice(self, name: str = "", tell: Tell | None = None) -> TextToSpeech:
        """The voice; `name` says whose it is to be where it can. `tell` takes why it is not as good as it could be."""
        ...

    def sentences(self, text: str) -> list[str]:
        """`text` cut into what is spoken in one breath."""
        ...
