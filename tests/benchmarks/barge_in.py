"""How soon the tutor pauses when somebody speaks, and what a cough costs: `python -m tests.benchmarks.barge_in`.

A session of ours on a private PulseAudio, in this process; the tutor's server hears nothing, so that all that pauses is
our own ear. The tutor speaks (a tone); recordings of people are fed into the virtual microphone. From the first sample
over -41 dBFS at the microphone's monitor to the last at the speaker's. A cough is made: a burst of noise of 120 ms that
dies away, twice.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr

from tests.benchmarks.sound import onsets, stretch_of
from tests.support.fakes import FakeTutor
from tests.support.paths import SAMPLES
from tests.support.pulse import MICROPHONE_SINK, PulseServer, Recording, tone
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.session.barge_in import BargeIn
from tutor_tui.session.session import Session
from tutor_tui.speech.vad import load_silero

REPLY_S = 6.0


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
        task = asyncio.create_task(session.run())
        await asyncio.sleep(0.5)
        try:
            yield session, tutor
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Given(NamedTuple):
    """How the tutor gave way, in ms: after how long it was quieter, and silent (None: never), and for how long."""

    ducked: float | None
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
    feed = await asyncio.to_thread(pulse.feed, said, wait=False)
    while session.lesson.sounding:  # noqa: ASYNC110 - the lesson is looked at, and not told of
        await asyncio.sleep(0.05)
    await asyncio.to_thread(feed.wait)
    await asyncio.sleep(0.5)
    voice = stretch_of(heard.microphone, began_s)
    assert voice is not None
    ducked_s = _quieter(heard.speaker, voice.start_s)
    ducked = None if ducked_s is None else (ducked_s - voice.start_s) * 1_000
    back = [each for each in onsets(heard.speaker, began_s, quiet_s=0.1) if each > voice.start_s]
    if not back:
        return Given(ducked, None, 0.0)
    first = stretch_of(heard.speaker, began_s, back[0] - 0.05)
    assert first is not None
    return Given(ducked, (first.end_s - voice.start_s) * 1_000, (back[0] - first.end_s) * 1_000)


def _quieter(recording: Recording, from_s: float) -> float | None:
    """When a tone fell below half its loudness for 5 ms."""
    first, size = recording.index_at(from_s), pcm.RATE_HZ * 5 // 1_000
    loud = np.abs(np.frombuffer(recording.pcm, dtype="<i2")[first:].astype(int))
    peaks = loud[: loud.size // size * size].reshape(-1, size).max(axis=1)
    below = np.flatnonzero(peaks < peaks[0] / 2)
    return recording.time_of(first + int(below[0]) * size) if below.size else None


async def measure(pulse: PulseServer) -> None:
    """Print what was found."""
    given: dict[str, list[Given]] = {"a cough": [], "a person": []}
    with pulse.record(f"{MICROPHONE_SINK}.monitor") as microphone, pulse.record() as speaker:
        async with lesson() as (session, tutor):
            for file in [None, *sorted(SAMPLES.glob("*.wav"))] * 3:  # the first loads the model
                said = cough() if file is None else spoken(file)
                found = await once(pulse, session, tutor, said, Heard(microphone, speaker))
                given["a person" if file else "a cough"].append(found)
                session.barge_in = BargeIn(session)
    for who, each in given.items():
        for what, values in (
            ("voice → quieter", [found.ducked for found in each]),
            ("voice → silence", [found.paused for found in each]),
            ("silent for", [found.silent for found in each]),
        ):
            known = sorted(value for value in values if value is not None)
            median = f"median {statistics.median(known):.0f}, worst {known[-1]:.0f} ms" if known else "never"
            print(f"{who}: {what}: {median} ({len(known)} of {len(values)})")


def main() -> int:
    """Measure on a sound server of our own."""
    with PulseServer() as pulse:
        os.environ |= pulse.variables
        asyncio.run(measure(pulse))
    return 0


if __name__ == "__main__":
    sys.exit(main())
