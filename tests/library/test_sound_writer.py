"""Recording the sound of a lesson on the writer's thread, on real files, and what happens where that fails."""

from __future__ import annotations

import errno
import signal
import stat
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.library.test_sound_files import BLOCK, BLOCK_S, read
from tutor_tui.core import pcm
from tutor_tui.core.events import Trouble
from tutor_tui.library import sound_writer
from tutor_tui.library.recordings import FOLDER, Side, file_of
from tutor_tui.library.sound_files import SideFile
from tutor_tui.library.sound_writer import SoundWriter

ID = "2026-11-27-abcd"
BEGAN_S = 5_000.0


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_writer, "CLOSE_S", 10.0)


class Recording:
    """A writer on a clock that the test moves, and what it told."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now_s = BEGAN_S
        self.told: list[Trouble] = []
        self.given_up = threading.Event()
        self.writer = SoundWriter(data, self._give_up, clock=lambda: self.now_s)

    def _give_up(self, trouble: Trouble) -> None:
        self.told.append(trouble)
        self.given_up.set()

    def begin(self) -> None:
        self.writer.begin(ID, BEGAN_S)

    def say(self, side: Side, at_ms: int, blocks: int = 1) -> None:
        for number in range(blocks):
            at_s = BEGAN_S + at_ms / 1_000 + number * BLOCK_S
            (self.writer.learner if side == "learner" else self.writer.tutor)(BLOCK, at_s)

    def end(self, at_s: float) -> None:
        self.now_s = BEGAN_S + at_s
        self.writer.end()

    def sound(self, side: Side) -> bytes:
        return read(file_of(self.data, ID, side))


@contextmanager
def recording(data: Path) -> Iterator[Recording]:
    made = Recording(data)
    yield made
    made.writer.close()


def test_both_sides_lie_on_the_lessons_clock_for_their_owner_only(tmp_path: Path) -> None:
    with recording(tmp_path / "data") as made:
        made.begin()
        made.say("tutor", 100, blocks=2)
        made.say("learner", 1_000)
        made.end(2.0)
    assert made.sound("tutor") == pcm.silence(100) + 2 * BLOCK + pcm.silence(1_860)
    assert made.sound("learner") == pcm.silence(1_000) + BLOCK + pcm.silence(980)
    assert made.told == [] and made.writer.has(ID) and not made.writer.has("another")
    for place in (made.data, made.data / FOLDER):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in (made.data / FOLDER).iterdir()} == {0o600}


def test_begun_again_it_goes_on_at_the_right_place_and_nothing_between_is_in_it(tmp_path: Path) -> None:
    with recording(tmp_path) as made:
        made.begin()
        made.say("learner", 0)
        made.end(1.0)
        made.say("learner", 1_200)
        made.begin()
        made.say("learner", 3_000)
        made.end(3.5)
    assert made.sound("learner") == BLOCK + pcm.silence(2_980) + BLOCK + pcm.silence(480)
    assert made.sound("tutor") == pcm.silence(3_500)


def test_where_nothing_was_asked_for_nothing_is_made_and_no_thread_runs(tmp_path: Path) -> None:
    before = threading.active_count()
    with recording(tmp_path / "data") as made:
        made.say("learner", 0)
        made.writer.end()
        assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


TALKER = """
import sys, time
from pathlib import Path
from tutor_tui.library.sound_writer import SoundWriter

block, began_s = bytes(range(1, 241)) * 4, time.monotonic()
writer = SoundWriter(Path(sys.argv[1]), print)
writer.begin(sys.argv[2], began_s)
for number in range(100_000):
    time.sleep(max(0.0, began_s + number * 0.02 - time.monotonic()))
    writer.learner(block, began_s + number * 0.02)
    print(number, flush=True)
