"""Lines as sound; where the voice is slow, those that a guide is likely to say next are begun while nobody speaks.

Everything here happens on the server's loop; the voice works in threads, one piece at a time.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.guide import LooksAhead, Reply
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.ports.voice import SpeaksAhead, TextToSpeech
from tutor_tui.offline_server.realtime.wire import Json, Refusal
from tutor_tui.openai_api.private_extensions import VOICE_UNAVAILABLE
from tutor_tui.speech.sentences import speakable
from tutor_tui.supervision import watched

_log = logging.getLogger(__name__)

MOST_BEGUN = 8
"""A place in a lesson has one or two lines that a slow voice begins, seldom six; each takes about 1 MB."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Line:
    """A sentence as it is to be said."""

    text: str
    language: str
    """ISO 639-1."""
    voice: str
    """As the session calls it; empty for the usual one."""
    speed: float


def voiced(reply: Reply, sentence: str) -> str:
    """What is said of this sentence of a reply; empty where nothing is."""
    return reply.spoken.get(sentence.strip()) or speakable(sentence)


def named(voice: str | Json) -> str:
    """A voice as a session has it, as we know it: by its name alone."""
    return voice if isinstance(voice, str) else ""


class Begun(Generator[bytes, None, None]):
    """Sound of which the first piece is there; the rest is made as it is asked for, by the same generator."""

    def __init__(self, first: bytes, rest: Generator[bytes, None, None]) -> None:
        self._first = first
        self._rest = rest

    def send(self, value: None) -> bytes:
        """The next piece, as `next` gives it."""
        first, self._first = self._first, b""
        return first or next(self._rest)

    def throw(self, kind: Any, value: Any = None, trace: Any = None) -> bytes:
        """End it."""
        self.close()
        raise value if isinstance(value, BaseException) else kind

    def close(self) -> None:
        """End it."""
        self._first = b""
        self._rest.close()


class SpokenLines:
    """Those of one session."""

    def __init__(self, tutoring: Backend, pool: Executor, emit: Callable[[Json], None]) -> None:
        self._tutoring = tutoring
        self._pool = pool
        self._emit = emit
        self._ahead = ThreadPoolExecutor(1, "speech ahead")
        self._begun: dict[Line, Begun] = {}
        """The oldest first."""
        self._task: asyncio.Task[None] | None = None
        self._under_way: tuple[Line, Generator[bytes, None, None]] | None = None
        self._goes_on = False
        self._is_closed = False

    async def spoken(self, line: Line) -> Generator[bytes, None, None]:
        """Its sound: the one that is begun, also where its first piece is just being made; otherwise a new one, for
        which any other piece is given up.
        """
        self.finish_piece()
        if self._task is not None and self._under_way is not None and self._under_way[0] == line:
            await asyncio.wait([self._task])
        else:
            self.pause()
        if (begun := self._begun.pop(line, None)) is not None:
            return begun
        voice = await self._voice(line.voice)
        return voice.speak(line.text, line.language, line.speed)

    # ---- in advance -------------------------------------------------------------------------------------------------

    def look_ahead(self, guide: object, voice: str | Json, speed: float) -> None:
        """Begin what `guide` is likely to say next, if it can tell and the voice is slow. Nobody speaks now."""
        self.pause()
        if isinstance(guide, LooksAhead) and not self._is_closed:
            self._goes_on = True
            work = self._begin_lines(copy.deepcopy(guide), named(voice), speed)
            self._task = watched(work, _note, name="speech ahead")

    def finish_piece(self) -> None:
        """Something is about to be said: make the piece that is under way, and no other."""
        self._goes_on = False

    def pause(self) -> None:
        """The learner speaks: leave the processor to the ears, at once."""
        self._goes_on = False
        if self._under_way is not None:
            with suppress(ValueError):  # a generator that is at work cannot be closed, and is soon forgotten
                self._under_way[1].close()
            self._under_way = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """The session is over; its responses end behind it, and nothing is begun for what would follow them."""
        self._is_closed = True
        self.pause()
        while self._begun:
            self._begun.popitem()[1].close()
        self._ahead.shutdown(wait=False)

    async def _begin_lines(self, guide: LooksAhead, voice_name: str, speed: float) -> None:
        voice = await self._voice(voice_name)
        if not isinstance(voice, SpeaksAhead):
            return
        loop = asyncio.get_running_loop()
        async for line in self._likely_lines(guide, voice_name, speed):
            if line in self._begun:
                self._begun[line] = self._begun.pop(line)
                continue
            pieces = await loop.run_in_executor(self._ahead, voice.speak_ahead, line.text, line.language, speed)
            if pieces is None or not self._goes_on:
                continue
            self._under_way = line, pieces
            if first := await loop.run_in_executor(self._ahead, next, pieces, b""):
                self._begun[line] = Begun(first, pieces)
            self._under_way = None
            if len(self._begun) > MOST_BEGUN:
                self._begun.pop(next(iter(self._begun))).close()

    async def _likely_lines(self, guide: LooksAhead, voice: str, speed: float) -> AsyncIterator[Line]:
        """How each likely reply begins, each once."""
        loop = asyncio.get_running_loop()
        replies, known = guide.likely_replies(), set[Line]()
        while self._goes_on and (reply := await loop.run_in_executor(self._ahead, next, replies, None)) is not None:
            if reply.pace or reply.level:  # what a tool of the session's does decides how it begins
                continue
            sentences, known_of = self._tutoring.sentences(reply.text), reply.pieces
            pieces = (piece for each in sentences for piece in known_of.get(each.strip(), [(each, reply.language)]))
            first, language = next(((said, own) for each, own in pieces if (said := voiced(reply, each))), ("", ""))
            line = Line(first, language, voice, speed)
            if first and line not in known and self._goes_on:
                known.add(line)
                yield line

    # ---- the voice --------------------------------------------------------------------------------------------------

    async def _voice(self, name: str) -> TextToSpeech:
        loop = asyncio.get_running_loop()

        def tell(news: Unavailable) -> None:
            with suppress(RuntimeError):  # the loop is closed: so is the client
                loop.call_soon_threadsafe(self._tell, news)

        return await loop.run_in_executor(self._pool, self._tutoring.voice, name, tell)

    def _tell(self, news: Unavailable) -> None:
        """Tell the client about the voice. The session goes on, with a plainer one."""
        self._emit(Refusal(VOICE_UNAVAILABLE, str(news), kind="server_error").event())


def _note(fault: BaseException) -> None:
    """Nothing is lost but time: lines are begun when they are wanted."""
    _log.error("a fault in looking ahead", exc_info=fault)
