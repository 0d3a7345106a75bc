"""Reading a WAV file that speaks in place of a microphone."""

from __future__ import annotations

import wave
from pathlib import Path

from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem

_RATES_HZ = range(8_000, 192_001)


def read_wav(path: Path) -> tuple[bytes, int, int]:
    """The s16 samples, rate in Hz and channels of a 16-bit WAV file. Raises `Problem`."""
    try:
        with wave.open(str(path), "rb") as file:
            rate_hz, channels = file.getframerate(), file.getnchannels()
            if file.getsampwidth() != pcm.SAMPLE_BYTES:
                raise Problem(f"{path} is not 16-bit.", f"Try: sox {path} -b 16 out.wav", ExitCode.USAGE)
            if rate_hz not in _RATES_HZ:
                raise Problem(f"{path} has {rate_hz} Hz.", f"Try: sox {path} -r 24000 out.wav", ExitCode.USAGE)
            sound = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or "it ends too soon"
        raise Problem(f"{path} cannot be read as a WAV file: {reason}.", "", ExitCode.USAGE) from error
    if not sound:
        raise Problem(f"{path} has no sound in it.", "", ExitCode.USAGE)
    return sound, rate_hz, channels
