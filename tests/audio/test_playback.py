"""What is heard of what was said: every byte, in order, without clicks, and counted."""

from __future__ import annotations

import threading
import time
from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audio.pulled import BLOCK, LATENCY_S, Notes, ramp
from tests.support.pulse import tone
from tutor_tui.audio.fades import FADE_MS
from tutor_tui.audio.playback import DUCKED
from tutor_tui.core import pcm
from tutor_tui.core.ports import Heard


def steps(sound: bytes) -> int:
    """The largest jump from one sample to the next."""
    samples = pcm.samples_of(sound)
    return max(abs(b - a) for a, b in pairwise(samples))


@given(st.lists(st.integers(0, 3001), max_size=40), st.sampled_from([240, 480, 960, 962]))
@settings(max_examples=60, deadline=None)
def test_pieces_of_any_size_are_heard_whole(sizes: list[int], block: int) -> None:
    notes = Notes()
    sound = ramp(sum(sizes) / pcm.BYTES_PER_MS + 1)[: sum(sizes)]
    at = 0
    for size in sizes:
        notes.playback.play("a", sound[at : at + size])
        at += size
    notes.playback.finish("a")
    heard = b"".join(notes.pull(block) for _ in range(len(sound) // block + 2))
    whole = sound[: len(sound) & ~1]
    assert heard[: len(whole)] == whole
    assert notes.playback.stop() == ()
    assert list(notes.ended_at) == ["a"]
    assert notes.playback.holes == 0


def test_items_follow_each_other_without_a_gap() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(25))
    notes.playback.finish("a")
    notes.playback.play("b", ramp(25, first=7000))
    notes.playback.finish("b")
    heard = notes.pull_ms(60)
    assert heard[: pcm.bytes_of(50)] == ramp(25) + ramp(25, first=7000)
    assert list(notes.ended_at) == ["a", "b"]


def test_pieces_of_two_items_in_turns_are_all_heard_in_the_order_they_came() -> None:
    notes = Notes()
    for item_id, first in (("a", 1), ("b", 5000), ("a", 9000)):
        notes.playback.play(item_id, ramp(20, first=first))
    notes.playback.finish("a")
    notes.playback.finish("b")
    assert notes.pull_ms(60) == ramp(20) + ramp(20, first=5000) + ramp(20, first=9000)
    notes.pull()
    assert set(notes.ended_at) == {"a", "b"}


def test_an_end_is_told_for_the_moment_at_which_it_is_heard() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(30))
    notes.playback.finish("a")
    begun_s = notes.now_s
    notes.pull_ms(60)
    assert abs(notes.ended_at["a"] - (begun_s + 0.020 + LATENCY_S + 0.010)) < 1e-6


def test_an_item_without_sound_ends_in_its_turn() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(40))
    notes.playback.finish("a")
    notes.playback.finish("b")
    notes.playback.finish("b")
    notes.pull()
    assert notes.ended_at == {}
    notes.pull_ms(40)
    assert list(notes.ended_at) == ["a", "b"]


def test_half_a_sample_waits_for_its_other_half_in_each_item() -> None:
    notes = Notes()
    a, b = ramp(20), ramp(20, first=9000)
    notes.playback.play("a", a[:101])
    notes.playback.play("b", b[:33])
    notes.playback.play("a", a[101:])
    notes.playback.play("b", b[33:])
    notes.playback.finish("a")
    notes.playback.finish("b")
    assert notes.pull_ms(40) == a[:100] + b[:32] + a[100:] + b[32:]


def test_stopping_fades_within_ten_ms_and_tells_what_was_heard() -> None:
    notes = Notes()
    notes.playback.play("a", tone(1.0))
    notes.playback.play("b", tone(0.5))
    before = notes.pull_ms(100)
    assert notes.playback.stop() == (Heard("a", 110, 1000), Heard("b", 0, 500))
    after = notes.pull_ms(40)
    fade = pcm.bytes_of(10)
    assert any(after[:fade])
    assert not any(after[fade:])
    assert steps(before + after) <= steps(tone(0.1)) + 40, "the cut clicks"
    assert notes.playback.stop() == ()


def test_late_pieces_of_a_stopped_item_stay_silent_for_ever() -> None:
    notes = Notes()
    notes.playback.play("a", tone(0.2))
    notes.pull_ms(40)
    notes.playback.stop()
    notes.pull_ms(20)
    notes.playback.play("a", tone(0.2))
    notes.playback.finish("a")
    notes.playback.play("b", ramp(20))
    assert notes.pull() == ramp(20)
    assert not any(notes.pull_ms(200)[pcm.bytes_of(3) :])
    assert notes.ended_at == {}


