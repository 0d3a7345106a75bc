"""Recordings of lessons, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tutors.helpers import call
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.testing.scripted_tutor import ScriptedTutor, Step, Until, learner_says, tutor_says
from tutor_tui.tutors.recording.format import header
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

SCRIPT: list[Step] = [
    Until(cmd.Greet),
    *tutor_says("Hello there!", "t1"),
    *learner_says("good morning", "l1", "t1"),
    *tutor_says("Well said.", "t2", "l1"),
]


HEADER = header("scripted", Capabilities())
CALL = b'{"t":0,"call":{"profile":"English"}}\n'


async def record(file: Path, steps: list[Step] = SCRIPT, **options: Any) -> None:
    """A whole conversation on `file`, opened with a greeting, with half a second of sound."""
    tutor = RecordedTutor(ScriptedTutor(steps, pace=0.02, **options), RecordingFile(file))
    replies = sum(isinstance(step, ev.ReplyEnded) for step in steps)
    async with call(tutor) as ear:
        await ear.link.send(cmd.Greet("Greet."))
        ear.link.hear(pcm.silence(500))
        await ear.wait(ev.ReplyEnded, replies)
    await tutor.close()


def file_of(folder: Path, *lines: bytes) -> Path:
    """A recording with these lines."""
    path = folder / "made.jsonl"
    path.write_bytes(b"".join(lines))
    return path
