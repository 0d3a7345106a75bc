"""Settings on their way: which were sent, which are in force, which were refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tutor_tui.core import events as ev
from tutor_tui.openai_api.realtime import client_events, errors
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.openai_api.realtime.server_events import ErrorDetail
from tutor_tui.openai_api.realtime.session_config import Path, Settings

_MISSING = object()
_CHOSEN: dict[Path, ev.Chosen] = {
    conf.VOICE: "voice",
    conf.SPEED: "speed",
    conf.TURN_DETECTION: "turn_detection",
}
"""Setting → what of the plan it is, where the learner sees what is in force."""


@dataclass(frozen=True, slots=True, repr=False)
class _Update:
    """One `session.update` that has no answer yet."""

    event_id: str
    settings: Settings
    before: Settings
    """What its settings were until then; absent where they had never been sent."""


@dataclass(slots=True, repr=False)  # its fields hold instructions
class SessionUpdates:
    """A server refuses an update whole and may not say which one: so changes go out one setting at a time."""

    queue: Callable[[ClientEvent], None]
    dialect: ServerDialect = GA
    sent: Settings = field(default_factory=dict)
    """What was sent last, refusals taken back."""
    pending: deque[_Update] = field(default_factory=deque)
    """Unanswered, oldest first."""
    _confirms: bool = True
    """Whether this server answers updates at all."""
    _unknown: dict[Path, set[str]] = field(default_factory=dict)
    """Parts of a setting that this server does not know: they are left out from then on."""
    _held: Settings = field(default_factory=dict)
    """Waiting for the reply to end."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def send(self, settings: Settings) -> None:
        """One update with all of `settings` that this kind of server has; none, when it has none of them."""
        settings = self.dialect.known(settings)
        if not settings:
            return
        before = {path: self.sent[path] for path in settings if path in self.sent}
        update = _Update(f"update_{next(self._numbers)}", settings, before)
        self.pending.append(update)
        self.sent.update(settings)
        session = self.dialect.session({path: self._without_unknown(path, value) for path, value in settings.items()})
        self.queue(client_events.update_session(session, update.event_id))

    def change_to(self, wanted: Settings, *, hold_speed: bool) -> None:
        """Send what differs from what was sent, each setting by itself.

        The service takes a new pace between replies only: with `hold_speed` it waits for `release`.
        """
        self._held.clear()
        for path, value in wanted.items():
            if self.sent.get(path, _MISSING) == value:
                continue
            if hold_speed and path == conf.SPEED:
                self._held[path] = value
            else:
                self.send({path: value})

    def release(self) -> None:
        """The reply has ended: send what was held for that."""
        held, self._held = self._held, {}
        for path, value in held.items():
            self.send({path: value})

    @property
    def open(self) -> bool:
        """Whether something that was asked for is still open: unanswered, or held back."""
        return bool(self.pending or self._held)

    def confirmed(self) -> None:
        """`session.updated` came: it answers the oldest."""
        self._confirms = True
        if self.pending:
            self.pending.popleft()

    def give_up(self) -> None:
        """The server had its time and confirmed nothing: do not take what comes later for an answer."""
        self.pending.clear()
        self._confirms = False

    def is_answered_by(self, error: ErrorDetail, *, known: bool) -> bool:
        """Whether `error` refuses an update of ours: by its event id, else by elimination.

        The real service often leaves the id out. `known` errors say themselves that they are about
        something else.
        """
        if not self.pending:
            return False
        if error.event_id:
            return any(update.event_id == error.event_id for update in self.pending)
        if named := errors.named_by(error):
            return named.startswith("session")
        return self._confirms and not known

    def refused(self, error: ErrorDetail, message: str, *, hold_speed: bool) -> list[ev.TutorEvent]:
        """Take the refused update back. If it held several settings, send them one by one: only the bad one is lost.

        If it is only a part of a setting that the server does not know, it is sent again without that part.
        """
        update = self._meant_by(error)
        self.pending.remove(update)
        for path in update.settings:
            self._take_back(path, update.before)
        if unknown := self._unknown_part(error, update.settings):
            self.send(update.settings)
            return [ev.Unknown(f"refused: {unknown}")]
        if hold_speed and update.settings.keys() == {conf.SPEED}:
            self._held.update(update.settings)  # it met a reply that had just begun: once more after it
            return []
        if len(update.settings) > 1:
            named = self._named_setting(error, update.settings)
            for path, value in update.settings.items():
                if path != named:
                    self.send({path: value})
            return self._refusal(named, message) if named else []
        return self._refusal(next(iter(update.settings)), message)

    def _meant_by(self, error: ErrorDetail) -> _Update:
        """By event id; else the oldest with the setting that is named; else the oldest."""
        named = (update for update in self.pending if self._named_setting(error, update.settings))
        ids = (update for update in self.pending if update.event_id == error.event_id)
        return next(ids, None) or next(named, self.pending[0])

    def _take_back(self, path: Path, before: Settings) -> None:
        if path in before:
            self.sent[path] = before[path]
        else:
            self.sent.pop(path, None)

    def _refusal(self, path: Path, message: str) -> list[ev.TutorEvent]:
        """The learner hears of what the learner chose; the rest is only counted."""
        if path not in conf.NAMES:
            return [ev.Unknown(f"refused: {'.'.join(path)}")]
        reason = f"The tutor did not take {conf.NAMES[path]}: {message or 'no reason given'}"
        return [ev.PlanRefused(reason, _CHOSEN.get(path, ""))]

    def _named_setting(self, error: ErrorDetail, settings: Settings) -> Path | None:
        """The setting that the server names in its own words, if it is one of ours: `session.audio.output.speed`."""
        named = _place_named(error)
        places = ((path, self.dialect.place_of(path) or path) for path in settings)
        return next((path for path, place in places if named[: len(place)] == place), None)

    def _unknown_part(self, error: ErrorDetail, settings: Settings) -> str:
        """The part of one of `settings` that the server has just said it does not know; remembered."""
        named = self._named_setting(error, settings)
        part, value = _place_named(error)[-1], settings.get(named or ())
        known = self._unknown.get(named or (), set())
        if named is None or not isinstance(value, dict) or part not in value or part in known:
            return ""
        if not errors.is_unknown(error):
            return ""
        self._unknown.setdefault(named, set()).add(part)
        return f"{'.'.join(named)}.{part}"

    def _without_unknown(self, path: Path, value: Any) -> Any:
        unknown = self._unknown.get(path)
        return {name: part for name, part in value.items() if name not in unknown} if unknown and value else value


def _place_named(error: ErrorDetail) -> Path:
    return tuple(errors.named_by(error).removeprefix("session.").split("."))
