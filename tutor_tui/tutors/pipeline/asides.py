"""What is asked beside the conversation: a chat request or the sound of a text, of which nothing is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tutor_commands import AskAside
from tutor_tui.openai_api.answer_filter import Retracted
from tutor_tui.openai_api.chat import ChatClient
from tutor_tui.openai_api.chat_messages import Message
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.private_extensions import kind_metadata
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.pipeline.memory import Memory


class Asides:
    """Those of one conversation."""

    def __init__(
        self, http: httpx.AsyncClient, chat: Service, memory: Memory, emit: Callable[[ev.TutorEvent], None]
    ) -> None:
        self._http = http
        self._chat = chat
        self._memory = memory
        self._emit = emit

    async def answer(self, asked: AskAside) -> None:
        """Ask the chat service, and tell what it says; why it says nothing, where it fails."""
        text = ""
        try:
            async for event in self._client(asked).answer(self._messages(asked)):
                match event:
                    case str():
                        text += event
                    case Retracted():
                        text = ""
                    case ev.Usage():
                        self._emit(event)
                    case _:
                        pass
        except ServiceFailure as failure:
            self._emit(ev.AsideAnswered(asked.request_id, reason=failure.title))
        else:
            self._emit(ev.AsideAnswered(asked.request_id, text))

    async def read(self, request_id: str, sound: AsyncIterator[bytes]) -> None:
        """Pass on the sound of a text."""
        try:
            async for piece in sound:
                self._emit(ev.TutorAudio(request_id, piece))
        except ServiceFailure as failure:
            self._emit(ev.AsideAnswered(request_id, reason=failure.title))
        finally:
            self._emit(ev.TutorAudioDone(request_id))

    def _client(self, asked: AskAside) -> ChatClient:
        """Our own server has to be told what kind of answer is wanted: its guide follows no instructions."""
        service = self._chat
        if service.is_ours:
            service = replace(service, options={**service.options, **kind_metadata(asked.kind)})
        return ChatClient(self._http, service)

    def _messages(self, asked: AskAside) -> list[Message]:
        """The instructions and the text; before it, for our own guide, what was said: by that it finds its place."""
        text: Message = {"role": "user", "content": well_formed(asked.text)}
        if self._chat.is_ours:
            return [*self._memory.messages(asked.instructions, self._chat.provider.note_role), text]
        return [{"role": "system", "content": asked.instructions}, text]
