"""Whose voice is on the track: puts the sound of a call and the events about it together again.

Over WebRTC the sound comes on its own way, as it is spoken, without a name on it; the events say what is being said,
mostly before it is heard. Pure: no clock, no network; times are seconds of any clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.dialect import Frame

CUSHION_BYTES = pcm.bytes_of(60)
"""So much is gathered before the first sound of an item is passed on: packets come up to 30 ms late, or are lost and
made up for 20 ms later, and the speaker plays what it has at once."""
QUIET_PEAK = 48
"""Silence comes out of Opus as a few units of noise; a voice is hundreds of times louder."""
TAIL_S = 0.25
"""After the server has said that it stopped, sound is still on its way for so long: the network and our buffer."""
EARLY_BYTES = pcm.bytes_of(3_000)
"""So much sound is kept that comes before the event that says whose it is (a lost packet on the way of the events)."""
UNNAMED_S = 0.5
"""A server that has named an item but not the start of its sound is not waited for longer."""
SILENT_BYTES = pcm.bytes_of(3_000)
"""A server that does not say that it stopped has stopped after so much silence on the track."""
DEAD_S = 10.0
"""The same, where the track falls silent by sending nothing. Long: a network that stumbles looks like that, too."""


@dataclass(slots=True)
class Playing:
    """See the module's docstring."""

    _items: dict[str, str] = field(default_factory=dict)
    """Response → its first item with sound."""
    _over: set[str] = field(default_factory=set)
    """Responses of which nothing more will be heard."""
    _held: dict[str, tuple[ev.ReplyEnded, float]] = field(default_factory=dict)
    """Responses that are made and still being heard: their end, and since when it waits."""
    _now: str = ""
    """The response that is being heard."""
    _stops_s: float | None = None
    """When it is over, once the server has said that it stopped."""
    _gathered: bytearray = field(default_factory=bytearray)
    """Sound of the item that is not passed on yet."""
    _flowing: bool = False
    _early: bytearray = field(default_factory=bytearray)
    """Sound that nobody has claimed yet."""
    _early_s: float = 0.0
    _heard_s: float = 0.0
    """When a piece of sound came last."""
    _silent_bytes: int = 0
    """Silence since the last loud piece."""
    _deaf_until_s: float = 0.0
    """What was cut off is still in the pipe: not listened to."""

    @property
    def now(self) -> str:
        """Id of the item that is being heard; empty when there is none."""
        return self._items.get(self._now, "")

    # ---- events -----------------------------------------------------------------------------------------------------

    def take(self, frame: Frame, events: Iterable[ev.TutorEvent], at_s: float) -> list[ev.TutorEvent]:
        """What to tell now that `frame` has come, which by itself means `events`."""
        told: list[ev.TutorEvent] = []
        self._note_item(frame)
        for event in events:
            match event:
                case ev.TutorAudio() | ev.TutorAudioDone():
                    pass  # on a call, made is not heard: we tell ourselves
                case ev.ReplyStarted():
                    told += [self._held.pop(reply_id)[0] for reply_id in list(self._held)]
                    told.append(event)
                case ev.ReplyEnded(reply_id) if reply_id in self._items and reply_id not in self._over:
                    self._held[reply_id] = (event, at_s)
                    self._silent_bytes = 0
                case _:
                    told.append(event)
        match frame:
            case {"type": "output_audio_buffer.started", "response_id": str(response_id)}:
                told += self._start(response_id)
            case {"type": "output_audio_buffer.stopped", "response_id": str(response_id)}:
                told += self._stop(response_id, at_s)
            case {"type": "output_audio_buffer.cleared", "response_id": str(response_id)}:
                if response_id == self._now:
                    self._deaf_until_s = at_s + TAIL_S
                told += self._finish(response_id)
        return told

    def _note_item(self, frame: Frame) -> None:
        match frame:
            case {"type": str(kind), "response_id": str(response_id), "item_id": str(item_id)}:
                part = frame.get("part")
                speaks = isinstance(part, dict) and part.get("type") == "audio"
                if speaks or kind.startswith("response.output_audio"):
                    self._items.setdefault(response_id, item_id)

    def _start(self, response_id: str) -> list[ev.TutorEvent]:
        if response_id in self._over or response_id == self._now:
            return []
        told = self._finish(self._now) if self._now else []
        self._now = response_id
        return told + self._claim()

    def _claim(self) -> list[ev.TutorEvent]:
        """What came early belongs to the item that is being heard now."""
        if not self.now or not self._early:
            return []
        early = bytes(self._early)
        self._early.clear()
        return self._pass_on(early, loud=True)

    def _stop(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        if response_id != self._now:
            return self._finish(response_id)
        self._stops_s = at_s + TAIL_S
        return []

    def _finish(self, response_id: str) -> list[ev.TutorEvent]:
        """Nothing more will be heard of this response."""
        told: list[ev.TutorEvent] = []
        item_id = self._items.get(response_id)
        if response_id == self._now:
            if item_id and self._gathered and not self._flowing:
                told.append(ev.TutorAudio(item_id, bytes(self._gathered)))  # shorter than the cushion
            self._now, self._stops_s, self._flowing = "", None, False
            self._gathered.clear()
        if item_id and response_id not in self._over:
            told.append(ev.TutorAudioDone(item_id))
        self._over.add(response_id)
        if response_id in self._held:
            told.append(self._held.pop(response_id)[0])
        return told

    # ---- sound ------------------------------------------------------------------------------------------------------

    def hear(self, sound: bytes, at_s: float) -> list[ev.TutorEvent]:
        """What to tell now that a piece of sound has come."""
        loud = _is_loud(sound)
        if at_s < self._deaf_until_s:
            if not loud:
                self._deaf_until_s = 0.0
            return []
        self._heard_s = at_s
        self._silent_bytes = 0 if loud else self._silent_bytes + len(sound)
        if self.now:
            return self._claim() + self._pass_on(sound, loud=loud)
        return self._keep(sound, at_s, loud=loud)

    def _keep(self, sound: bytes, at_s: float, *, loud: bool) -> list[ev.TutorEvent]:
        """Sound that is nobody's yet."""
        if not self._early:
            if not loud:
                return []
            self._early_s = at_s
        if self._silent_bytes > SILENT_BYTES:
            self._early.clear()
            return []
        if len(self._early) < EARLY_BYTES:
            self._early += sound
        waiting = [response_id for response_id in self._items if response_id not in self._over]
        if waiting and at_s - self._early_s > UNNAMED_S:
            return self._start(waiting[0])
        return []

    def _pass_on(self, sound: bytes, *, loud: bool) -> list[ev.TutorEvent]:
        if self._flowing and (loud or self._stops_s is None):
            told = bytes(self._gathered) + sound
            self._gathered.clear()
            return [ev.TutorAudio(self.now, told)]
        if self._flowing:
            self._gathered += sound  # the end, most likely: silence behind it would only keep the speaker busy
            return []
        if not loud and not self._gathered:
            return []
        self._gathered += sound
        if len(self._gathered) < CUSHION_BYTES:
            return []
        self._flowing = True
        told = bytes(self._gathered)
        self._gathered.clear()
        return [ev.TutorAudio(self.now, told)]

    # ---- time -------------------------------------------------------------------------------------------------------

    def tick(self, at_s: float) -> list[ev.TutorEvent]:
        """What to tell because time has passed."""
        told: list[ev.TutorEvent] = []
        if self._stops_s is not None and at_s >= self._stops_s:
            told += self._finish(self._now)
        for response_id, (_, since_s) in list(self._held.items()):
            if self._silent_bytes > SILENT_BYTES or at_s - max(since_s, self._heard_s) > DEAD_S:
                told += self._finish(response_id)
        return told


def _is_loud(sound: bytes) -> bool:
    return pcm.peak(pcm.samples_of(sound)) > QUIET_PEAK
