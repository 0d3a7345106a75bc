"""What the server needs of whoever leads a learner through a lesson, as Protocols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from tutor_tui.core.tools import Correction, Used, Word
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.openai_api.private_extensions import Begins


class Reply(Protocol):
    """What the tutor says next."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str:
        """Whose voice says them: ISO 639-1."""
        ...

    @property
    def pieces(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Sentence → its pieces, each with whose voice says it instead, of those of which that is known."""
        ...

    @property
    def spoken(self) -> Mapping[str, str]:
        """Sentence → what is said in its place, where it does not show that: in a dictation."""
        ...

    @property
    def pace(self) -> Literal["", "slower", "faster"]:
        """How the learner wants the voice to change, this reply's included."""
        ...

    @property
    def before_call(self) -> str:
        """What to say instead where a tool does what is asked, after which the tutor is asked to go on."""
        ...

    @property
    def level(self) -> str:
        """The CEFR level to suggest to the learner; empty for none."""
        ...

    @property
    def because(self) -> str:
        """Why that level."""
        ...

    @property
    def begins(self) -> Begins:
        """What begins with it; empty where a lesson or a drill goes on."""
        ...

    @property
    def accepted(self) -> str:
        """What the learner has said, in the language's script, where it was accepted as right; else empty."""
        ...

    @property
    def notes(self) -> Sequence[Correction | Word]:
        """What to write down for the learner, by the tools that the session offers for it."""
        ...

    @property
    def uses(self) -> Sequence[Used]:
        """The same of what was due: how the learner used it."""
        ...


class Guide(Protocol):
    """Leads one learner through a lesson. Pure and quick; may be copied (copy.deepcopy) to be able to go back."""

    @property
    def expected(self) -> Sequence[str]:
        """Sentences the learner may say now; empty for free speech."""
        ...

    @property
    def targets(self) -> Sequence[str]:
        """Sentences of which the learner is to say one after the tutor; none where they answer in their own words."""
        ...

    def greet(self, *, takes_over: bool = False) -> Reply:
        """The first words of the lesson, or of its continuation; `takes_over` where another tutor taught until now."""
        ...

    def consider(self, text: str) -> None:
        """Do what takes a while of answering this; changes nothing, and may be called in any thread."""
        ...

    def answer(self, text: str) -> Reply:
        """Judge what was typed."""
        ...

    def weighed(self, hearing: Hearing) -> Hearing:
        """The same, unsure where it would be called wrong for a sound that the ears may have mixed up. Changes nothing;
        for any thread, and may take 100 ms.
        """
        ...

    def hear(self, hearing: Hearing | None) -> Reply:
        """Judge what was said; None where nothing was heard that could be an answer."""
        ...

    @property
    def doubt(self) -> str:
        """The sentence that it has asked about, whether the learner said it; "" while that is no question."""
        ...

    @property
    def confirmed(self) -> bool:
        """Whether the last answer was a yes to that: the sentence counts as said."""
        ...

    @property
    def was_denied(self) -> bool:
        """Whether it was a no: the sentence was not said."""
        ...

    def repeat(self) -> Reply:
        """The last thing again."""
        ...

    @property
    def meaning(self) -> str:
        """What was said last, in the learner's language; "" where that is not known."""
        ...

    @property
    def hints(self) -> Sequence[str]:
        """What the learner could say now; what stands in brackets is to be read, and not said. For any thread."""
        ...

    def help(self) -> Reply:
        """Help with what was asked last, a step further each time."""
        ...

    def check_in(self) -> Reply:
        """See after a learner who says nothing. Changes nothing."""
        ...

    def close(self) -> None:
        """The lesson's time is nearly over: after what was asked last, come to the end."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A guide that takes a moment over what comes for the first time."""

    def prepare(self) -> None:
        """Take it now; called from a thread of its own."""
        ...


@runtime_checkable
class LooksAhead(Protocol):
    """A guide that knows what it may say next."""

    def likely_replies(self) -> Iterator[Reply]:
        """Most likely first. Changes nothing; for any thread, and each may take 100 ms."""
        ...
