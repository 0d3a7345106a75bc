"""The disk is full in the middle of a lesson: it goes on, its words are kept elsewhere, and the next start has them."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.end_to_end.conftest import LiveServer
from tests.faults.conftest import ANSWERS, CLOUD, GREETING, key_to
from tests.plain.programs import WAIT_S, piped
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.lessons import SqliteLibrary

BEFORE, THEN = "My name is Anna.", "I am from Spain."


class Disk(Protocol):
    """Where a learner's data lies."""

    folder: Path

    def fill(self, pid: int) -> None:
        """Nothing more can be written there by this process."""
        ...

    def free(self) -> None:
        """There is space again."""
        ...


class SmallDisk:
    """A file system in memory, of 1 MB; filled with a file, as disks are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "photographs"

    def fill(self, pid: int) -> None:
        with self._filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4_096))
            except OSError:
                pass

    def free(self) -> None:
        self._filler.unlink()


class LimitedFiles:
    """An ordinary folder. That a file may not grow is for its writer much the same as a full disk (EFBIG)."""

    _MOST_BYTES = 20_000
    """Less than a library has when a lesson begins, and enough for a journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (self._MOST_BYTES, resource.RLIM_INFINITY))

    def free(self) -> None:
        pass  # the limit was for the process that has ended


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk where this machine lets us mount one, else one that only seems full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        yield LimitedFiles(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(params=["as it is", "without a mount"])
def any_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """Both, so that what CI does where nothing may be mounted is tried here too."""
    if request.param == "without a mount":
        return LimitedFiles(tmp_path)
    made: Disk = request.getfixturevalue("disk")
    return made


@pytest.mark.slow
def test_a_lesson_goes_on_when_the_disk_is_full_and_the_next_start_has_all_of_it(
    any_disk: Disk, server: LiveServer, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    environ = {"XDG_DATA_HOME": str(any_disk.folder), "TMPDIR": str(tmp_path / "tmp")} | key_to(server)
    file = any_disk.folder / "tutor-tui" / "library.sqlite3"
    with piped(tmp_path, *CLOUD, **environ) as lesson:
        lesson.lines.wait_for(GREETING)
        lesson.type(BEFORE)
        lesson.lines.wait_for(ANSWERS[0])
        any_disk.fill(lesson.process.pid)
        lesson.type(THEN)
        # The end of the tutor's answer may be the first that is not taken, before ours was typed.
        full = ("The file with your lessons cannot be used", "the next start takes it into the library.")
        lesson.lines.wait_for_each(f"You: {THEN}", *full)
        lesson.type("/quit")
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
        assert "Traceback" not in lesson.lines.rest()
        assert lesson.process.stderr is not None
        assert lesson.process.stderr.read() == b""
    any_disk.free()
    with piped(tmp_path, *CLOUD, **environ) as lesson:
        lesson.lines.wait_for("in your library now.")
        lesson.type("/quit")
        assert lesson.process.wait(WAIT_S) == ExitCode.OK
    said = [turn.text for turn in SqliteLibrary(file).read("last").turns if turn.role == "learner"]
    assert said == [BEFORE, THEN]
