"""What is heard of a call's sound, step by step, for tests."""

from __future__ import annotations

import json
from array import array

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.tutors.realtime.webrtc.playout import Playout

QUIET = pcm.silence(20)
STEP_S = 0.02


def loud(value: int = 5_000) -> bytes:
    return pcm.bytes_from(array("h", [value] * (pcm.FRAME_BYTES // 2)))


class Ear:
    """A `Playout` with a clock that goes on 20 ms with each piece."""

    def __init__(self) -> None:
        self.playing = Playout()
        self.now_s = 100.0
        self.told: list[ev.TutorEvent] = []

    def event(self, kind: str, *events: ev.TutorEvent, **fields: object) -> None:
        self.told += self.playing.receive(decode(json.dumps({"type": kind, **fields})), events, self.now_s)

    def hear(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.now_s += STEP_S
            self.told += self.playing.hear(piece, self.now_s)
            self.told += self.playing.tick(self.now_s)

    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        self.told += self.playing.tick(self.now_s)

    def created(self, reply: str) -> None:
        self.event("response.created", ev.ReplyStarted(reply))

    def named(self, reply: str, item: str) -> None:
        self.event("response.content_part.added", response_id=reply, item_id=item, part={"type": "audio"})

    def starts(self, reply: str = "r1", item: str = "i1") -> None:
        """A reply whose item has its name, and whose sound has begun."""
        self.created(reply)
        self.named(reply, item)
        self.buffer("started", reply)

    def done(self, reply: str) -> None:
        self.event("response.done", ev.ReplyEnded(reply))

    def buffer(self, what: str, reply: str) -> None:
        self.event(f"output_audio_buffer.{what}", response_id=reply)

    def sound(self, item: str) -> bytes:
        return b"".join(each.pcm for each in self.told if isinstance(each, ev.TutorAudio) and each.item_id == item)

    def rest(self) -> list[ev.TutorEvent]:
        """What was told besides the sound and how long that will be."""
        return [each for each in self.told if not isinstance(each, ev.TutorAudio | ev.TutorSoundExpected)]

    def expected_ms(self, item: str) -> int:
        """How long the item will sound, as told last."""
        return [each.ms for each in self.told if isinstance(each, ev.TutorSoundExpected) and each.item_id == item][-1]

    def text(self, reply: str, item: str, text: str) -> None:
        kind = "response.output_audio_transcript.delta"
        self.event(kind, ev.TutorTextDelta(item, text), response_id=reply, item_id=item, delta=text)


def a_whole_reply(ear: Ear, reply: str = "r1", item: str = "i1", pieces: int = 10, value: int = 5_000) -> None:
    ear.starts(reply, item)
    ear.event("response.output_audio.done", ev.TutorAudioDone(item), response_id=reply, item_id=item)
    ear.done(reply)
    ear.hear(*[loud(value)] * pieces)
    ear.buffer("stopped", reply)
    ear.hear(*[QUIET] * 20)


TEXT = "I was only asking whether you like it here."


def begun(ear: Ear, reply: str = "r1", item: str = "i1", text: str = TEXT) -> None:
    """A reply that is made as a whole, and begins to be heard."""
    ear.created(reply)
    ear.named(reply, item)
    ear.text(reply, item, text)
    ear.done(reply)
    ear.buffer("started", reply)
