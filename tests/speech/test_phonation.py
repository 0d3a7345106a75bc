"""Where somebody speaks: on people's recordings against hand counts, and on made-up frames."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.hand_counts import CARDS, COUNTS, Count, measured, sound_of
from tutor_tui.core import pcm
from tutor_tui.speech.phonation import SHORTEST_GAP_MS, JudgedFrame, Segment, segments
from tutor_tui.speech.silero import SileroProbability
from tutor_tui.speech.vad import WINDOW_BYTES

PAUSE_MS = 250


def judged(sound: bytes) -> list[JudgedFrame]:
    probability, rest, likely, frames = SileroProbability(), b"", 0.0, []
    for at in range(0, len(sound) - pcm.FRAME_BYTES + 1, pcm.FRAME_BYTES):
        frame = sound[at : at + pcm.FRAME_BYTES]
        rest += frame
        while len(rest) >= WINDOW_BYTES:
            likely, rest = probability(rest[:WINDOW_BYTES]), rest[WINDOW_BYTES:]
        frames.append(JudgedFrame(pcm.ms_of(at), pcm.dbfs(pcm.samples_of(frame)), likely))
    return frames


def with_pauses_only(found: tuple[Segment, ...]) -> list[list[int]]:
    """The same, without the silences that are too short for a pause."""
    joined: list[list[int]] = []
    for begin, end in found:
        if joined and begin - joined[-1][1] < PAUSE_MS:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    return joined


def check(found: tuple[Segment, ...], count: Count) -> None:
    """Each pause that was counted was found, and no other; each, and the whole of the voice, within 10 %."""
    spoken = with_pauses_only(found)
    assert len(spoken) == len(count.voice)
    for (_, end), (begin, _), (_, true_end), (true_begin, _) in zip(
        spoken, spoken[1:], count.voice, count.voice[1:], strict=False
    ):
        assert begin - end == pytest.approx(true_begin - true_end, rel=0.1)
    assert sum(end - begin for begin, end in spoken) == pytest.approx(count.phonation_ms, rel=0.1)


@pytest.mark.parametrize("count", COUNTS, ids=["austen", "cards"])
def test_the_voice_of_people_is_found_as_it_was_counted_by_hand(count: Count) -> None:
    found = measured(count)
    check(found, count)
    silences = [(end, begin) for (_, end), (begin, _) in pairwise(found) if begin - end < PAUSE_MS]
    for found_silence in silences:
        assert any(found_silence == pytest.approx(counted, abs=40) for counted in count.short_silences)


def test_noise_in_the_room_does_not_change_it() -> None:
    samples = np.frombuffer(sound_of(CARDS), "<i2")
    noise = np.random.default_rng(1).normal(0, 250, len(samples))  # -42 dBFS, 10 dB above the room of the recording
    noisy = (samples + noise).clip(-32_768, 32_767).astype("<i2").tobytes()
    check(segments(judged(noisy)), CARDS)


def test_noise_alone_is_nobody() -> None:
    assert segments([JudgedFrame(ms, -20.0, 0.1) for ms in range(0, 2_000, 20)]) == ()
    assert segments([]) == ()


def made_up(parts: list[tuple[int, float, float]]) -> list[JudgedFrame]:
    """Frames of parts: how many, how loud, and what the model says."""
    levels = [(dbfs, likely) for many, dbfs, likely in parts for _ in range(many)]
    return [JudgedFrame(20 * place, *each) for place, each in enumerate(levels)]


def test_a_beginning_that_the_model_notices_late_is_found_where_it_is() -> None:
    late = made_up([(20, -60.0, 0.0), (6, -20.0, 0.2), (30, -20.0, 0.9), (5, -60.0, 0.9), (20, -60.0, 0.0)])
    assert segments(late) == ((400, 1_120),)


def test_a_loud_noise_long_before_a_word_is_none() -> None:
    knocked = made_up([(10, -60.0, 0.0), (6, -10.0, 0.1), (20, -60.0, 0.0), (20, -20.0, 0.9), (10, -60.0, 0.0)])
    assert segments(knocked) == ((720, 1_120),)


def test_frames_that_are_missing_are_silence() -> None:
    talk = made_up([(20, -60.0, 0.0), (50, -20.0, 0.9)])
    later = [frame._replace(at_ms=frame.at_ms + 5_000) for frame in talk[20:]]
    assert segments(talk + later) == ((400, 1_400), (5_400, 6_400))


@given(st.lists(st.tuples(st.floats(-96, 0), st.floats(0, 1)), max_size=60))
def test_segments_are_in_order_and_lie_within_what_was_heard(levels: list[tuple[float, float]]) -> None:
    frames = [JudgedFrame(20 * place, *each) for place, each in enumerate(levels)]
    found = segments(frames)
    times = [ms for each in found for ms in each]
    assert times == sorted(set(times)) and all(0 <= ms <= 20 * len(frames) for ms in times)
    assert all(begin - end >= SHORTEST_GAP_MS for (_, end), (begin, _) in pairwise(found))
