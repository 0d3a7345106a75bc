"""One conversation's state on our side: turns commands into client frames, and server frames into events.

Pure: no socket, no clock. What is to be sent collects in `outbox`, in order; sound and socket are the link's business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, assert_never

from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev
from tutor_tui.core import model_catalog, pcm
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import SHORTEST_TURN_MS
from tutor_tui.openai_api.realtime import errors, frames
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.frames import Frame, Nonsense
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.tool_calls import ToolCallReader
from tutor_tui.openai_api.realtime.usage import transcription_usage
from tutor_tui.tutors.realtime.conversation.item_order import ItemOrder
from tutor_tui.tutors.realtime.conversation.responses import Responses
from tutor_tui.tutors.realtime.conversation.session_updates import SessionUpdates

_HISTORY = "history_"
_NOTE = "note_"
_RACY = "forget_"
_OUTPUT = "output_"
_UNMISSED = (_RACY, _OUTPUT)
"""Begin the event ids of requests whose refusal does not matter."""
_REPEAT = "The learner did not catch that. Say your last sentences again, more slowly, and nothing else."


@dataclass(slots=True, repr=False)  # its fields hold what was said
class ConversationState:
    """See the module's docstring. `outbox` holds frames yet to be sent, oldest first."""

    model: str
    plan: LessonPlan
    transcriber: str = model_catalog.DEFAULT_TRANSCRIBER
    costs_money: bool = True
    """Whether what the transcriber does has its price: not where another server stands in for it."""
    dialect: ServerDialect = GA
    """How the server wants to be spoken to."""
    outbox: deque[Frame] = field(default_factory=deque)
    ready: bool = False
    """Whether sound may flow."""
    greeted: bool = False
    """Whether the server has said anything that makes sense."""
    buffered_ms: int = 0
    """Sound sent since the buffer was last cleared or kept: the link adds, we clear."""

    _updates: SessionUpdates = field(init=False)
    _replies: Responses = field(init=False)
    _calls: ToolCallReader = field(default_factory=ToolCallReader)
    _received: dict[str, int] = field(default_factory=dict)
    """Bytes of the tutor's voice so far, by item."""
    _complete: set[str] = field(default_factory=set)
    """Items whose sound is all here."""
    _places: ItemOrder = field(default_factory=ItemOrder)
    _said_nonsense: set[str] = field(default_factory=set)
    _notes: int = 0
    _too_short: bool = False
    _expires_at: float | None = None
    _model_named: str = ""

    def __post_init__(self) -> None:
        self.transcriber = self.dialect.transcribers.get(self.transcriber, self.transcriber)
        self._updates = SessionUpdates(self.outbox, self.dialect)
        self._replies = Responses(self.outbox, self.model)

    # ---- our side ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Configure the session and tell it what was said before (protocol.md §4.1, §4.9)."""
        self._updates.send(self.dialect.settings_of(self.plan, self.transcriber))
        if reasoning := conf.reasoning_of(self.model):
            self._updates.send(reasoning)
        part = self.dialect.assistant_part
        self.outbox.extend(frames.history(self.plan.history, _HISTORY, assistant_part=part))

    def command(self, command: cmd.Command) -> None:
        """Put what `command` means into the outbox."""
        match command:
            case cmd.Configure(plan):
                self._configure(plan)
            case cmd.BeginTurn():
                self._clear()
            case cmd.EndTurn(commit=True):
                self._end_turn()
            case cmd.EndTurn():
                self._replies.request()
            case cmd.Say(text, item_id):
                self.outbox.append(frames.message("user", text, item_id))
                self._replies.request()
            case cmd.Greet(opening):
                self._note(opening)
                self._replies.request("greet")
            case cmd.Repeat():
                self._note(_REPEAT)
                self._replies.request("repeat")
            case cmd.Interrupt(by, unheard):
                self._replies.stop(cancel=by == "key")
                self._forget(unheard)
            case cmd.AnswerTools(answers, speak):
                self._answer_tools(answers, speak)
            case _:
                assert_never(command)

    def _configure(self, plan: LessonPlan) -> None:
        self.plan = plan
        wanted = self.dialect.settings_of(plan, self.transcriber)
        if self._received:
            wanted.pop(conf.VOICE)  # frozen after the first sound: a new voice needs a new conversation
        if conf.TOOLS in self._updates.sent:
            wanted.setdefault(conf.TOOLS, [])  # taken away again
        self._updates.change_to(wanted, hold_speed=self._replies.busy)

    def _clear(self) -> None:
        self.buffered_ms = 0
        self.outbox.append(frames.clear())

    def _end_turn(self) -> None:
        if self.buffered_ms < SHORTEST_TURN_MS:
            self._too_short = True  # told when the server has answered the clear
            self._clear()
            return
        self.buffered_ms = 0
        self.outbox.append(frames.commit())
        self._replies.request()

    def _note(self, text: str) -> None:
        """A system message: unlike a response's own instructions, it leaves the session's in force."""
        if text:
            self._notes += 1
            self.outbox.append(frames.message("system", text, f"{_NOTE}{self._notes}"))

    def _answer_tools(self, answers: Iterable[ToolAnswer], speak: bool) -> None:
        for answer in answers:
            frame = frames.tool_output(answer.call_id, answer.output)
            self.outbox.append({**frame, "event_id": f"{_OUTPUT}{answer.call_id[:64]}"})
        if speak:
            self._replies.request()

    def _forget(self, unheard: Iterable[cmd.Unheard]) -> None:
        for cut in unheard:
            received_ms = pcm.ms_of(self._received.get(cut.item_id, 0))
            heard_ms = min(cut.heard_ms, received_ms)
            event_id = f"{_RACY}{cut.item_id[:64]}"
            if heard_ms <= 0:
                self.outbox.append({**frames.delete(cut.item_id), "event_id": event_id})
            elif heard_ms < received_ms or cut.item_id not in self._complete:
                self.outbox.append({**frames.truncate(cut.item_id, heard_ms), "event_id": event_id})

    # ---- the server's side ------------------------------------------------------------------------------------------

    def take(self, raw: str | bytes) -> list[ev.TutorEvent]:
        """What a server frame means. Raises `LinkLost` for errors that end the conversation."""
        try:
            frame = frames.parse(raw)
            events = self._take(frame)
        except Nonsense as nonsense:
            return self._nonsense(nonsense)
        self.greeted = True
        if not self._replies.busy:
            self._updates.release()  # before the next reply begins, or a new pace would wait for its end
        self._replies.go_on()
        return events

    def _take(self, frame: Frame) -> list[ev.TutorEvent]:
        """One line per case: what needs memory is here, the rest in `dialect.told`."""
        match (frame["type"], frame):
            case "session.created", {"session": dict(session)}:
                return self._created(session)
            case "session.updated", {"session": dict(session)}:
                return self._updated(session)
            case "error", {"error": dict(error)}:
                return self._error(error)
            case "response.created", {"response": dict(response)}:
                return self._replies.created(response)
            case "response.done", {"response": dict(response)}:
                return [*self._called(frame), *self._replies.done(response)]
            case kind, _ if kind in frames.OF_CALLS:
                return self._called(frame)
            case "input_audio_buffer.cleared", _:
                return self._cleared()
            case kind, _ if kind in frames.IGNORED:
                return []
        event = frames.told(frame)
        if event is None:
            return self._untold(frame)
        return [] if self._replies.is_aside(frame.get("response_id")) else self._noted(event, frame)

    def _called(self, frame: Frame) -> list[ev.TutorEvent]:
        """The calls that a frame tells of; those of an answer outside the conversation are not for us."""
        return [] if self._replies.is_aside(frames.reply_of(frame)) else self._calls.take(frame)

    def _untold(self, frame: Frame) -> list[ev.TutorEvent]:
        """A system message or a tool call took a place; anything else is unknown."""
        match frame:
            case {"type": "conversation.item.added", "item": {"id": str(item_id)}}:
                self._places.hide(item_id, frame.get("previous_item_id"))
                return []
            case _:
                return [ev.Unknown(one_line(frame["type"], 80))]

    def _noted(self, event: ev.TutorEvent, frame: Frame) -> list[ev.TutorEvent]:
        """`event`, after our own bookkeeping."""
        match event:
            case ev.TutorAudio(item_id, sound):
                self._received[item_id] = self._received.get(item_id, 0) + len(sound)
            case ev.TutorAudioDone(item_id):
                self._complete.add(item_id)
            case ev.LearnerStartedSpeaking():
                self._replies.learner_speaks()
            case ev.LearnerTurnKept(item_id, previous_id):
                self._turn_kept()
                return [ev.LearnerTurnKept(item_id, self._places.shown(previous_id))]
            case ev.ItemPlaced(item_id, previous_id, role):
                if item_id.startswith(_HISTORY):
                    self._places.hide(item_id, previous_id)
                    return []
                return [ev.ItemPlaced(item_id, self._places.shown(previous_id), role)]
            case ev.LearnerTextDone():
                usage = transcription_usage(self.transcriber if self.costs_money else "", frame.get("usage"))
                return [event, usage] if usage else [event]
        return [event]

    def _turn_kept(self) -> None:
        """With turn detection the server kept the turn, and may answer it; without, we did, and have asked already."""
        detection = self._updates.sent.get(conf.TURN_DETECTION)
        if detection:
            self.buffered_ms = 0
            self._replies.turn_kept(answered=detection["create_response"])

    def _created(self, session: dict[str, Any]) -> list[ev.TutorEvent]:
        self._note_session(session)
        if conf.is_flat(session) and not self.dialect.is_flat:
            return [ev.Trouble(*errors.ANSWERS_IN_BETA)]
        return []

    def _note_session(self, session: dict[str, Any]) -> None:
        self._expires_at = frames.number(session.get("expires_at")) or self._expires_at
        self._model_named = one_line(session.get("model"), 80) or self._model_named

    def _updated(self, session: dict[str, Any]) -> list[ev.TutorEvent]:
        self._note_session(session)
        self._updates.confirmed()
        return [ev.PlanApplied(conf.applied_of(session)), *self._ready_if_settled()]

    def _ready_if_settled(self) -> list[ev.TutorEvent]:
        return [] if self.ready or self._updates.pending else self._become_ready()

    def _become_ready(self) -> list[ev.TutorEvent]:
        self.ready = True
        return [ev.LinkReady(self._model_named or self.model, self._expires_at), *self._stand_in()]

    def _stand_in(self) -> list[ev.TutorEvent]:
        """The learner hears another voice than the profile's: they are told whose."""
        voice = self.dialect.voices.get(self.plan.voice)
        return [ev.Trouble(f"This server has no voice called {self.plan.voice}: {voice} speaks.")] if voice else []

    def overdue(self) -> list[ev.TutorEvent]:
        """The server has had its time to confirm: go on without. Raises `LinkLost` when it never said a word."""
        if not self.greeted:
            raise LinkLost(
                "The tutor's server accepts the call and says nothing.",
                "Check OPENAI_BASE_URL: is it a Realtime server?",
                retry=True,
            )
        if self.ready:
            return []
        self._updates.give_up()
        return self._become_ready()

    def _cleared(self) -> list[ev.TutorEvent]:
        if not self._too_short:
            return []
        self._too_short = False
        return [ev.TurnTooShort()]

    def _nonsense(self, nonsense: Nonsense) -> list[ev.TutorEvent]:
        """Counted each time, told the first time."""
        counted = ev.Unknown(nonsense.kind)
        if nonsense.kind in self._said_nonsense:
            return [counted]
        self._said_nonsense.add(nonsense.kind)
        return [counted, ev.Trouble(nonsense.sentence, "The lesson goes on; if it does not, check OPENAI_BASE_URL.")]

    # ---- errors -----------------------------------------------------------------------------------------------------

    def _error(self, error: dict[str, Any]) -> list[ev.TutorEvent]:
        code = str(error.get("code")) if isinstance(error.get("code"), str) else ""
        message = one_line(error.get("message"))
        benign = errors.is_benign(code, message)
        if code in errors.FATAL:
            raise errors.fatal(code)
        if code == "session_expired":
            raise errors.expired()
        if other := errors.other_dialect(error):
            raise other
        if code in errors.NEWS:
            return [ev.Trouble(errors.NEWS[code], message)]
        if self._updates.is_answered_by(error, known=benign or code in {*errors.PASSING, errors.TURN_TOO_SHORT}):
            return [*self._updates.refused(error, message, hold_speed=self._replies.busy), *self._ready_if_settled()]
        if code == "conversation_already_has_active_response":
            self._replies.refused_for_now()
            return []
        if code == errors.TURN_TOO_SHORT:
            self._replies.unwanted()
            return [ev.TurnTooShort()]
        if benign or str(error.get("event_id")).startswith(_UNMISSED):
            return []
        self._replies.refused(error.get("event_id"))
        title, hint = errors.PASSING.get(code, ("The tutor's server did not do what we asked.", message))
        return [ev.Trouble(title, hint)]
