"""Answers asked for and under way: never two at once, and none that is no longer wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.private_extensions import ResponseKind, kind_metadata
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime.client_events import ClientEvent, ResponseParams
from tutor_tui.openai_api.realtime.server_events import ErrorDetail, Response
from tutor_tui.openai_api.realtime.usage import reply_usage

_STATUS: dict[str, ev.ReplyStatus] = {
    "completed": "completed",
    "cancelled": "cancelled",
    "incomplete": "incomplete",
    "failed": "failed",
}
_UNNAMED = "?"
"""A reply that we know of only because the server refused another beside it."""


@dataclass(slots=True)
class Responses:
    """The default conversation has one answer at a time; requests beyond that wait for its end."""

    queue: Callable[[ClientEvent], None]
    model: str
    takes_params: bool = True
    """Whether the server takes more than the request itself: what an answer is for."""
    active: str = ""
    """Id of the reply under way; empty when there is none."""
    _requested: _Request | None = None
    """Our `response.create` that is not answered yet."""
    _waiting: deque[ResponseKind] = field(default_factory=deque)
    """Kinds of answers to ask for when the present one has ended."""
    _expected: bool = False
    """The server is about to answer a turn by itself."""
    _unwanted: bool = False
    """The next reply is to be cancelled as soon as it has an id."""
    _cancelled: str = ""
    _unasked: str = ""
    """Id of the reply that the server began by itself last."""
    _seen: set[str] = field(default_factory=set)
    """All replies of which anything has come."""
    _stopped: set[str] = field(default_factory=set)
    """Replies that are no longer wanted: nothing new of them is for the lesson."""
    _ended: set[str] = field(default_factory=set)
    _asides: set[str] = field(default_factory=set)
    """Replies outside the conversation: their text is not for the transcript."""
    _names_conversations: bool = False
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def busy(self) -> bool:
        """Whether another request would be refused."""
        return bool(self.active or self._requested or (self._expected and self._unwanted))

    @property
    def is_awaited(self) -> bool:
        """Whether an answer may begin next: one that was asked for, or that the server gives by itself."""
        return self._expected or bool(self._requested and not self.active)

    # ---- our side ---------------------------------------------------------------------------------------------------

    def request(self, kind: ResponseKind = "") -> None:
        """Ask for an answer now, or when the present one has ended. Two waiting for the same are one."""
        if not self.busy:
            self._unwanted = self._expected = False
            self._requested = _Request(kind, f"respond_{next(self._numbers)}")
            params: ResponseParams = {"metadata": kind_metadata(kind)} if kind and self.takes_params else {}
            self.queue(client_events.create_response(params, self._requested.event_id))
        elif kind not in self._waiting:
            self._waiting.append(kind)

    def stop(self, *, cancel: bool) -> None:
        """What is being said is no longer wanted, nor what was asked for behind it.

        With `cancel` we have to say so; else the server has heard the learner and knows.
        """
        self._waiting.clear()
        self._stop_all()
        if not cancel:
            return
        if self.active:
            self._cancel()
        if self.is_awaited:
            self._unwanted = True

    def _stop_all(self) -> None:
        """Nothing new is wanted of any reply so far, be there two at once or one that goes on after its end."""
        self._stopped |= self._seen
        if self.active:
            self._stopped.add(self.active)

    def give_up(self, *, stopped_only: bool) -> None:
        """The server had its time to begin or to end what is under way: it no longer stands in the way of anything."""
        is_stopped = self._unwanted or bool(self.active and self.active == self._cancelled)
        if stopped_only and not is_stopped:
            return
        if self.active:
            self._cancel()
            self._stopped.add(self.active)
        self.active = self._cancelled = ""
        self._requested, self._expected, self._unwanted = None, False, False

    def _cancel(self) -> None:
        """Cancel the reply under way, once."""
        if self._cancelled != self.active:
            self._cancelled = self.active
            self.queue(client_events.cancel_response("" if self.active == _UNNAMED else self.active))

    def leave_unanswered(self) -> None:
        """The turn that has just ended wants no answer: the server's own is cancelled; what is being said goes on."""
        if self.active and self.active == self._unasked:
            self._stopped.add(self.active)
            self._cancel()
        elif self._expected:
            self._unwanted = True

    def unwanted(self) -> None:
        """The request on its way has lost its question: cancel the reply when it comes."""
        self._unwanted = bool(self._requested and not self.active)

    def refused_for_now(self) -> None:
        """Our request met a reply we did not know of: ask again when that has ended."""
        if self._requested:
            self._waiting.appendleft(self._requested.kind)
            self._requested = None
            self.active = self.active or _UNNAMED

    def refused(self, event_id: str) -> bool:
        """Some request of ours was refused: if it may have been for an answer, no longer wait for one.

        Whether it may have been.
        """
        if self._requested and not self.active and event_id in ("", self._requested.event_id):
            self._requested, self._unwanted = None, False
            return True
        return False

    # ---- the server's side ------------------------------------------------------------------------------------------

    def learner_speaks(self) -> None:
        """A new turn begins: what was expected for the one before is settled, and what is being said is over."""
        self._expected = self._unwanted = False
        self._stop_all()

    def turn_ended(self, *, answered: bool) -> None:
        """A turn has ended, or was kept; `answered` says whether the server answers it by itself."""
        self._expected = answered and not (self._requested and not self.active)

    def is_new(self, response_id: str) -> bool:
        """Whether this is the reply that is awaited, of whose beginning we were not told."""
        is_awaited = self.is_awaited and not self.active
        known = response_id in self._ended or response_id in self._stopped or response_id in self._asides
        return is_awaited and bool(response_id) and not known

    def saw(self, response_id: str) -> None:
        """Something of this reply has come."""
        if response_id:
            self._seen.add(response_id)

    def is_stopped(self, response_id: str) -> bool:
        """Whether this reply is no longer wanted; without an id, the one under way."""
        return (response_id or self.active) in self._stopped

    def is_aside(self, response_id: str) -> bool:
        """Whether this reply is outside the conversation."""
        return response_id in self._asides

    def may_be_awaited(self, response: Response) -> bool:
        """Whether it may be the answer that is to begin next."""
        return self.is_awaited and not self._is_outside(response)

    def created(self, response: Response, *, aside: bool = False) -> list[ev.TutorEvent]:
        """`response.created`; `aside`: it was asked for outside the conversation, whatever it says itself."""
        reply_id = response.id or _UNNAMED
        if aside or self._is_outside(response):
            self._asides.add(reply_id)
            return []
        self.saw(response.id)
        self._ended.discard(response.id)  # of a server that gives all of them one id
        self.active = reply_id
        self._unasked = reply_id if self._expected else ""
        self._expected = False
        if self._unwanted:
            self._unwanted = False
            self._stopped.add(reply_id)
            self._cancel()  # and not what was asked for since
            return []
        self._stopped.discard(_UNNAMED)  # any other reply without a name
        return [ev.ReplyStarted(reply_id)]

    def done(self, response: Response) -> list[ev.TutorEvent]:
        """`response.done`: the end and the bill. Raises `LinkLost` when the account has no credit left."""
        if response.id in self._ended:
            return []  # told of twice: it is billed once, and ends no other
        reply_id = response.id or _UNNAMED
        begin = [ev.ReplyStarted(reply_id)] if self.is_new(response.id) else []
        self._ended |= {response.id} - {""}
        usage = reply_usage(self.model, response.usage)
        bill: list[ev.TutorEvent] = [usage] if usage else []
        if reply_id in self._asides:
            self._asides.discard(reply_id)
            return bill
        self.saw(response.id)
        if self.active in (reply_id, _UNNAMED) or reply_id not in self._stopped:
            self.active = self._cancelled = ""
            self._requested = None
        return [*begin, *_ending(reply_id, response, is_wanted=reply_id not in self._stopped), *bill]

    def go_on(self) -> None:
        """Ask for what has waited, if nothing stands in its way any more."""
        if self._waiting and not self.busy:
            self.request(self._waiting.popleft())

    def _is_outside(self, response: Response) -> bool:
        """Whether a reply belongs to no conversation (API reference: `response.create`, `conversation: "none"`).

        Some servers never name the conversation: there, null says nothing unless the reply is text alone.
        """
        if response.conversation_id is None:
            return self._names_conversations or response.is_text_only
        self._names_conversations = self._names_conversations or bool(response.conversation_id)
        return False


@dataclass(frozen=True, slots=True)
class _Request:
    """A `response.create` of ours."""

    kind: ResponseKind
    event_id: str


def _ending(reply_id: str, response: Response, *, is_wanted: bool) -> list[ev.TutorEvent]:
    """How a reply ended, and what the learner should know when it failed. Raises `LinkLost`."""
    status = _STATUS.get(response.status, "completed")
    error = response.error or ErrorDetail()
    if error.code in errors.FATAL:
        raise errors.fatal(error.code)
    reason = one_line(error.message) or one_line(error.code) or one_line(response.reason)
    told = errors.unanswered(status, response.reason, response.error) if is_wanted else None
    ended = ev.ReplyEnded(reply_id, status, reason, response.accepted, response.begins)
    return [ended, *([ev.Trouble(*told)] if told else [])]
