"""The recordings of lessons: two WAV files a lesson, one for each side, in a folder beside the library."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from tutor_tui.core.lesson_summary import counted

Side: TypeAlias = Literal["learner", "tutor"]
SIDES: tuple[Side, ...] = get_args(Side)
FOLDER = "recordings"
"""Beside the library."""
_ID = re.compile(r"[\w-]+", re.ASCII)
_FILE = re.compile(rf"({_ID.pattern})\.(?:{'|'.join(SIDES)})\.wav", re.ASCII)


def file_of(data: Path, lesson_id: str, side: Side) -> Path:
    """Where that side of a lesson is recorded; `data` is the folder that the library is in."""
    return data / FOLDER / f"{lesson_id}.{side}.wav"


def files_of(data: Path, lesson_id: str) -> tuple[Path, ...]:
    """The files there are of a lesson. What is no id of ours, as a foreign library may have one, has none."""
    if not _ID.fullmatch(lesson_id):
        return ()
    files = (file_of(data, lesson_id, side) for side in SIDES)
    return tuple(each for each in files if os.path.isfile(each) and not os.path.islink(each))


def all_files(data: Path) -> tuple[Path, ...]:
    """Those of all lessons, and nothing else that lies there. Raises `OSError`."""
    try:
        return tuple(sorted(each for each in (data / FOLDER).iterdir() if _FILE.fullmatch(each.name)))
    except (FileNotFoundError, NotADirectoryError):
        return ()


def lessons_in(files: Iterable[Path]) -> frozenset[str]:
    """The ids of the lessons that these are of."""
    return frozenset(found[1] for each in files if (found := _FILE.fullmatch(each.name)))


def words_for(files: Iterable[Path]) -> str:
    """What these are, for a sentence: "the recordings of 2 lessons"."""
    return f"the recordings of {counted(len(lessons_in(files)), 'lesson')}"


def delete(data: Path, lesson_id: str) -> None:
    """Delete what there is of a lesson, and the folder if it is empty then. Raises `OSError`."""
    for file in files_of(data, lesson_id):
        file.unlink(missing_ok=True)
    with suppress(OSError):
        (data / FOLDER).rmdir()
