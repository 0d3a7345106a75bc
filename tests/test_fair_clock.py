"""The clock that other tests hold against limits of time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.fair_clock import FairClock

SPIN = "while True: pass"
WORK_S = 0.3
WORK = f"import time\ninput()\nbegan = time.process_time()\nwhile time.process_time() - began < {WORK_S}: pass\ninput()"


def test_on_a_quiet_machine_it_goes_as_every_clock() -> None:
    clock, began_s = FairClock(), time.monotonic()
    while clock.seconds < 0.2:
        time.sleep(0.01)
    assert time.monotonic() - began_s >= 0.2


def test_what_a_process_waits_in_line_is_not_charged() -> None:
    core = {min(os.sched_getaffinity(0))}
    with subprocess.Popen([sys.executable, "-c", SPIN], preexec_fn=lambda: os.sched_setaffinity(0, core)) as rival:
        with subprocess.Popen(
            [sys.executable, "-c", WORK], stdin=subprocess.PIPE, preexec_fn=lambda: os.sched_setaffinity(0, core)
        ) as worker:
            assert worker.stdin is not None
            clock, began_s, before_ns = FairClock(worker.pid), time.monotonic(), ran_ns(worker)
            os.write(worker.stdin.fileno(), b"\n")  # it begins when the clock does
            while ran_ns(worker) - before_ns < WORK_S * 1e9:
                time.sleep(0.01)
            taken_s, charged_s = time.monotonic() - began_s, clock.seconds
            os.write(worker.stdin.fileno(), b"\n")
        rival.kill()
    assert taken_s > 1.5 * WORK_S, "the rival took nothing"
    assert 0.8 * WORK_S < charged_s < taken_s - 0.5 * WORK_S


def ran_ns(process: subprocess.Popen[bytes]) -> int:
    """How long it has run."""
    return int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0])
