"""Starts and stops busy processes in the session it was started in: `python -m tests.benchmarks.neighbours FIFO`.

Each line in the FIFO says how many there are to be. They have to be of the client's own session: where Linux shares the
processor out by session first (sched_autogroup), neighbours of another session take half of it, whatever their number.
"""

from __future__ import annotations

import subprocess
import sys


def main(fifo: str) -> None:
    """Obey until the other side closes."""
    spinners: list[subprocess.Popen[bytes]] = []
    with open(fifo) as lines:
        for line in lines:
            while len(spinners) > int(line):
                spinners[-1].kill()
                spinners.pop().wait()
            while len(spinners) < int(line):
                spinners.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
    for spinner in spinners:
        spinner.kill()


if __name__ == "__main__":
    main(sys.argv[1])
