"""Each way to talk beside its own floor: `python -m tests.benchmarks.ways [--turns 5] [--json FILE]`.

A person's recorded answer is spoken in real time; what counts is how long after its last loud sample the tutor's first
one is there: for us at the tutor's `TutorAudio` event, which the speaker gets in the same step (what the sound card
adds is in `python -m tests.benchmarks`). Both figures hold the silence that ends a turn, where a voice ends it.

The floor of each way is a client of a few lines for the same protocol (`bare_ways`), on the same server, in the same
process, in turns with ours; each turn is a conversation of its own, and the figure is the median. A floor knows nothing
of lessons, interruptions, reconnecting or bad networks: it plays whatever comes. What is above it is what ours takes.

`openai` talks to a strict local server that answers at once; the others to our offline server as the program it is,
with its ears, guide and voice. The last two rows are the loop over a chat service at a real model's pace: the first
sound must not wait for the whole answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import bare_ways
from tests.benchmarks.bare_ways import Address, Services
from tests.benchmarks.turn import PATIENCE_S, Ear, Mouth
from tests.offline_server.client import speech
from tests.offline_server.http.test_sdk_client import LESSON
from tests.support.paths import ROOT
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.turn_detection import PushToTalk, ServerVad
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.offline.server_process import MODULE, OfflineServer
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

RECORDING = "cards-001.wav"
SILENCE_MS = 500
TOKEN = "benchmark"
BY_VOICE = LessonPlan(
    "English",
    "Teach.",
    "marin",
    target_language="en",
    turn_detection=ServerVad(silence_duration_ms=SILENCE_MS),
    offline_lesson="cards",
)
BY_KEY = replace(BY_VOICE, turn_detection=PushToTalk())
ONE, TEN = "pipeline, answer of 1 sentence", "pipeline, answer of 10 sentences"
LONGEST_RATIO = 1.3

Turn = Callable[[], Awaitable[float]]
"""Holds one turn; ms from the end of speech to the first sound."""
Figures = dict[str, dict[str, list[float]]]
"""Way → "floor" and "ours" → every single value, in ms."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to talk."""

    name: str
    floor: Turn
    ours: Turn
    above_floor_ms: float
    """The most that ours may take beyond the floor."""


def main() -> int:
    """Measure, print, and say by the exit code whether every target was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ways", description="Each way beside its floor.")
    parser.add_argument("--turns", type=int, default=5, help="measured turns of each client (5)")
    parser.add_argument("--only", default="", help="ways whose name begins like this")
    parser.add_argument("--json", type=Path, help="write every value there")
    parser.add_argument("--nice", type=int, default=0, help="priority of everything here (negative: as root)")
    options = parser.parse_args()
    if options.nice:
        os.setpriority(os.PRIO_PROCESS, 0, options.nice)
        Path("/proc/self/autogroup").write_text(str(options.nice))
    ways, figures = asyncio.run(measure(options.only, options.turns, options.nice))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if print_table(ways, figures) else 1


# ---- the ways -------------------------------------------------------------------------------------------------------


def the_ways(stack: AsyncExitStack, nice: int) -> list[Way]:
    """All of them, on servers that live as long as `stack`."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ways-")))
    (folder / "lessons").mkdir()
    (folder / "lessons" / "cards.toml").write_text(LESSON)
    offline_command = ("tutor_tui.offline_server", "--token", TOKEN, "--prompts", str(folder), "--lesson", "cards")
    strict = Address(stack.enter_context(served("tests.support.strict_server")), "gpt-realtime-2.1-mini")
    port = stack.enter_context(served(*offline_command))
    chat_port = stack.enter_context(served("tests.benchmarks.paced_chat"))
    offline = Address(port, "guide", TOKEN)
    heard, said = Address(port, "pocketsphinx", TOKEN), Address(port, "espeak-ng", TOKEN)
    loop = Services(heard, offline, said)
    say = speech(RECORDING)

    def realtime(server: Address) -> Tutor:
        return WebSocketTutor(RealtimeEndpoint(server.socket, server.key), server.model)

    def pipeline(services: Services) -> Tutor:
        transcribe, chat = (Service(each.http, each.model, each.key) for each in (services.transcribe, services.chat))
        by_socket, voice = services.speaks_by_realtime, services.speak
        speak = Service(voice.socket if by_socket else voice.http, voice.model, voice.key, is_realtime=by_socket)
        return PipelineTutor(transcribe, chat, speak)

    def by_key(name: str, services: Services, above_floor_ms: float) -> Way:
        floor = partial(bare_ways.by_loop, services, say, 0)
        return Way(name, floor, partial(our_turn, partial(pipeline, services), BY_KEY, say), above_floor_ms)

    own_server = OfflineServer((folder,), command=(*in_a_session_of_its_own(nice), sys.executable, "-m", MODULE))
    stack.push_async_callback(own_server.close)

    async def own_floor() -> float:
        child = await own_server.running()
        server = Address(child.port, "guide&lesson=cards", child.token)
        return await bare_ways.by_socket(server, say, SILENCE_MS)

    return [
        Way(
            "openai",
            partial(bare_ways.by_socket, strict, say, SILENCE_MS),
            partial(our_turn, partial(realtime, strict), BY_VOICE, say),
            above_floor_ms=20,
        ),
        Way(
            "offline",
            own_floor,
            partial(our_turn, lambda: OfflineTutor(own_server), BY_VOICE, say),
            above_floor_ms=20,
        ),
        Way(
            "webrtc",
            partial(bare_ways.by_call, offline, say, SILENCE_MS),
            partial(our_turn, lambda: WebRtcTutor(RealtimeEndpoint(offline.http, TOKEN), "guide"), BY_VOICE, say),
            above_floor_ms=60,
        ),
        Way(
            "pipeline",
            partial(bare_ways.by_loop, loop, say, SILENCE_MS),
            partial(our_turn, partial(pipeline, loop), BY_VOICE, say),
            above_floor_ms=60,
        ),
        by_key("pipeline, turn by key", loop, above_floor_ms=30),
        by_key("pipeline, Realtime voice", Services(heard, offline, strict, True), above_floor_ms=30),
        by_key(ONE, replace(loop, chat=Address(chat_port, "1")), above_floor_ms=30),
        by_key(TEN, replace(loop, chat=Address(chat_port, "10")), above_floor_ms=30),
    ]


