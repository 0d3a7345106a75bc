"""Both sides of a lesson recorded over a real PulseAudio: laid over one another they sound as the lesson did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.audio.rooms import Lesson, comes
from tests.end_to_end.likeness import likeness
from tests.library.test_sound_files import read
from tests.support.paths import SAMPLES
from tests.support.pulse import PulseServer
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceOpened
from tutor_tui.library.recordings import file_of
from tutor_tui.library.sound_writer import SoundWriter

pytestmark = pytest.mark.device

TOGETHER_MS = 60
"""Two voices that are less apart are heard as they were."""


class Recorded(Lesson):
    """A lesson whose frames are recorded as they come."""

    def __init__(self, card: PyAudioSoundCard, writer: SoundWriter) -> None:
        super().__init__(card)
        self._writer = writer

    async def listen(self) -> None:
        async for frame in self.card.microphone.frames():
            self.frames.append(frame)
            self._writer.learner(frame, self.card.microphone.captured_s)


async def test_what_the_microphone_hears_of_the_speaker_lies_where_the_tutor_said_it(
    pulse: PulseServer, tmp_path: Path
) -> None:
    """The microphone is the speaker's own monitor here, chosen by its name: the same sound is on both sides."""
    as_usual = ("rate=24000", "channels=1", "norewinds=1")  # with rewinds, a monitor is far ahead of its sink
    pulse.control(
        "load-module", "module-null-sink", "sink_name=room", *as_usual, "sink_properties=device.description=Room"
    )
    voice, _, _ = read_wav(SAMPLES / "cards-001.wav")
    writer = SoundWriter(tmp_path, print)
    async with PyAudioSoundCard("Monitor of Room", "Room") as card:
        here = Recorded(card, writer)
        tasks = [asyncio.create_task(here.follow()), asyncio.create_task(here.listen())]
        await here.until(lambda: len(here.events(DeviceOpened)) == 2)
        writer.begin("a", time.monotonic())
        card.speaker.tap = writer.tutor
        await asyncio.sleep(0.3)
        await here.say("one", voice)
        heard = len(here.frames)
        assert await comes(lambda: len(here.frames) > heard + 25)
        card.speaker.tap = None
        writer.end()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    writer.close()
    tutor, learner = (read(file_of(tmp_path, "a", side)) for side in ("tutor", "learner"))
    apart_ms = list(places_apart_ms(tutor, learner))
    assert len(apart_ms) >= 3
    assert abs(median(apart_ms)) < TOGETHER_MS, apart_ms


def places_apart_ms(one: bytes, other: bytes) -> Iterator[float]:
    """How much later each tenth of a second of one side is on the other; what a busy machine has torn is left out."""
    tenth, around = pcm.bytes_of(100), pcm.bytes_of(400)
    for at in range(around, len(one) - around, tenth):
        piece = one[at : at + tenth]
        if pcm.dbfs(pcm.samples_of(piece)) < -40:
            continue
        found = likeness(piece, other[at - around : at + tenth + around])
        if found.score > 0.95:
            yield found.at * 1_000 / pcm.RATE_HZ - 400
