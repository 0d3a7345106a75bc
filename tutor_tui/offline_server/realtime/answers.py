"""What a response says: the guide's words, the language model's, or a text that is to be read aloud."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from tutor_tui.core.tools import Correction, ToolCall, Used, Word
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.guide import Guide, Reply
from tutor_tui.offline_server.ports.language_model import LanguageModel, Question, Saying, Thinking
from tutor_tui.offline_server.realtime import response_params, tool_calls
from tutor_tui.offline_server.realtime.conversation import Conversation, Item
from tutor_tui.offline_server.realtime.lesson_progress import LessonProgress
from tutor_tui.offline_server.realtime.responses import Response, at_pace
from tutor_tui.offline_server.realtime.transcripts import Transcripts
from tutor_tui.offline_server.realtime.wire import Json, Refusal, event
from tutor_tui.openai_api import private_extensions
from tutor_tui.openai_api.private_extensions import MODEL_LOADING, Begins


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class PlainReply:
    """A reply (see `ports.guide`) that is nothing but a text."""

    text: str
    language: str
    accepted: str = ""
    notes: Sequence[Correction | Word] = ()
    pace: Literal["", "slower", "faster"] = ""
    before_call: str = ""
    level: str = ""
    because: str = ""
    uses: Sequence[Used] = ()
    pieces: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    begins: Begins = ""


def aside_of(guide: Guide, kind: str) -> str | None:
    """What a guide tells in writing beside the conversation; None where that is not what is asked for."""
    match kind:
        case "meaning":
            return guide.meaning
        case "hint":
            return "\n".join(guide.hints)
        case _:
            return None


def in_writing(text: str) -> Thinking:
    """A text as it is, lines and all, that nobody reads aloud."""

    async def parts() -> AsyncGenerator[Saying | ToolCall, None]:
        if text:
            yield Saying(text, "")

    return Thinking("", parts())


class Answers:
    """Those of one client's session."""

    def __init__(
        self,
        tutoring: Backend,
        conversation: Conversation,
        lesson: LessonProgress,
        transcripts: Transcripts,
        pool: Executor,
        emit: Callable[[Json], None],
        session: Callable[[], Json],
    ) -> None:
        """`session`: its settings, as they are now."""
        self._tutoring = tutoring
        self._conversation = conversation
        self._lesson = lesson
        self._transcripts = transcripts
        self._pool = pool
        self._emit = emit
        self._session = session

    async def to(self, response: Response, wish: Json, inputs: list[Item] | None) -> Reply | Thinking:
        """What this response says, by what its client wishes: to what was said since the last one, or to `inputs`."""
        text = response_params.text_to_read(wish, inputs)
        if text is not None:
            return self._read_aloud(text, private_extensions.language_of(wish.get("metadata")))
        if (model := self._tutoring.language_model()) is not None:
            return await self._ask(model, wish, inputs)
        kind = response_params.kind_of(wish)
        if wish.get("conversation") == "none":
            return await self._think_aside(kind)
        return await self._think(response, kind, inputs)

    async def _think(self, response: Response, kind: str, inputs: list[Item] | None) -> Reply:
        """What to say: to what was said since the last response, or to `inputs`."""
        guide = await self._lesson.begin(answering=True)
        items = self._lesson.pending() if inputs is None else [item for item in inputs if item.role == "user"]
        said = await self._transcripts.of(items)
        await asyncio.get_running_loop().run_in_executor(self._pool, guide.consider, said.text if said else "")
        reply = self._lesson.reply(guide, kind, said, items, name=response.id)
        self._transcripts.confirm(self._lesson.confirmed)
        self._transcripts.deny(self._lesson.denied)
        if items and reply.accepted:
            response.verdict |= private_extensions.accepted_metadata(items[-1].id, reply.accepted)
        response.verdict |= private_extensions.begins_metadata(reply.begins)
        if reply.pace and not tool_calls.wish_calls(reply, tool_calls.offered(self._session())):
            output = self._session()["audio"]["output"]
            output["speed"] = at_pace(output["speed"], reply.pace)
            self._emit(event("session.updated", session=self._session()))
        return reply

    async def _ask(self, model: LanguageModel, wish: Json, inputs: list[Item] | None) -> Thinking:
        """Have the language model answer the conversation, or `inputs`."""
        items = [*self._conversation.items] if inputs is None else inputs
        await self._transcripts.of(items)
        settings = self._session() | wish
        language = self._lesson.language or "en"
        kind, tools = response_params.kind_of(wish), settings["tools"]
        choice = settings["tool_choice"]
        question = Question(items, settings["instructions"], kind, language, tools, choice, self._tell_of_loading)
        return model.answer(question)

    def _tell_of_loading(self) -> None:
        """The answer waits for the chat server; the client's learner should know why."""
        self._emit(Refusal(MODEL_LOADING, "That can take minutes, once.", kind="server_error").event())

    async def _think_aside(self, kind: str) -> Reply | Thinking:
        """A guide follows no instructions: out of band it tells what it knows of its last line, or says it again."""
        guide = await self._lesson.begin()
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(self._pool, aside_of, guide, kind)
        return guide.repeat() if text is None else in_writing(text)

    def _read_aloud(self, text: str, language: str) -> Reply:
        """What somebody else wrote, in the client's language or else the lesson's."""
        return PlainReply(text, language or self._tutoring.language(self._lesson.wanted.script, ""))
