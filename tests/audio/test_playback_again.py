"""What is heard again while the tutor's voice waits."""

from __future__ import annotations

import pytest

from tests.audio.pulled import BLOCK, LATENCY_S, Notes, ramp
from tests.support.pulse import tone
from tutor_tui.audio.fades import FADE_MS
from tutor_tui.core import pcm
from tutor_tui.core.ports import Heard


def test_what_is_heard_again_comes_at_once_and_the_voice_goes_on_where_it_was() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(100))
    notes.playback.finish("a")
    first = notes.pull_ms(40)
    notes.playback.replay("again", ramp(50, first=9_000))
    notes.playback.replay("again", ramp(30, first=12_000))
    notes.playback.finish_replay()
    heard = notes.pull_ms(100)
    assert notes.playback.progress("a") == Heard("a", 40, 100), "what is heard again counts for nothing"
    assert heard[pcm.bytes_of(10) : pcm.bytes_of(53)] == ramp(50, first=9_000)[pcm.bytes_of(7) :]
    assert notes.ended_at["again"] == pytest.approx(100.0 + 0.04 + LATENCY_S + 0.083, abs=0.02)
    rest = notes.pull_ms(80)
    assert first == ramp(100)[: pcm.bytes_of(40)]
    assert rest[pcm.bytes_of(5) : pcm.bytes_of(60)] == ramp(100)[pcm.bytes_of(45) :], "no sample is lost"
    assert notes.playback.holes == 0 and list(notes.ended_at) == ["again", "a"]


def test_another_takes_the_place_of_what_is_heard_again_and_stopping_it_stops_nothing_else() -> None:
    notes = Notes()
    notes.playback.play("a", tone(0.2))
    notes.playback.finish("a")
    notes.pull_ms(20)
    notes.playback.replay("one", tone(1.0))
    notes.playback.finish_replay()
    notes.pull_ms(40)
    notes.playback.replay("two", tone(1.0))
    notes.playback.finish_replay()
    notes.pull_ms(40)
    notes.playback.stop_replay()
    assert notes.pull()[pcm.bytes_of(FADE_MS) :] == bytes(BLOCK - pcm.bytes_of(FADE_MS))
    notes.pull_ms(200)
    assert list(notes.ended_at) == ["a"], "of what was stopped or displaced no end is told"


def test_what_stops_the_voice_stops_what_is_heard_again_too_and_nothing_follows() -> None:
    notes = Notes()
    notes.playback.play("a", tone(0.2))
    notes.pull_ms(20)
    notes.playback.replay("again", tone(0.2))
    notes.pull_ms(40)
    assert notes.playback.stop() == (Heard("a", 20, 200),)
    notes.pull()
    assert not any(notes.pull_ms(300))


def test_a_device_that_goes_ends_what_is_heard_again() -> None:
    notes = Notes()
    notes.playback.replay("again", tone(0.2))
    notes.playback.finish_replay()
    notes.pull_ms(20)
    assert [item.id for item in notes.playback.abandon()] == ["again"]
    notes.pull()  # the last sample sinks to zero
    assert not any(notes.pull_ms(200))


def test_what_is_queued_is_held_between_two_replays_and_no_sample_of_it_is_lost() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(100))
    notes.playback.finish("a")
    first = notes.pull_ms(40)
    notes.playback.hold(True)
    notes.playback.replay("one", ramp(20, first=9_000))
    notes.playback.finish_replay()
    notes.pull_ms(40)
    assert list(notes.ended_at) == ["one"] and not any(notes.pull_ms(500))
    notes.playback.replay("two", ramp(20, first=9_000))
    notes.playback.finish_replay()
    assert any(notes.pull_ms(40)) and notes.playback.progress("a") == Heard("a", 40, 100)
    notes.playback.hold(False)
    rest = notes.pull_ms(80)
    assert first == ramp(100)[: pcm.bytes_of(40)]
    assert rest[pcm.bytes_of(5) : pcm.bytes_of(60)] == ramp(100)[pcm.bytes_of(45) :] and notes.playback.holes == 0
    notes.playback.play("b", tone(0.2))
    notes.playback.hold(True)
    notes.playback.stop()
    notes.playback.play("c", tone(0.2))
    assert any(notes.pull_ms(40)), "what stops all ends that, too"
