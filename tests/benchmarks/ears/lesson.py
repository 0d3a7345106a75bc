"""A lesson by voice from greeting to closing: `python -m tests.benchmarks.ears.lesson [--lesson ko-a1-first-words]`.

The offline server runs as the program it is, as it is installed without any extra; the learner's answers are made by
Kokoro (the extra `[voices]`), another engine than the tutor's own voice. Behind the first answer somebody says what no
lesson expects: the person recorded in `../shared/audio/languages`, or, where that is missing, an English one of the
repository. Printed is what was meant, what was understood and what the tutor said.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.ears import clips, sounds
from tests.benchmarks.ears.corpus import RECORDINGS
from tests.benchmarks.ways import TOKEN, served
from tests.offline_server.recordings import recording
from tests.offline_server.spoken_lesson import hold
from tests.support.paths import LESSONS, PROMPTS
from tutor_tui.offline_server.lesson.script_file import read_script


def main() -> int:
    """Hold the lesson; the exit code says whether it came to its closing, and took nothing else for an answer."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ears.lesson", description="A lesson by voice.")
    parser.add_argument("--lesson", default="ko-a1-first-words", help="one of prompts/lessons")
    parser.add_argument("--voice", default="", help="one of Kokoro's")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="recordings of people (../shared/audio)")
    options = parser.parse_args()
    console = Console(width=130)
    path = LESSONS / f"{options.lesson}.toml"
    script = read_script(path)
    voice = options.voice or clips.HELD_OUT[script.language][-1]

    def say(text: str) -> bytes:
        return sounds.for_a_lesson(sounds.in_a_room(clips.said(text, script.language, voice), seed=len(text)))

    other = options.recordings / "languages" / f"{script.language}-something-else.wav"
    if not other.is_file():
        console.print(f"{other} is missing: something that nobody expects is said in English.")
    not_expected = sounds.for_a_lesson(sounds.read(other)) if other.is_file() else recording("austen-0880")
    began = time.monotonic()
    with served("tutor_tui.offline_server", "--token", TOKEN, "--prompts", str(PROMPTS)) as port:
        turns = asyncio.run(hold(port, path, say, not_expected, token=TOKEN))
    table = Table(title=f"{script.title} ({script.language}), by {voice}", min_width=88)
    for heading in ("meant", "understood", "the tutor", "ms"):
        table.add_column(heading, overflow="fold")
    for turn in turns:
        table.add_row(turn.meant or "(something else)", turn.understood, turn.reply, f"{turn.thought_ms:.0f}")
    console.print(table)
    closed = script.closing in turns[-1].reply
    understood = sum(turn.understood == turn.meant != "" for turn in turns)
    thought_ms = statistics.median(turn.thought_ms for turn in turns)
    console.print(
        f"{'To its closing' if closed else 'NOT to its closing'} in {time.monotonic() - began:.0f} s: {len(turns) - 1} "
        f"answers, {understood} understood as they were meant; a transcript after {thought_ms:.0f} ms (median)."
    )
    return 0 if closed and not turns[1].understood else 1


if __name__ == "__main__":
    raise SystemExit(main())
