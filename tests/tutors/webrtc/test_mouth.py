"""The learner's voice on its way out: in order, in time, and never the past."""

from __future__ import annotations

import asyncio
from array import array

from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.mouth import LATE_BYTES, MAX_WAITING_BYTES, Mouth


def voice(frames: int, first: int = 1_000) -> bytes:
    """Frames that can be told apart, none of them silent."""
    half = pcm.FRAME_BYTES // 2
    return b"".join(pcm.bytes_from(array("h", [first + number] * half)) for number in range(frames))


def test_what_goes_in_comes_out_whole_whatever_the_pieces() -> None:
    mouth = Mouth()
    said = voice(6)
    for at in range(0, len(said), 700):
        mouth.hear(said[at : at + 700])
    assert b"".join(mouth.pull() for _ in range(6)) == said
    assert mouth.pull() == pcm.silence(pcm.FRAME_MS)


def test_half_a_frame_waits_for_its_other_half() -> None:
    mouth = Mouth()
    frame = voice(1)
    mouth.hear(frame[:500])
    assert mouth.pull() == pcm.silence(pcm.FRAME_MS)
    mouth.hear(frame[500:])
    assert mouth.pull() == frame


def test_a_backlog_is_worked_off_in_pauses_and_no_word_is_lost() -> None:
    mouth = Mouth()
    mouth.hear(voice(5) + pcm.silence(400) + voice(5, 2_000))
    out = b"".join(mouth.pull() for _ in range(40))
    frames = [out[at : at + pcm.FRAME_BYTES] for at in range(0, len(out), pcm.FRAME_BYTES)]
    spoken = b"".join(frame for frame in frames if frame != pcm.silence(pcm.FRAME_MS))
    assert spoken == voice(5) + voice(5, 2_000)
    assert frames.index(voice(1, 2_000)) < 5 + 20 - (LATE_BYTES // pcm.FRAME_BYTES - 5) + 1
    assert len(frames) == 40


def test_a_microphone_that_stumbles_tears_a_hole_once_and_gets_a_cushion() -> None:
    mouth = Mouth()
    out = []
    for number in range(60):  # each third frame comes with the one after it
        if number % 3 != 1:
            mouth.hear(voice(2 if number % 3 == 2 else 1))
        out.append(mouth.pull())
    holes = [number for number, frame in enumerate(out) if frame == pcm.silence(pcm.FRAME_MS)]
    assert 0 < len(holes) <= 3
    assert max(holes) < 10


def test_a_microphone_that_is_in_time_is_not_held_up() -> None:
    mouth = Mouth()
    for number in range(50):
        mouth.hear(voice(1, 1_000 + number))
        assert mouth.pull() == voice(1, 1_000 + number)


def test_where_the_learner_pauses_is_no_hole() -> None:
    mouth = Mouth()
    for _ in range(20):
        mouth.hear(voice(1) + pcm.silence(pcm.FRAME_MS))
        assert [mouth.pull() for _ in range(4)] == [voice(1), *[pcm.silence(pcm.FRAME_MS)] * 3]


async def test_a_turn_by_key_makes_no_cushion_for_the_next() -> None:
    mouth = Mouth()
    for _ in range(5):
        mouth.hear(voice(2))
        said = asyncio.create_task(mouth.all_said())
        await asyncio.sleep(0)
        assert mouth.pull() + mouth.pull() == voice(2)
        await said
        assert mouth.pull() == pcm.silence(pcm.FRAME_MS)
    mouth.hear(voice(1))
    assert mouth.pull() == voice(1)


def test_the_past_is_not_told() -> None:
    mouth = Mouth()
    taken_ms = sum(mouth.hear(voice(1)) for _ in range(200))
    assert taken_ms == pcm.ms_of(MAX_WAITING_BYTES)
    assert mouth.dropped_ms == 4_000 - taken_ms


async def test_all_said_waits_for_the_last_frame_and_for_no_more() -> None:
    mouth = Mouth()
    mouth.hear(voice(3) + b"\1\1")
    waiting = asyncio.create_task(mouth.all_said())
    for _ in range(4):
        await asyncio.sleep(0)
        assert not waiting.done()
        mouth.pull()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(mouth.all_said(), 1)  # nothing more to wait for
