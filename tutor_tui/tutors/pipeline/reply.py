"""One answer: words from the chat, sentence by sentence into the voice, in order, one request ahead.

Three tasks in a row, joined by queues: `_write` cuts the text into sentences, `_speak` asks for their sound, `_play`
passes it on. A voice that fails silences the rest of the answer, never its text; a chat that fails leaves what it said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tutor_tui.core import events as ev
from tutor_tui.core import model_catalog, pcm
from tutor_tui.core.actions import key
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api.answer_filter import Retracted
from tutor_tui.openai_api.chat import ChatEvent, ToolsRefused
from tutor_tui.openai_api.chat_stream import Ended, Garbled
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.speech.sentences import SentenceCutter, speakable
from tutor_tui.speech.words_heard import Piece, begun
from tutor_tui.tutors.pipeline.memory import Line, Memory

AHEAD = 2
"""Sentences asked for at once: the one that sounds and the next."""
_EARLY_ENDS: dict[str, str] = {
    "length": "The answer grew too long and was cut off.",
    "content_filter": "The chat service withheld the rest of the answer.",
}

Emit: TypeAlias = Callable[[ev.TutorEvent], None]
SpeakPiece: TypeAlias = Callable[[str, float], AsyncIterator[bytes]]
"""Text and pace (1 is the plan's own) → sound. Raises `ServiceFailure`."""


@dataclass(slots=True, repr=False)  # holds what is said
class _Sentence:
    """One sentence on its way into sound."""

    text: str
    sound: asyncio.Queue[bytes | ServiceFailure | None] = field(default_factory=asyncio.Queue)
    """None at the end."""
    fetching: asyncio.Task[None] | None = None
    """None when there is nothing to say in it."""
    retracted: bool = False
    """It was no part of the answer, as it turned out."""


class Reply:
    """Says one answer. Its events go to `emit`, until `finish`: after that nothing more comes."""

    def __init__(
        self, reply_id: str, item_id: str, *, emit: Emit, memory: Memory, speech: Speech, pace: float = 1.0
    ) -> None:
        self.reply_id = reply_id
        self.broken_by: ServiceFailure | None = None
        """What ends the conversation: the chat will never answer, or wants a pause first."""
        self._item_id = item_id
        self._emit = emit
        self._memory = memory
        self._speech = speech
        self._pace = pace
        self._line: Line | None = None
        """From the first words on."""
        self._text = ""
        self._sentences: list[_Sentence] = []
        """All that were cut so far, and not retracted."""
        self._spoken: list[Piece] = []
        self._calling: Line | None = None
        """The line that its tool calls stand in."""
        self._sounded = False
        self._unfinished = False
        """More sound is to come for the last of the spoken pieces."""
        self._over = False
        emit(ev.ReplyStarted(reply_id))

    async def say(self, words: AsyncIterator[ChatEvent]) -> None:
        """Say what `words` brings, to its end."""
        sentences: asyncio.Queue[_Sentence | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write(words, sentences), name="pipeline: words")
            tasks.create_task(self._speak(sentences), name="pipeline: sentences")
        failure, ended = writing.result()
        if failure:
            self._fail(failure)
        elif not self.answered:
            self._trouble("The tutor had nothing to say.", f"{key('repeat')} asks again.")
            self.finish("failed", "empty")
        elif ended.reason in _EARLY_ENDS:
            self._trouble(_EARLY_ENDS[ended.reason], "Ask for the rest.")
            self.finish("incomplete", ended.reason)
        else:
            self.finish("completed")

    def _fail(self, failure: ServiceFailure) -> None:
        """The chat gave up: what it said so far stays."""
        if failure.lasting or failure.asked_wait_s:
            self.broken_by = failure
        else:
            self._trouble(failure.title, failure.hint)
        self.finish("failed", failure.title)

    def _trouble(self, title: str, hint: str) -> None:
        self._emit(ev.Trouble(title, hint))

    # ---- words ------------------------------------------------------------------------------------------------------

    async def _write(
        self, words: AsyncIterator[ChatEvent], sentences: asyncio.Queue[_Sentence | None]
    ) -> tuple[ServiceFailure | None, Ended]:
        cutter = SentenceCutter()
        failure, ended = None, Ended()
        try:
            async for event in words:
                match event:
                    case str():
                        self._show(event)
                        self._cut(cutter.feed(event), sentences)
                    case Retracted():
                        cutter = SentenceCutter()
                        self._retract()
                    case ToolCall():
                        self._call(event)
                    case Garbled():
                        self._emit(ev.Unknown("malformed chat event"))
                    case ToolsRefused():
                        self._emit(ev.Unknown("the chat model takes no tools"))
                    case Ended():
                        ended = event
                        self._cut(cutter.flush(), sentences)
                    case _:
                        self._emit(event)
        except ServiceFailure as caught:
            failure = caught
        self._cut(cutter.flush(), sentences)
        sentences.put_nowait(None)
        if self._line is not None:
            self._emit(ev.TutorTextDone(self._item_id, self._text))
        return failure, ended

    def _cut(self, texts: list[str], sentences: asyncio.Queue[_Sentence | None]) -> None:
        for text in texts:
            self._sentences.append(_Sentence(text))
            sentences.put_nowait(self._sentences[-1])

    def _retract(self) -> None:
        """The model only thought until here: none of it is said any more, or remembered."""
        self._text = ""
        for sentence in self._sentences:
            sentence.retracted = True
            if sentence.fetching:
                sentence.fetching.cancel()
            sentence.sound.put_nowait(None)
        self._sentences.clear()
        self._spoken = [Piece("", piece.sound_bytes) for piece in self._spoken]

    def _show(self, text: str) -> None:
        if self._over:
            return  # stopped a moment ago: no line may begin now
        if self._line is None:
            self._emit(ev.ItemPlaced(self._item_id, self._memory.last_item_id, "tutor"))
            self._line = self._memory.add(self._item_id, "tutor")
        self._text += text
        self._emit(ev.TutorTextDelta(self._item_id, text))

    def _call(self, call: ToolCall) -> None:
        """A tool is wanted; an answer may consist of nothing else."""
        if self._over:
            return
        self._calling = self._calling or self._line or self._memory.add("", "tutor")
        self._calling.calls.append(call)
        self._emit(ev.ToolCalled(call))

    # ---- sound ------------------------------------------------------------------------------------------------------

    async def _speak(self, sentences: asyncio.Queue[_Sentence | None]) -> None:
        """Ask for the sentences' sound, at most `AHEAD` at once; returns when all of it has been passed on."""
        room = asyncio.Semaphore(AHEAD)
        playing: asyncio.Queue[_Sentence | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._play(playing, room), name="pipeline: sound")
            while (sentence := await sentences.get()) is not None:
                await room.acquire()
                words = speakable(sentence.text)
                if words and self._speech.works and not sentence.retracted:
                    sentence.fetching = tasks.create_task(self._fetch(sentence, words), name="pipeline: fetch")
                playing.put_nowait(sentence)
            playing.put_nowait(None)
        if self._sounded:
            self._emit(ev.TutorAudioDone(self._item_id))

    async def _fetch(self, sentence: _Sentence, words: str) -> None:
        try:
            async for piece in self._speech.speak(words, self._pace):
                sentence.sound.put_nowait(piece)
        except ServiceFailure as failure:
            sentence.sound.put_nowait(failure)
        sentence.sound.put_nowait(None)

    async def _play(self, playing: asyncio.Queue[_Sentence | None], room: asyncio.Semaphore) -> None:
        while (sentence := await playing.get()) is not None:
            if sentence.retracted:
                pass
            elif sentence.fetching and self._speech.works:
                await self._play_sentence(sentence)
            else:
                if sentence.fetching:
                    sentence.fetching.cancel()
                self._spoken.append(Piece(sentence.text))
            room.release()

    async def _play_sentence(self, sentence: _Sentence) -> None:
        self._spoken.append(Piece(sentence.text))
        self._unfinished = True
        total = 0
        while (piece := await sentence.sound.get()) is not None:
            if isinstance(piece, ServiceFailure):
                self._speech.failed(piece)
                self._trouble(piece.title, piece.hint)
                continue
            if sentence.retracted:
                break
            total += len(piece)
            self._sounded = self._speech.has_sounded = True
            self._spoken[-1] = Piece(sentence.text, total)
            self._emit(ev.TutorAudio(self._item_id, piece))
        self._unfinished = False
        used = model_catalog.Consumption(characters=len(sentence.text), seconds=pcm.ms_of(total) / 1000)
        if cost := model_catalog.cost_usd(self._speech.model, used):
            self._emit(ev.Usage(cost))

    @property
    def answered(self) -> bool:
        """Whether the chat has said something, or called a tool."""
        return bool(self._text.strip()) or self._calling is not None

    @property
    def over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self._over

    # ---- the end ----------------------------------------------------------------------------------------------------

    def finish(self, status: ev.ReplyStatus, reason: str = "") -> None:
        """The answer is over; a second call does nothing. What was stopped keeps the text that had begun to sound,
        and all that was shown when there is no voice.
        """
        if self._over:
            return
        self._over = True
        if self._line is not None:
            self._line.pieces = self._remembered(status)
            if status == "cancelled" and self._line.pieces:
                self._emit(ev.TutorTextDone(self._item_id, "".join(piece.text for piece in self._line.pieces)))
            if status == "cancelled" and self._sounded:
                self._emit(ev.TutorAudioDone(self._item_id))
        self._emit(ev.ReplyEnded(self.reply_id, status, reason))
        self._emit = _drop  # tasks that are being cancelled may still have something to say
        self._speech.reply_over()

    def _remembered(self, status: ev.ReplyStatus) -> list[Piece]:
        if status != "cancelled":
            return self._spoken
        if not self._speech.works:
            shown = self._text[sum(len(piece.text) for piece in self._spoken) :]
            return [*self._spoken, Piece(shown)]
        pieces = begun(self._spoken) if self._unfinished else self._spoken
        return [piece for piece in pieces if piece.sound_bytes]


def _drop(event: ev.TutorEvent) -> None:
    """In place of `emit`, once the answer is over."""


class Speech:
    """The voice of a conversation, and whether it works."""

    def __init__(self, speak: SpeakPiece, model: str) -> None:
        self.speak = speak
        self.model = model
        self._silent: ServiceFailure | None = None
        self.has_sounded = False
        """It has worked: a door that turns us away later may open again."""

    @property
    def works(self) -> bool:
        """Whether it is worth asking for sound."""
        return self._silent is None

    def failed(self, failure: ServiceFailure) -> None:
        """The rest of this answer stays silent; after a lasting failure, all that follow."""
        self._silent = failure

    def reply_over(self) -> None:
        """The next answer may try again."""
        if self._silent and not (self._silent.told or (self._silent.lasting and not self.has_sounded)):
            self._silent = None
