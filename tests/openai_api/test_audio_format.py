"""What a speech service sends is known before any of it is heard, however the network cuts it."""

from __future__ import annotations

import io
import itertools
import math
import struct
import wave
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.strict_server import tone
from tests.tutors.helpers import ANY_MACHINE
from tutor_tui.core import pcm
from tutor_tui.openai_api.sound_reader import SoundReader, Unplayable

PLAIN = tone(200)


def read(body: bytes, content_type: str = "audio/pcm", step: int = 1_000) -> bytes:
    """What is heard of `body` when it comes in pieces of `step` bytes."""
    reader = SoundReader(content_type)
    return b"".join(reader.feed(body[at : at + step]) for at in range(0, len(body), step)) + reader.end()


def wav(
    sound: bytes, *, rate_hz: int = 24_000, channels: int = 1, bits: int = 16, code: int = 1, size: int | None = None
) -> bytes:
    """A WAV file; `size` is what its header says of the sound's length."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate_hz, rate_hz * frame, frame, bits)
    if code == 0xFFFE:
        form += struct.pack("<HHI", 22, bits, 3) + struct.pack("<H", 1) + bytes(14)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"LIST\x03\0\0\0abc\0"
    said = len(sound) if size is None else size
    return b"RIFF" + struct.pack("<I", min(said + 36, 0xFFFFFFFF)) + head + b"data" + struct.pack("<I", said) + sound


def at_rate(rate_hz: int, ms: int = 200) -> list[float]:
    """The tone of `PLAIN`, from -1 to 1, at another rate."""
    return [0.244 * math.sin(2 * math.pi * 440 * at / rate_hz) for at in range(rate_hz * ms // 1_000)]


def packed(samples: list[float], sample: str) -> bytes:
    match sample:
        case "u8":
            return bytes(round(128 + each * 127) for each in samples)
        case "s24":
            return b"".join(round(each * (2**23 - 1)).to_bytes(3, "little", signed=True) for each in samples)
        case "s32":
            return array("i", (round(each * (2**31 - 1)) for each in samples)).tobytes()
        case "f32":
            return array("f", samples).tobytes()
        case "f64":
            return array("d", samples).tobytes()
        case _:
            return array("h", (round(each * 32_767) for each in samples)).tobytes()


def sounds_like_the_tone(heard: bytes) -> bool:
    """Whether it is 440 Hz, as long and as loud as `PLAIN`."""
    samples = pcm.samples_of(heard)
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    crossings = sum(before < 0 <= after for before, after in itertools.pairwise(middle))
    hz = crossings * pcm.RATE_HZ / len(middle)
    same_length = abs(len(heard) - len(PLAIN)) <= pcm.bytes_of(3)
    return same_length and abs(hz - 440) < 20 and abs(pcm.dbfs(middle) - pcm.dbfs(pcm.samples_of(PLAIN))) < 1


@pytest.mark.parametrize("step", [1, 2, 3, 11, 4_801, 10**6])
def test_raw_sound_is_passed_on_as_it_is(step: int) -> None:
    assert read(PLAIN, step=step) == PLAIN


@pytest.mark.parametrize("content_type", ["", "audio/mpeg", "application/octet-stream", "audio/wav", "audio/ogg"])
def test_the_bytes_are_believed_before_the_label(content_type: str) -> None:
    assert read(PLAIN, content_type) == PLAIN
    assert read(wav(PLAIN), content_type) == PLAIN


@pytest.mark.parametrize("step", [1, 7, 43, 44, 10**6])
@pytest.mark.parametrize("size", [None, 0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_file_is_read_however_it_is_cut(step: int, size: int | None) -> None:
    assert read(wav(PLAIN, size=size), "audio/wav", step) == PLAIN


def test_what_python_writes_is_read() -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(PLAIN)
    assert read(buffer.getvalue()) == PLAIN


def test_what_follows_the_sound_in_a_wav_file_is_not_heard() -> None:
    assert read(wav(PLAIN) + b"LIST" + bytes(5_000), "audio/wav") == PLAIN


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    ("sample", "bits", "code"),
    [("s16", 16, 1), ("u8", 8, 1), ("s24", 24, 1), ("s32", 32, 1), ("f32", 32, 3), ("f64", 64, 3), ("s16", 16, 0xFFFE)],
)
def test_wav_of_every_kind_sounds_the_same(rate_hz: int, channels: int, sample: str, bits: int, code: int) -> None:
    samples = [each for each in at_rate(rate_hz) for _ in range(channels)]
    body = wav(packed(samples, sample), rate_hz=rate_hz, channels=channels, bits=bits, code=code)
    assert sounds_like_the_tone(read(body, "audio/wav", step=997))


@pytest.mark.parametrize(
    ("content_type", "rate_hz", "channels", "big"),
    [
        ("audio/pcm;rate=16000", 16_000, 1, False),
        ("audio/pcm; rate=48000; channels=2", 48_000, 2, False),
        ("audio/L16; rate=44100; channels=2", 44_100, 2, True),
        ("audio/L16;codec=pcm;rate=24000", 24_000, 1, False),
        ("audio/l16;rate=24000", 24_000, 1, True),
        ('audio/pcm; RATE="22050"', 22_050, 1, False),
        ("audio/pcm; rate=999999999", 24_000, 1, False),
    ],
)
@pytest.mark.parametrize("lead_ms", [0, 100])
def test_raw_sound_is_resampled_from_what_is_told(
    content_type: str, rate_hz: int, channels: int, big: bool, lead_ms: int
) -> None:
    lead = [0.0] * (rate_hz * lead_ms // 1_000)
    samples = array("h", (round(each * 32_767) for each in lead + at_rate(rate_hz) for _ in range(channels)))
    if big:
        samples.byteswap()
    heard = read(samples.tobytes(), content_type, step=333)
    assert sounds_like_the_tone(heard[pcm.bytes_of(lead_ms) :])


def mp3_frames() -> bytes:
    """Two frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz."""
    return 2 * (b"\xff\xfb\x90\x00" + bytes(413))


def adts_frames() -> bytes:
    """Two frames of AAC, each of 100 bytes."""
    return 2 * (b"\xff\xf1\x50\x80\x0c\x9f\xfc" + bytes(93))


FOREIGN = {
    "MP3": b"ID3\x04\0\0\0\0\0\0" + bytes(9_000),
    "MP3 ": mp3_frames() + bytes(9_000),
    "AAC": adts_frames() + bytes(9_000),
    "Ogg": b"OggS" + bytes(99),
    "FLAC": b"fLaC" + bytes(99),
    "MP4": b"\0\0\0\x20ftypM4A " + bytes(99),
    "WebM": b"\x1a\x45\xdf\xa3" + bytes(99),
    "AIFF": b"FORM\0\0\0\0AIFF" + bytes(99),
    "CAF": b"caff" + bytes(99),
    "AU": b".snd" + bytes(99),
    "gzip": b"\x1f\x8b\x08" + bytes(99),
    "JSON": b'{"audio": "UklGRg=="}',
    "HTML": b"<!DOCTYPE html><p>No.",
    "an event stream": b'data: {"audio": "abc"}\n\n',
    "RIFF": b"RIFF\0\0\0\0AVI " + bytes(99),
    "WAV with µ-law": wav(bytes(99), code=7, bits=8),
    "WAV with 12-bit samples": wav(bytes(99), bits=12),
    "a WAV file without sound": b"RIFF\0\0\0\0WAVEfmt ",
    "a WAV file without a format": b"RIFF\0\0\0\0WAVEdata\0\0\0\0" + bytes(99),
}


@pytest.mark.parametrize("step", [1, 2, 3, 5, 10**6])
@pytest.mark.parametrize("name", FOREIGN)
def test_anything_else_is_called_by_its_name_and_not_heard(name: str, step: int) -> None:
    body, reader, heard = FOREIGN[name], SoundReader("audio/pcm"), b""
    with pytest.raises(Unplayable) as failure:
        for at in range(0, len(body), step):
            heard += reader.feed(body[at : at + step])
        heard += reader.end()
    assert (failure.value.name, heard) == (name.strip(), b"")


def test_sound_that_begins_like_a_frame_is_still_sound() -> None:
    assert read(b"\xff\xfb\x90\x00" + PLAIN) == b"\xff\xfb\x90\x00" + PLAIN
    assert read(b"\xff\xfb\x90\x00") == b"\xff\xfb\x90\x00"


@ANY_MACHINE
@given(st.binary(max_size=300), st.sampled_from(["", "audio/l16", "audio/wav", "audio/pcm;rate=8000;channels=3"]))
def test_nothing_that_a_server_sends_is_an_error_of_ours(body: bytes, content_type: str) -> None:
    for beginning in (b"", b"RIFF\0\0\0\0WAVE", wav(b"", rate_hz=8_000, channels=2)):
        try:
            heard = read(beginning + body, content_type, step=7)
        except Unplayable:
            continue
        assert len(heard) % 2 == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sample", ["f32", "f64"])
def test_numbers_that_are_no_sound_are_silence_and_no_warning(sample: str) -> None:
    """A warning would be written across the learner's screen."""
    letter, bits = {"f32": ("f", 32), "f64": ("d", 64)}[sample]
    samples = array(letter, [math.inf, -math.inf, math.nan, 0.5] * 2).tobytes()
    heard = pcm.samples_of(read(wav(samples, code=3, bits=bits, channels=2)))
    assert list(heard) == [0, 0, 0, 0]
