"""What a bad line makes of the tutor's voice: `python -m tests.benchmarks.bad_line [--answers 8]`.

A session of ours on a private PulseAudio, and the strict server over a real WebSocket, through a line that stalls:
every 0.2 to 0.8 s nothing passes for 80 to 250 ms, as on a full Wi-Fi, and then all at once. The server sends its voice
no faster than it is said, which the real one does not: so nothing is there beforehand. Of each answer: how much silence
was heard in the middle of it, at the speaker's monitor, and how long the learner waited for its first sound. First with
a pre-roll that learns from holes (`audio.jitter_buffer`), then without one.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import sys
import time
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.benchmarks.sound import stretch_of
from tests.faults.bad_line import BadLine, bad_line
from tests.support.pulse import PulseServer, Recording
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tutor_tui.audio import jitter_buffer
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.session.session import Session
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ANSWER_MS, DELTA_MS = 4_000, 100
PLAN = LessonPlan(profile="", instructions="", voice="marin")


async def stall(line: BadLine, random: Random) -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(random.uniform(0.2, 0.8))
        line.stick()
        await asyncio.sleep(random.uniform(0.08, 0.25))
        line.heal()


@asynccontextmanager
async def lesson() -> AsyncIterator[tuple[StrictServer, Session]]:
    """Over the bad line."""
    behaviour = Behaviour(
        replies=[Reply("", tone(ANSWER_MS))], delta_bytes=[DELTA_MS * 48], delta_gap_s=DELTA_MS / 1_000, vad_dbfs=0.0
    )
    async with StrictServer(behaviour) as server, bad_line(server.port) as line, PyAudioSoundCard("", "", 20) as card:
        tutor = WebSocketTutor(RealtimeEndpoint(f"ws://127.0.0.1:{line.port}/v1", "test"), "gpt-realtime-2.1-mini")
        session = Session(tutor=tutor, sound=card, plan=PLAN)
        tasks = [asyncio.create_task(session.run()), asyncio.create_task(stall(line, Random(3)))]
        try:
            while not server.sessions:  # noqa: ASYNC110 - the server is looked at, and tells nobody
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            yield server, session
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def measure(speaker: Recording, answers: int) -> None:
    """Print what was heard of so many answers."""
    holes_ms, waits_ms = list[float](), list[float]()
    async with lesson() as (server, session):
        for _ in range(answers):
            server.replies = itertools.repeat(Reply("", tone(ANSWER_MS)))
            asked_s = time.monotonic()
            await server.sessions[-1].respond({})
            await asyncio.sleep(1.0)
            while session.lesson.sounding:  # noqa: ASYNC110 - the lesson is looked at, and not told of
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)
            heard = stretch_of(speaker, asked_s)
            assert heard is not None
            holes_ms.append(heard.holes_ms)
            waits_ms.append((heard.start_s - asked_s) * 1_000)
        counted = session.sound.counters.hole_ms
    listed = ", ".join(f"{each:.0f}" for each in holes_ms)
    print(f"silence within answers of {ANSWER_MS / 1_000:g} s: {listed} ms; counted and shown: {counted} ms in all")
    print(f"first sound after {statistics.median(waits_ms):.0f} ms (median), {max(waits_ms):.0f} at most", flush=True)


def main() -> int:
    """Measure on a sound server of our own."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bad_line", description="What a bad line costs.")
    parser.add_argument("--answers", type=int, default=8)
    answers = parser.parse_args().answers
    with PulseServer() as pulse:
        os.environ |= pulse.variables
        with pulse.record() as speaker:
            print("with a pre-roll that learns:")
            asyncio.run(measure(speaker, answers))
            print("without:")
            with patch.object(jitter_buffer, "LARGEST_MS", 0):
                asyncio.run(measure(speaker, answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
