"""Our figures beside the floor's, on real sound: `python -m tests.benchmarks [--quick] [--json FILE] [--nice N]`.

Both clients run in a tmux of their own, on one private PulseAudio with null sinks, against one strict local server:
the floor (`bare_client`: callbacks, a socket, nothing else) and the real `tutor-tui` with its full screen at 120×40.
Three runs each, taken in turns, so that a change in the machine's mood touches both; the figure is the median of all
single values, of holes, breaks and refused frames the worst. Interruptions are measured on fresh starts (`STARTS`).

**The clock** is CLOCK_MONOTONIC, which all processes of a machine share. The server stamps a frame right before it is
sent or right after it has come. **The ear** is `parec` on the speaker's monitor, the mouth's ear one on the virtual
microphone's. A null sink works in blocks of the shortest latency that anyone asked for, here 5 ms; what it plays
reaches its monitor in the same instant. The quickest piece of a recording fixes its beginning in time; so a sample's
time is right to about 5 ms, and errs in the same way for both clients. Two figures of the table vouch for that:
"recorder's own error" is by how much two recordings of the same click disagree, and "handed over → recorded" what is
found for a player that is handed a click: a little below zero, since a block's sound is dated from the block's start.
Neither a sound card's own latency nor a room's is in any figure.

**The key** is pressed by `tmux send-keys`; what tmux takes to bring it (measured beside, on a program that only
stamps keys) is taken off. The floor's key is a signal. **Processor time** is the process's own clock, all threads;
**memory** is VmRSS. **Holes** are silences over 1 ms in a tone of 4 s; **breaks** are places where its wave does not
go on as it must. The busy neighbours live in the client's own session (see `neighbours`).

On a machine that others use, `--nice -15` (as root) lifts both clients, their neighbours and the servers alike.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import measures
from tests.benchmarks.measures import Values
from tests.benchmarks.report import print_table
from tests.benchmarks.stage import App, BareClient, Client, ServerProcess, key_delay_ms
from tests.support.pulse import PulseServer

Figures = dict[str, dict[str, list[float]]]
"""Column ("floor 20 ms", "ours 20 ms", …) → figure → every single value."""
ClientKind = Callable[[ServerProcess, PulseServer, int, Path, int], Client]
STARTS = 5
"""Fresh starts in a run to interrupt the tutor on. How the microphone's blocks lie to the speaker's is settled when the
streams open, and is worth up to a block: more values from one start would tell the same over and over."""
NEVER = ("holes", "breaks", "refused")
"""Figures of which the worst counts."""


def main() -> int:
    """Measure, print, and say by the exit code whether every target was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Our figures beside the floor's.")
    parser.add_argument("--quick", action="store_true", help="one run, 20 ms blocks only, no long transcript")
    parser.add_argument("--json", type=Path, help="write every value there")
    parser.add_argument("--nice", type=int, default=0, help="priority of everything here (negative: as root)")
    options = parser.parse_args()
    if options.nice:
        os.setpriority(os.PRIO_PROCESS, 0, options.nice)
        Path("/proc/self/autogroup").write_text(str(options.nice))
    figures = measure(1 if options.quick else 3, (20,) if options.quick else (20, 10), options.nice, options.quick)
    if options.json:
        options.json.write_text(json.dumps({"figures": figures, "summary": summed_up(figures)}, indent=1))
    return 0 if print_table(summed_up(figures)) else 1


def summed_up(figures: Figures) -> dict[str, dict[str, float]]:
    """One value a figure: the median, or the worst of what must never happen."""
    return {
        column: {
            name: max(each) if name.startswith(NEVER) else statistics.median(each) for name, each in values.items()
        }
        for column, values in figures.items()
    }


