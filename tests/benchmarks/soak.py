"""A long lesson, and what it costs: `python -m tests.benchmarks.soak [--minutes 10] [--tutor offline] [--json FILE]`.

The real `tutor-tui`, full screen or plain (`--plain`), on a private PulseAudio, with the offline tutor or, with
`--tutor openai`, a strict local server. Over and over the learner says a recorded sentence and the tutor answers; in
between nobody says anything. Every half a minute the figures are taken:

- **memory**: VmRSS of the program and of its children, and how much it grew behind the first minute;
- **wake-ups**: how often each thread began to run anew while nobody spoke (voluntary context switches in
  /proc/PID/task), beside the blocks of sound that one device takes in that time;
- **dropped**: what the program itself counts (microphone blocks lost or thrown away, holes in the tutor's voice);
- **drift**: of each of the tutor's lines, how much longer it took to be heard than its sound is long, as the kept
  lesson says: a line that waited for its sound shows here, and a clock that runs away would let it grow.

On a machine that others use, `--nice -15` (as root) lifts all of it, as in `python -m tests.benchmarks`.

With `--virtual` the lesson takes place in virtual time (`long_lesson`): an hour takes a minute or less.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.long_lesson import hold_lesson
from tests.benchmarks.measures import WORDS
from tests.benchmarks.stage import ServerProcess, app_environment, memory_mb
from tests.support.paths import CARDS, ROOT, SAMPLES, folders_below
from tests.support.pulse import PulseServer, tone
from tests.support.terminal import Terminal
from tutor_tui.core.pcm import FRAME_MS
from tutor_tui.library.lessons import SqliteLibrary

CYCLE_S, IDLE_S = 30.0, 10.0
SPOKEN = "cards-003.wav"
REPLY_MS = 6_000
MOST_GROWTH_MB = 5.0
_COUNTERS = re.compile(r"over (\d+) · under (\d+) · dropped (\d+)(?:.*unsent (\d+) ms)?")


@dataclass
class Figures:
    """Of one lesson."""

    memory_mb: list[float] = field(default_factory=list)
    children_mb: list[float] = field(default_factory=list)
    wakes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Thread → wake-ups a second while nobody spoke, each time."""
    dropped: str = "not shown"
    drifts_ms: list[int] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    @property
    def growth_mb(self) -> float:
        """Behind the first minute, in which everything is made that a lesson needs."""
        settled = self.memory_mb[2:] or self.memory_mb
        return max(settled) - settled[0]


