"""A WAV file in the place of a microphone, for whoever has none or wants to say the same thing again."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tutor_tui.audio.portaudio import StreamCallback
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.core.ports import Device

_PAUSE_S = 5
"""Before the file, and between one time and the next: a turn ends in silence, and the tutor answers into it."""
_CLOSE_S = 1.0


class SimulatedMicrophone:
    """Calls the microphone's callback as a device's thread does; the file speaks again and again until `close()`."""

    def __init__(self, file: str, callback: StreamCallback, block_ms: int) -> None:
        """Read the file, given by its path. Raises `Problem`."""
        path = Path(file).expanduser()
        sound, self.rate_hz, self.channels = read_wav(path)
        self.device = Device(-1, f"simulated: {path.name}", "WAV", self.channels, 0, self.rate_hz)
        self._callback = callback
        self._frames = self.rate_hz * block_ms // 1000
        self._block_s = self._frames / self.rate_hz
        self._sound = bytes(_PAUSE_S * self.rate_hz * self.channels * pcm.SAMPLE_BYTES) + sound
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated microphone", daemon=True)

    def start(self) -> None:
        """Let the blocks come."""
        self._thread.start()

    def close(self) -> None:
        """No block comes after this."""
        self._closed.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        size = self._frames * self.channels * pcm.SAMPLE_BYTES
        at, next_s = 0, time.monotonic()
        while not self._closed.wait(max(0.0, next_s - time.monotonic())):
            # A process that was stopped for a while (Ctrl-Z) goes on from now, as a device does.
            next_s = max(next_s, time.monotonic() - 1.0) + self._block_s
            block = self._sound[at : at + size].ljust(size, b"\0")
            at = at + size if at + size < len(self._sound) else 0
            self._callback(block, self._frames, {}, 0)
