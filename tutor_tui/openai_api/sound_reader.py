"""The body of a speech service's answer as the lesson's sound: 24 kHz, mono, signed 16-bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import pcm
from tutor_tui.openai_api.audio_format import LONGEST_HEADER_BYTES, SAMPLE_BYTES, Foreign, RawSound, identify

if TYPE_CHECKING:
    import soxr
    from numpy import float32
    from numpy.typing import NDArray

_LESSONS_OWN = RawSound(pcm.RATE_HZ, 1, "s16")


class Unplayable(ValueError):
    """The body is something else than raw PCM or WAV."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SoundReader:
    """Takes the body as it comes; nothing is passed on before it is known what it is."""

    def __init__(self, content_type: str) -> None:
        self._content_type = content_type
        self._beginning = bytearray()
        self._converter: PcmConverter | None = None
        self._left: int | None = None
        """So many bytes of sound are still to come; None where that is not known."""

    def feed(self, piece: bytes) -> bytes:
        """The sound in the next piece; empty while it is not known what this is. Raises `Unplayable`."""
        if self._converter is None:
            self._beginning += piece
            piece = self._begin(whole=False)
        return self._sound(piece)

    def end(self) -> bytes:
        """The sound that was held back. Raises `Unplayable`."""
        rest = self._begin(whole=True) if self._converter is None else b""
        return self._sound(rest, last=True)

    def _begin(self, *, whole: bool) -> bytes:
        """What of the beginning is sound, once that can be told."""
        found = identify(bytes(self._beginning), self._content_type, whole=whole)
        if isinstance(found, Foreign):
            raise Unplayable(found.name)
        if found is None and len(self._beginning) > 2 * LONGEST_HEADER_BYTES:
            raise Unplayable("a header without end")
        if found is None:
            return b""
        self._converter, self._left = PcmConverter(found.sound), found.size
        return bytes(self._beginning[found.start :])

    def _sound(self, piece: bytes, *, last: bool = False) -> bytes:
        if self._converter is None:
            return b""
        if self._left is not None:
            piece = piece[: self._left]
            self._left -= len(piece)
        return self._converter.convert(piece, last=last)


class PcmConverter:
    """Takes pieces of any length; what is not a whole frame yet waits for the next piece."""

    def __init__(self, sound: RawSound) -> None:
        self._sound = sound
        self._frame_bytes = SAMPLE_BYTES[sound.sample] * sound.channels
        self._rest = b""
        self._resampler: soxr.ResampleStream | None = None

    def convert(self, piece: bytes, *, last: bool = False) -> bytes:
        """`piece` as whole samples of the lesson's; at the `last` one what was held back, too."""
        joined = self._rest + piece
        whole = len(joined) - len(joined) % self._frame_bytes
        sound, self._rest = joined[:whole], joined[whole:]
        if self._sound == _LESSONS_OWN:
            return sound
        return self._converted(sound, last)

    def _converted(self, sound: bytes, last: bool) -> bytes:
        import numpy  # only for sound that is not ours already

        with numpy.errstate(all="ignore"):  # of numbers that are no sound: a warning would stand on the screen
            samples = self._mono(sound)
        if self._sound.rate_hz != pcm.RATE_HZ:
            if self._resampler is None:
                import soxr

                self._resampler = soxr.ResampleStream(self._sound.rate_hz, pcm.RATE_HZ, 1, dtype="float32")
            samples = self._resampler.resample_chunk(samples, last=last)
        limited = numpy.nan_to_num(samples, nan=0.0).clip(-1.0, 1.0) * 32_767
        converted: bytes = limited.round().astype("<i2").tobytes()
        return converted

    def _mono(self, sound: bytes) -> NDArray[float32]:
        """Samples from -1 to 1, the channels mixed."""
        import numpy

        match self._sound.sample:
            case "u8":
                samples = (numpy.frombuffer(sound, numpy.uint8).astype(numpy.float32) - 128) / 128
            case "s16":
                samples = numpy.frombuffer(sound, "<i2").astype(numpy.float32) / 32_768
            case "s16be":
                samples = numpy.frombuffer(sound, ">i2").astype(numpy.float32) / 32_768
            case "s24":
                parts = numpy.frombuffer(sound, numpy.uint8).reshape(-1, 3)
                padded = numpy.zeros((len(parts), 4), numpy.uint8)
                padded[:, 1:] = parts
                samples = padded.view("<i4").reshape(-1).astype(numpy.float32) / 2**31
            case "s32":
                samples = numpy.frombuffer(sound, "<i4").astype(numpy.float32) / 2**31
            case "f32":
                samples = numpy.frombuffer(sound, "<f4").astype(numpy.float32)
            case "f64":
                samples = numpy.frombuffer(sound, "<f8").astype(numpy.float32)
        mixed: NDArray[float32] = samples.reshape(-1, self._sound.channels).mean(axis=1, dtype=numpy.float32)
        return mixed
