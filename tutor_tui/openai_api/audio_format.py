"""What a speech service really sent: raw PCM, a WAV file, or something that we cannot play, told by its first bytes.

Servers ignore `response_format` and call whatever they send `audio/mpeg` or `audio/pcm`: the bytes are believed first,
and nothing goes to the speaker before it is known what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

Sample: TypeAlias = Literal["u8", "s16", "s16be", "s24", "s32", "f32", "f64"]
"""How one sample is written; little-endian but for `s16be`."""
SAMPLE_BYTES: dict[Sample, int] = {"u8": 1, "s16": 2, "s16be": 2, "s24": 3, "s32": 4, "f32": 4, "f64": 8}
ENOUGH_BYTES = 12
"""So much tells every format but one that begins with a frame."""
_FRAMES_BYTES = 3_000
"""So much holds a whole frame of MP3 or AAC and the beginning of the next: raw sound may look like the first alone."""
_ORDER_BYTES = 2_000
"""So much tells which byte order makes sense, unless all of it is silence."""
LONGEST_HEADER_BYTES = 64 * 1024
"""A WAV file whose sound begins later than this is none."""


@dataclass(frozen=True, slots=True)
class RawSound:
    """How sound is laid out."""

    rate_hz: int = 24_000
    channels: int = 1
    sample: Sample = "s16"


@dataclass(frozen=True, slots=True)
class Found:
    """Sound that can be played begins at byte `start`, and is `size` bytes long (None: to the end)."""

    sound: RawSound
    start: int = 0
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that cannot be played."""

    name: str


_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"ID3", "MP3"),
    (0, b"OggS", "Ogg"),
    (0, b"fLaC", "FLAC"),
    (4, b"ftyp", "MP4"),
    (0, b"\x1a\x45\xdf\xa3", "WebM"),
    (0, b"FORM", "AIFF"),
    (0, b"caff", "CAF"),
    (0, b".snd", "AU"),
    (0, b"#!AMR", "AMR"),
    (0, b"wvPK", "WavPack"),
    (0, b"RIFX", "big-endian WAV"),
    (0, b"RF64", "RF64"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
    (0, b"\x1f\x8b\x08", "gzip"),
    (0, b"data: ", "an event stream"),
    (0, b"event: ", "an event stream"),
    (0, b"<!DOCTYPE", "HTML"),
)
"""Where a format's mark stands, the mark, its name."""
_TEXTS = {b"{": "JSON", b"[": "JSON", b"<": "HTML"}
"""Single characters are only believed with more text behind them: any sample may look like `{`."""


def identify(first: bytes, content_type: str, *, whole: bool = False) -> Found | Foreign | None:
    """What begins with `first`; None while more is needed to tell, which is never so when that is the `whole`."""
    kind = content_type.partition(";")[0].strip().lower()
    if len(first) < ENOUGH_BYTES and not whole:
        return None
    if first.startswith(b"RIFF"):
        return _wav(first, whole)
    for at, mark, name in _MARKS:
        if first[at : at + len(mark)] == mark:
            return Foreign(name)
    text = _TEXTS.get(first[:1])
    if text and len(first) > 8 and first[:64].isascii():
        return Foreign(text)
    if frame := _frame_bytes(first):
        if len(first) < _FRAMES_BYTES and not whole:
            return None
        following = first[frame : frame + 2]
        if _is_sync(following) or (kind in _COMPRESSED and not following):
            return Foreign("AAC" if first[1] & 0x06 == 0 else "MP3")
    if kind == "audio/l16" and not whole and (len(first) < _ORDER_BYTES or not any(first)):
        return None if len(first) < LONGEST_HEADER_BYTES else Found(_raw(kind, content_type, first))
    return Found(_raw(kind, content_type, first))


def _raw(kind: str, content_type: str, first: bytes) -> RawSound:
    """Raw sound as its Content-Type describes it: `audio/pcm;rate=16000`, `audio/L16; rate=44100; channels=2`."""
    rate_hz, channels = _number("rate", content_type), _number("channels", content_type)
    sample: Sample = "s16be" if kind == "audio/l16" and _is_smoother_swapped(first) else "s16"
    return RawSound(rate_hz if 4_000 <= rate_hz <= 192_000 else 24_000, channels if 1 <= channels <= 8 else 1, sample)


def _number(name: str, content_type: str) -> int:
    found = re.search(rf"[;\s]{name}\s*=\s*\"?(\d{{1,6}})\b", content_type, re.IGNORECASE)
    return int(found[1]) if found else 0


