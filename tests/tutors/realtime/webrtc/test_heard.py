"""What a learner heard of a tutor that was stopped in mid-sentence on a call: what is shown, and what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.offline_server.client import speech
from tests.support.fakes import FakeSoundCard
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.webrtc.helpers import GREETING, calling, offline_server
from tutor_tui.core import pcm
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.session.session import Session
from tutor_tui.speech.sentences import sentences

pytestmark = pytest.mark.real_time


class Room:
    """A session on a call to our own server, with a microphone and a speaker that keep the time of life."""

    def __init__(self, base_url: str) -> None:
        self.sound = FakeSoundCard()
        self.session = Session(tutor=calling(base_url), sound=self.sound, plan=PLAN)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - the clock is one of the things that it waits for
                await asyncio.sleep(0.01)

    @property
    def greeting(self) -> Turn:
        return self.session.lesson.turns[0]

    @property
    def heard_ms(self) -> int:
        """How much of the voice has sounded."""
        return sum(pcm.ms_of(len(piece)) for _, piece in self.sound.speaker.played)


@asynccontextmanager
async def lesson(base_url: str) -> AsyncIterator[Room]:
    """A lesson, with the greeting under way."""
    room = Room(base_url)
    task = asyncio.create_task(room.session.run())
    try:
        await room.until(
            # The playout holds up to half a second of it back where the line is late.
            lambda: room.heard_ms > 1_200 and room.greeting.text.startswith(GREETING)
        )  # long before its sound
        yield room
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(scope="module")
async def base_url() -> AsyncIterator[str]:
    """A server with the voice that learners hear."""
    async with offline_server() as url:
        yield url


async def by_key(room: Room) -> None:
    room.session.interrupt()


async def by_voice(room: Room) -> None:
    frames = speech("cards-001.wav", 800)
    for at in range(0, len(frames), pcm.FRAME_BYTES):
        room.sound.microphone.queue.put_nowait(frames[at : at + pcm.FRAME_BYTES])
        await asyncio.sleep(pcm.FRAME_MS / 1000)


async def by_a_lost_line(room: Room) -> None:
    room.session.retry()


def letters_in(ms: int) -> float:
    """How many letters of the greeting the voice has said after so many ms."""
    said, left = 0.0, float(ms)
    for sentence in sentences(GREETING):
        takes_ms = pcm.ms_of(sum(len(piece) for piece in Espeak().speak(sentence, "en", 1.0)))
        if left < takes_ms:
            return said + len(sentence) * max(0.0, left) / takes_ms
        said += len(sentence) + 1
        left -= takes_ms + SENTENCE_PAUSE_MS
    return said


@pytest.mark.parametrize("stop", [by_key, by_voice, by_a_lost_line])
async def test_the_words_beyond_the_cut_are_unheard(base_url: str, stop: Callable[[Room], Awaitable[None]]) -> None:
    async with lesson(base_url) as room:
        await stop(room)
        await room.until(lambda: room.greeting.state is TurnState.CUT)
        greeting = room.greeting
        assert (greeting.heard_text + greeting.unheard_text).startswith(GREETING)
        assert 500 < greeting.heard_ms < 3_500
        assert len(greeting.heard_text) == pytest.approx(letters_in(greeting.heard_ms), abs=9), "within a word or two"
        await room.until(lambda: room.session.lesson.linked and not room.session.lesson.sounding)
        assert room.session.lesson.history[0] == HistoryLine("tutor", greeting.heard_text.strip())
        assert room.session.lesson.turns[0] == greeting, "what comes later changes nothing"