def test_what_is_said_right_after_a_stop_is_heard_whole() -> None:
    notes = Notes()
    notes.playback.play("a", tone(0.2))
    notes.pull_ms(40)
    notes.playback.stop()
    notes.playback.play("b", ramp(40))
    fade = pcm.bytes_of(10)
    assert notes.pull_ms(60)[fade : fade + pcm.bytes_of(40)] == ramp(40)


def test_an_item_that_is_all_in_the_device_is_not_cut_and_ends_once() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(20))
    notes.pull()
    notes.playback.finish("a")
    assert notes.playback.stop() == ()
    assert list(notes.ended_at) == ["a"]
    notes.pull_ms(40)


def test_running_dry_in_mid_item_is_soft_and_counted_when_it_goes_on() -> None:
    notes = Notes()
    notes.playback.play("a", tone(0.0303))
    heard = notes.pull_ms(60)
    assert notes.playback.holes == 0, "it may have been the end"
    notes.playback.play("a", tone(0.1))
    heard += notes.pull_ms(100)
    assert notes.playback.holes == 2
    assert steps(heard) <= steps(tone(0.1)) + 120, "the hole clicks"


def test_the_end_of_an_item_off_zero_does_not_click() -> None:
    notes = Notes()
    notes.playback.play("a", array("h", [8000] * 480).tobytes())
    notes.playback.finish("a")
    assert steps(notes.pull_ms(60)) <= 8000 // 60


def test_a_first_piece_shorter_than_a_block_waits_for_more() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(5))
    assert not any(notes.pull())
    assert not notes.playback.sounding
    notes.playback.play("a", ramp(15, first=121))
    assert notes.pull() == ramp(20)


def test_sounding_lasts_until_the_device_has_said_it() -> None:
    notes = Notes()
    assert not notes.playback.sounding
    notes.playback.play("a", ramp(20))
    notes.playback.finish("a")
    notes.pull()  # the clock has moved by its 20 ms
    audible = [notes.playback.sounding]
    notes.now_s += LATENCY_S - 0.001
    audible.append(notes.playback.sounding)
    notes.now_s += 0.005
    audible.append(notes.playback.sounding)
    assert audible == [True, True, False]


def test_a_device_that_asks_too_late_has_run_dry() -> None:
    notes = Notes()
    notes.playback.play("a", tone(1.0))
    notes.pull()  # its 20 ms are heard in 40 ms from then
    notes.now_s += LATENCY_S - 0.001
    in_time = notes.playback.dry
    notes.now_s += 0.002
    assert (in_time, notes.playback.dry) == (False, True)
    notes.playback.stop()
    notes.pull()
    notes.now_s += 1.0
    in_silence = notes.playback.dry
    assert not in_silence


def test_a_lost_device_ends_the_complete_items_and_forgets_the_rest() -> None:
    notes = Notes()
    notes.playback.play("a", tone(1.0))
    notes.playback.finish("a")
    notes.playback.play("b", tone(1.0))
    notes.pull_ms(40)
    assert [item.id for item in notes.playback.abandon()] == ["a"]
    notes.playback.renew()
    notes.playback.play("c", ramp(20))
    assert notes.pull() == ramp(20), "neither a fade nor a rest of what was lost"


def test_nothing_is_lost_or_doubled_between_two_real_threads() -> None:
    notes = Notes()
    sound = ramp(2000)
    blocks: list[bytes] = []
    ahead = 20 * 480

    def device() -> None:
        while "a" not in notes.ended_at:
            if len(sound) == fed or fed - len(blocks) * 480 > ahead:  # a device never runs faster than its clock
                blocks.append(notes.playback.pull(480, 0.0))

    fed = 0
    thread = threading.Thread(target=device)
    thread.start()
    while fed < len(sound):
        notes.playback.play("a", sound[fed : fed + 1001])
        fed += 1001
    fed = len(sound)
    notes.playback.finish("a")
    thread.join(10)
    assert b"".join(blocks)[: len(sound)] == sound
    assert notes.playback.holes == 0


