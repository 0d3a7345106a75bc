"""One conversation of the turn-based loop: turns in, answers out, all of it cancellable."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from typing import Any, assert_never

import httpx

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.actions import key
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import SHORTEST_TURN_MS
from tutor_tui.openai_api.chat import ChatClient, ChatEvent
from tutor_tui.openai_api.chat_messages import tool_function
from tutor_tui.openai_api.endpoint import is_openai
from tutor_tui.openai_api.services import Service
from tutor_tui.openai_api.speech import SpeechClient
from tutor_tui.speech.vad import Probability, rules_of
from tutor_tui.supervision import cancelled, watched
from tutor_tui.tutors.pipeline.asides import Asides
from tutor_tui.tutors.pipeline.endpointing import Endpointing, TurnBegan, TurnRunsOut, TurnTaken
from tutor_tui.tutors.pipeline.memory import Memory
from tutor_tui.tutors.pipeline.reply import Reply, Speech
from tutor_tui.tutors.pipeline.transcripts import Transcripts
from tutor_tui.tutors.pipeline.voice import Voice

REPEAT_PACE = 0.8
"""The last thing again, slower."""
_CLOSED = ("The conversation is over.", "Dialling again.")


@dataclass(slots=True)
class Past:
    """What is remembered from one conversation of a lesson to the next."""

    answered: bool = False
    """The chat service has answered: a door that turns us away later may open again."""


class PipelineLink:
    """Hears a turn out, has it transcribed, asks for an answer and has that spoken, sentence by sentence."""

    def __init__(
        self,
        plan: LessonPlan,
        *,
        http: httpx.AsyncClient,
        transcribe: Service,
        chat: Service,
        speak: Service,
        patience_s: float,
        loading_s: float,
        probability: Probability,
        record_ms: int = 0,
        past: Past | None = None,
    ) -> None:
        self._plan = plan
        self._http = http
        self._chat = chat
        self._chat_client = ChatClient(http, chat, loading_s=loading_s)
        self._memory = Memory(plan.history)
        self._transcripts = Transcripts(
            http, transcribe, self._memory, emit=self._emit, plan=lambda: self._plan, start=self.start
        )
        self._asides = Asides(http, chat, self._memory, self._emit)
        self._record_s = record_ms / 1_000
        self._endpointing = Endpointing(probability, rules_of(plan.turn_detection), record_ms)
        self._voice = self._voice_of(speak, patience_s)
        self._speech = Speech(self._sound_of, speak.model)
        self._news: asyncio.Queue[ev.TutorEvent | BaseException] = asyncio.Queue()
        self._reply: Reply | None = None
        self._answering: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        """What is read aloud beside the conversation."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn_id = ""
        """The turn that is being spoken."""
        self._ended_itself = False
        """A pressed turn reached its longest: the key that follows is no news."""
        self._lost: LinkLost | None = None
        self._voice.prepare(plan)
        self._past = past or Past()
        self._emit_plan()
        self._emit(ev.LinkReady(chat.model))

    def _voice_of(self, service: Service, patience_s: float) -> Voice:
        if not service.is_realtime:
            return SpeechClient(self._http, service, self._emit)
        from tutor_tui.tutors.pipeline.realtime_voice import RealtimeVoice  # websockets: only where they are used

        return RealtimeVoice(service, patience_s=patience_s, emit=self._emit, fault=self.lose)

    # ---- the interface ----------------------------------------------------------------------------------------------

    @property
    def dropped_ms(self) -> int:
        """None: a turn is sent when it is whole."""
        return 0

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        if self._lost:
            return
        for news in self._endpointing.hear(pcm):
            match news:
                case TurnBegan():
                    self._turn_began()
                case TurnTaken(sound):
                    self._turn_ended(sound)
                case TurnRunsOut(left_s):
                    self._emit(ev.TurnRunsOut(left_s, self._record_s))

    async def send(self, command: cmd.Command) -> None:
        if self._lost:
            raise self._lost
        match command:
            case cmd.Configure(plan):
                self._configure(plan)
            case cmd.BeginTurn():
                self._ended_itself = False
                self._endpointing.begin()
                if left_s := self._endpointing.left_s:
                    self._emit(ev.TurnRunsOut(left_s, self._record_s))
            case cmd.EndTurn(commit=True, answer=answer):
                self._key_ended(answer=answer)
            case cmd.EndTurn(answer=answer):
                if answer:
                    self._answer()
            case cmd.Say(text, item_id):
                self._emit(ev.ItemPlaced(item_id, self._memory.last_item_id, "learner"))
                self._memory.add(item_id, "learner", text)
                self._answer()
            case cmd.Greet(note) | cmd.CheckIn(note):
                self._memory.add("", "note", note or "Begin the lesson.")
                self._answer()
            case cmd.Note(text):
                self._memory.add("", "aside", text)
            case cmd.Repeat():
                self._repeat()
            case cmd.Interrupt(by, unheard):
                self._interrupt(by, unheard)
            case cmd.AnswerTools(answers, speak):
                self._memory.tools_answered({answer.call_id: answer.output for answer in answers})
                if speak and (self._reply is None or self._reply.over):
                    self._answer()
            case cmd.AskAside():
                self.start(self._asides.answer(command), "pipeline: aside")
            case cmd.ReadAside(request_id, text):
                self._reading = self.start(self._asides.read(request_id, self._sound_of(text, 1.0)), "pipeline: read")
            case cmd.GiveUp(stopped_only=False):
                self._stop("overdue")
            case cmd.GiveUp() | cmd.LeaveUnanswered():
                pass  # what was stopped has ended; and it interrupts itself
            case _:
                assert_never(command)

    async def events(self) -> AsyncIterator[ev.TutorEvent]:
        while True:
            news = await self._news.get()
            if isinstance(news, BaseException):
                raise news
            yield news

    def lose(self, why: BaseException) -> None:
        """End the conversation: whoever reads the events gets `why` raised."""
        if isinstance(why, LinkLost):
            self._lost = self._lost or why
        self._news.put_nowait(why)

    async def close(self) -> None:
        """Drop everything under way."""
        self._lost = self._lost or LinkLost(*_CLOSED, retry=True)
        await cancelled(*self._tasks)
        await self._voice.close()

    # ---- plan -------------------------------------------------------------------------------------------------------

    def _configure(self, plan: LessonPlan) -> None:
        self._plan = plan
        rules = rules_of(plan.turn_detection)
        if rules != self._endpointing.rules:
            self._endpointing.rules = rules
            if self._turn_id and rules is None:
                self._drop_spoken_turn()
        self._emit_plan()

    def _drop_spoken_turn(self) -> None:
        """The learner speaks, and chooses to end turns by key: what was said so far is taken as a turn."""
        self._turn_ended(self._endpointing.take())

    def _emit_plan(self) -> None:
        plan = self._plan
        self._emit(ev.PlanApplied(Applied(plan.turn_detection, plan.voice, plan.speed, self._chat.model)))

    # ---- the learner's turn -----------------------------------------------------------------------------------------

    def _turn_began(self) -> None:
        self._turn_id = _new_id("item")
        self._emit(ev.LearnerStartedSpeaking(self._turn_id))
        self._stop("turn_detected")

    def _turn_ended(self, sound: bytes) -> None:
        """Silence ended it, or its own length."""
        if self._turn_id:
            item_id, self._turn_id = self._turn_id, ""
            self._emit(ev.LearnerStoppedSpeaking(item_id))
            self._keep(item_id, sound, answer=self._plan.answers)
        else:
            self._ended_itself = True
            self._keep(_new_id("item"), sound, answer=self._plan.answers, by_itself=True)

    def _key_ended(self, *, answer: bool) -> None:
        if self._ended_itself:
            self._ended_itself = False
            return
        sound = self._endpointing.take()
        self._turn_id, item_id = "", self._turn_id or _new_id("item")
        if pcm.ms_of(len(sound)) < SHORTEST_TURN_MS:
            self._emit(ev.TurnTooShort())
            return
        self._keep(item_id, sound, answer=answer)

    def _keep(self, item_id: str, sound: bytes, *, answer: bool, by_itself: bool = False) -> None:
        previous = self._memory.last_item_id
        self._memory.add(item_id, "learner")
        self._emit(ev.LearnerTurnKept(item_id, previous, by_itself))
        self._emit(ev.ItemPlaced(item_id, previous, "learner"))
        self._transcripts.take(item_id, sound)
        if answer:
            self._answer(new_turn=True)

    # ---- the tutor's turn -------------------------------------------------------------------------------------------

    def _answer(self, *, new_turn: bool = False) -> None:
        """Answer what was said. A `new_turn` that nobody understands is not answered."""
        reply = self._begin_reply()
        self._answering = self.start(self._think(reply, new_turn), "pipeline: answer")

    def _begin_reply(self, pace: float = 1.0) -> Reply:
        self._stop("replaced")
        self._voice.prepare(self._plan)
        self._reply = Reply(
            _new_id("reply"), _new_id("item"), emit=self._emit, memory=self._memory, speech=self._speech, pace=pace
        )
        return self._reply

    async def _think(self, reply: Reply, new_turn: bool) -> None:
        await self._transcripts.all_there()
        if new_turn and not self._memory.answer_is_due:
            reply.finish("cancelled", "nothing understood")
            return
        try:
            await reply.say(self._words())
        finally:
            self._past.answered |= reply.answered
        if reply.broken_by:
            self.lose(reply.broken_by.as_lost(worked_before=self._past.answered))

    def _words(self) -> AsyncIterator[ChatEvent]:
        """The chat's answer to all that was said."""
        messages = self._memory.messages(self._plan.instructions, self._chat.provider.note_role)
        tools = [tool_function(spec.name, spec.description, spec.parameters) for spec in self._plan.tools]
        return self._chat_client.answer(messages, tools, loading=self._tell_of_loading)

    def _tell_of_loading(self) -> None:
        """A server of one's own reads its model from the disk when it is first asked."""
        if not is_openai(self._chat.base_url):
            title = "No word from the chat service yet: its model may be loading."
            self._emit(ev.Trouble(title, f"That can take minutes, once. {key('interrupt')} gives it up."))

    def _repeat(self) -> None:
        """What was not answered is; else the tutor's last words are said again, slower: the very same words."""
        if self._memory.answer_is_due or self._transcripts.awaited:
            self._answer()
        elif said := self._memory.last_said:
            reply = self._begin_reply(REPEAT_PACE)
            self._answering = self.start(reply.say(_as_chat(said)), "pipeline: repeat")
        else:
            self._emit(ev.Trouble("There is nothing to repeat yet."))
            self._emit(ev.ReplyEnded(""))

    def _sound_of(self, words: str, pace: float) -> AsyncIterator[bytes]:
        """By the plan that is in force now: pace and voice change from one sentence to the next."""
        return self._voice.read(words, replace(self._plan, speed=self._plan.speed * pace))

    def _interrupt(self, by: str, unheard: tuple[cmd.Unheard, ...]) -> None:
        if by == "key":
            self._stop("client_cancelled")
        for cut in unheard:
            self._memory.cut(cut.item_id, cut.heard_ms)

    def _stop(self, reason: str) -> None:
        """Chat, speech and sound of the present answer end here."""
        if self._reply is not None:
            self._reply.finish("cancelled", reason)
            self._reply = None
        for task in (self._answering, self._reading):
            if task is not None:
                task.cancel()
        self._answering = self._reading = None

    # ---- events and tasks -------------------------------------------------------------------------------------------

    def _emit(self, event: ev.TutorEvent) -> None:
        self._news.put_nowait(event)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` for as long as the conversation lasts at most: a fault in it ends that."""
        task = watched(work, self.lose, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _as_chat(text: str) -> AsyncIterator[ChatEvent]:
    yield text


def _new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(8)}"
