"""How soon the tutor pauses when somebody speaks, and what a cough costs: `python -m tests.benchmarks.barge_in`.

A session of ours on a private PulseAudio, in this process; the tutor's server hears nothing, so that all that pauses is
our own ear. The tutor speaks (a tone); recordings of people are fed into the virtual microphone. From the first sample
over -41 dBFS at the microphone's monitor to the last at the speaker's. A cough is made: a burst of noise of 120 ms that
dies away, twice. *Handed over* is when the first quieter sample left our speaker stream: what comes after it is the
device's own buffer, three blocks long.

In turns with it the floor, on a PulseAudio of its own: the least client that can do the same (`bare_client`). It falls
silent when its server hears a voice, which is one on this machine that takes 60 ms of anything loud for one. Last, what
the full screen costs with all of it listening: in speakers mode, with the tutor's voice in the microphone.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr

from tests.benchmarks import measures
from tests.benchmarks.sound import onsets, stretch_of
from tests.benchmarks.stage import App, BareClient, ServerProcess, cpu_percent, memory_mb
from tests.support.fakes import FakeTutor
from tests.support.paths import SAMPLES
from tests.support.pulse import MICROPHONE_SINK, PulseServer, Recording, tone
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.playback import Playback
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.session.barge_in import BargeIn
from tutor_tui.session.session import Session
from tutor_tui.speech.vad import load_silero

REPLY_S = 6.0
COST_S = 10.0


class Heard(NamedTuple):
    """What the learner's microphone and the tutor's loudspeaker gave."""

    microphone: Recording
    speaker: Recording


def spoken(file: Path) -> bytes:
    """A recording from its first sound on, at our rate."""
    with wave.open(str(file), "rb") as recording:
        samples = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
        rate_hz = recording.getframerate()
    at_ours = soxr.resample(samples, rate_hz, pcm.RATE_HZ)
    return bytes(at_ours[: pcm.RATE_HZ * 2].astype("<i2").tobytes())


def cough() -> bytes:
    """Two bursts of noise."""
    noise = np.random.default_rng(7).normal(0, 9_000, pcm.RATE_HZ * 120 // 1_000)
    burst = noise * np.exp(-np.arange(noise.size) / (pcm.RATE_HZ * 0.04))
    rest = np.zeros(pcm.RATE_HZ // 10)
    return bytes(np.clip(np.concatenate([burst, rest, burst, rest]), -32_000, 32_000).astype("<i2").tobytes())


@asynccontextmanager
async def lesson() -> AsyncIterator[tuple[Session, FakeTutor]]:
    """A lesson whose tutor says what it is told to, and hears nothing."""
    tutor = FakeTutor()
    async with PyAudioSoundCard("", "", 20) as card:
        session = Session(tutor=tutor, sound=card, plan=LessonPlan(profile="", instructions="", voice="marin"))
        session.recorder.voice.load = load_silero
        _note_ducks(card.speaker._playback)
        task = asyncio.create_task(session.run())
        await asyncio.sleep(0.5)
        try:
            yield session, tutor
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


_ducked_s: list[float] = []
"""When blocks that were ducked went to the device."""


def _note_ducks(playback: Playback) -> None:
    pull = playback.pull

    def noted(byte_count: int, latency_s: float) -> bytes:
        block = pull(byte_count, latency_s)
        if playback._gain < 1.0 or playback._pausing:
            _ducked_s.append(time.monotonic())
        return block

    playback.pull = noted  # type: ignore[method-assign]


class Given(NamedTuple):
    """How the tutor gave way, in ms: after how long it was quieter, and silent (None: never), and for how long."""

    handed: float | None
    """When the first quieter sample went to the device."""
    ducked: float | None
    """When it was heard."""
    paused: float | None
    silent: float


async def once(pulse: PulseServer, session: Session, tutor: FakeTutor, said: bytes, heard: Heard) -> Given:
    """The tutor speaks, and this is said meanwhile."""
    loop = asyncio.get_running_loop()
    item = f"reply {loop.time()}"
    tutor.link.tell(ev.ReplyStarted(item), ev.TutorAudio(item, tone(REPLY_S)), ev.TutorAudioDone(item))
    tutor.link.tell(ev.ReplyEnded(item))
    await asyncio.sleep(1.0)
    began_s = loop.time()
    _ducked_s.clear()
    feed = await asyncio.to_thread(pulse.feed, said, wait=False)
    while session.lesson.sounding:  # noqa: ASYNC110 - the lesson is looked at, and not told of
        await asyncio.sleep(0.05)
    await asyncio.to_thread(feed.wait)
    await asyncio.sleep(0.5)
    voice = stretch_of(heard.microphone, began_s)
    assert voice is not None
    ducked_s = _quieter(heard.speaker, voice.start_s)
    ducked = None if ducked_s is None else (ducked_s - voice.start_s) * 1_000
    handed = next(((each - voice.start_s) * 1_000 for each in _ducked_s if each > voice.start_s), None)
    back = [each for each in onsets(heard.speaker, began_s, quiet_s=0.1) if each > voice.start_s]
    if not back:
        return Given(handed, ducked, None, 0.0)
    first = stretch_of(heard.speaker, began_s, back[0] - 0.05)
    assert first is not None
    return Given(handed, ducked, (first.end_s - voice.start_s) * 1_000, (back[0] - first.end_s) * 1_000)


def _quieter(recording: Recording, from_s: float) -> float | None:
    """When a tone fell below half its loudness for 5 ms."""
    first, size = recording.index_at(from_s), pcm.RATE_HZ * 5 // 1_000
    loud = np.abs(np.frombuffer(recording.pcm, dtype="<i2")[first:].astype(int))
    peaks = loud[: loud.size // size * size].reshape(-1, size).max(axis=1)
    below = np.flatnonzero(peaks < peaks[0] / 2)
    return recording.time_of(first + int(below[0]) * size) if below.size else None


@contextmanager
def floor() -> Iterator[measures.Stage]:
    """The least client, on a sound server of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, PulseServer() as pulse, ExitStack() as stack:
        server = ServerProcess()
        stack.callback(server.close)
        stack.callback(BareClient(server, pulse, 20, Path(folder)).close)
        server.wait_for("in", "input_audio_buffer.append")
        yield stack.enter_context(measures.recorded(pulse, server))


