"""What the learner's turns say: the transcription service is asked beside the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import httpx

from tutor_tui.core import events as ev
from tutor_tui.core.languages import LANGUAGES
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import Service
from tutor_tui.openai_api.transcription import transcribe
from tutor_tui.tutors.pipeline.memory import Memory

Start: TypeAlias = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]
"""Begins work beside the conversation, by a name."""


class Transcripts:
    """Those of one conversation."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        service: Service,
        memory: Memory,
        *,
        emit: Callable[[ev.TutorEvent], None],
        plan: Callable[[], LessonPlan],
        start: Start,
    ) -> None:
        """`plan`: the one in force."""
        self._http = http
        self._service = service
        self._memory = memory
        self._emit = emit
        self._plan = plan
        self._start = start
        self._under_way: set[asyncio.Task[None]] = set()
        self._foreign = False

    def take(self, item_id: str, sound: bytes) -> None:
        """Have this turn written down."""
        task = self._start(self._understand(item_id, sound), "pipeline: transcribe")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    @property
    def awaited(self) -> bool:
        """Whether there are turns whose words are still to come."""
        return bool(self._under_way)

    async def all_there(self) -> None:
        """Wait for those that are awaited now."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _understand(self, item_id: str, sound: bytes) -> None:
        try:
            heard = await transcribe(self._http, self._service, sound, self._plan())
        except ServiceFailure as failure:
            self._emit(ev.LearnerTextFailed(item_id))
            self._emit(ev.Trouble(failure.title, failure.hint))
            return
        if heard.usage:
            self._emit(heard.usage)
        if not heard.text:
            self._emit(ev.LearnerTextFailed(item_id))
            self._emit(ev.Trouble("No words could be made out.", "Say it again, or type it."))
            return
        self._memory.understood(item_id, heard.text)
        self._emit(ev.LearnerTextDone(item_id, heard.text))
        self._notice_language(heard.languages)

    def _notice_language(self, languages: tuple[str, ...]) -> None:
        """Say once that the turn was taken for another language: the learner may wonder at the text."""
        codes = (self._plan().target_language, self._plan().native_language)
        wanted = {name.lower() for code in codes for name in (code, LANGUAGES.get(code, code))}
        if self._foreign or not languages or wanted & {language.partition("-")[0] for language in languages}:
            return
        self._foreign = True
        name = LANGUAGES.get(languages[0].partition("-")[0], "another language")
        self._emit(ev.Trouble(f"That was taken for {name}.", "Say it again, or type it, if that is wrong."))
