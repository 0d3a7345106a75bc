"""Which lesson scripts there are, and what stands at the top of each: for lists, which judge nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from tutor_tui.core.courses import LessonHead
from tutor_tui.core.problems import ExitCode, Problem

SUFFIX = ".toml"
MAX_FILE_BYTES = 1_000_000
"""A lesson of a hundred steps is 50 kB; anything this large is not a lesson."""


def list_heads(folders: Iterable[Path]) -> list[LessonHead]:
    """What stands above the steps of all scripts, by name: a few milliseconds for a hundred. Not of broken ones."""
    heads = (_head(path) for _, path in sorted(script_paths(folders).items()))
    return [head for head in heads if head]


_FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)
"""What stands above it is all that lists need; the tables of words below take a hundred times as long to read."""


@lru_cache(maxsize=512)
def _head_of(path: Path, changed_ns: int) -> LessonHead | None:
    del changed_ns  # only keeps an edited file from being taken for the one read before
    text = script_text(path)
    first_table = _FIRST_TABLE.search(text)
    match tomllib.loads(text[: first_table.start() if first_table else 0]):
        case {"title": str(title), "language": str(language), **rest}:
            unit, can_do = rest.get("unit", 0), rest.get("can_do", [])
            return LessonHead(
                path.stem,
                title,
                language,
                str(rest.get("level", "")),
                str(rest.get("course", "")),
                unit if isinstance(unit, int) else 0,
                tuple(map(str, can_do)) if isinstance(can_do, list) else (),
                rest.get("level_test") is True,
            )
    return None


def _head(path: Path) -> LessonHead | None:
    try:
        return _head_of(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, RecursionError, Problem):
        return None


def script_paths(folders: Iterable[Path]) -> dict[str, Path]:
    """All scripts by name; where two folders hold the same name the earlier folder wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, path)
    return found


def script_text(path: Path) -> str:
    """What is in the file. Raises `Problem` where that can be no lesson, `OSError`, and `UnicodeDecodeError`."""
    if path.exists() and not path.is_file():  # a pipe would be waited for, and a device may have no end
        raise broken(path, 0, "", "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise broken(path, 0, "", "it is too large to be a lesson")
    return data.decode().replace("\r\n", "\n").replace("\r", "\n")


def broken(path: Path, line: int, key: str, reason: str) -> Problem:
    """What is wrong with a script, and where: the line, 0 for the file as a whole, and the key, if it is about one."""
    where = f"{path}, line {line}" if line else str(path)
    what = f"{key}: {reason}" if key else reason
    return Problem(f"The lesson {where} is broken: {what}.", "Mend the file, or choose another lesson.", ExitCode.USAGE)
