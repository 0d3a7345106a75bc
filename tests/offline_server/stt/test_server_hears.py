"""The server with the real ears: they are handed on from learner to learner, and hold nobody up."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.offline_server.client import PATIENCE_S, TinyTutoring, dialled, served, speech
from tests.support.paths import LESSONS
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx


@pytest.mark.slow
async def test_the_loop_is_not_held_up_while_the_ears_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """In processor time, so that a busy machine changes nothing: neither is a callback long, nor do other threads hold
    Python's lock for long.

    With the decoder in this process the other threads worked for a second; the guide's verdict on a long answer was a
    callback of 70 ms.
    """
    callbacks_ms: list[float] = []
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        callbacks_ms.append((time.thread_time() - began) * 1000)

    async with (
        served(LocalBackend([LESSONS])) as port,
        dialled(port, "model=guide&lesson=en-b1-work-and-plans") as client,
    ):
        vad = {"type": "server_vad", "silence_duration_ms": 500}
        await client.update(audio={"input": {"turn_detection": vad, "transcription": {"model": "gpt-transcribe"}}})
        await client.hear(speech("cards-001.wav", 1_000))
        await client.until("response.done")  # all models are loaded now
        monkeypatch.setattr(asyncio.Handle, "_run", measured)
        in_all, in_the_loop = time.process_time(), time.thread_time()
        await client.hear(speech("austen-0880.wav", 1_000), piece_ms=40)
        await client.until("response.output_audio.delta")
        elsewhere_s = time.process_time() - in_all - (time.thread_time() - in_the_loop)
        long = "well i think that i would like to work for a larger company some day and learn new things"
        await client.until("response.done")
        await client.send("conversation.item.create", item=typed(long))
        await client.ask("response.create", "response.output_audio.delta")
        monkeypatch.undo()
    assert len(callbacks_ms) > 100
    assert max(callbacks_ms) < 40, sorted(callbacks_ms)[-20:]
    assert elsewhere_s < 0.5


def typed(text: str) -> dict[str, object]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


@pytest.mark.slow
async def test_the_next_learner_gets_the_ears_of_the_last() -> None:
    tutoring = LocalBackend([LESSONS])
    async with served(tutoring) as port:
        for _ in range(3):
            async with dialled(port) as client:
                await client.update(audio={"input": {"transcription": {"model": "gpt-transcribe"}}})
                await client.hear(speech("cards-001.wav"))  # and goes in the middle of a sentence
        async with asyncio.timeout(PATIENCE_S):
            while len(_alive(tutoring)) != 1:  # noqa: ASYNC110 - nobody tells when ears are given back
                await asyncio.sleep(0.05)
        assert tutoring._idle["en"] == _alive(tutoring)
    assert _alive(tutoring) == []  # the server's end is theirs


def _alive(tutoring: LocalBackend) -> list[PocketSphinx]:
    ears = (each for each in tutoring._made if isinstance(each, PocketSphinx))
    return [each for each in ears if each._child is not None and each._child.poll() is None]


async def test_ears_are_given_back_when_a_learner_goes() -> None:
    tutoring = TinyTutoring()
    async with served(tutoring) as port:
        async with dialled(port) as client:
            await client.push_to_talk()
            await client.hear(speech("cards-001.wav"))
        async with asyncio.timeout(PATIENCE_S):
            while ("given back", "en") not in tutoring.log:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
    assert tutoring.log[0] == ("warm",) and tutoring.log[-1] == ("closed",)


@pytest.mark.parametrize("lesson", ["no-such-lesson", "..%2Fsecret", "%2Fetc%2Fpasswd.toml", "a" * 100])
async def test_a_lesson_that_is_not_there_is_told_at_the_door(lesson: str) -> None:
    async with served(LocalBackend([LESSONS])) as port:
        with pytest.raises(ConnectionClosed) as closed:
            async with dialled(port, f"model=guide&lesson={lesson}") as client:
                await client.next()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "invalid_request_error.invalid_lesson")


async def test_a_lesson_by_path_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((LESSONS / "en-a1-first-words.toml").read_text())
    async with served(LocalBackend([LESSONS])) as port:
        with pytest.raises(ConnectionClosed):
            async with dialled(port, f"model=guide&lesson={path}") as client:
                await client.next()
