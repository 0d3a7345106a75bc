"""What progress costs, with a small library and with a large one in turns: `python -m tests.benchmarks.progress`.

Processor time is told beside the time on the wall, for on a busy machine the second says little.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from tests.support.kept_lessons import records_of
from tests.ui.stage import READY, StagedSession, make_app, until
from tutor_tui.app.remembered import briefing_for
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, TurnRecord
from tutor_tui.learning.items import Item, ItemKind, Rating, Review
from tutor_tui.learning.learner import keep, review
from tutor_tui.library import rows
from tutor_tui.library.database import connect
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.reports import report_of
from tutor_tui.library.transaction import in_one_go
from tutor_tui.ui.widgets.kept_items import PART, KeptItems

SIZES = {"small": (100, 40), "large": (10_000, 1_000)}
"""Items and lessons. The small one has as many lessons as a report looks at, so that both do the same."""
ROUNDS = 15
_TURNS = 40
_DAY_S = 24 * 3_600


def lesson(name: str, began_at: float) -> KeptLesson:
    """Ten minutes of talk."""
    turns = [
        TurnRecord(
            name,
            f"t{place}",
            place,
            "learner",
            "I went to the market and bought some apples.",
            began_ms=start,
            ended_ms=start + 7_000,
            voice=((start, start + 3_000), (start + 3_400, start + 6_000)),
        )
        if place % 2
        else TurnRecord(
            name,
            f"t{place}",
            place,
            "tutor",
            "And what did you do then?",
            spoken_ms=4_000,
            began_ms=start,
            ended_ms=start + 4_000,
        )
        for place, start in enumerate(range(0, _TURNS * 15_000, 15_000))
    ]
    wrong = CorrectionRecord(name, 0, "t1", "I goed", "I went", kind="grammar")
    head = LessonRecord(name, began_at, "Talk", target_language="en", ended_at=began_at + 600)
    return KeptLesson(head, tuple(turns), (wrong,))


def fill(data: Path, items: int, lessons: int, now: float) -> Path:
    """A library of that size in the folder where tutor-tui looks for it."""
    file = data / "tutor-tui" / "library.sqlite3"
    database = connect(file)
    with in_one_go(database):
        for number in range(lessons):
            rows.write(database, records_of(lesson(f"l{number:05}", now - number * _DAY_S / 2)))
    database.close()
    with SqliteLearner(file).changing() as change:
        for number in range(items):
            item = keep(change, Item("en", ItemKind.WORD, f"word {number}", "meaning", added_at=now - 90 * _DAY_S))
            if item is not None and number % 3:
                review(change, Review(item.id, now - number % 60 * _DAY_S, Rating.GOOD))
    return file


def in_process(command: list[str], data: Path) -> tuple[float, float]:
    """Wall and processor time of a process, s."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "XDG_DATA_HOME": str(data)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has been compiled
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_call(call: Callable[[], object]) -> tuple[float, float]:
    """The same of a call here."""
    began, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - began, time.process_time() - cpu


def write_lesson(file: Path, number: int) -> None:
    """What a lesson costs the library: its records, and a review of one item."""
    database = connect(file)
    with in_one_go(database):
        rows.write(database, records_of(lesson(f"x{number:05}", time.time())))
    database.close()
    with SqliteLearner(file).changing() as change:
        review(change, Review(Item("en", ItemKind.WORD, f"word {number}").id, time.time(), Rating.GOOD))
    SqliteLibrary(file).delete(f"x{number:05}")


async def words_sheet(file: Path) -> tuple[float, float]:
    """The same of the sheet with all words, from the keys that open it until the first of them stand there.

    The wall holds 50 ms and more a key for which the pilot waits: the processor's time is the sheet's.
    """
    session = StagedSession(replace(StagedSession().lesson.plan, target_language="en"))
    session.happen(*READY)
    app = make_app(session, learner=SqliteLearner(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")  # once before: the first time loads the sheet's modules
        await pilot.press("escape")
        began, cpu = time.perf_counter(), time.process_time()
        await pilot.press("n", "right")
        kept = app.screen.query_one(KeptItems)
        await until(pilot, lambda: kept.list.option_count > 0)
        return time.perf_counter() - began, time.process_time() - cpu


def main() -> None:
    """Measure and print."""
    now = time.time()
    with tempfile.TemporaryDirectory() as folder:
        files = {name: fill(Path(folder) / name, *size, now) for name, size in SIZES.items()}
        kept = {name: SqliteLibrary(file).read("l00000") for name, file in files.items()}
        found: dict[tuple[str, str], list[tuple[float, float]]] = {}
        python = [sys.executable]
        for number in range(ROUNDS):
            for name, file in files.items():
                data = file.parent.parent
                for what, taken in (
                    ("python alone", in_process([*python, "-c", "pass"], data)),
                    ("tutor-tui --version", in_process([*python, "-m", "tutor_tui", "--version"], data)),
                    ("tutor-tui status", in_process([*python, "-m", "tutor_tui", "status"], data)),
                    ("briefing", of_call(partial(briefing_for, "en", file, LearnerSettings(keep="yes"), now))),
                    ("words, a screenful", of_call(partial(SqliteLearner(file).items, "en", most=PART))),
                    ("words due", of_call(partial(SqliteLearner(file).due, "en", now, PART))),
                    ("sheet of words", asyncio.run(words_sheet(file))),
                    ("tutor-tui words", in_process([*python, "-m", "tutor_tui", "words"], data)),
                    ("report of a lesson", of_call(partial(report_of, file, kept[name]))),
                    ("keeping a lesson", of_call(partial(write_lesson, file, number))),
                ):
                    found.setdefault((what, name), []).append(taken)
    print("wanted of the large one, at rest: status and sheet of words 150 ms; briefing and a screenful 50 ms")
    print(f"median (least) of {ROUNDS}, ms; small: 100 items and 40 lessons, large: 10,000 and 1,000")
    for what in dict.fromkeys(what for what, _ in found):
        cells, cpu = [], {}
        for name in SIZES:
            walls, cpus = zip(*found[what, name], strict=True)
            cpu[name] = median(cpus)
            cells.append(f"{name}: wall {_ms(walls)}, processor {_ms(cpus)}")
        print(f"{what:20} {' | '.join(cells)} | large ÷ small {cpu['large'] / cpu['small']:.2f}")


def _ms(times: tuple[float, ...]) -> str:
    return f"{median(times) * 1_000:.1f} ({min(times) * 1_000:.1f})"


if __name__ == "__main__":
    main()