def main() -> int:
    """Hold the lesson, print its figures, and say by the exit code whether the memory stayed what it was."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description="A long lesson's costs.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--tutor", choices=("offline", "openai"), default="offline")
    parser.add_argument("--plain", action="store_true", help="plain lines instead of the full screen")
    parser.add_argument("--virtual", action="store_true", help="in virtual time")
    parser.add_argument("--nice", type=int, default=0, help="priority of everything here (negative: as root)")
    parser.add_argument("--json", type=Path, help="write every value there")
    options = parser.parse_args()
    if options.virtual:
        hour = hold_lesson(options.minutes)
        print(hour.words)
        return 0 if hour.growth_mb <= MOST_GROWTH_MB else 1
    if options.nice:
        os.setpriority(os.PRIO_PROCESS, 0, options.nice)
    figures = soak(options.minutes, options.tutor, plain=options.plain, nice=options.nice)
    if options.json:
        options.json.write_text(json.dumps(vars(figures), indent=1))
    report(figures)
    return 0 if figures.growth_mb <= MOST_GROWTH_MB else 1


def soak(minutes: float, tutor: str, *, plain: bool, nice: int = 0) -> Figures:
    """The lesson."""
    figures = Figures()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        pulse = stack.enter_context(PulseServer())
        server = ServerProcess() if tutor == "openai" else None
        if server is not None:
            stack.callback(server.close)
        env = app_environment(pulse.env, home, f"ws://127.0.0.1:{server.port}/v1" if server else "")
        env |= {"TUTOR_TUI_SCREEN_DEBUG": "true", "TUTOR_TUI_LEARNER_KEEP": "no", "PYTHONPATH": str(ROOT)}
        shape = ["--plain"] if plain else []
        lesson = ["--profile", "english-conversation"] if server else ["--profile", "cards", "--prompts", str(CARDS)]
        command = [sys.executable, "-m", "tutor_tui", "--tutor", tutor, *lesson, *shape]
        screen = stack.enter_context(Terminal(command, width=120, height=40, env=env, cwd=home))
        if nice:  # it is a session of its own, and where they are weighed, niceness counts within one only
            Path(f"/proc/{screen.pid}/autogroup").write_text(str(nice))
        time.sleep(15.0)  # it greets
        began_s = time.monotonic()
        while time.monotonic() - began_s < minutes * 60:
            _cycle(figures, pulse, server, screen)
        if found := _COUNTERS.search(screen.text):
            over, under, dropped, unsent = found.groups(default="0")
            figures.dropped = f"{over} blocks lost, {dropped} thrown away, {under} holes, {unsent} ms not sent"
        screen.send("C-c" if plain else "C-q")
        screen.wait_for_exit()
        figures.drifts_ms = drifts_ms(home)
    return figures


def _cycle(figures: Figures, pulse: PulseServer, server: ServerProcess | None, screen: Terminal) -> None:
    until_s = time.monotonic() + CYCLE_S
    if server is None:
        pulse.feed(SAMPLES / SPOKEN)
    else:
        pulse.feed(tone(1.0, hz=300.0))
        time.sleep(3.0)
        server.do(do="reply", ms=REPLY_MS, text=WORDS)
    time.sleep(max(0.0, until_s - IDLE_S - time.monotonic()))
    before = switches(screen.pid)
    began_s = time.monotonic()
    time.sleep(max(1.0, until_s - time.monotonic()))
    seconds = time.monotonic() - began_s
    for thread, count in switches(screen.pid).items():
        figures.wakes[thread].append((count - before.get(thread, count)) / seconds)
    figures.memory_mb.append(memory_mb(screen.pid))
    figures.children_mb.append(sum(map(memory_mb, children(screen.pid))))
    figures.load.append(os.getloadavg()[0])


def switches(pid: int) -> dict[str, int]:
    """Thread → how often it has begun to run after it had nothing to do."""
    found = {}
    for number, task in enumerate(sorted(Path(f"/proc/{pid}/task").iterdir(), key=lambda each: int(each.name))):
        status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
        found[f"{number} {status['Name']}"] = int(status["voluntary_ctxt_switches"])
    return found


def children(pid: int) -> list[int]:
    """Its processes."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text().split()]


def drifts_ms(home: Path) -> list[int]:
    """Of each of the tutor's lines that was heard whole, in order."""
    library = SqliteLibrary(folders_below(home).library_file)
    turns = [turn for each in library.lessons() for turn in library.read(each.lesson.id).turns]
    heard = [turn for turn in turns if turn.role == "tutor" and turn.state == "done" and turn.spoken_ms]
    return [turn.ended_ms - turn.began_ms - turn.spoken_ms for turn in heard]


def report(figures: Figures) -> None:
    """Print everything."""
    memory, children_mb = figures.memory_mb, figures.children_mb
    print(f"memory         {memory[0]:.1f} → {memory[-1]:.1f} MB, behind the first minute +{figures.growth_mb:.1f} MB")
    print(f"its children   {children_mb[0]:.1f} → {children_mb[-1]:.1f} MB")
    print(f"dropped        {figures.dropped}")
    if drifts := figures.drifts_ms:
        half = len(drifts) // 2 or 1
        early, late = statistics.median(drifts[:half]), statistics.median(drifts[half:] or drifts)
        print(
            f"drift          {early:.0f} ms early, {late:.0f} ms late, worst {max(drifts)} ms, of {len(drifts)} lines"
        )
    blocks = 1000 / FRAME_MS
    for thread, rates in figures.wakes.items():
        rate = statistics.median(rates)
        if rate >= 0.05:
            print(f"wake-ups       {thread:24} {rate:6.1f} /s, {rate / blocks:.2f} a block (worst {max(rates):.1f} /s)")
    print(f"load           {statistics.mean(figures.load):.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    sys.exit(main())
