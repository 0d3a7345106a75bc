"""How the session comes into force: our settings on their way out, and what the server says it has, until it is ready.

No socket, no clock, as in `state`, to which this belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.server_dialects import ServerDialect
from tutor_tui.tutors.realtime.audio_rates import AudioRates
from tutor_tui.tutors.realtime.conversation.session_updates import SessionUpdates

HISTORY = "history_"
"""Begins the ids of lines from before this conversation."""


@dataclass(slots=True, repr=False)  # its fields hold what was said
class SessionSetup:
    """From the first settings on: what is wanted, and what is in force."""

    model: str
    plan: LessonPlan
    """What is wanted."""
    queue: Callable[[ClientEvent], None]
    transcriber: str
    dialect: ServerDialect
    rates: AudioRates
    """Told what the server says of them."""
    ready: bool = False
    """Whether sound may flow."""
    voice_is_frozen: bool = False
    """Whether the tutor has been heard: no server changes the voice after that. On a call, the link says so."""
    _opened: bool = False
    """Whether the session was configured."""
    _updates: SessionUpdates = field(init=False)
    _voices: dict[str | None, str] = field(default_factory=dict)
    """Voice as these servers call it → its name in the plan."""
    _voice: str | None = None
    """In force, as these servers call it."""
    _expires_at: float | None = None
    _model_named: str = ""

    def __post_init__(self) -> None:
        self._updates = SessionUpdates(self.queue, self.dialect)

    @property
    def listens_itself(self) -> bool:
        """Whether the server has turn detection: it ends the turns, and we need not."""
        return bool(self._updates.sent.get(conf.TURN_DETECTION))

    @property
    def answers_itself(self) -> bool:
        """Whether the server answers the turns that it ends."""
        return self.listens_itself and bool(self._updates.sent[conf.TURN_DETECTION]["create_response"])

    @property
    def interrupts_itself(self) -> bool:
        """Whether the server stops its answer when it hears the learner."""
        return not self.listens_itself or bool(self._updates.sent[conf.TURN_DETECTION]["interrupt_response"])

    # ---- our side ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The connection is there: configure the session, unless this kind of server is not ready for that."""
        if not self.dialect.configure_after:
            self._configure()

    def conversation_created(self) -> None:
        """What some servers have to say before they can be configured."""
        if not self._opened:
            self._configure()

    def _configure(self) -> None:
        """Send the settings, and what was said before."""
        self._note_voice(self.plan)
        self._opened = True
        self._updates.send(self.dialect.settings_of(self.plan, self.transcriber, self.model))
        if reasoning := conf.reasoning_of(self.model):
            self._updates.send(reasoning)
        part = self.dialect.assistant_part
        for line in client_events.history(self.plan.history, HISTORY, assistant_part=part):
            self.queue(line)

    def change_to(self, plan: LessonPlan, *, in_answer: bool) -> None:
        """Send what of `plan` differs from what was sent; during an answer, not the pace."""
        self.plan = plan
        self._note_voice(plan)
        wanted = self.dialect.settings_of(plan, self.transcriber, self.model)
        if self.voice_is_frozen:
            wanted.pop(conf.VOICE, None)  # a new voice needs a new conversation
        if conf.TOOLS in self._updates.sent:
            wanted.setdefault(conf.TOOLS, [])  # taken away again
        self._updates.change_to(wanted, hold_speed=in_answer)

    def answer_ended(self) -> None:
        """Send what had to wait for that."""
        self._updates.release()

    def _note_voice(self, plan: LessonPlan) -> None:
        self._voices[self.dialect.voices.get(plan.voice, plan.voice)] = plan.voice

    # ---- the server's side ------------------------------------------------------------------------------------------

    def created(self, session: se.SessionInForce) -> list[ev.TutorEvent]:
        """`session.created`: the session as it is without our settings."""
        self._note_session(session, settled=not self.dialect.place_of(conf.HEARD_FORMAT))
        if session.is_flat and not self.dialect.is_flat:
            return [ev.Trouble(*errors.ANSWERS_IN_BETA)]
        return [] if self.dialect.confirms else self.ready_unconfirmed()

    def updated(self, session: se.SessionInForce) -> list[ev.TutorEvent]:
        """`session.updated`: some of our settings are in force."""
        self._note_session(session, settled=True)
        self._updates.confirmed()
        return [ev.PlanApplied(session.applied, more=self._updates.open), *self._ready_if_settled()]

    def refused(
        self, error: se.ErrorDetail, message: str, *, known: bool, in_answer: bool
    ) -> list[ev.TutorEvent] | None:
        """What an error means if it refuses some of our settings; None if it is about something else, as `known` ones
        say themselves.
        """
        if not self._updates.is_answered_by(error, known=known):
            return None
        events = self._updates.refused(error, message, hold_speed=in_answer)
        stays, more = self._voices.get(self._voice, ""), self._updates.open
        whole = [replace(e, voice=stays, more=more) if isinstance(e, ev.PlanRefused) else e for e in events]
        return [*whole, *self._ready_if_settled()]

    def _note_session(self, session: se.SessionInForce, *, settled: bool) -> None:
        self._voice = session.applied.voice or self._voice
        if settled:  # its rates are not those of before our settings
            self.rates.told(session.hears_hz, session.speaks_hz)
        self._expires_at = session.expires_at or self._expires_at
        self._model_named = one_line(session.applied.model, 80) or self._model_named

    # ---- ready ------------------------------------------------------------------------------------------------------

    def ready_unconfirmed(self) -> list[ev.TutorEvent]:
        """Go on without a word on our settings."""
        if self.ready:
            return []
        if not self._opened:  # what it waits for never came
            self._configure()
        self._updates.give_up()
        return self._become_ready()

    def _ready_if_settled(self) -> list[ev.TutorEvent]:
        return [] if self.ready or self._updates.pending else self._become_ready()

    def _become_ready(self) -> list[ev.TutorEvent]:
        self.ready = True
        return [ev.LinkReady(self._model_named or self.model, self._expires_at), *self._stand_in()]

    def _stand_in(self) -> list[ev.TutorEvent]:
        """The learner hears another voice than the profile's, for one, and is told whose."""
        said = self.dialect.stand_ins(self.plan)
        return [ev.Trouble(" ".join(said))] if said else []
