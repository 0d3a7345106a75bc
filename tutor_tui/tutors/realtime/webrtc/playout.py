"""Which item the sound of a call belongs to: joins the track's sound and the server's events again.

Over WebRTC the voice arrives on a track of its own, at the speed at which it is spoken and without an item id; the
events say what is being said, mostly before it is heard. Pure: no clock, no network; times are seconds of any clock
that never goes back. Periods are measured in bytes of sound where possible: a busy machine hears late, but hears all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.server_events import ServerEvent
from tutor_tui.speech.speaking_rate import SpeakingRate
from tutor_tui.tutors.realtime.webrtc.preroll import Preroll
from tutor_tui.tutors.realtime.webrtc.response_audio import ResponseAudio

QUIET_PEAK = 48
"""Silence comes out of Opus as a few units of noise; a voice is hundreds of times louder."""
TAIL_BYTES = pcm.bytes_of(250)
"""Sound that may still arrive after the server has said that it stopped: it is in the network, or in our buffer."""
GONE_S = 1.0
"""When nothing has come for this long, nothing is on its way any more."""
EARLY_BYTES = pcm.bytes_of(3_000)
"""Sound that is kept while the event that says whose it is has not come: its packet may have been lost."""
UNNAMED_S = 0.5
"""How long to wait for a server that has named an item to say that its sound begins."""
SILENT_BYTES = pcm.bytes_of(3_000)
"""A server that does not say that it stopped has stopped after this much silence on the track."""
DEAD_S = 10.0
"""The same, where the track sends nothing at all. Long, because a network that stalls looks the same."""


@dataclass(slots=True, repr=False)  # holds what was said
class Playout:
    """`receive`, `hear` and `tick` return the lesson's events, in order."""

    pace: SpeakingRate = field(default_factory=SpeakingRate)
    """Of the tutor's voice."""
    _replies: dict[str, ResponseAudio] = field(default_factory=dict)
    """By response id: those of which something may still be heard."""
    _finished: set[str] = field(default_factory=set)
    """Responses of which nothing more will be heard."""
    _now: str = ""
    """The response that is being heard."""
    _tail_bytes: int | None = None
    """What may still come of it, once the server has said that it stopped."""
    _buffered: bytearray = field(default_factory=bytearray)
    """Sound of the item that the speaker has not got yet."""
    _flowing: bool = False
    _preroll: Preroll = field(default_factory=Preroll)
    _early: bytearray = field(default_factory=bytearray)
    """Sound that nobody has claimed yet."""
    _early_s: float = 0.0
    _heard_s: float = 0.0
    """When a piece of sound came last, or an event about the voice."""
    _silent_bytes: int = 0
    """Silence since the last loud piece."""
    _dropped: set[str] = field(default_factory=set)
    """Responses of which nothing is to be heard."""
    _unwanted: str = ""
    """The one of them that sounds now."""
    _discard_bytes: int = 0
    """Sound of what was cut off that may still arrive: it is thrown away."""

    @property
    def now(self) -> str:
        """Id of the item that is being heard; empty when there is none."""
        spoken = self._replies.get(self._now)
        return spoken.item if spoken else ""

    # ---- events -----------------------------------------------------------------------------------------------------

    def receive(self, came: ServerEvent, events: Iterable[ev.TutorEvent], at_s: float) -> list[ev.TutorEvent]:
        """The server event `came`, which by itself means `events`."""
        out: list[ev.TutorEvent] = []
        self._note_item(came)
        for event in events:
            match event:
                case ev.TutorAudio() | ev.TutorAudioDone():
                    pass  # on a call, generated is not heard: we say ourselves when it is
                case ev.ReplyStarted():
                    out += [end for spoken in self._replies.values() for end in spoken.take_end()]
                    out.append(event)
                case ev.ReplyEnded(reply_id):
                    out += self._generated(event, self._replies.get(reply_id), at_s)
                case ev.TutorTextDelta(item_id, text):
                    out += [event, *self._written(item_id, more=text)]
                case ev.TutorTextDone(item_id, text):
                    out += [event, *self._written(item_id, whole=text)]
                case _:
                    out.append(event)
        return out + self._follow(came, at_s)

    def _follow(self, came: ServerEvent, at_s: float) -> list[ev.TutorEvent]:
        """What the server says of its voice."""
        match came:
            case se.OutputBufferStarted(response_id):
                self._unwanted = response_id if response_id in self._dropped else ""
                return self._start(response_id, at_s)
            case se.OutputBufferStopped(response_id):
                self._end_unwanted(response_id, at_s)
                return self._stop(response_id, at_s)
            case se.OutputBufferCleared(response_id):
                self._end_unwanted(response_id, at_s)
                return self._cut(response_id, at_s)
            case se.ItemTruncated(item_id, int(end_ms)) if item_id:
                return [ev.TutorCut(item_id, max(0, end_ms))]
            case _:
                return []

    def _end_unwanted(self, response_id: str, at_s: float) -> None:
        """If this is what was not to be heard, it is over, but for the last of it that is still on its way."""
        if response_id == self._unwanted:
            self._unwanted, self._discard_bytes, self._heard_s = "", TAIL_BYTES, at_s

    def _note_item(self, came: ServerEvent) -> None:
        """An item with sound is on its way."""
        match came:
            case (
                se.AudioPartAdded(response_id, item_id)
                | se.OutputAudioDelta(response_id, item_id)
                | se.OutputAudioDone(response_id, item_id)
                | se.OutputTranscriptDelta(response_id, item_id)
                | se.OutputTranscriptDone(response_id, item_id)
            ) if response_id and response_id not in self._finished:
                self._reply(response_id).name(item_id)
            case _:
                pass

    def _reply(self, response_id: str) -> ResponseAudio:
        return self._replies.setdefault(response_id, ResponseAudio(self.pace))

    def _written(self, item_id: str, *, more: str = "", whole: str | None = None) -> list[ev.TutorEvent]:
        """Text has come, mostly long before its sound."""
        spoken = next((each for each in self._replies.values() if each.has(item_id)), None)
        return spoken.write(item_id, more=more, whole=whole) if spoken else []

    def _generated(self, end: ev.ReplyEnded, spoken: ResponseAudio | None, at_s: float) -> list[ev.TutorEvent]:
        """The server has generated a whole answer: it ends when it has been heard."""
        if spoken is None or not spoken.item:
            self._finish(end.reply_id)
            return [end]
        spoken.end, spoken.generated_s = end, at_s
        self._silent_bytes = 0
        if end.status == "cancelled" and end.reply_id != self._now:
            return self._cut(end.reply_id, at_s)  # before its first sound
        return []

    def _start(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        if response_id in self._finished:
            return []
        spoken = self._reply(response_id)
        if response_id == self._now:
            return self._next_item(spoken) if spoken.has_next else []
        out = self._finish(self._now) if self._now else []
        self._now = response_id
        return out + self._claim(at_s)

    def _claim(self, at_s: float) -> list[ev.TutorEvent]:
        """What came early belongs to the item that is being heard now."""
        if not self.now or not self._early:
            return []
        early = bytes(self._early)
        self._early.clear()
        return self._emit(early, at_s, loud=True)

    def _stop(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        if response_id != self._now:
            return self._finish(response_id)
        self._tail_bytes, self._heard_s = TAIL_BYTES, at_s
        spoken = self._replies[response_id]
        return spoken.all_here() if not spoken.has_next else []

    def stop(self, at_s: float) -> list[ev.TutorEvent]:
        """The learner wants to hear no more of what is being said, whatever the server makes of that."""
        return [event for response_id in list(self._replies) for event in self._cut(response_id, at_s)]

    def drop(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        """Nothing of this response is wanted: what the track brings of it is thrown away while it sounds."""
        self._dropped.add(response_id)
        return self._cut(response_id, at_s)

    def _cut(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        """The rest of this response will not be heard."""
        spoken = self._replies.pop(response_id, None)
        self._finished.add(response_id)
        if spoken is None:
            return []
        if response_id == self._now or (self._early and not self._now):
            self._discard_bytes, self._heard_s = TAIL_BYTES, at_s
            self._early.clear()
        if response_id == self._now:
            self._buffered.clear()
            self._now, self._tail_bytes, self._flowing = "", None, False
        return spoken.cut()

    def _finish(self, response_id: str) -> list[ev.TutorEvent]:
        """All of this response was heard."""
        spoken = self._replies.pop(response_id, None)
        self._finished.add(response_id)
        if spoken is None:
            return []
        out: list[ev.TutorEvent] = []
        if response_id == self._now:
            out += self._flush(spoken)
            self._now, self._tail_bytes = "", None
        return out + spoken.finish()

    def _flush(self, spoken: ResponseAudio) -> list[ev.TutorEvent]:
        """The item is over; one that is shorter than the preroll is heard now."""
        short = bytes(self._buffered) if not self._flowing else b""
        if self._flowing:
            self._preroll.end()
        self._buffered.clear()
        self._flowing = False
        return [spoken.heard(short)] if short and spoken.item else []

    def _next_item(self, spoken: ResponseAudio) -> list[ev.TutorEvent]:
        """The next item of the response begins."""
        return [*self._flush(spoken), *spoken.next_item()]

    # ---- sound ------------------------------------------------------------------------------------------------------

    def hear(self, sound: bytes, at_s: float) -> list[ev.TutorEvent]:
        """A piece of sound has come."""
        if self._unwanted:
            self._heard_s = at_s
            return []
        loud = _is_loud(sound)
        discarded, self._heard_s = self._is_discarded(loud, len(sound), at_s), at_s
        if discarded:
            return []
        silence, self._silent_bytes = self._silent_bytes, 0 if loud else self._silent_bytes + len(sound)
        if not self.now:
            return self._hold(sound, at_s, loud=loud)
        out = self._claim(at_s)
        spoken = self._replies[self._now]
        if loud and spoken.is_next_due(silence):
            out += self._next_item(spoken)
        out += self._emit(sound, at_s, loud=loud)
        if self._tail_bytes is not None:
            self._tail_bytes -= len(sound)
            out += self._finish(self._now) if self._tail_bytes <= 0 else []
        return out

    def _is_discarded(self, loud: bool, byte_count: int, at_s: float) -> bool:
        """Whether this is the rest of what was cut off, which ends with the first silence or after `TAIL_BYTES`."""
        if not self._discard_bytes or at_s - self._heard_s > GONE_S:
            self._discard_bytes = 0
            return False
        self._discard_bytes = max(0, self._discard_bytes - byte_count) if loud else 0
        return True

    def _hold(self, sound: bytes, at_s: float, *, loud: bool) -> list[ev.TutorEvent]:
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
        waiting = [response_id for response_id, spoken in self._replies.items() if spoken.item]
        if waiting and at_s - self._early_s > UNNAMED_S:
            return self._start(waiting[0], at_s)
        return []

    def _emit(self, sound: bytes, at_s: float, *, loud: bool) -> list[ev.TutorEvent]:
        if not loud and not self._buffered and not self._flowing:
            return []  # before the voice
        self._buffered += sound
        if self._flowing and not loud and self._tail_bytes is not None:
            return []  # the end, most likely: silence behind it would only keep the speaker busy
        if not self._flowing and len(self._buffered) < self._preroll.size:
            return []
        ready = bytes(self._buffered)
        self._buffered.clear()
        if self._flowing:
            self._preroll.go_on(len(ready), at_s)
        else:
            self._flowing = True
            self._preroll.begin(len(ready), at_s)
        return [self._replies[self._now].heard(ready)]

    # ---- time -------------------------------------------------------------------------------------------------------

    def tick(self, at_s: float) -> list[ev.TutorEvent]:
        """Time has passed."""
        out: list[ev.TutorEvent] = []
        if self._tail_bytes is not None and at_s - self._heard_s > GONE_S:
            out += self._finish(self._now)
        for response_id, spoken in list(self._replies.items()):
            if spoken.generated_s is None:
                continue
            if self._silent_bytes > SILENT_BYTES or at_s - max(spoken.generated_s, self._heard_s) > DEAD_S:
                out += self._finish(response_id)
        return out


def _is_loud(sound: bytes) -> bool:
    return pcm.peak(pcm.samples_of(sound)) > QUIET_PEAK
