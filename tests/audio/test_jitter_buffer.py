"""Pieces that come late, and silence before the first word."""

from __future__ import annotations

import pytest

from tests.audio.pulled import Notes, ramp
from tests.support.pulse import tone
from tutor_tui.audio.jitter_buffer import LARGEST_MS, LONGEST_LEAD_MS
from tutor_tui.core import pcm


def come_late(notes: Notes, item_id: str, pieces: int = 6) -> int:
    """An item whose second piece is late and whose others come in time; how many blocks were silent in it."""
    notes.playback.play(item_id, tone(0.04))
    notes.pull_ms(100)  # 40 ms of voice, and a hole of 60
    before = notes.playback.holes
    for _ in range(pieces):
        notes.playback.play(item_id, tone(0.02))
        notes.pull_ms(20)
    notes.playback.finish(item_id)
    notes.pull_ms(600)
    return notes.playback.holes - before


def test_after_a_hole_more_is_gathered_and_the_same_delay_makes_no_other() -> None:
    notes = Notes()
    assert come_late(notes, "first") > 0
    gathered = notes.playback.jitter.gathers
    assert 60 <= pcm.ms_of(gathered) <= LARGEST_MS
    assert notes.playback.jitter.hole_ms == pcm.ms_of(gathered)
    assert come_late(notes, "second") == 0, "it began later instead"
    assert notes.playback.jitter.hole_ms == pcm.ms_of(gathered)


def test_what_is_gathered_is_bounded_and_gets_less_while_all_goes_well() -> None:
    notes = Notes()
    for number in range(20):
        notes.playback.play(f"{number}", tone(0.02))
        notes.pull_ms(400)
        notes.playback.play(f"{number}", tone(1.0))
        notes.playback.finish(f"{number}")
        notes.pull_ms(1_200)
    assert pcm.ms_of(notes.playback.jitter.gathers) <= LARGEST_MS
    for number in range(20):
        notes.playback.play(f"good {number}", tone(1.0))
        notes.playback.finish(f"good {number}")
        notes.pull_ms(1_100)
    assert pcm.ms_of(notes.playback.jitter.gathers) < 5


def test_an_item_that_is_shorter_than_what_is_gathered_is_heard() -> None:
    notes = Notes()
    come_late(notes, "first")
    notes.playback.play("short", tone(0.03))
    notes.playback.finish("short")
    assert any(notes.pull_ms(40))
    assert "short" in notes.ended_at


@pytest.mark.parametrize("piece_ms", [20, 100, 1_000])
def test_silence_before_the_first_word_is_passed_over_and_counts_as_heard(piece_ms: int) -> None:
    notes = Notes()
    sound = pcm.silence(300) + ramp(200, first=100)
    size = pcm.bytes_of(piece_ms)
    for at in range(0, len(sound), size):
        notes.playback.play("a", sound[at : at + size])
    heard = notes.pull_ms(40)
    first_ms = next(i for i in range(0, len(heard), 48) if any(heard[i : i + 48])) // 48
    assert first_ms <= 10
    progress = notes.playback.progress("a")
    assert progress is not None and progress.heard_ms >= 40 + 280


def test_a_long_pause_that_somebody_wanted_stays_and_so_does_silence_in_the_middle() -> None:
    notes = Notes()
    notes.playback.play("a", pcm.silence(1_000) + ramp(20))
    assert not any(notes.pull_ms(1_000 - LONGEST_LEAD_MS))
    assert any(notes.pull_ms(40))
    notes.playback.play("a", pcm.silence(200) + ramp(20))
    assert not any(notes.pull_ms(180))
