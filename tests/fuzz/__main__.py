"""Hours of bad input: `python -m tests.fuzz [--inputs 100000] [--steps 50000] [--only NAME] [--seed N] [--atheris]`.

Hypothesis makes the inputs of each target in the table (`table.TARGETS`), and shrinks one that breaks something; the
steps are those of `lesson_machine`. With `--atheris`, and that installed beside the rest (it is no dependency), the
inputs are made by libFuzzer instead, from good ones, by the branches that each takes in our code. Every run begins from
another seed, which is printed; what breaks makes the exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import subprocess
import sys
import time
import traceback
from collections import Counter

from hypothesis import HealthCheck, seed, settings


def main() -> int:
    """Fuzz, and say by the exit code whether nothing broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Bad input for every border.")
    parser.add_argument("--inputs", type=int, default=0, help="inputs of all targets together")
    parser.add_argument("--steps", type=int, default=0, help="steps of the lesson's state machine")
    parser.add_argument("--only", default="", help="targets whose name has this in it")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="of an earlier run")
    parser.add_argument("--atheris", action="store_true", help="let coverage guide the inputs")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    good = True
    if options.atheris and "ATHERIS_TARGET" in os.environ:
        follow_branches(os.environ["ATHERIS_TARGET"], options.inputs, options.seed)
    elif options.inputs:
        good = fuzz(options.inputs, options.only, options.seed, atheris=options.atheris)
    if options.steps:
        good = run_machine(options.steps, options.seed) and good
    return 0 if good else 1


def fuzz(inputs: int, only: str, seeded: int, *, atheris: bool) -> bool:
    """Each target its share; a table of how many, and how long they took."""
    from tests.fuzz.table import TARGETS, fuzzing, shares

    good, counted = True, Counter[str]()
    chosen = [each for each in TARGETS if only in each.name]
    of_each = shares(inputs if len(chosen) == len(TARGETS) else inputs * len(TARGETS) // max(1, len(chosen)))
    for target in chosen:
        began_s, number = time.monotonic(), of_each[target.name]
        try:
            if atheris:
                environ = os.environ | {"ATHERIS_TARGET": target.name}
                command = [
                    sys.executable,
                    "-m",
                    "tests.fuzz",
                    "--atheris",
                    "--inputs",
                    str(number),
                    "--seed",
                    str(seeded),
                ]
                subprocess.run(command, env=environ, check=True)
                counted[target.name] = number
            else:
                fuzzing(target, number, counted, seeded)()
            how = "ok"
        except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
            traceback.print_exc()
            good, how = False, "BROKE"
        print(f"{target.name:40}{counted[target.name]:9}{time.monotonic() - began_s:9.1f} s  {how}", flush=True)
    print(f"{'in all':40}{counted.total():9}", flush=True)
    return good


def follow_branches(name: str, inputs: int, seeded: int) -> None:
    """One target, in a process of its own: libFuzzer ends it."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["tutor_tui"]):
        from tests.fuzz.table import TARGETS, fuzzing
        from tests.fuzz.target import folder_for
    (target,) = (each for each in TARGETS if each.name == name)
    raw = target.raw
    if raw is None:
        one = getattr(fuzzing(target, inputs, Counter()), "hypothesis").fuzz_one_input  # noqa: B009 - mypy knows it not
    else:

        def one(data: bytes) -> None:
            target.try_one(raw(data))

    corpus = folder_for("corpus")
    for number, data in enumerate(target.good()):
        (corpus / f"{number}").write_bytes(data)
    limits = (
        f"-runs={inputs}",
        f"-seed={seeded % 2**31 or 1}",
        "-max_len=100000",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={folder_for('broke')}/",
    )
    atheris.Setup([sys.argv[0], *limits, str(corpus)], one)
    atheris.Fuzz()


def run_machine(steps: int, seeded: int) -> bool:
    """The lesson's state machine, for at least so many steps."""
    from hypothesis.stateful import run_state_machine_as_test

    from tests.fuzz.lesson_machine import LessonMachine

    began_s, round_of = time.monotonic(), 0
    bounds = settings(
        max_examples=500, stateful_step_count=50, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    while LessonMachine.steps.total() < steps:
        machine = seed(seeded + round_of)(type("Seeded", (LessonMachine,), {}))
        round_of += 1
        try:
            run_state_machine_as_test(machine, settings=bounds)
        except Exception:  # noqa: BLE001 - as above
            traceback.print_exc()
            return False
    kinds = ", ".join(f"{kind} {count}" for kind, count in LessonMachine.steps.most_common())
    print(f"{LessonMachine.steps.total()} steps in {time.monotonic() - began_s:.0f} s: {kinds}")
    return True


if __name__ == "__main__":
    sys.exit(main())
