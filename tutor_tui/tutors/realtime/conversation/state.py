"""One conversation's state on our side: turns commands into client events, and server events into the lesson's.

No socket, no clock: what is to be sent goes straight into the link's send queue, and sound is the link's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import InitVar, dataclass, field
from typing import assert_never

from tutor_tui.core import events as ev
from tutor_tui.core import model_catalog
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import SHORTEST_TURN_MS
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, NOT_SAID
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.tool_calls import ToolCallReader
from tutor_tui.openai_api.realtime.usage import transcription_usage
from tutor_tui.tutors.realtime.audio_rates import AudioRates
from tutor_tui.tutors.realtime.conversation.asides import Asides
from tutor_tui.tutors.realtime.conversation.item_order import ItemOrder
from tutor_tui.tutors.realtime.conversation.responses import Responses
from tutor_tui.tutors.realtime.conversation.session_setup import HISTORY, SessionSetup
from tutor_tui.tutors.realtime.conversation.told_once import ToldOnce
from tutor_tui.tutors.realtime.conversation.tutor_sound import FORGET, TutorSound

_NOTE = "note_"
_OUTPUT = "output_"
_MAY_BE_REFUSED = (FORGET, _OUTPUT)
"""Begin the event ids of requests whose refusal does not matter."""
_REPEAT = "The learner did not catch that. Say your last sentences again, more slowly, and nothing else."


@dataclass(slots=True, repr=False)  # its fields hold what was said
class ConversationState:
    """A reducer with memory: `command` and `receive` are its two inputs, `queue` and what they return its outputs."""

    model: str
    plan: InitVar[LessonPlan]
    queue: Callable[[ClientEvent], None]
    """Queues an event for the server; must not call back."""
    transcriber: str = model_catalog.DEFAULT_TRANSCRIBER
    costs_money: bool = True
    """Whether what the transcriber does has its price: not where another server stands in for it."""
    dialect: ServerDialect = GA
    """How the server wants to be spoken to."""
    is_ours: bool = False
    """Whether we have started the server ourselves: nobody has given us its address."""
    greeted: bool = False
    """Whether the server has said anything that makes sense."""
    buffered_ms: int = 0
    """Sound sent since the buffer was last cleared or kept: the link adds, we clear."""
    rates: AudioRates = field(init=False)
    """What the link converts the learner's voice with."""
    setup: SessionSetup = field(init=False)
    """The settings, and how far they are in force."""
    _sound: TutorSound = field(init=False)

    _responses: Responses = field(init=False)
    _asides: Asides = field(init=False)
    _calls: ToolCallReader = field(default_factory=ToolCallReader)
    _items: set[str] = field(default_factory=set)
    """Of the tutor's, all that the lesson has heard of."""
    _written: set[str] = field(default_factory=set)
    """Items whose words have come whole: what comes again of them is not billed, and adds nothing."""
    _order: ItemOrder = field(default_factory=ItemOrder)
    _told_once: ToldOnce = field(default_factory=ToldOnce)
    _notes: int = 0

    def __post_init__(self, plan: LessonPlan) -> None:
        self.transcriber = self.dialect.transcribers.get(self.transcriber, self.transcriber)
        self._responses = Responses(self._queue, self.model, takes_params=self.dialect.takes_response_params)
        self.rates = AudioRates(self.dialect.hears_hz, self.dialect.speaks_hz)
        self._sound = TutorSound(self.rates)
        self._asides = Asides(self._queue, self._sound)
        self.setup = SessionSetup(self.model, plan, self._queue, self.transcriber, self.dialect, self.rates)

    @property
    def ready(self) -> bool:
        """Whether sound may flow."""
        return self.setup.ready

    # ---- our side ---------------------------------------------------------------------------------------------------

    def _queue(self, event: ClientEvent) -> None:
        if event["type"] not in self.dialect.unknown_events:
            self.queue(event)

    def open(self) -> None:
        """The connection is there."""
        self.setup.open()

    def command(self, command: cmd.Command) -> list[ev.TutorEvent]:
        """Send what `command` means. What comes of it without a word from the server is returned."""
        match command:
            case cmd.Configure(plan):
                self.setup.change_to(plan, in_answer=self._responses.busy)
            case cmd.BeginTurn():
                self._clear()
            case cmd.EndTurn(commit=True, answer=answer):
                return self._end_turn(answer=answer)
            case cmd.EndTurn(answer=answer):
                if answer:
                    self._responses.request()
            case cmd.Say(text, item_id):
                self._queue(client_events.create_message("user", text, item_id))
                self._responses.request()
            case cmd.Greet(opening):
                self._note(opening)
                self._responses.request("greet")
            case cmd.Note(text):
                self._note(text)
            case cmd.Repeat():
                self._note(_REPEAT)
                self._responses.request("repeat")
            case cmd.CheckIn(note):
                self._note(note)
                self._responses.request("check-in")
            case cmd.Interrupt(by, unheard):
                self._responses.stop(cancel=by == "key")
                self._asides.stop()
                for request in self._sound.forget(each for each in unheard if not each.item_id.startswith(cmd.ASIDE)):
                    self._queue(request)
            case cmd.AnswerTools(answers, speak):
                self._answer_tools(answers, speak)
            case cmd.AskAside():
                self._asides.ask(command)
            case cmd.ReadAside():
                self._asides.read(command, self.setup.plan.target_language)
            case cmd.LeaveUnanswered(item_id, forget):
                self._responses.leave_unanswered()
                if forget:
                    self._queue(client_events.delete_item(item_id, f"{FORGET}{item_id[:64]}"))
            case cmd.GiveUp(stopped_only):
                self._responses.give_up(stopped_only=stopped_only)
                self._go_on()
            case _:
                assert_never(command)
        return []

    def _clear(self) -> None:
        self.buffered_ms = 0
        self._queue(client_events.CLEAR)

    def _end_turn(self, *, answer: bool) -> list[ev.TutorEvent]:
        if self.buffered_ms < SHORTEST_TURN_MS:
            self._clear()  # which not every server answers, nor is told: nothing may wait for that
            return [self._turn_too_short()] if answer else []
        self.buffered_ms = 0
        self._queue(client_events.COMMIT)
        if answer:
            self._responses.request()
        return []

    def _turn_too_short(self, reason: str = "") -> ev.TutorEvent:
        """There is nothing to answer. Who listens itself was not asked with the talk key, which would be said."""
        return ev.ReplyEnded("", "failed", reason) if self.setup.listens_itself else ev.TurnTooShort()

    def _note(self, text: str) -> None:
        """A system message: unlike a response's own instructions, it leaves the session's in force."""
        if text:
            self._notes += 1
            self._queue(client_events.create_message("system", text, f"{_NOTE}{self._notes}"))

    def _answer_tools(self, answers: Iterable[ToolAnswer], speak: bool) -> None:
        for answer in answers:
            event_id = f"{_OUTPUT}{answer.call_id[:64]}"
            self._queue(client_events.create_tool_output(answer.call_id, answer.output, event_id))
        if speak:
            self._responses.request()

    # ---- the server's side ------------------------------------------------------------------------------------------

    def receive(self, event: se.ServerEvent) -> list[ev.TutorEvent]:
        """What a server event means to the lesson. Raises `LinkLost` for errors that end the conversation."""
        if isinstance(event, se.Malformed):
            return self._told_once.malformed(event)
        events = self._reduce(event)
        self.greeted = True
        self._go_on()
        return events

    def is_stopped(self, response_id: str) -> bool:
        """Whether nothing of this answer is wanted any more."""
        return self._responses.is_stopped(response_id)

    def _go_on(self) -> None:
        """Send what has waited for the end of a reply."""
        if not self._responses.busy:
            self.setup.answer_ended()  # before the next reply begins, or a new pace would wait for its end
        self._responses.go_on()

    def _reduce(self, event: se.ServerEvent) -> list[ev.TutorEvent]:
        match event:
            case se.ResponsePart():  # of a response outside the conversation, nothing is for the transcript
                is_aside = self._responses.is_aside(event.response_id)
                return self._asides.take(event) if is_aside else self._wanted_part(event)
            case se.ResponseCreated(response):
                is_awaited = self._responses.may_be_awaited(response)
                return self._responses.created(response, aside=self._asides.began(response, is_awaited=is_awaited))
            case se.ResponseDone(response):
                calls = () if self._responses.is_aside(response.id) else response.calls
                came = self._asides.ended(response)
                return [*self._calls.complete(*calls), *came, *self._responses.done(response)]
            case se.SessionCreated(session):
                return self.setup.created(session)
            case se.SessionUpdated(session):
                return self.setup.updated(session)
            case se.ConversationCreated():
                self.setup.conversation_created()
                return []
            case se.ServerError(error):
                return self._error(error)
            case se.ItemAdded():
                return self._item_added(event)
            case se.Unrecognised(kind) | se.Malformed(kind):
                return [ev.Unknown(one_line(kind, 80))]
            case se.Ignored() | se.ItemTruncated():
                return []
            case _:
                return self._input(event)

    def _wanted_part(self, event: se.ResponsePartEvent) -> list[ev.TutorEvent]:
        """A part of an answer, unless it is sound, or something new, of one that was stopped."""
        begun: list[ev.TutorEvent] = []
        self._responses.saw(event.response_id)
        if self._responses.is_new(event.response_id):
            begun = self._responses.created(se.Response(event.response_id))  # that event was lost, or comes late
        item_id = getattr(event, "item_id", "")
        is_new = bool(item_id) and item_id not in self._items
        if (is_new or isinstance(event, se.OutputAudioDelta)) and self._responses.is_stopped(event.response_id):
            return begun
        if is_new and not isinstance(event, se.AudioPartAdded):  # which the lesson does not hear of
            self._items.add(item_id)
        return [*begun, *self._part(event)]

    def _part(self, event: se.ResponsePartEvent) -> list[ev.TutorEvent]:
        """A part of an answer."""
        match event:
            case se.OutputAudioDelta(_, item_id, sound, rate_hz):
                self.setup.voice_is_frozen = True
                return self._sound.came(item_id, sound, rate_hz)
            case se.OutputAudioDone(_, item_id):
                return self._sound.is_complete(item_id)
            case se.OutputTranscriptDelta(_, item_id, text) | se.OutputTextDelta(_, item_id, text):
                return [] if item_id in self._written else [ev.TutorTextDelta(item_id, text)]
            case se.OutputTranscriptDone(_, item_id, text) | se.OutputTextDone(_, item_id, text):
                self._written.add(item_id)
                return [ev.TutorTextDone(item_id, text)]
            case se.FunctionCallAdded():
                self._calls.added(event)
                return []
            case se.FunctionCallArgumentsDone(_, call):
                return [*self._calls.arguments_done(call)]
            case se.FunctionCallDone(_, call):
                return [*self._calls.complete(call)]
            case se.AudioPartAdded() | se.OutputBufferStarted() | se.OutputBufferStopped() | se.OutputBufferCleared():
                return []  # where the sound comes on a track of its own, `webrtc.playout` goes by them
            case _:
                assert_never(event)

    def _input(self, event: se.InputEvent) -> list[ev.TutorEvent]:
        """What the server makes of the learner's voice."""
        match event:
            case se.InputSpeechStarted(item_id):
                if stops := self.setup.interrupts_itself:
                    self._responses.learner_speaks()
                return [ev.LearnerStartedSpeaking(item_id, stops), *self._order.known(item_id)]
            case se.InputSpeechStopped(item_id):
                self._turn_ended()
                return [ev.LearnerStoppedSpeaking(item_id)]
            case se.InputCommitted(item_id, previous_id):
                self._turn_ended()
                self.buffered_ms = 0 if self.setup.listens_itself else self.buffered_ms
                return [ev.LearnerTurnKept(item_id, self._order.shown(previous_id)), *self._order.known(item_id)]
            case se.InputCleared():
                return []
            case se.InputTranscriptDelta(item_id, text):
                return [ev.LearnerTextDelta(item_id, text)]
            case se.InputTranscriptSoFar(item_id, text):
                return [ev.LearnerTextDelta(item_id, text, replaces=True)]
            case se.InputTranscriptDone(item_id, text, usage, heard):
                bill = transcription_usage(self.transcriber if self.costs_money else "", usage)
                is_new = item_id not in self._written
                self._written.add(item_id)
                how = (not heard.is_sure, heard.unclear, heard.different, heard.is_expected)
                done = ev.LearnerTextDone(item_id, text, *how)
                return [done, *([bill] if bill and is_new else [])]
            case se.InputTranscriptFailed(item_id, error):
                failed = ev.LearnerTextFailed(item_id, error.code == NOT_LISTENED_FOR, error.code == NOT_SAID)
                return [failed, *self._told_once.why_unwritten(error)]
            case _:
                assert_never(event)

    def _item_added(self, item: se.ItemAdded) -> list[ev.TutorEvent]:
        """A line of the lesson took its place; or a note of ours, a tool call, a line from before."""
        of_stopped = item.role == "tutor" and item.item_id not in self._items and self._responses.is_stopped("")
        if item.role is None or of_stopped or item.item_id.startswith(HISTORY):
            self._order.hide(item.item_id, item.previous_item_id)
            return []
        return [*self._order.placed(item.item_id, item.previous_item_id, item.role)]

    def _turn_ended(self) -> None:
        """With turn detection the server ended the turn, and may answer it; without, we did, and have asked already."""
        if self.setup.listens_itself:
            is_free = self.setup.interrupts_itself or not self._responses.active
            self._responses.turn_ended(answered=self.setup.answers_itself and is_free)

    def overdue(self) -> list[ev.TutorEvent]:
        """The server has had its time to confirm: go on without. Raises `LinkLost` when it never said a word."""
        if not self.greeted:
            raise errors.mute(is_ours=self.is_ours)
        return self.setup.ready_unconfirmed()

    # ---- errors -----------------------------------------------------------------------------------------------------

    def _error(self, error: se.ErrorDetail) -> list[ev.TutorEvent]:
        code, message = errors.code_meant(error), one_line(error.message)
        benign = errors.is_benign(code, message)
        if code in errors.FATAL:
            raise errors.fatal(code)
        if code == "session_expired":
            raise errors.expired()
        if other := errors.other_dialect(error):
            raise other
        if code in errors.UNASKED:
            return [ev.Trouble(errors.UNASKED[code], message)]
        refused = self._asides.refused(error, is_awaited=self._responses.is_awaited)
        if refused is not None:
            return refused
        about_others = benign or code in {*errors.PASSING, errors.TURN_TOO_SHORT}
        in_answer = self._responses.busy
        refused = self.setup.refused(error, message, known=about_others, in_answer=in_answer)
        if refused is not None:
            return refused
        if code == "conversation_already_has_active_response":
            self._responses.refused_for_now()
            return []
        if code == errors.TURN_TOO_SHORT:
            self._responses.unwanted()
            return [self._turn_too_short(message)]
        if benign or error.event_id.startswith(_MAY_BE_REFUSED):
            return []
        in_answer = bool(self._responses.active)
        end = [ev.ReplyEnded("", "failed", message)] if self._responses.refused(error.event_id) else []
        title, hint = errors.PASSING.get(code, errors.Sentence("The tutor's server did not do what we asked.", message))
        return [ev.Trouble(title, hint, in_answer=in_answer), *end]
