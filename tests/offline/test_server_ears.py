"""The server with the real ears: they are handed on from learner to learner, and hold nobody up."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.offline.realtime import TinyTutoring, dialled, served, speech
from tutor_tui.offline.ears import Ears
from tutor_tui.offline.local_tutoring import LocalTutoring
from tutor_tui.offline.whisper_ears import WhisperEars

LESSONS = Path(__file__).parent.parent.parent / "prompts" / "lessons"


async def test_the_loop_is_not_held_up_while_the_ears_work() -> None:
    """Client, server and this watcher share one loop: what holds one up holds up all.

    With the decoder in this process the worst were 100–320 ms. The limits leave room for a busy machine.
    """
    lags_ms: list[float] = []

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            lags_ms.append((time.perf_counter() - began) * 1000 - 5)

    async with served(LocalTutoring([LESSONS])) as port, dialled(port) as client:
        vad = {"type": "server_vad", "silence_duration_ms": 500}
        await client.update(audio={"input": {"turn_detection": vad, "transcription": {"model": "gpt-transcribe"}}})
        await client.hear(speech("cards-001.wav", 1_000))
        await client.until("response.done")  # all models are loaded now
        watcher = asyncio.create_task(watch())
        await client.hear(speech("austen-0880.wav", 1_000), piece_ms=40, gap_s=0.035)
        await client.until("response.output_audio.delta")
        watcher.cancel()
    lags_ms.sort()
    assert len(lags_ms) > 100
    assert statistics.median(lags_ms) < 3 and lags_ms[int(len(lags_ms) * 0.95)] < 40, lags_ms[-20:]


async def test_the_next_learner_gets_the_ears_of_the_last() -> None:
    tutoring = LocalTutoring([LESSONS])
    async with served(tutoring) as port:
        for _ in range(3):
            async with dialled(port) as client:
                await client.update(audio={"input": {"transcription": {"model": "gpt-transcribe"}}})
                await client.hear(speech("cards-001.wav"))  # and goes in the middle of a sentence
        async with asyncio.timeout(5):
            while len(_alive(tutoring)) != 1:  # noqa: ASYNC110 - nobody tells when ears are given back
                await asyncio.sleep(0.05)
        assert tutoring._idle["en"] == _alive(tutoring)
    assert _alive(tutoring) == []  # the server's end is theirs


def _alive(tutoring: LocalTutoring) -> list[Ears | WhisperEars]:
    return [ears for ears in tutoring._made if ears._child is not None and ears._child.poll() is None]


async def test_ears_are_given_back_when_a_learner_goes() -> None:
    tutoring = TinyTutoring()
    async with served(tutoring) as port:
        async with dialled(port) as client:
            await client.push_to_talk()
            await client.hear(speech("cards-001.wav"))
        async with asyncio.timeout(5):
            while ("given back", "en") not in tutoring.log:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
    assert tutoring.log[0] == ("warm",) and tutoring.log[-1] == ("closed",)


@pytest.mark.parametrize("lesson", ["no-such-lesson", "..%2Fsecret", "%2Fetc%2Fpasswd.toml", "a" * 100])
async def test_a_lesson_that_is_not_there_is_told_at_the_door(lesson: str) -> None:
    async with served(LocalTutoring([LESSONS])) as port:
        with pytest.raises(ConnectionClosed) as closed:
            async with dialled(port, f"model=guide&lesson={lesson}") as client:
                await client.next()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "invalid_request_error.invalid_lesson")


async def test_a_lesson_by_path_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((LESSONS / "en-a1-first-words.toml").read_text())
    async with served(LocalTutoring([LESSONS])) as port:
        with pytest.raises(ConnectionClosed):
            async with dialled(port, f"model=guide&lesson={path}") as client:
                await client.next()
