"""The learner's voice on its way out: in order, in time, and never the past."""

from __future__ import annotations

import asyncio
from array import array

from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.webrtc.mic_queue import LATE_BYTES, MAX_TRIES, MAX_WAITING_BYTES, MicQueue

QUIET = pcm.silence(pcm.FRAME_MS)


def voice(frames: int, first: int = 1_000) -> bytes:
    """Frames that can be told apart, none of them silent."""
    half = pcm.FRAME_BYTES // 2
    return b"".join(pcm.bytes_from(array("h", [first + number] * half)) for number in range(frames))


def frames(queue: MicQueue, count: int) -> list[bytes]:
    """So many frames, asked for as often as it takes."""
    given: list[bytes] = []
    while len(given) < count:
        if (frame := queue.pull()) is not None:
            given.append(frame)
    return given


def test_what_goes_in_comes_out_whole_whatever_the_pieces() -> None:
    queue = MicQueue()
    said = voice(6)
    for at in range(0, len(said), 700):
        queue.hear(said[at : at + 700])
    assert b"".join(frames(queue, 7)) == said + QUIET


def test_half_a_frame_waits_for_its_other_half() -> None:
    queue = MicQueue()
    frame = voice(1)
    queue.hear(frame[:500])
    assert queue.pull() == pcm.silence(pcm.FRAME_MS)
    queue.hear(frame[500:])
    assert queue.pull() == frame


def test_a_backlog_is_worked_off_in_pauses_and_no_word_is_lost() -> None:
    queue = MicQueue()
    queue.hear(voice(5) + pcm.silence(400) + voice(5, 2_000))
    out = frames(queue, 40)
    assert b"".join(frame for frame in out if frame != QUIET) == voice(5) + voice(5, 2_000)
    assert out.index(voice(1, 2_000)) < 5 + 20 - (LATE_BYTES // pcm.FRAME_BYTES - 5) + 1


def test_a_microphone_that_stumbles_tears_no_word_apart() -> None:
    queue = MicQueue()
    out = []
    for number in range(60):  # each third frame comes with the one after it
        if number % 3 != 1:
            queue.hear(voice(2 if number % 3 == 2 else 1))
        out.append(queue.pull())
    assert out.count(None) == 1
    assert QUIET not in out
    out += frames(queue, 1)  # the one that it is late
    assert b"".join(frame for frame in out if frame) == (voice(1) + voice(2)) * 20


def test_a_voice_that_has_ended_is_not_waited_for() -> None:
    queue = MicQueue()
    queue.hear(voice(1))
    assert [queue.pull() for _ in range(MAX_TRIES + 3)] == [voice(1), *[None] * MAX_TRIES, QUIET, QUIET]
    queue.hear(voice(1) + QUIET)
    assert [queue.pull() for _ in range(4)] == [voice(1), QUIET, QUIET, QUIET], "a pause is no voice"


async def test_nothing_is_waited_for_after_a_turn_by_key() -> None:
    queue = MicQueue()
    queue.hear(voice(2))
    said = asyncio.create_task(queue.all_said())
    await asyncio.sleep(0)
    assert [queue.pull(), queue.pull()] == [voice(1), voice(2)[pcm.FRAME_BYTES :]]
    await said
    assert queue.pull() == QUIET


def test_the_past_is_not_told() -> None:
    queue = MicQueue()
    taken_ms = sum(queue.hear(voice(1)) for _ in range(200))
    assert taken_ms == pcm.ms_of(MAX_WAITING_BYTES)
    assert queue.dropped_ms == 4_000 - taken_ms


async def test_all_said_waits_for_the_last_frame_and_for_no_more() -> None:
    queue = MicQueue()
    queue.hear(voice(3) + b"\1\1")
    waiting = asyncio.create_task(queue.all_said())
    for _ in range(4):
        await asyncio.sleep(0)
        assert not waiting.done()
        queue.pull()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(queue.all_said(), 1)  # nothing more to wait for


def test_what_was_kept_finds_room_and_leaves_room_for_what_follows() -> None:
    queue = MicQueue()
    kept, live = voice(500), voice(100, 2_000)
    for at in range(0, len(kept), pcm.FRAME_BYTES):
        queue.hear(kept[at : at + pcm.FRAME_BYTES], kept=True)
    for at in range(0, len(live), pcm.FRAME_BYTES):
        assert queue.hear(live[at : at + pcm.FRAME_BYTES]) == pcm.FRAME_MS
    assert queue.hear(QUIET) == 0, "two seconds more than that are too much"
    assert b"".join(frames(queue, 600)) == kept + live
    for _ in range(MAX_WAITING_BYTES // pcm.FRAME_BYTES):
        assert queue.hear(QUIET) == pcm.FRAME_MS
    assert queue.hear(QUIET) == 0, "and when it has gone out, two seconds are the most again"