def test_a_stop_at_any_moment_leaves_later_items_whole() -> None:
    for _ in range(30):
        notes = Notes()
        blocks: list[bytes] = []
        done = threading.Event()

        def device(notes: Notes = notes, blocks: list[bytes] = blocks, done: threading.Event = done) -> None:
            while not done.is_set():
                blocks.append(notes.playback.pull(480, 0.0))

        notes.playback.play("a", bytes(2) * 200_000)
        thread = threading.Thread(target=device)
        thread.start()
        while not blocks:
            time.sleep(0)
        notes.playback.stop()
        notes.playback.play("b", ramp(100))
        notes.playback.finish("b")
        while "b" not in notes.ended_at:
            time.sleep(0)
        done.set()
        thread.join()
        assert ramp(100) in b"".join(blocks)


def test_how_much_of_an_item_is_with_the_device_is_known_meanwhile() -> None:
    room = Notes()
    assert room.playback.progress("a") is None
    room.playback.play("a", ramp(100))
    assert room.playback.progress("a") == Heard("a", 0, 100)
    room.pull_ms(40)
    assert room.playback.progress("a") == Heard("a", 40, 100)


def test_who_hears_along_gets_what_goes_to_the_device_and_when_it_is_heard() -> None:
    notes, tapped = Notes(), list[tuple[bytes, float]]()
    notes.playback.tap = lambda block, at_s: tapped.append((block, at_s))
    notes.playback.play("a", ramp(1_000))
    pulled = notes.pull_ms(100)
    notes.playback.stop()
    pulled += notes.pull_ms(100)
    assert b"".join(block for block, _ in tapped) == pulled
    assert pulled.startswith(ramp(100)) and not any(pulled[pcm.bytes_of(100 + FADE_MS) :]), "what was cut is not in it"
    assert [at_s for _, at_s in tapped] == pytest.approx([100.0 + LATENCY_S + 0.02 * number for number in range(10)])


def test_a_pause_loses_nothing_and_counts_nothing() -> None:
    notes = Notes()
    sound = ramp(200)
    notes.playback.play("a", sound)
    before = notes.pull_ms(60)
    notes.playback.pause()
    paused = notes.pull_ms(100)
    assert notes.playback.progress("a") == Heard("a", 60, 200)
    assert steps(before[-2:] + paused) < 20_000 and paused[pcm.bytes_of(FADE_MS) :] == bytes(pcm.bytes_of(90))
    assert not notes.playback.sounding and not notes.playback.dry and notes.playback.holes == 0
    notes.playback.resume()
    after = notes.pull_ms(140)
    softened = pcm.bytes_of(3)
    assert before == sound[: pcm.bytes_of(60)]
    assert after[softened:] == sound[pcm.bytes_of(60) + softened :]
    assert abs(pcm.samples_of(after)[0]) < 100, "it comes back without a click"


def test_what_is_stopped_in_a_pause_makes_no_sound_any_more_and_what_follows_is_heard_at_once() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(200))
    notes.pull_ms(60)
    notes.playback.pause()
    notes.pull()
    assert notes.playback.stop() == (Heard("a", 70, 200),), "the fade at the pause was heard"
    assert notes.pull() == bytes(BLOCK)
    notes.playback.play("b", ramp(40))
    assert notes.pull_ms(40) == ramp(40)


def test_a_pause_and_a_stop_between_two_blocks_fade_once() -> None:
    notes = Notes()
    notes.playback.play("a", ramp(200))
    notes.pull_ms(60)
    notes.playback.pause()
    notes.playback.stop()
    assert notes.pull()[pcm.bytes_of(FADE_MS) :] == bytes(pcm.bytes_of(10))
    assert notes.pull() == bytes(BLOCK)


def test_a_ducked_voice_is_quieter_and_comes_back_without_a_click() -> None:
    notes = Notes()
    sound = tone(0.2)
    notes.playback.play("a", sound)
    notes.pull_ms(40)
    notes.playback.duck()
    ducked = notes.pull_ms(60)
    notes.playback.resume()
    after = notes.pull_ms(60)
    assert notes.playback.progress("a") == Heard("a", 160, 200), "all of it was heard"
    quiet = pcm.samples_of(ducked[pcm.bytes_of(FADE_MS) :])
    loud = pcm.samples_of(sound)
    assert max(quiet) == pytest.approx(max(loud) * DUCKED, abs=2)
    assert after[pcm.bytes_of(FADE_MS) :] == sound[pcm.bytes_of(110) : pcm.bytes_of(160)]
    assert steps(ducked + after) <= steps(sound)