def measure(runs: int, blocks_ms: tuple[int, ...], nice: int, quick: bool) -> Figures:
    """Everything, in turns."""
    figures: Figures = defaultdict(lambda: defaultdict(list))
    tmux_ms = statistics.median(key_delay_ms())
    _add(figures["floor 20 ms"], measures.recorder_itself())
    _add(figures["ours 20 ms"], {"--version": [measures.version_ms() for _ in range(5)], "tmux's own": [tmux_ms]})
    for run in range(runs):
        for block_ms in blocks_ms:
            for kind, name in ((BareClient, "floor"), (App, "ours")):
                print(f"run {run + 1} of {runs}: {name}, {block_ms} ms blocks", flush=True)
                values = one_run(kind, block_ms, nice)
                if kind is App:
                    values["key → silence"] = [each - tmux_ms for each in values["key → silence"]]
                _add(figures[f"{name} {block_ms} ms"], values)
        if not quick:
            print(f"run {run + 1} of {runs}: long transcripts", flush=True)
            _add(figures["ours 20 ms"], long_transcripts(nice))
    return figures


def _add(column: dict[str, list[float]], values: Values) -> None:
    for name, each in values.items():
        column.setdefault(name, []).extend(each)


@contextmanager
def on_stage(kind: ClientKind, block_ms: int, nice: int) -> Iterator[tuple[Client, PulseServer, ServerProcess]]:
    """A client at work, on servers of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, PulseServer() as pulse:
        server = ServerProcess()
        try:
            client = kind(server, pulse, block_ms, Path(folder), nice)
            try:
                yield client, pulse, server
            finally:
                client.close()
        finally:
            server.close()


def one_run(kind: ClientKind, block_ms: int, nice: int) -> Values:
    """Every figure of one client, once."""
    values: Values = {}
    with on_stage(kind, block_ms, nice) as (client, pulse, server):
        if isinstance(client, App):
            values["first paint"] = [measures.first_paint_ms(client)]
        server.wait_for("in", "input_audio_buffer.append")
        with measures.recorded(pulse, server) as stage:
            stage.wait_for_silence(2.0)
            _add(values, measures.first_delta_to_sound(stage, 5))
            _add(values, measures.microphone_to_wire(stage, 8))
            _add(values, measures.whole_reply(stage))
            with client.beside_busy_processes():
                _add(values, measures.whole_reply(stage, " beside two busy processes"))
        with measures.recorded(pulse, server) as stage:
            _add(values, measures.listening(stage, client, 6))
            _add(values, measures.streaming(stage, client, 8))
        if isinstance(client, App):
            refused = [note["error"] for note in server.find("out", "error")]
            values["refused frames"] = [float(len(refused))]
            if refused:
                print(f"  refused: {refused}")
    for start in range(STARTS):
        _add(values, interruptions(kind, block_ms, nice, start))
    return values


def interruptions(kind: ClientKind, block_ms: int, nice: int, start: int) -> Values:
    """Cut short by voice and by key, on streams that have just been opened."""
    values: Values = {}
    with on_stage(kind, block_ms, nice) as (client, pulse, server):
        server.wait_for("in", "input_audio_buffer.append")
        with measures.recorded(pulse, server) as stage:
            stage.wait_for_silence(2.0)
            for i in range(2):
                after_s = 0.8 + 0.007 * (2 * start + i)
                _add(values, measures.barge_in_by_voice(stage, after_s))
                _add(values, measures.interrupt_by_key(stage, client, after_s))
    return values


def long_transcripts(nice: int) -> Values:
    """The cost of a word in a short and in a long transcript."""
    values: Values = {}
    with on_stage(App, 20, nice) as (client, pulse, server), measures.recorded(pulse, server) as stage:
        assert isinstance(client, App)
        server.wait_for("in", "input_audio_buffer.append")
        stage.wait_for_silence(2.0)
        for name, turns in (("short", 20), ("long", 2_000)):
            _add(values, measures.cost_of_delta_ms(stage, client, turns, name, 8))
    short, long = values["per delta, 20 turns"][0], values["per delta, 2000 turns"][0]
    return values | {"2,000 turns against 20": [long / short]}


if __name__ == "__main__":
    raise SystemExit(main())