def floor_once(stage: measures.Stage, said: bytes) -> float:
    """The same for it: voice → silence, in ms."""
    asked_s = time.monotonic()
    stage.server.do(do="reply", ms=REPLY_S * 1_000, text=measures.WORDS)
    stage.wait_for_sound(asked_s)
    time.sleep(1.0)
    began_s = time.monotonic()
    feed = stage.pulse.feed(said, wait=False)
    cut = stage.server.wait_for("in", "conversation.item.truncate", began_s)
    stage.wait_for_silence(0.2)
    voice, heard = stretch_of(stage.microphone, began_s), stage.sounded(asked_s, cut["at"] + 0.3)
    assert voice is not None
    feed.wait()
    time.sleep(1.0)  # its server may answer
    stage.wait_for_silence()
    return (heard.end_s - voice.start_s) * 1_000


async def measure(pulse: PulseServer, stage: measures.Stage) -> None:
    """Print what was found."""
    given: dict[str, list[Given]] = {"a cough": [], "a person": []}
    floors: list[float] = []
    with pulse.record(f"{MICROPHONE_SINK}.monitor") as microphone, pulse.record() as speaker:
        async with lesson() as (session, tutor):
            for file in [None, *sorted(SAMPLES.glob("*.wav"))] * 3:  # the first loads the model
                said = cough() if file is None else spoken(file)
                found = await once(pulse, session, tutor, said, Heard(microphone, speaker))
                given["a person" if file else "a cough"].append(found)
                session.barge_in = BargeIn(session)
                if file is not None:
                    floors.append(await asyncio.to_thread(floor_once, stage, said))
    for who, each in given.items():
        for what, values in (
            ("voice → quieter, handed over", [found.handed for found in each]),
            ("voice → quieter", [found.ducked for found in each]),
            ("voice → silence", [found.paused for found in each]),
            ("silent for", [found.silent for found in each]),
        ):
            _print(f"{who}: {what}", values)
    _print("a person: the floor's voice → silence", floors)


def _print(what: str, values: Sequence[float | None]) -> None:
    known = sorted(value for value in values if value is not None)
    median = f"median {statistics.median(known):.0f}, worst {known[-1]:.0f} ms" if known else "never"
    print(f"{what}: {median} ({len(known)} of {len(values)})")


def cost() -> None:
    """Print what the full screen costs while it listens with all it has."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, PulseServer() as pulse, ExitStack() as stack:
        server = ServerProcess()
        stack.callback(server.close)
        app = App(server, pulse, 20, Path(folder), settings={"TUTOR_TUI_SOUND_ECHO_MODE": "speakers"})
        stack.callback(app.close)
        server.wait_for("in", "input_audio_buffer.append")
        stack.enter_context(pulse.echo(100))
        server.do(do="reply", ms=(COST_S + 10.0) * 1_000, text=measures.WORDS)
        time.sleep(8.0)
        print(f"with all of it listening: {cpu_percent(app.pid, COST_S):.1f} % of a core, {memory_mb(app.pid):.0f} MB")


def main() -> int:
    """Measure on a sound server of our own."""
    with PulseServer() as pulse, floor() as stage:
        os.environ |= pulse.variables
        asyncio.run(measure(pulse, stage))
    cost()
    return 0


if __name__ == "__main__":
    sys.exit(main())
