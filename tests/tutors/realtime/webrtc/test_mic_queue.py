"""The learner's voice on its way out: in order, in time, and never the past."""

from __future__ import annotations

import asyncio
from array import array

from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.webrtc.mic_queue import LATE_BYTES, MAX_WAITING_BYTES, MOST_TRIES, MicQueue

QUIET = pcm.silence(pcm.FRAME_MS)


def voice(frames: int, first: int = 1_000) -> bytes:
    """Frames that can be told apart, none of them silent."""
    half = pcm.FRAME_BYTES // 2
    return b"".join(pcm.bytes_from(array("h", [first + number] * half)) for number in range(frames))


def frames(mouth: MicQueue, count: int) -> list[bytes]:
    """So many frames, asked for as often as it takes."""
    given: list[bytes] = []
    while len(given) < count:
        if (frame := mouth.pull()) is not None:
            given.append(frame)
    return given


def test_what_goes_in_comes_out_whole_whatever_the_pieces() -> None:
    mouth = MicQueue()
    said = voice(6)
    for at in range(0, len(said), 700):
        mouth.hear(said[at : at + 700])
    assert b"".join(frames(mouth, 7)) == said + QUIET


def test_half_a_frame_waits_for_its_other_half() -> None:
    mouth = MicQueue()
    frame = voice(1)
    mouth.hear(frame[:500])
    assert mouth.pull() == pcm.silence(pcm.FRAME_MS)
    mouth.hear(frame[500:])
    assert mouth.pull() == frame


def test_a_backlog_is_worked_off_in_pauses_and_no_word_is_lost() -> None:
    mouth = MicQueue()
    mouth.hear(voice(5) + pcm.silence(400) + voice(5, 2_000))
    out = frames(mouth, 40)
    assert b"".join(frame for frame in out if frame != QUIET) == voice(5) + voice(5, 2_000)
    assert out.index(voice(1, 2_000)) < 5 + 20 - (LATE_BYTES // pcm.FRAME_BYTES - 5) + 1


def test_a_microphone_that_stumbles_tears_no_word_apart() -> None:
    mouth = MicQueue()
    out = []
    for number in range(60):  # each third frame comes with the one after it
        if number % 3 != 1:
            mouth.hear(voice(2 if number % 3 == 2 else 1))
        out.append(mouth.pull())
    assert out.count(None) == 1
    assert QUIET not in out
    out += frames(mouth, 1)  # the one that it is late
    assert b"".join(frame for frame in out if frame) == (voice(1) + voice(2)) * 20


def test_a_voice_that_has_ended_is_not_waited_for() -> None:
    mouth = MicQueue()
    mouth.hear(voice(1))
    assert [mouth.pull() for _ in range(MOST_TRIES + 3)] == [voice(1), *[None] * MOST_TRIES, QUIET, QUIET]
    mouth.hear(voice(1) + QUIET)
    assert [mouth.pull() for _ in range(4)] == [voice(1), QUIET, QUIET, QUIET], "a pause is no voice"


async def test_nothing_is_waited_for_after_a_turn_by_key() -> None:
    mouth = MicQueue()
    mouth.hear(voice(2))
    said = asyncio.create_task(mouth.all_said())
    await asyncio.sleep(0)
    assert [mouth.pull(), mouth.pull()] == [voice(1), voice(2)[pcm.FRAME_BYTES :]]
    await said
    assert mouth.pull() == QUIET


def test_the_past_is_not_told() -> None:
    mouth = MicQueue()
    taken_ms = sum(mouth.hear(voice(1)) for _ in range(200))
    assert taken_ms == pcm.ms_of(MAX_WAITING_BYTES)
    assert mouth.dropped_ms == 4_000 - taken_ms


async def test_all_said_waits_for_the_last_frame_and_for_no_more() -> None:
    mouth = MicQueue()
    mouth.hear(voice(3) + b"\1\1")
    waiting = asyncio.create_task(mouth.all_said())
    for _ in range(4):
        await asyncio.sleep(0)
        assert not waiting.done()
        mouth.pull()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(mouth.all_said(), 1)  # nothing more to wait for
