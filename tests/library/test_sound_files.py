"""Where sound lands in a recording, and that its files can be read at any time."""

from __future__ import annotations

import errno
import os
import stat
import wave
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core import pcm
from tutor_tui.library.sound_files import AHEAD_S, APART_S, SideFile, Track

BLOCK = bytes(range(1, 241)) * 4
BLOCK_S = 0.02


def read(file: Path) -> bytes:
    """The samples, as any program finds them."""
    with wave.open(str(file)) as found:
        assert (found.getframerate(), found.getnchannels(), found.getsampwidth()) == (pcm.RATE_HZ, 1, 2)
        sound: bytes = found.readframes(found.getnframes())
    return sound


def places_ms(track: Track, now_s: float = inf) -> list[float]:
    return [place / pcm.BYTES_PER_MS for place, _ in track.placed(now_s)]


# ---- places ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(0.02, 1.0), st.floats(0.0, 0.4)), max_size=8))
def test_blocks_that_come_late_lie_one_behind_the_other_all_the_same(stalls: list[tuple[float, float]]) -> None:
    """A thread that is held up gets all at once what was due meanwhile. A stall: how long before it all is well, s."""
    track, due_s = Track(), 3.0
    for well_s, held_up_s in [*stalls, (0.5, 0.0)]:
        begins_s = due_s + well_s
        ends_s = begins_s + held_up_s
        while due_s < ends_s:
            track.add(BLOCK, due_s if due_s < begins_s else ends_s)
            due_s += BLOCK_S
    places = places_ms(track)
    assert places == pytest.approx([3_000 + number * BLOCK_S * 1_000 for number in range(len(places))], abs=0.05)


def test_where_nothing_came_for_a_while_there_is_a_gap_at_its_very_place() -> None:
    track = Track()
    for at_s in (1.0, 1.02, 1.04, 4.06, 4.08, 4.10):
        track.add(BLOCK, at_s)
    assert places_ms(track) == pytest.approx([1_000, 1_020, 1_040, 4_060, 4_080, 4_100], abs=0.05)


@pytest.mark.parametrize("drift", [0.999, 1.001])
def test_a_device_whose_clock_drifts_is_never_far_off(drift: float) -> None:
    track = Track()
    for number in range(6_000):
        track.add(BLOCK, number * BLOCK_S * drift)
    places = places_ms(track)
    due_ms = [number * BLOCK_S * drift * 1_000 for number in range(6_000)]
    assert max(abs(place - due) for place, due in zip(places, due_ms, strict=True)) <= APART_S * 1_000 + 1
    moved = sum(abs(b - a - 20) > 0.05 for a, b in pairwise(places))
    assert moved <= 120 * 0.001 / APART_S + 1, "and it is seldom moved"


def test_a_block_waits_for_half_a_second_for_those_behind_it() -> None:
    track = Track()
    track.add(BLOCK, 1.0)
    assert places_ms(track, 1.0 + AHEAD_S - 0.01) == []
    assert places_ms(track, 1.0 + AHEAD_S) == [1_000]


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_file_can_be_read_after_each_flush_and_its_silence_is_there(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    side = SideFile(file)
    assert read(file) == b""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    side.flush(pcm.bytes_of(500))
    assert read(file) == pcm.silence(500)
    side.write(pcm.bytes_of(1_000), BLOCK)
    assert read(file) == pcm.silence(500), "what is not flushed is not there yet, and does not hurt"
    side.flush(0)
    assert read(file) == pcm.silence(1_000) + BLOCK
    side.close()


def test_what_was_recorded_before_stays_when_it_goes_on(tmp_path: Path) -> None:
    for place_ms in (0, 100):
        side = SideFile(tmp_path / "a.wav")
        side.write(pcm.bytes_of(place_ms), BLOCK)
        side.flush(0)
        side.close()
    assert read(tmp_path / "a.wav") == BLOCK + pcm.silence(80) + BLOCK


def test_what_was_said_before_the_beginning_is_left_out(tmp_path: Path) -> None:
    side = SideFile(tmp_path / "a.wav")
    side.write(-pcm.bytes_of(15), BLOCK)
    side.write(-pcm.bytes_of(500), BLOCK)
    side.flush(0)
    side.close()
    assert read(tmp_path / "a.wav") == BLOCK[-pcm.bytes_of(5) :]


def test_an_hour_of_silence_takes_no_space(tmp_path: Path) -> None:
    side = SideFile(tmp_path / "a.wav")
    side.flush(pcm.bytes_of(3_600_000))
    side.close()
    assert (tmp_path / "a.wav").stat().st_size > 170_000_000
    assert (tmp_path / "a.wav").stat().st_blocks * 512 < 100_000


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "a.wav").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError) as caught:
        SideFile(tmp_path / "a.wav")
    assert caught.value.errno == errno.ELOOP
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_file_that_a_crash_left_without_its_head_is_taken(tmp_path: Path) -> None:
    os.close(os.open(tmp_path / "a.wav", os.O_CREAT | os.O_WRONLY))
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    SideFile(tmp_path / "a.wav").close()
    assert read(tmp_path / "a.wav") == b""
