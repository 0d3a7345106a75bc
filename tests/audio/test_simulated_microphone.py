"""A WAV file that speaks in place of a microphone, beside a real speaker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audio.rooms import Lesson, comes, lesson, open_lesson
from tests.audio.test_hotplug import Machine
from tests.support.pulse import PulseServer, tone
from tutor_tui.audio import simulated_microphone
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened
from tutor_tui.testing.wav_sound_card import write_wav


@pytest.fixture
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(simulated_microphone, "_PAUSE_S", 1)
    path = tmp_path / "voice.wav"
    write_wav(path, tone(0.5, hz=313))
    return path


def put(path: Path, content: bytes | None) -> None:
    """Make it a file of that content, or none."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


def turns(here: Lesson) -> int:
    """How often a voice began."""
    loud = [pcm.dbfs(pcm.samples_of(frame)) > -30 for frame in here.frames]
    return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))


@pytest.mark.device
async def test_a_file_speaks_again_and_again_while_a_real_speaker_plays(pulse: PulseServer, voice: Path) -> None:
    async with open_lesson(input_device=f"file:{voice}") as here:
        assert here.events(DeviceOpened, "microphone") == [DeviceOpened("microphone", "simulated: voice.wav", 24_000)]
        with pulse.record() as heard:
            await here.say("a", tone(0.3))
            assert await comes(lambda: heard.first_sound() is not None)
        assert await comes(lambda: turns(here) >= 2)
        assert tone(0.5, hz=313) in b"".join(here.frames)
        assert await here.listens(), "at the speed of life"
        await here.card.choose("speaker", "pulse")
        await here.until(lambda: len(here.events(DeviceOpened, "speaker")) == 2)
        assert await here.listens(), "another speaker does not end the file"
        assert len(here.events(DeviceOpened, "microphone")) == 1


@pytest.mark.device
async def test_the_real_microphone_and_the_file_take_turns(pulse: PulseServer, voice: Path) -> None:
    async with open_lesson() as here:
        await here.card.choose("microphone", f"file:{voice}")
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 2)
        assert await comes(lambda: turns(here) >= 1)
        await here.card.choose("microphone", "")
        await here.until(lambda: len(here.events(DeviceOpened, "microphone")) == 3)
        assert here.events(DeviceOpened, "microphone")[-1].name == "default"
        assert await here.listens()


async def test_a_file_of_another_format_is_heard_without_any_microphone(voice: Path) -> None:
    write_wav(voice, tone(0.5, rate_hz=16_000), rate_hz=16_000)
    async with lesson(PyAudioSoundCard(f"file:{voice}", start=lambda: Machine(inputs=0))) as here:
        await here.until(lambda: bool(here.events(DeviceOpened, "microphone")))
        assert await comes(lambda: turns(here) >= 1)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"RIFF", "cannot be read as a WAV file"), (b"x" * 99, "cannot be")]
)
async def test_a_bad_file_is_one_sentence_until_it_is_a_good_one(voice: Path, content: bytes | None, said: str) -> None:
    put(voice, content)
    async with lesson(PyAudioSoundCard(f"file:{voice}", start=lambda: Machine(inputs=0))) as here:
        await here.until(lambda: bool(here.events(DeviceLost, "microphone")))
        (lost,) = here.events(DeviceLost, "microphone")
        assert said in lost.reason
        assert len(lost.reason.splitlines()) == 1
        write_wav(voice, tone(0.5))
        await here.until(lambda: bool(here.events(DeviceOpened, "microphone")))


async def test_a_file_without_sound_is_refused(voice: Path) -> None:
    write_wav(voice, b"")
    async with lesson(PyAudioSoundCard(f"file:{voice}", start=lambda: Machine(inputs=0))) as here:
        await here.until(lambda: bool(here.events(DeviceLost, "microphone")))
        assert here.events(DeviceLost, "microphone")[0].reason == f"{voice} has no sound in it."
