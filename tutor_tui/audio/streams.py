"""Opens and closes PortAudio's streams. Every method blocks and belongs to the worker thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tutor_tui.audio import devices, portaudio
from tutor_tui.audio.portaudio import PA_INT16, PortAudio, Stream, StreamCallback
from tutor_tui.core import pcm
from tutor_tui.core.events import Which
from tutor_tui.core.ports import Device


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream as the device allowed it."""

    device: Device
    rate_hz: int
    channels: int
    latency_s: float
    """What PortAudio believes; each block brings a better figure."""


class Streams:
    """One PortAudio instance, and at most one stream each way."""

    def __init__(self, start: Callable[[], PortAudio], block_ms: int) -> None:
        self._start = start
        self._block_ms = block_ms
        self._library: PortAudio | None = None
        self._devices: Sequence[Device] = ()
        self._open: dict[Which, Stream] = {}

    def devices(self) -> Sequence[Device]:
        """All devices, afresh unless a stream is open: PortAudio looks only once, when it is started."""
        if not self._open:
            self._restart()
        return self._devices

    def open(self, which: Which, wanted: str, callback: StreamCallback, prepare: Callable[[Opened], None]) -> Opened:
        """Open the wanted device in place of what was open; `prepare` is called before its first block.

        Raises `SoundProblem`.
        """
        self.close(which)
        if not self._open:
            self._restart()
        device = devices.find(self._devices, which, wanted)
        stream, opened = self._open_first(which, device, callback)
        self._open[which] = stream
        prepare(opened)
        stream.start_stream()
        return opened

    def _open_first(self, which: Which, device: Device, callback: StreamCallback) -> tuple[Stream, Opened]:
        library = self._library
        if library is None:
            raise RuntimeError("PortAudio was not started")
        side = "input" if which == "microphone" else "output"
        refusal = OSError(0, "no format fits")
        for rate_hz, channels in _formats(device, which):
            options = {side: True, f"{side}_device_index": device.index, "stream_callback": callback}
            try:
                stream = library.open(
                    format=PA_INT16,
                    rate=rate_hz,
                    channels=channels,
                    frames_per_buffer=rate_hz * self._block_ms // 1000,
                    start=False,
                    **options,
                )
            except OSError as error:
                refusal = error
                if error.errno not in portaudio.ANOTHER_FORMAT:
                    break
            else:
                latency_s = stream.get_input_latency() if which == "microphone" else stream.get_output_latency()
                return stream, Opened(device, rate_hz, channels, latency_s)
        raise portaudio.explain(which, device.name, refusal) from refusal

    def close(self, which: Which) -> None:
        """Give the device back. May never return when the sound server is frozen."""
        stream = self._open.pop(which, None)
        if stream is not None:
            stream.close()

    def shut(self) -> None:
        """Give everything back."""
        self.close("microphone")
        self.close("speaker")
        library, self._library = self._library, None
        if library is not None:
            library.terminate()

    def _restart(self) -> None:
        self.shut()
        self._library = self._start()
        self._devices = devices.survey(self._library)


def _formats(device: Device, which: Which) -> Iterator[tuple[int, int]]:
    """Rates and channel counts to try, the lesson's own first."""
    most = devices.channels(device, which)
    for rate_hz in dict.fromkeys((pcm.RATE_HZ, device.rate_hz)):
        for channels in (1, 2):
            if channels <= most:
                yield rate_hz, channels
