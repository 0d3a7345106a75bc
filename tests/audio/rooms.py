"""A sound card followed as a session follows one, for tests over a real PulseAudio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.support.pulse import Recording
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core.events import DeviceOpened, LocalEvent, SpeechFinished


class Lesson:
    """Reads a sound card as a session does."""

    def __init__(self, card: PyAudioSoundCard) -> None:
        self.card = card
        self.told: list[tuple[float, LocalEvent]] = []
        self.frames: list[bytes] = []
        self._told = asyncio.Condition()

    async def follow(self) -> None:
        async for event in self.card.events():
            async with self._told:
                self.told.append((time.monotonic(), event))
                self._told.notify_all()

    async def listen(self) -> None:
        async for frame in self.card.microphone.frames():
            self.frames.append(frame)

    def events(self, kind: type[Any], which: str = "") -> list[Any]:
        told = [event for _, event in self.told if isinstance(event, kind)]
        return [event for event in told if not which or event.which == which]

    async def until(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        async with self._told:
            await asyncio.wait_for(self._told.wait_for(done), seconds)

    async def listens(self) -> bool:
        """Whether the microphone's frames come, and no quicker than sound does."""
        self.frames.clear()
        began_s = time.monotonic()
        came = await comes(lambda: len(self.frames) >= 25)
        return came and time.monotonic() - began_s >= 0.3  # half a second's, less what had been waiting

    def time_of(self, event: LocalEvent) -> float:
        return next(at for at, told in self.told if told == event)

    async def say(self, item_id: str, sound: bytes, piece: int = 4801) -> None:
        for at in range(0, len(sound), piece):
            self.card.speaker.play(item_id, sound[at : at + piece])
        self.card.speaker.finish(item_id)
        await self.until(lambda: SpeechFinished(item_id) in self.events(SpeechFinished))


@asynccontextmanager
async def lesson(card: PyAudioSoundCard) -> AsyncIterator[Lesson]:
    async with card:
        here = Lesson(card)
        tasks = [asyncio.create_task(here.follow()), asyncio.create_task(here.listen())]
        yield here
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@asynccontextmanager
async def open_lesson(**options: Any) -> AsyncIterator[Lesson]:
    async with lesson(PyAudioSoundCard(**options)) as here:
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        yield here


async def clean(heard: Recording, sound: bytes) -> bool:
    """Whether `sound` is recorded sample by sample; waits for a recording that lags behind."""
    return await comes(lambda: sound.lstrip(b"\0") in heard.pcm)


async def comes(done: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait until it is so; False when it never is."""
    deadline_s = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(0.02)
    return True