def in_a_session_of_its_own(nice: int) -> tuple[str, ...]:
    """What to put before a command that becomes one: the scheduler weighs sessions apart."""
    return ("sh", "-c", f'echo {nice} > /proc/self/autogroup; exec "$@"', "sh") if nice else ()


@contextmanager
def served(module: str, *arguments: str) -> Iterator[int]:
    """A server as a program of its own; yields its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().split()[1])
    finally:
        process.kill()
        process.communicate()


async def our_turn(make: Callable[[], Tutor], plan: LessonPlan, say: bytes) -> float:
    """One turn with one of our tutors, through the interface that the session uses."""
    mouth, ear = Mouth(say), Ear()
    async with make().connect(plan) as link:
        ready = asyncio.Event()
        listening = asyncio.create_task(_listen(link, ready, ear))

        async def hear(frame: bytes) -> None:
            link.hear(frame)

        try:
            await asyncio.wait_for(ready.wait(), PATIENCE_S)
            if plan.turn_detection == PushToTalk():
                await link.send(cmd.BeginTurn())
            async with mouth.speaking(hear):
                ended_s = await mouth.ended_s()
                if plan.turn_detection == PushToTalk():
                    await link.send(cmd.EndTurn())
                return (await ear.first_s() - ended_s) * 1000
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _listen(link: TutorLink, ready: asyncio.Event, ear: Ear) -> None:
    async for event in link.events():
        match event:
            case ev.LinkReady():
                ready.set()
            case ev.TutorAudio(_, sound):
                ear.hear(sound)


# ---- figures --------------------------------------------------------------------------------------------------------


async def measure(only: str, turns: int, nice: int) -> tuple[list[Way], Figures]:
    """Every way whose name begins with `only`, floor and ours in turns; the first turn of each only warms up."""
    figures: Figures = defaultdict(lambda: defaultdict(list))
    async with AsyncExitStack() as stack:
        ways = [way for way in the_ways(stack, nice) if way.name.startswith(only)]
        for way in ways:
            print(way.name, flush=True)
            for number in range(turns + 1):
                for column, turn in (("floor", way.floor), ("ours", way.ours)):
                    took_ms = await turn()
                    if number:
                        figures[way.name][column].append(took_ms)
    return ways, figures


def print_table(ways: list[Way], figures: Mapping[str, Mapping[str, list[float]]]) -> bool:
    """Print everything; True when every target was met."""
    medians = {
        way: {column: statistics.median(each) for column, each in columns.items()} for way, columns in figures.items()
    }
    table = Table(title="end of speech → first sound: medians in ms")
    for heading in ("way", "floor", "at most", "ours", "above floor", "worst", "met"):
        table.add_column(heading, justify="left" if heading == "way" else "right", no_wrap=True)
    good = True
    for way in ways:
        floor, ours = medians[way.name]["floor"], medians[way.name]["ours"]
        met = ours <= floor + way.above_floor_ms
        good = good and met
        values = (floor, floor + way.above_floor_ms, ours, ours - floor, max(figures[way.name]["ours"]))
        table.add_row(way.name, *(f"{each:.0f}" for each in values), "yes" if met else "NO")
    if ONE in medians and TEN in medians:
        ratio = medians[TEN]["ours"] / medians[ONE]["ours"]
        good = good and ratio <= LONGEST_RATIO
        met_too = "yes" if ratio <= LONGEST_RATIO else "NO"
        table.add_row("10 sentences against 1", "", f"{LONGEST_RATIO} ×", f"{ratio:.2f} ×", "", "", met_too)
    Console(width=100).print(table)
    return good


if __name__ == "__main__":
    raise SystemExit(main())
