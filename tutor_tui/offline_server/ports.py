"""What the server needs of a tutor's language model, recogniser and voice, as Protocols."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.tools import Correction, ToolCall, Used, Word
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.realtime.conversation import Item
from tutor_tui.openai_api.private_extensions import Begins, WantedLesson


class Unavailable(Problem):
    """A part of the tutor is missing, and the learner can do something about it. The lesson goes on without."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title, hint, ExitCode.TUTOR)


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


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Saying:
    """A piece of an answer, about a sentence."""

    text: str
    """As it is written down: joined together, the pieces are the answer."""
    spoken: str
    """As it is read aloud; empty where there is nothing to read."""
    language: str = ""
    """Whose voice says it (ISO 639-1); empty for that of the whole answer."""


@dataclass(frozen=True, slots=True, repr=False)
class Thinking:
    """An answer that is still being thought out."""

    language: str
    """Whose voice says it: ISO 639-1."""
    parts: AsyncGenerator[Saying | ToolCall, None]
    """Sentences as they come, and the tools it wants used. Raises `Problem`."""


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """What a language model is to answer: the conversation, and how the session wants it answered."""

    items: Sequence[Item]
    """Everything said so far, oldest first; the learner's words are understood."""
    instructions: str = ""
    kind: str = ""
    """greet, repeat, or nothing in particular."""
    language: str = "en"
    """What is taught: ISO 639-1."""
    tools: Sequence[Any] = field(default=())
    """As the session declares them."""
    tool_choice: Any = "auto"
    loading: Callable[[], None] = lambda: None
    """To be called when a first word is long in coming."""


Tell: TypeAlias = Callable[[Unavailable], None]
"""Takes news for the learner; called from any thread."""


class Behaviour:
    """How a server behaves beside what the protocol says: this one as a service in good health.

    Tests derive one that goes wrong on purpose (`testing.faulty_server`).
    """

    def on_connection(self, asked: Iterable[str]) -> Behaviour:
        """For a connection whose URL asks for these in `fault=`. Raises `Problem` for what it does not know."""
        return self

    def session_s(self, usual_s: float) -> float:
        """How long a session may last."""
        return usual_s

    def drop_after_s(self) -> float | None:
        """When the connection breaks without a close frame."""
        return None

    async def before_sending(self, sent: int, drop: Callable[[], None]) -> None:
        """Awaited before each event; `sent` counts those before it, `drop` breaks the connection."""

    def after_greeting(self) -> Sequence[str | bytes]:
        """Frames to send that are no events of ours."""
        return ()

    def confirms_updates(self) -> bool:
        """Whether `session.updated` answers an update."""
        return True

    async def before_transcript(self) -> None:
        """Awaited before the learner is told what was understood."""

    def understands(self) -> bool:
        """Whether what was understood counts."""
        return True

    def before_response(self) -> None:
        """Raises `Problem` for a response that is to fail."""

    def delta_sizes(self, usual_bytes: int) -> Iterator[int]:
        """Bytes of sound in one delta after the other, without end."""
        return itertools.repeat(usual_bytes)

    def pace(self, usual: float) -> float:
        """How many times faster than real time sound is sent after its first second."""
        return usual

    def jitter_s(self) -> float:
        """How much longer a delta waits."""
        return 0.0


class LanguageModel(Protocol):
    """Answers anything. It keeps nothing: the conversation is all there is to know. Used from the server's loop."""

    def answer(self, question: Question) -> Thinking:
        """Begin to think. Closing the parts' generator ends it at once."""
        ...

    async def close(self) -> None:
        """Let go of its connections."""
        ...


class SpeechToText(Protocol):
    """Understands one learner; called from one worker thread."""

    def expect(self, sentences: Sequence[str]) -> None:
        """Sentences to listen for in the next utterance."""
        ...

    def begin(self) -> None:
        """An utterance begins."""
        ...

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        ...

    def finish(self) -> Hearing:
        """The utterance is over."""
        ...


@runtime_checkable
class JudgesWords(Protocol):
    """A recogniser that can tell how each word was said of a sentence that is known."""

    def aim_at(self, targets: Sequence[str]) -> None:
        """The learner is to say one of these in the next utterance; none for an answer of their own."""
        ...


@runtime_checkable
class SleepsUntilSpoken(Protocol):
    """A recogniser that takes hardly anything until somebody may speak."""

    def wake(self) -> None:
        """There is sound now. The first utterance would wake it too, and then the learner might have to wait."""
        ...


@runtime_checkable
class TakesPrompt(Protocol):
    """A recogniser that listens with a text in mind."""

    def prompt(self, text: str) -> None:
        """What was said before the next utterance, or how words in it are written; for that one only."""
        ...


class TextToSpeech(Protocol):
    """Speaks; called from worker threads."""

    def speak(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None]:
        """24 kHz mono s16 in pieces of at most 200 ms. Closing it ends the work on it."""
        ...


@runtime_checkable
class SpeaksAhead(Protocol):
    """A voice that may be slow to begin."""

    def speak_ahead(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None] | None:
        """As `speak`, for what may be said later: its first piece is made in advance. None where that would be there
        at once anyhow.
        """
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