def _is_smoother_swapped(first: bytes) -> bool:
    """Whether sound is big-endian, as RFC 2586 has `audio/L16`; several services send it little-endian all the same.

    Read in the right order, neighbouring samples are close to each other.
    """
    start = max(0, len(first) - 2 * _ORDER_BYTES) & ~1  # the end: silence is at the beginning
    size = len(first) & ~1

    def roughness(order: Literal["little", "big"]) -> int:
        samples = [int.from_bytes(first[at : at + 2], order, signed=True) for at in range(start, size, 2)]
        return sum(abs(after - before) for before, after in pairwise(samples))

    return roughness("big") < roughness("little")


# ---- compressed frames ----------------------------------------------------------------------------------------------

_MP3_KBIT = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_MP3_KBIT_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_MP3_HZ = (44_100, 48_000, 32_000)


_COMPRESSED = frozenset({"audio/mpeg", "audio/mp3", "audio/aac", "audio/aacp"})


def _is_sync(first: bytes) -> bool:
    return len(first) >= 2 and first[0] == 0xFF and first[1] & 0xE0 == 0xE0


def _frame_bytes(first: bytes) -> int:
    """How long the MP3 or AAC (ADTS) frame is that `first` may begin with; 0 when it is none."""
    if len(first) < 7 or not _is_sync(first):
        return 0
    if first[1] & 0xF6 == 0xF0:  # ADTS: layer 0
        return (first[3] & 0x03) << 11 | first[4] << 3 | first[5] >> 5
    version, layer = first[1] >> 3 & 0x03, first[1] >> 1 & 0x03
    rate_at, bits_at, padding = first[2] >> 2 & 0x03, first[2] >> 4, first[2] >> 1 & 0x01
    if version == 1 or layer != 1 or rate_at == 3:
        return 0
    kbit = (_MP3_KBIT if version == 3 else _MP3_KBIT_LOW)[bits_at]
    rate_hz = _MP3_HZ[rate_at] >> (0 if version == 3 else 1 if version == 2 else 2)
    return (144_000 if version == 3 else 72_000) * kbit // rate_hz + padding if kbit else 0


# ---- WAV ------------------------------------------------------------------------------------------------------------

_SAMPLES: dict[tuple[int, int], Sample] = {
    (1, 8): "u8",
    (1, 16): "s16",
    (1, 24): "s24",
    (1, 32): "s32",
    (3, 32): "f32",
    (3, 64): "f64",
}
"""WAV's format code and bits → sample."""
_EXTENSIBLE = 0xFFFE
_CODES = {2: "ADPCM", 6: "A-law", 7: "µ-law", 0x11: "ADPCM", 0x55: "MP3"}
_UNKNOWN_SIZE = 0x7FFFF000
"""Who streams a WAV file does not know its length, and writes 0 or the largest number there is."""


def _wav(first: bytes, whole: bool) -> Found | Foreign | None:
    """The header of a WAV file, as far as its sound."""
    if first[8:12] != b"WAVE":
        return Foreign("RIFF")
    sound: RawSound | None = None
    at = 12
    while len(first) >= at + 8:
        name, size = first[at : at + 4], int.from_bytes(first[at + 4 : at + 8], "little")
        at += 8
        if name == b"data":
            known = size if 0 < size < _UNKNOWN_SIZE else None
            return Foreign("a WAV file without a format") if sound is None else Found(sound, at, known)
        if name == b"fmt " and len(first) >= at + min(size, 40):
            format_of = _wav_format(first[at : at + size])
            if isinstance(format_of, Foreign):
                return format_of
            sound = format_of
        at += size + (size & 1)
        if at > LONGEST_HEADER_BYTES:
            break
    if whole or at > LONGEST_HEADER_BYTES:
        return Foreign("a WAV file without sound")
    return None


def _wav_format(chunk: bytes) -> RawSound | Foreign:
    code, channels = int.from_bytes(chunk[0:2], "little"), int.from_bytes(chunk[2:4], "little")
    rate_hz, bits = int.from_bytes(chunk[4:8], "little"), int.from_bytes(chunk[14:16], "little")
    if code == _EXTENSIBLE and len(chunk) >= 26:
        code = int.from_bytes(chunk[24:26], "little")
    sample = _SAMPLES.get((code, bits))
    if sample is None or not 1 <= channels <= 8 or not 4_000 <= rate_hz <= 192_000:
        return Foreign(f"WAV with {_CODES.get(code, f'{bits}-bit samples')}")
    return RawSound(rate_hz, channels, sample)
