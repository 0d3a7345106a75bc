"""What is fed into the virtual microphone."""

from __future__ import annotations

import os
import subprocess
import threading
import wave
from pathlib import Path

GO_FIRST = ["nice", "-n", "-11"] if os.geteuid() == 0 else []
"""Lets the instruments go before the programs that are measured, so that a busy machine does not blur them."""


def pcm_of(source: Path | bytes, rate_hz: int) -> tuple[bytes, int, int]:
    if isinstance(source, bytes):
        return source, rate_hz, 1
    with wave.open(str(source), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{source} is not 16-bit")
        return file.readframes(file.getnframes()), file.getframerate(), file.getnchannels()


class Feed:
    """A voice on its way into the virtual microphone."""

    def __init__(self, env: dict[str, str], pcm: bytes, rate_hz: int, channels: int, sink: str) -> None:
        self.seconds = len(pcm) / 2 / channels / rate_hz
        form = [f"--rate={rate_hz}", f"--channels={channels}", "--format=s16le", "--raw", "--latency-msec=100"]
        self._process = subprocess.Popen(
            [*GO_FIRST, "pacat", "--playback", f"--device={sink}", *form], env=env, stdin=subprocess.PIPE
        )
        self._writer = threading.Thread(target=self._write, args=(pcm,), daemon=True)
        self._writer.start()

    def _write(self, pcm: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(pcm)
            pipe.close()
        except BrokenPipeError:
            pass  # the feed was stopped, or the server killed, before the end: both on purpose

    def wait(self) -> None:
        """Wait until all of it was played."""
        self._process.wait(timeout=self.seconds + 10)
        self._writer.join()

    def stop(self) -> None:
        """Fall silent now."""
        self._process.kill()
        self._process.wait()
        self._writer.join()
