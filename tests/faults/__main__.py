"""`python -m tests.faults [--seeds N] [ROW ...]`: every fault of the protocol, with a count of each row."""

from __future__ import annotations

import argparse
import time

from tests.faults.bench import run
from tests.faults.rows import ROWS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many lessons where chance plays a part")
    parser.add_argument("--case", default="", help="only cases whose name has this in it")
    parser.add_argument("row", nargs="*", help=f"of {', '.join(ROWS)}; all by default")
    asked = parser.parse_args()
    everything, broken = 0, 0
    for name in asked.row or ROWS:
        began_s = time.process_time()
        cases = [case for case in ROWS[name](asked.seeds) if asked.case in case.name]
        wrong, faults = run(cases)
        for case, sentences in wrong.items():
            print(f"  {case}:", *sentences, sep="\n      ")
        took_s = time.process_time() - began_s
        print(f"{name}: {len(cases)} lessons, {faults} faults, {len(wrong)} broken, {took_s:.1f} s", flush=True)
        everything, broken = everything + faults, broken + len(wrong)
    print(f"{everything} faults, {broken} lessons broken")
    return bool(broken)


if __name__ == "__main__":
    raise SystemExit(main())
