"""A lesson of an hour in virtual time, with all that is real but the network, the sound device and the screen.

The microphone's blocks, the session, the Realtime conversation, the speaker's queue and the library's writer are those
of every lesson; the clock jumps from one thing to the next. What goes in and what comes out is counted at both ends.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import resource
import tempfile
import time
from array import array
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.test_never_stuck import reply, turn
from tests.tutors.realtime.wire_room import Wire, WireTutor
from tutor_tui.audio import speaker
from tutor_tui.audio.microphone import PyAudioMicrophone
from tutor_tui.audio.playback import DUCKED, Playback
from tutor_tui.audio.sound_card import BaseSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import Which
from tutor_tui.core.lesson import Phase
from tutor_tui.core.ports import Device
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.writer import LessonWriter
from tutor_tui.session.session import Session

EXCHANGE_S = 12.0
"""A turn, its answer and a pause."""
SPOKEN_MS, ANSWER_MS, PIECE_MS = 2_000, 5_000, 100
INTERRUPTED_EVERY = 5
"""Of so many answers one is interrupted."""
_LATENCY = {"output_buffer_dac_time": 0.04, "current_time": 0.0}
"""Two blocks are on their way through the device."""
_LOUD = array("h", [8_000, -8_000] * (pcm.FRAME_BYTES // 4)).tobytes()
_SAMPLE = (0x2AAA).to_bytes(2, "little")
"""Of the tutor's voice; none of a fade has this height."""
_DUCKED_SAMPLE = int(0x2AAA * DUCKED).to_bytes(2, "little")
"""The same while somebody may be speaking."""
_VOICE = base64.b64encode(_SAMPLE * (pcm.bytes_of(PIECE_MS) // 2)).decode()
WORDS = "well then let us see what the weather in the mountains will be like this evening my friend"


@dataclass(frozen=True, slots=True)
class LongLesson:
    """What went in, and what came out."""

    minutes: float
    took_s: float
    memory_mb: tuple[float, ...]
    """Of the process, each tenth of the lesson."""
    answers: int
    asked: int
    shown: tuple[tuple[str, str], ...]
    """The lines of the lesson, each with its state."""
    kept: tuple[tuple[str, str], ...]
    """The same, from the library."""
    all_kept: bool
    microphone_ms: int
    """What the device gave, and what has reached the tutor of it."""
    heard_ms: int
    voice_ms: int
    """What the lesson says was heard of the tutor's voice, and what the device has played of it."""
    played_ms: int
    cuts: int
    dropped: int
    """Frames, blocks and holes, by all of our counts."""
    drifts_ms: tuple[int, ...]
    """Of each line heard whole, how much longer it took than its sound is long."""

    @property
    def growth_mb(self) -> float:
        """Behind the second tenth of the lesson."""
        return max(self.memory_mb[1:]) - self.memory_mb[1]

    @property
    def words(self) -> str:
        """For people."""
        return (
            f"{self.minutes:g} minutes in {self.took_s:.0f} s: {self.answers} answers of {self.asked}, "
            f"{len(self.shown)} lines ({'all' if self.shown == self.kept else 'NOT all'} kept), {self.cuts} stopped\n"
            f"microphone {self.microphone_ms} ms, of which the tutor heard {self.heard_ms} ms; "
            f"voice {self.voice_ms} ms heard, {self.played_ms} ms played; {self.dropped} dropped\n"
            f"drift {min(self.drifts_ms)} to {max(self.drifts_ms)} ms; memory "
            f"{' '.join(f'{each:.1f}' for each in self.memory_mb)} MB, growth {self.growth_mb:.1f} MB"
        )


class _Card(BaseSoundCard):
    """A microphone that the script speaks into, and a speaker that counts what it plays."""

    def __init__(self) -> None:
        super().__init__(pcm.FRAME_MS)
        self.speaks = False
        self.frames_given = self.samples_played = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Go by this loop's clock, as the lesson does."""
        self._microphone = PyAudioMicrophone(pcm.FRAME_MS, clock=loop.time)
        self._microphone.renew(pcm.RATE_HZ, 1)
        self._speaker._playback = Playback(self._speaker._ended, clock=loop.time)
        self._speaker.attach(loop)
        self._speaker.renew(pcm.RATE_HZ, 1, 0.0)

    async def run(self) -> None:
        quiet, frames = bytes(pcm.FRAME_BYTES), pcm.FRAME_SAMPLES
        loop = asyncio.get_running_loop()
        next_s = loop.time()
        while True:
            if self._microphone.listening:
                self.frames_given += 1
                self._microphone.callback(_LOUD if self.speaks else quiet, frames, {}, 0)
            block, _ = self._speaker.callback(None, frames, _LATENCY, 0)
            self.samples_played += block.count(_SAMPLE) + block.count(_DUCKED_SAMPLE)
            next_s += pcm.FRAME_MS / 1000
            await asyncio.sleep(next_s - loop.time())

    async def devices(self) -> tuple[Device, ...]:
        return ()

    async def choose(self, which: Which, device: str) -> None:
        """There is one of each."""


class _CountingWire(Wire):
    """Keeps nothing of what goes over it."""

    def __init__(self) -> None:
        super().__init__()
        self.sound_bytes = self.asked = 0

    def say(self, *frames: dict[str, Any]) -> None:
        for frame in frames:
            self.came.put_nowait(json.dumps(frame))

    def send(self, text: str) -> Any:
        done = super().send(text)
        frame = self.sent.pop()
        if frame["type"] == "input_audio_buffer.append":
            self.sound_bytes += len(base64.b64decode(frame["audio"]))
        self.asked += frame["type"] == "response.create"
        return done


class _CountingTutor(WireTutor):
    wire_type = _CountingWire


def _answer(number: int) -> list[dict[str, Any]]:
    """An answer of five seconds, in pieces, a word to every third."""
    frames = [each for each in reply(number) if not each["type"].startswith("output_audio_buffer")]
    audio = next(each for each in frames if each["type"] == "response.output_audio.delta") | {"delta": _VOICE}
    word = next(each for each in frames if each["type"] == "response.output_audio_transcript.delta")
    begin = [each for each in frames if not each["type"].endswith(("delta", "done"))]
    end = [each for each in frames if each["type"].endswith("done")]
    for each in end:
        if "transcript" in each:
            each["transcript"] = f"{WORDS} {number}."
    pieces: list[dict[str, Any]] = []
    for piece in range(ANSWER_MS // PIECE_MS):
        pieces += [audio, word] if piece % 3 == 0 else [audio]
    return [*begin, *pieces, *end]


async def _converse(card: _Card, wire: _CountingWire, until_s: float) -> int:
    """Turn after turn; how many answers were given."""
    clock, number = asyncio.get_running_loop().time, 1

    async def speak(item: int) -> None:
        begins, *others = turn(item, f"this is what I say for the {item}. time")
        card.speaks = True
        await asyncio.sleep(0.1)
        wire.say(begins)
        await asyncio.sleep(SPOKEN_MS / 1000)
        card.speaks = False
        await asyncio.sleep(0.5)
        wire.say(*others)

    async def answer(item: int) -> None:
        for frame in _answer(item):
            wire.say(frame)
            await asyncio.sleep(0.02)

    await answer(0)
    await asyncio.sleep(EXCHANGE_S / 2)
    while clock() < until_s:
        ends_s = clock() + EXCHANGE_S
        await speak(2 * number)
        await answer(number)
        if number % INTERRUPTED_EVERY == 0:
            await speak(2 * number + 1)
            await answer(1_000_000 + number)
        number += 1
        await asyncio.sleep(max(ANSWER_MS / 1000, ends_s - clock()))
    return number + (number - 1) // INTERRUPTED_EVERY


def hold_lesson(minutes: float) -> LongLesson:
    """The lesson; raises what breaks it."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="long-lesson-") as folder:
        return in_virtual_time(_hold(minutes, Path(folder) / "library.sqlite3", began_s), minutes * 60 + 600)


async def _hold(minutes: float, file: Path, began_s: float) -> LongLesson:
    loop = asyncio.get_running_loop()
    card, tutor, memory = _Card(), _CountingTutor("openai"), list[float]()
    session = Session(tutor=tutor, sound=card, plan=PLAN)
    writer = LessonWriter(file, lambda trouble: None)
    session.recorder.journal = writer
    with patch.object(speaker, "time", SimpleNamespace(monotonic=loop.time)):
        card.attach(loop)
        running = [asyncio.create_task(session.run()), asyncio.create_task(card.run())]
        watch = asyncio.create_task(_watch_memory(minutes * 6, memory))
        await asyncio.sleep(0.1)
        wire = cast(_CountingWire, tutor.wire)
        before_bytes, before_frames = wire.sound_bytes, card.frames_given
        answers = await _converse(card, wire, loop.time() + minutes * 60)
        while session.lesson.phase is not Phase.LISTENING:  # noqa: ASYNC110 - virtual time waits for nobody
            await asyncio.sleep(0.5)
        heard_bytes, frames = wire.sound_bytes - before_bytes, card.frames_given - before_frames
        for task in (*running, watch):
            task.cancel()
        await asyncio.gather(*running, watch, return_exceptions=True)
    all_kept = writer.close()
    memory.append(_memory_mb())
    kept = SqliteLibrary(file).read("last")
    lesson = session.lesson
    whole = [each for each in kept.turns if each.role == "tutor" and each.state == "done"]
    cut = [each for each in kept.turns if each.state == "cut"]
    counters = card.counters
    return LongLesson(
        minutes,
        time.monotonic() - began_s,
        tuple(memory),
        lesson.replies,
        answers,
        tuple((each.text, each.state.value) for each in lesson.turns),
        tuple((each.text, each.state) for each in kept.turns),
        all_kept,
        frames * pcm.FRAME_MS,
        pcm.ms_of(heard_bytes),
        sum(each.spoken_ms for each in (*whole, *cut)),
        pcm.ms_of(card.samples_played * pcm.SAMPLE_BYTES),
        len(cut),
        counters.overflows + counters.underflows + counters.dropped_frames + session.dropped_ms,
        tuple(each.ended_ms - each.began_ms - each.spoken_ms for each in whole),
    )


async def _watch_memory(every_s: float, memory: list[float]) -> None:
    while True:
        memory.append(_memory_mb())
        await asyncio.sleep(every_s)


def _memory_mb() -> float:
    """What the process holds, rubbish left out."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6