"""


def test_of_a_killed_lesson_all_but_the_last_second_can_be_read(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TALKER, str(tmp_path), ID]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = next(number for number in map(int, process.stdout) if number == 75)
        process.send_signal(signal.SIGKILL)
    found = read(file_of(tmp_path, ID, "learner"))
    whole = len(found.rstrip(b"\0")) // len(BLOCK)
    assert found.startswith(BLOCK * whole)
    assert (last - whole) * BLOCK_S <= 1.5, "a second, and what a busy machine needs to wake a thread"
    assert abs(len(read(file_of(tmp_path, ID, "tutor"))) - len(found)) <= pcm.bytes_of(1_000)


# ---- failures -------------------------------------------------------------------------------------------------------


def test_a_full_disk_ends_the_recording_with_one_sentence_and_what_there_is_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(tmp_path) as made:
        made.begin()
        made.say("learner", 0)
        made.end(1.0)
    real, full = SideFile.write, OSError(errno.ENOSPC, "No space left on device")

    def write(side: SideFile, place: int, sound: bytes) -> None:
        real(side, place, sound[:100])
        raise full

    monkeypatch.setattr(SideFile, "write", write)
    with recording(tmp_path) as made:
        made.begin()
        made.say("learner", 1_500, blocks=3)
        made.now_s = BEGAN_S + 3.0
        assert made.given_up.wait(10)
        made.say("learner", 3_000, blocks=3)
    (told,) = made.told
    assert told.title == "The sound is no longer recorded: No space left on device."
    assert told.hint == "The lesson goes on; ‹record› tries again."
    assert made.sound("learner").startswith(BLOCK + pcm.silence(980))


def test_where_the_folder_cannot_be_made_it_is_said_and_the_next_try_may_work(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in its place")
    with recording(tmp_path) as made:
        made.begin()
        assert made.given_up.wait(10)
        assert [each.title for each in made.told] == ["The sound is no longer recorded: File exists."]
        assert not made.writer.has(ID)
        (tmp_path / FOLDER).unlink()
        made.begin()
        made.say("learner", 0)
        made.end(0.02)
    assert made.sound("learner") == BLOCK


def test_while_the_disk_takes_nothing_little_is_held_and_then_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(SideFile, "flush", lambda side, least: goes_on.wait(30))
    monkeypatch.setattr(sound_writer, "MOST_WAITING_BYTES", 10 * len(BLOCK))
    with recording(tmp_path) as made:
        made.begin()
        made.say("learner", 0, blocks=1_000)
        assert len(made.writer._waiting) <= 12
        goes_on.set()
        assert made.given_up.wait(10)
    assert [each.title for each in made.told] == ["The sound is no longer recorded: the disk is too slow."]


def test_a_disk_that_takes_nothing_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(SideFile, "flush", lambda side, least: goes_on.wait(30))
    monkeypatch.setattr(sound_writer, "CLOSE_S", 0.01)
    with recording(tmp_path) as made:
        made.begin()
    assert not goes_on.is_set()
    goes_on.set()


def test_after_a_day_a_wav_file_is_full(tmp_path: Path) -> None:
    with recording(tmp_path) as made:
        made.begin()
        made.say("learner", 0)
        made.end(86_400)
    with recording(tmp_path) as made:
        made.now_s = BEGAN_S + 90_000
        made.begin()
        assert made.given_up.wait(10)
    assert made.told[0].title == "The sound is no longer recorded: a WAV file holds no more than a day."
    with wave.open(str(file_of(tmp_path, ID, "learner"))) as found:
        assert found.getnframes() == 86_400 * pcm.RATE_HZ
        assert found.readframes(480) == BLOCK


def test_a_fault_of_ours_ends_the_recording_and_not_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with recording(tmp_path) as made, monkeypatch.context() as faulty:
        faulty.setattr(SideFile, "write", lambda side, place, sound: 1 // 0)
        made.begin()
        made.say("learner", 0)
        made.end(1.0)
        assert made.given_up.wait(10)
    assert made.told[0].title == "The sound is no longer recorded: a fault of ours (ZeroDivisionError)."
    assert "\\x01\\x02" not in caplog.text and "ZeroDivisionError" in caplog.text
