"""One client's session: takes its events one by one, and answers as the Realtime service does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial

from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.recogniser import SpeechToText
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.realtime import response_params, session_config
from tutor_tui.offline_server.realtime.answers import Answers
from tutor_tui.offline_server.realtime.conversation import Conversation, Item, item_from, spoken_by_learner
from tutor_tui.offline_server.realtime.input_audio import InputAudio, RecogniserThread, TakenTurn
from tutor_tui.offline_server.realtime.lesson_progress import LessonProgress
from tutor_tui.offline_server.realtime.responses import Outlet, Response
from tutor_tui.offline_server.realtime.schema.client_events import event_id_of, judge, parsed
from tutor_tui.offline_server.realtime.spoken_lines import SpokenLines
from tutor_tui.offline_server.realtime.transcripts import Transcripts
from tutor_tui.offline_server.realtime.turn_rules import TurnRules, turn_rules
from tutor_tui.offline_server.realtime.wire import Json, Refusal, decoded, event, new_id
from tutor_tui.openai_api.private_extensions import STT_UNAVAILABLE, WantedLesson
from tutor_tui.speech.vad import Probability


class RealtimeSession:
    """A session and its conversation."""

    def __init__(
        self,
        outlet: Outlet,
        tutoring: Backend,
        pool: Executor,
        probability: Probability,
        *,
        model: str,
        lesson: WantedLesson,
        expires_at: int,
        behaviour: Behaviour,
    ) -> None:
        """`expires_at` is unix time."""
        self._outlet = outlet
        self._tutoring = tutoring
        self._pool = pool
        self._behaviour = behaviour
        self._session = session_config.fresh_session(new_id("sess"), model, expires_at)
        self._conversation = Conversation()
        self._lesson = LessonProgress(tutoring, self._conversation, lesson, pool)
        self._recogniser = RecogniserThread(
            self._find_recogniser, lambda recogniser: tutoring.give_back(recogniser, self._heard_language)
        )
        self._heard_language = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listening = InputAudio(self, self._recogniser, probability)
        self._lines = SpokenLines(tutoring, pool, self.emit)
        self._active: Response | None = None
        self._asides: dict[str, Response] = {}
        """Responses out of band, by id."""
        self._tasks: dict[Response, asyncio.Task[None]] = {}
        self._transcripts = Transcripts(self.emit, behaviour, self._wants_transcripts, self._weighed)
        self._answers = Answers(
            tutoring,
            self._conversation,
            self._lesson,
            self._transcripts,
            pool,
            self.emit,
            session=lambda: self._session,
        )
        self._spoke = False
        """A response that is over has sent sound."""
        self._handlers: dict[str, Callable[[Json], Awaitable[None]]] = {
            "session.update": self._update_session,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": self._commit,
            "input_audio_buffer.clear": self._clear,
            "conversation.item.create": self._create_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.truncate": self._truncate_item,
            "conversation.item.delete": self._delete_item,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
        }

    @property
    def _audio_was_sent(self) -> bool:
        return self._spoke or any(response.spoke for response in self._tasks)

    @property
    def _running(self) -> Response | None:
        """The response in the conversation that is not over. One that is may not know it yet: its task has to end."""
        if self._active is not None and self._active.over.is_set():
            self._retire(self._active)
        return self._active

    # ---- life -------------------------------------------------------------------------------------------------------

    def greet(self) -> None:
        """The first two events of every session."""
        self.emit(event("session.created", session=self._session))
        self.emit(
            event("conversation.created", conversation={"id": self._conversation.id, "object": "realtime.conversation"})
        )

    async def take(self, frame: str | bytes) -> None:
        """Do what a frame asks for, or say why not."""
        event_id = None
        self._loop = asyncio.get_running_loop()
        try:
            message = parsed(frame)
            event_id = event_id_of(message)
            await self._handlers[judge(message)](message)
        except Refusal as refusal:
            self.emit(refusal.event(event_id))
        except Problem as problem:
            self.emit(Refusal("server_error", str(problem), kind="server_error").event(event_id))

    def emit(self, message: Json) -> None:
        """Send an event."""
        self._outlet.emit(message)

    def close(self) -> None:
        """The client is gone: stop everything."""
        for task in self._tasks.values():
            task.cancel()
        self._lines.close()
        self._transcripts.close()
        self._listening.clear()
        self._recogniser.close()

    def _find_recogniser(self) -> SpeechToText:
        """A recogniser for the language of the lesson; called from its thread."""
        self._heard_language = self._tutoring.language(self._lesson.wanted.script, self._lesson.language)
        home = self._lesson.wanted.native_language
        return self._tutoring.recogniser(self._heard_language, self._tell_of_recogniser, home)

    def _tell_of_recogniser(self, news: Unavailable) -> None:
        """Tell the client about the recogniser; called from its thread. The session goes on: answers can be typed."""
        message = Refusal(STT_UNAVAILABLE, str(news), kind="server_error").event()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: so is the client
                self._loop.call_soon_threadsafe(self.emit, message)

    # ---- session ----------------------------------------------------------------------------------------------------

    async def _update_session(self, message: Json) -> None:
        moment = session_config.Moment(self._audio_was_sent, self._running is not None)
        before = turn_rules(self._session)
        self._session = session_config.updated(self._session, message["session"], moment)
        rules = turn_rules(self._session)
        if rules != before:
            self._listening.rules_changed(rules)
        transcription = self._session["audio"]["input"]["transcription"] or {}
        languages = [transcription.get("language"), *(transcription.get("languages") or [])]
        self._lesson.language = next((language for language in languages if language), self._lesson.language)
        if self._behaviour.confirms_updates():
            self.emit(event("session.updated", session=self._session))
        self._recogniser.prepare()

    # ---- the learner's sound ----------------------------------------------------------------------------------------

    async def _append(self, message: Json) -> None:
        sound = decoded(message["audio"], "audio")
        self._lesson.prepare()
        await self._listening.append(sound, turn_rules(self._session))

    async def _commit(self, message: Json) -> None:
        await self._listening.commit()

    async def _clear(self, message: Json) -> None:
        self._listening.clear()
        self.emit(event("input_audio_buffer.cleared"))

    async def expected(self) -> Sequence[str]:
        """What the recogniser should listen for."""
        if self._tutoring.language_model() is not None:
            return ()
        return (await self._lesson.begin()).expected

    @property
    def targets(self) -> Sequence[str]:
        """What the learner is to say after the tutor."""
        return self._lesson.targets

    def learner_started(self, rules: TurnRules) -> None:
        """Barge-in: the learner's voice ends the response, if the session says so."""
        self._lines.pause()
        if rules.interrupt_response and (response := self._running) is not None:
            self._stop(response, "turn_detected")

    def turn_taken(self, turn: TakenTurn, understood: Future[Hearing], rules: TurnRules | None) -> None:
        """Sound became an item; answer it if the session says so."""
        item = spoken_by_learner(turn.item_id, turn.sound)
        previous = self._conversation.add(item)
        self.emit(event("input_audio_buffer.committed", item_id=item.id, previous_item_id=previous))
        self._announce(item, previous)
        self._transcripts.take(item, understood, voiced=turn.voiced)
        if rules is not None and rules.create_response:
            try:
                self._begin_response({})
            except Refusal as refusal:
                self.emit(refusal.event())

    async def _weighed(self, heard: Hearing) -> Hearing:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._lesson.weighed, heard)

    def _wants_transcripts(self) -> bool:
        return self._session["audio"]["input"]["transcription"] is not None

    # ---- items ------------------------------------------------------------------------------------------------------

    async def _create_item(self, message: Json) -> None:
        self._conversation.check_room()
        item = item_from(message["item"])
        to_be_heard = item.has_sound and not item.text
        if to_be_heard and self._listening.utterance_open:
            raise Refusal("invalid_value", "Sound cannot be added as an item while the learner is speaking.", "item")
        previous = self._conversation.add(item, message.get("previous_item_id"))
        self._announce(item, previous)
        self._lesson.told(item)
        if to_be_heard:
            self._transcripts.take(item, self._listen_again(item), voiced=False)

    def _listen_again(self, item: Item) -> Future[Hearing]:
        """Let the recogniser have sound that did not come through the buffer; no utterance may be open."""
        self._recogniser.begin()
        self._recogniser.feed(bytes(item.sound[: len(item.sound) & ~1]))
        return self._recogniser.finish()

    def _announce(self, item: Item, previous: str | None) -> None:
        for kind in ("conversation.item.added", "conversation.item.done"):
            self.emit(event(kind, item=item.wire(), previous_item_id=previous))

    async def _retrieve_item(self, message: Json) -> None:
        item = self._conversation.get(message["item_id"], doing="retrieve")
        self.emit(event("conversation.item.retrieved", item=item.wire(sound=True)))

    async def _truncate_item(self, message: Json) -> None:
        where = {key: message[key] for key in ("item_id", "content_index", "audio_end_ms")}
        self._conversation.truncate(**where)
        self.emit(event("conversation.item.truncated", **where))

    async def _delete_item(self, message: Json) -> None:
        item = self._conversation.delete(message["item_id"])
        self._lesson.take_back(item.id)
        self.emit(event("conversation.item.deleted", item_id=item.id))

    # ---- responses --------------------------------------------------------------------------------------------------

    async def _create_response(self, message: Json) -> None:
        given = message.get("response")
        wish: Json = {} if given is None else given
        session_config.refuse_reasoning(wish, self._session["model"], "response")
        self._begin_response(wish)

    def _begin_response(self, wish: Json) -> None:
        aside = wish.get("conversation") == "none"
        inputs = response_params.inputs_of(wish, self._conversation)
        if not aside and self._running is not None:
            message = "The conversation has an active response already. Wait until it is done, or cancel it."
            raise Refusal("conversation_already_has_active_response", message)
        read = self._conversation.items if inputs is None else inputs
        manner = response_params.manner_of(wish, self._session, read, audio_was_sent=self._audio_was_sent)
        conversation = None if aside else self._conversation
        response = Response(
            self._outlet, manner, conversation, self._tutoring, self._lines, self._pool, self._behaviour
        )
        self._lines.finish_piece()
        if aside:
            self._asides[response.id] = response
        else:
            self._active = response
        response.announce()
        think = partial(self._answers.to, response, wish, inputs)
        self._tasks[response] = asyncio.create_task(response.run(think), name="response")
        self._tasks[response].add_done_callback(lambda task: self._ended(response, task))

    async def _cancel_response(self, message: Json) -> None:
        response_id = message.get("response_id")
        response = self._running
        if response_id is not None and (response is None or response.id != response_id):
            response = self._asides.get(response_id)
        if response is None or response.over.is_set():
            raise Refusal("response_cancel_not_active", "There is no active response to cancel.")
        self._stop(response, "client_cancelled")

    def _stop(self, response: Response, reason: str) -> None:
        """Cancel a response at once; a reply of which nothing was sent was never given."""
        self._tasks[response].cancel()
        response.close("cancelled", reason)
        self._retire(response)
        if not response.given:
            self._lesson.take_back(response.id)

    def _retire(self, response: Response) -> None:
        self._spoke = self._spoke or response.spoke
        if response is self._active:
            self._active = None
            if response.item is not None:
                self._lesson.said_as(response.item.id, name=response.id)

    def _ended(self, response: Response, task: asyncio.Task[None]) -> None:
        del self._tasks[response]
        self._asides.pop(response.id, None)
        if not task.cancelled() and (fault := task.exception()) is not None:
            response.close("failed", problem=Problem(f"The server had an error ({type(fault).__name__})."))
        self._retire(response)
        if not self._listening.utterance_open:
            self._recogniser.expect(self._lesson.expected, self._lesson.targets)
            if not self._tasks and self._session["output_modalities"] == ["audio"]:
                output = self._session["audio"]["output"]
                self._lines.look_ahead(self._lesson.guide, output["voice"], output["speed"])
