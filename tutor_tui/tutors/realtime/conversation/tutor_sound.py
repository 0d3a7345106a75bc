"""How much of each answer's sound has come, at the lesson's rate, and what to forget of one that was cut short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.tutor_commands import Unheard
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.tutors.realtime.audio_rates import AudioRates

FORGET = "forget_"
"""Begins the event ids of requests to forget."""


@dataclass(slots=True)
class TutorSound:
    """One conversation's."""

    rates: AudioRates
    _received: dict[str, int] = field(default_factory=dict)
    """Bytes so far, by item."""
    _complete: set[str] = field(default_factory=set)
    """Items whose sound is all here."""

    def came(self, item_id: str, sound: bytes, rate_hz: int) -> list[ev.TutorEvent]:
        """A piece of an item's sound; `rate_hz` where the server says of this very piece what it has."""
        return self._added(item_id, self.rates.from_server(item_id, sound, rate_hz))

    def is_complete(self, item_id: str) -> list[ev.TutorEvent]:
        """An item's sound is all here."""
        self._complete.add(item_id)
        rest = self.rates.rest_of(item_id)
        return [*(self._added(item_id, rest) if rest else []), ev.TutorAudioDone(item_id)]

    def _added(self, item_id: str, sound: bytes) -> list[ev.TutorEvent]:
        self._received[item_id] = self._received.get(item_id, 0) + len(sound)
        return [ev.TutorAudio(item_id, sound)]

    def forget(self, unheard: Iterable[Unheard]) -> Iterator[ClientEvent]:
        """What makes the server forget what was not heard."""
        for cut in unheard:
            received_ms = pcm.ms_of(self._received.get(cut.item_id, 0))
            heard_ms = min(cut.heard_ms, received_ms)
            event_id = f"{FORGET}{cut.item_id[:64]}"
            if heard_ms <= 0:
                yield client_events.delete_item(cut.item_id, event_id)
            elif heard_ms < received_ms or cut.item_id not in self._complete:
                yield client_events.truncate_item(cut.item_id, heard_ms, event_id)
