"""Whose voice is on the track: puts the sound of a call and the events about it together again.

Over WebRTC the sound comes on its own way, as it is spoken, without a name on it; the events say what is being said,
mostly before it is heard. Pure: no clock, no network; times are seconds of any clock that never goes back. What has to
last for a while lasts for so much sound: a busy machine hears late, and all of it.
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
"""After the server has said that it stopped, so much sound is still on its way: the network and our buffer."""
GONE_S = 1.0
"""Nothing is on its way any more when so long nothing came."""
EARLY_BYTES = pcm.bytes_of(3_000)
"""So much sound is kept that comes before the event that says whose it is (a lost packet on the way of the events)."""
UNNAMED_S = 0.5
"""A server that has named an item but not the start of its sound is not waited for longer."""
SILENT_BYTES = pcm.bytes_of(3_000)
"""A server that does not say that it stopped has stopped after so much silence on the track."""
DEAD_S = 10.0
"""The same, where the track falls silent by sending nothing. Long: a network that stumbles looks like that, too."""


@dataclass(slots=True, repr=False)  # holds what was said
class Playout:
    """See the module's docstring."""

    pace: SpeakingRate = field(default_factory=SpeakingRate)
    """Of the tutor's voice."""
    _replies: dict[str, ResponseAudio] = field(default_factory=dict)
    """By response id: those of which something may still be heard."""
    _over: set[str] = field(default_factory=set)
    """Responses of which nothing more will be heard."""
    _now: str = ""
    """The response that is being heard."""
    _tail_bytes: int | None = None
    """What may still come of it, once the server has said that it stopped."""
    _gathered: bytearray = field(default_factory=bytearray)
    """Sound of the item that is not passed on yet."""
    _flowing: bool = False
    _cushion: Preroll = field(default_factory=Preroll)
    _early: bytearray = field(default_factory=bytearray)
    """Sound that nobody has claimed yet."""
    _early_s: float = 0.0
    _heard_s: float = 0.0
    """When a piece of sound came last, or the server told of its voice."""
    _silent_bytes: int = 0
    """Silence since the last loud piece."""
    _deaf_bytes: int = 0
    """What was cut off is still in the pipe: not listened to."""

    @property
    def now(self) -> str:
        """Id of the item that is being heard; empty when there is none."""
        spoken = self._replies.get(self._now)
        return spoken.item if spoken else ""

    # ---- events -----------------------------------------------------------------------------------------------------

    def receive(self, came: ServerEvent, events: Iterable[ev.TutorEvent], at_s: float) -> list[ev.TutorEvent]:
        """What to tell now that the server event `came`, which by itself means `events`."""
        told: list[ev.TutorEvent] = []
        self._note_item(came)
        for event in events:
            match event:
                case ev.TutorAudio() | ev.TutorAudioDone():
                    pass  # on a call, made is not heard: we tell ourselves
                case ev.ReplyStarted():
                    told += [end for spoken in self._replies.values() for end in spoken.take_end()]
                    told.append(event)
                case ev.ReplyEnded(reply_id):
                    told += self._made(event, self._replies.get(reply_id), at_s)
                case ev.TutorTextDelta(item_id, text):
                    told += [event, *self._written(item_id, more=text)]
                case ev.TutorTextDone(item_id, text):
                    told += [event, *self._written(item_id, whole=text)]
                case _:
                    told.append(event)
        return told + self._follow(came, at_s)

    def _follow(self, came: ServerEvent, at_s: float) -> list[ev.TutorEvent]:
        """What the server says of its voice."""
        match came:
            case se.OutputBufferStarted(response_id):
                return self._start(response_id, at_s)
            case se.OutputBufferStopped(response_id):
                return self._stop(response_id, at_s)
            case se.OutputBufferCleared(response_id):
                return self._break_off(response_id, at_s)
            case se.ItemTruncated(item_id, int(end_ms)) if item_id:
                return [ev.TutorCut(item_id, max(0, end_ms))]
            case _:
                return []

    def _note_item(self, came: ServerEvent) -> None:
        """An item with sound is on its way."""
        match came:
            case (
                se.AudioPartAdded(response_id, item_id)
                | se.OutputAudioDelta(response_id, item_id)
                | se.OutputAudioDone(response_id, item_id)
                | se.OutputTranscriptDelta(response_id, item_id)
                | se.OutputTranscriptDone(response_id, item_id)
            ) if response_id and response_id not in self._over:
                self._reply(response_id).name(item_id)
            case _:
                pass

    def _reply(self, response_id: str) -> ResponseAudio:
        return self._replies.setdefault(response_id, ResponseAudio(self.pace))

    def _written(self, item_id: str, *, more: str = "", whole: str | None = None) -> list[ev.TutorEvent]:
        """Text has come, mostly long before its sound."""
        spoken = next((each for each in self._replies.values() if each.has(item_id)), None)
        return spoken.write(item_id, more=more, whole=whole) if spoken else []

    def _made(self, end: ev.ReplyEnded, spoken: ResponseAudio | None, at_s: float) -> list[ev.TutorEvent]:
        """The server has made a whole answer: it ends when it was heard."""
        if spoken is None or not spoken.item:
            self._finish(end.reply_id)
            return [end]
        spoken.end, spoken.made_s = end, at_s
        self._silent_bytes = 0
        if end.status == "cancelled" and end.reply_id != self._now:
            return self._break_off(end.reply_id, at_s)  # before its first sound
        return []

    def _start(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        if response_id in self._over:
            return []
        spoken = self._reply(response_id)
        if response_id == self._now:
            return self._go_on(spoken) if spoken.has_next else []
        told = self._finish(self._now) if self._now else []
        self._now = response_id
        return told + self._claim(at_s)

    def _claim(self, at_s: float) -> list[ev.TutorEvent]:
        """What came early belongs to the item that is being heard now."""
        if not self.now or not self._early:
            return []
        early = bytes(self._early)
        self._early.clear()
        return self._pass_on(early, at_s, loud=True)

    def _stop(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        if response_id != self._now:
            return self._finish(response_id)
        self._tail_bytes, self._heard_s = TAIL_BYTES, at_s
        spoken = self._replies[response_id]
        return spoken.all_here() if not spoken.has_next else []

    def _break_off(self, response_id: str, at_s: float) -> list[ev.TutorEvent]:
        """The rest of this response will not be heard."""
        spoken = self._replies.pop(response_id, None)
        self._over.add(response_id)
        if spoken is None:
            return []
        if response_id == self._now or (self._early and not self._now):
            self._deaf_bytes, self._heard_s = TAIL_BYTES, at_s
            self._early.clear()
        if response_id == self._now:
            self._gathered.clear()
            self._now, self._tail_bytes, self._flowing = "", None, False
        return spoken.cut()

    def _finish(self, response_id: str) -> list[ev.TutorEvent]:
        """All of this response was heard."""
        spoken = self._replies.pop(response_id, None)
        self._over.add(response_id)
        if spoken is None:
            return []
        told: list[ev.TutorEvent] = []
        if response_id == self._now:
            told += self._let_go(spoken)
            self._now, self._tail_bytes = "", None
        return told + spoken.finish()

    def _let_go(self, spoken: ResponseAudio) -> list[ev.TutorEvent]:
        """The item is over; one that is shorter than the cushion is heard now."""
        short = bytes(self._gathered) if not self._flowing else b""
        if self._flowing:
            self._cushion.end()
        self._gathered.clear()
        self._flowing = False
        return [spoken.heard(short)] if short and spoken.item else []

    def _go_on(self, spoken: ResponseAudio) -> list[ev.TutorEvent]:
        """The next item of the response begins."""
        return [*self._let_go(spoken), *spoken.go_on()]

    # ---- sound ------------------------------------------------------------------------------------------------------

    def hear(self, sound: bytes, at_s: float) -> list[ev.TutorEvent]:
        """What to tell now that a piece of sound has come."""
        loud = _is_loud(sound)
        deaf, self._heard_s = self._is_deaf(loud, len(sound), at_s), at_s
        if deaf:
            return []
        silence, self._silent_bytes = self._silent_bytes, 0 if loud else self._silent_bytes + len(sound)
        if not self.now:
            return self._keep(sound, at_s, loud=loud)
        told = self._claim(at_s)
        spoken = self._replies[self._now]
        if loud and spoken.is_next_due(silence):
            told += self._go_on(spoken)
        told += self._pass_on(sound, at_s, loud=loud)
        if self._tail_bytes is not None:
            self._tail_bytes -= len(sound)
            told += self._finish(self._now) if self._tail_bytes <= 0 else []
        return told

    def _is_deaf(self, loud: bool, byte_count: int, at_s: float) -> bool:
        """Whether this is the rest of what was cut off: it ends with the first silence, or when it must be through."""
        if not self._deaf_bytes or at_s - self._heard_s > GONE_S:
            self._deaf_bytes = 0
            return False
        self._deaf_bytes = max(0, self._deaf_bytes - byte_count) if loud else 0
        return True

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
        waiting = [response_id for response_id, spoken in self._replies.items() if spoken.item]
        if waiting and at_s - self._early_s > UNNAMED_S:
            return self._start(waiting[0], at_s)
        return []

    def _pass_on(self, sound: bytes, at_s: float, *, loud: bool) -> list[ev.TutorEvent]:
        if not loud and not self._gathered and not self._flowing:
            return []  # before the voice
        self._gathered += sound
        if self._flowing and not loud and self._tail_bytes is not None:
            return []  # the end, most likely: silence behind it would only keep the speaker busy
        if not self._flowing and len(self._gathered) < self._cushion.size:
            return []
        told = bytes(self._gathered)
        self._gathered.clear()
        if self._flowing:
            self._cushion.go_on(len(told), at_s)
        else:
            self._flowing = True
            self._cushion.begin(len(told), at_s)
        return [self._replies[self._now].heard(told)]

    # ---- time -------------------------------------------------------------------------------------------------------

    def tick(self, at_s: float) -> list[ev.TutorEvent]:
        """What to tell because time has passed."""
        told: list[ev.TutorEvent] = []
        if self._tail_bytes is not None and at_s - self._heard_s > GONE_S:
            told += self._finish(self._now)
        for response_id, spoken in list(self._replies.items()):
            if spoken.made_s is None:
                continue
            if self._silent_bytes > SILENT_BYTES or at_s - max(spoken.made_s, self._heard_s) > DEAD_S:
                told += self._finish(response_id)
        return told


def _is_loud(sound: bytes) -> bool:
    return pcm.peak(pcm.samples_of(sound)) > QUIET_PEAK
