"""A lesson's sound from a file and into a file."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import pytest

from tests.support.pulse import tone
from tests.support.virtual_time import in_virtual_time
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, SpeechFinished
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.testing.wav_sound_card import WavSoundCard, write_wav


async def test_a_file_is_heard_and_the_reply_written(tmp_path: Path) -> None:
    voice, reply = tmp_path / "voice.wav", tmp_path / "reply.wav"
    write_wav(voice, tone(0.2, hz=313))
    heard = b""
    async with WavSoundCard(voice, reply) as card:
        card.speaker.play("a", tone(0.1))
        card.speaker.finish("a")
        async for frame in card.microphone.frames():
            heard += frame
            if len(heard) >= pcm.bytes_of(300):
                break
    told = [event async for event in card.events()]
    assert heard == tone(0.2, hz=313) + bytes(pcm.bytes_of(100))
    assert told == [
        DeviceOpened("microphone", "voice.wav", 24_000),
        DeviceOpened("speaker", "reply.wav", 24_000),
        SpeechFinished("a"),
    ]
    said, rate_hz, channels = read_wav(reply)
    assert (rate_hz, channels) == (24_000, 1)
    assert tone(0.1) in said


async def test_human_speech_at_16_khz_comes_at_24(tmp_path: Path) -> None:
    voice = tmp_path / "voice.wav"
    write_wav(voice, tone(0.2, rate_hz=16_000), rate_hz=16_000)
    heard = []
    async with WavSoundCard(voice) as card:
        async for frame in card.microphone.frames():
            heard.append(frame)
            if len(heard) == 15:
                break
    assert {len(frame) for frame in heard} == {pcm.FRAME_BYTES}
    assert sum(pcm.dbfs(pcm.samples_of(frame)) > -20 for frame in heard) == pytest.approx(10, abs=1)


def test_silence_is_spoken_at_the_clock_s_pace() -> None:
    async def fourteen_frames() -> float:
        loop = asyncio.get_running_loop()
        async with WavSoundCard() as card:
            frames = card.microphone.frames()
            await anext(frames)
            begun_s = loop.time()
            for _ in range(14):
                assert not any(await anext(frames))
            return loop.time() - begun_s

    assert in_virtual_time(fourteen_frames()) == pytest.approx(14 * 0.02)


async def test_files_are_listed_as_devices_and_no_other_can_be_chosen(tmp_path: Path) -> None:
    async with WavSoundCard(reply=tmp_path / "reply.wav") as card:
        hears, says = await card.devices()
        assert (hears.name, hears.default_input, says.name, says.default_output) == ("silence", True, "reply.wav", True)
        await card.choose("speaker", "theremin")
        await card.choose("speaker", "")
    told = [event async for event in card.events()]
    assert isinstance(told[2], DeviceLost)
    assert "theremin" in told[2].reason
    assert told[3] == DeviceOpened("speaker", "reply.wav", 24_000)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a wav file at all, but long enough to be one"])
def test_what_is_no_wav_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(content)
    with pytest.raises(Problem, match="cannot be read") as caught:
        read_wav(path)
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="No such file"):
        WavSoundCard(tmp_path / "missing.wav")


def test_24_bits_are_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(3)
        file.setframerate(24_000)
        file.writeframes(bytes(300))
    with pytest.raises(Problem, match="not 16-bit") as caught:
        read_wav(path)
    assert "sox" in caught.value.hint


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written"):
        write_wav(tmp_path / "missing" / "reply.wav", b"")
