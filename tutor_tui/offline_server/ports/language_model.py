"""What the server needs of a tutor's language model, and what it gives it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.realtime.conversation import Item


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


class LanguageModel(Protocol):
    """Answers anything. It keeps nothing: the conversation is all there is to know. Used from the server's loop."""

    def answer(self, question: Question) -> Thinking:
        """Begin to think. Closing the parts' generator ends it at once."""
        ...

    async def close(self) -> None:
        """Let go of its connections."""
        ...
