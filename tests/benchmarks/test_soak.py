"""A long lesson loses nothing and takes no more memory: minutes of it here; `tests.benchmarks.soak` holds it all."""

from __future__ import annotations

import os
import threading

import pytest

from tests.benchmarks.long_lesson import ANSWER_MS, hold_lesson
from tests.benchmarks.soak import Figures, report, switches

FADE_MS = 10


def test_a_long_lesson_in_virtual_time() -> None:
    lesson = hold_lesson(3)
    assert lesson.growth_mb <= 5.0
    assert lesson.answers == lesson.asked > 12
    assert lesson.kept == lesson.shown and lesson.all_kept
    assert lesson.microphone_ms - lesson.heard_ms in (0, 20), "a frame may be under way"
    assert lesson.cuts >= 2
    # What is stopped gets quieter first, and fades then: 10 ms each that have another height than the voice.
    assert 0 <= lesson.voice_ms - lesson.played_ms <= lesson.cuts * 2 * FADE_MS
    assert lesson.dropped == 0
    assert max(lesson.drifts_ms) - min(lesson.drifts_ms) <= 40
    assert lesson.voice_ms < lesson.answers * ANSWER_MS


def test_wake_ups_are_counted_by_thread() -> None:
    """A thread that is woken ten times has begun to run ten times, at least."""
    wake, woken = threading.Semaphore(0), threading.Semaphore(0)

    def sleeper() -> None:
        while wake.acquire():
            woken.release()

    thread = threading.Thread(target=sleeper, daemon=True)
    thread.start()
    before = switches(os.getpid())
    for _ in range(10):
        wake.release()
        woken.acquire()
    after = switches(os.getpid())
    assert max(after[name] - count for name, count in before.items()) >= 10


def test_growth_is_told_from_the_second_minute_on(capsys: pytest.CaptureFixture[str]) -> None:
    figures = Figures(memory_mb=[50, 70, 80, 80, 84], children_mb=[1, 1], drifts_ms=[3, 5], load=[1.0])
    figures.wakes["0 python"] += [10.0, 25.0, 30.0]
    report(figures)
    told = capsys.readouterr().out
    assert figures.growth_mb == 4
    assert "0.50 a block" in told and "worst 5 ms" in told
