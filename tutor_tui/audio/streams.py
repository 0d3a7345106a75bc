"""Opens and closes PortAudio's streams. Every method blocks and belongs to the worker thread."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tutor_tui.audio import devices, install_hints, portaudio
from tutor_tui.audio.endpoints import Endpoints
from tutor_tui.audio.portaudio import PA_INT16, PortAudio, SoundProblem, Stream, StreamCallback
from tutor_tui.audio.simulated_microphone import SimulatedMicrophone
from tutor_tui.audio.thread_priority import FirstInLine
from tutor_tui.core import pcm
from tutor_tui.core.echo_mode import SpeakerKind
from tutor_tui.core.events import Which
from tutor_tui.core.ports import Device
from tutor_tui.core.sound_settings import file_instead

_FRESH_S = 0.3
"""A look at the devices this young serves the other side too."""
_COMMON_HZ = (48_000, 44_100)


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream as the device allowed it."""

    device: Device
    rate_hz: int
    channels: int
    latency_s: float
    """What PortAudio believes; each block brings a better figure."""
    instead_of: str = ""
    """The device that was wanted and is not there."""


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What one side wants opened."""

    which: Which
    device: str
    """An index, a name or part of one, or `file:` and a WAV file's path; empty for the system's default."""
    callback: StreamCallback
    prepare: Callable[[Opened], None]
    """Called between two streams, before the first block of the next."""
    or_default: bool = False
    """Whether the system's default will do where the wanted device is not there."""


class Streams:
    """One PortAudio instance, and at most one stream each way."""

    def __init__(self, start: Callable[[], PortAudio], look: Callable[[], Sequence[Device]], block_ms: int) -> None:
        self._start = start
        self._look = look
        self._block_ms = block_ms
        self._endpoints = Endpoints()
        self._library: PortAudio | None = None
        self._looked_s = -_FRESH_S
        self._known: Sequence[Device] = ()
        """What PortAudio saw when it was started; its indices are the ones that it takes."""
        self._shown: Sequence[Device] = ()
        """What was looked up last; its indices are the ones that the learner sees."""
        self._open: dict[Which, tuple[Stream, StreamRequest, FirstInLine]] = {}
        """PortAudio's."""
        self._simulated: SimulatedMicrophone | None = None
        self._closing: FirstInLine | None = None
        self._hangs = False
        """A call of the library did not come back: giving the library back would wait for it, too."""
        self._replaced = False

    def successor(self) -> Streams:
        """What takes over, in another thread, while a call of this one does not come back. Called on the event loop.

        The library stays as it is and is never given back, so that no other device is found with it than before.
        """
        self._replaced = True
        if self._closing is not None:
            self._closing.go_last()
        other = Streams(self._start, self._look, self._block_ms)
        other._library, other._known, other._shown = self._library, self._known, self._shown
        other._open, other._simulated, other._hangs = dict(self._open), self._simulated, True
        return other

    def devices(self) -> Sequence[Device]:
        """All devices, looked up afresh without disturbing an open stream. Raises `SoundProblem`."""
        if self._open:
            fresh = self._look()
            self._shown = fresh if self._news(fresh, "microphone") or self._news(fresh, "speaker") else self._known
        else:
            self._restart()
        return self._shown

    def open(self, request: StreamRequest) -> Opened:
        """Open the wanted device in place of what was open. Raises `SoundProblem`; `Problem` for an unfit file."""
        self.close(request.which)
        self._check_replaced()
        if request.which == "microphone" and (file := file_instead(request.device)) is not None:
            return self._simulate(file, request)
        request = self._by_name(request)
        if not self._open:
            if time.monotonic() - self._looked_s > _FRESH_S:
                self._restart()
        elif self._shown is not self._known:
            self._renew()
        else:
            self._forget_gone()
        try:
            return self._attempt(request)
        except SoundProblem as problem:
            if not self._open or not self._news(self._look(), request.which):
                return self._default(request, problem)
            self._renew()
        try:
            return self._attempt(request)
        except SoundProblem as problem:
            return self._default(request, problem)

    def _simulate(self, file: str, request: StreamRequest) -> Opened:
        self._simulated = microphone = SimulatedMicrophone(file, request.callback, self._block_ms)
        opened = Opened(microphone.device, microphone.rate_hz, microphone.channels, 0.0)
        request.prepare(opened)
        microphone.start()
        return opened

    def _check_replaced(self) -> None:
        if self._replaced:  # meanwhile the successor has opened it
            raise SoundProblem("The sound library came back too late.")

    def has(self, which: Which, wanted: str) -> bool:
        """Whether the wanted device is there now; a look of half a second, which disturbs nobody."""
        try:
            return bool(devices.find(self._look(), which, wanted))
        except SoundProblem:
            return False

    def endpoints(self) -> frozenset[str] | None:
        """What the sound server's own devices are called now, by its own names; None where it does not tell."""
        found = self._endpoints.all()
        return None if found is None else frozenset(each.key for each in found)

    def hears_the_speaker(self) -> bool:
        """Whether the default microphone hears only what the speaker plays."""
        return self._endpoints.hears_the_speaker()

    def speaker_kind(self, key: str) -> SpeakerKind | None:
        """What the sound server's speaker of that name is, or the default one; None where that is not known."""
        return self._endpoints.speaker_kind(key)

    @property
    def known_endpoints(self) -> frozenset[str]:
        """Those that PortAudio can open, because they were there when it was started."""
        return frozenset(device.key for device in self._known if device.key)

    def _forget_gone(self) -> None:
        # PortAudio goes on listing what is gone, and would report another failure each time that it is opened.
        if self.known_endpoints and (there := self.endpoints()) is not None:
            self._known = self._shown = [each for each in self._known if not each.key or each.key in there]

    def _default(self, request: StreamRequest, problem: SoundProblem) -> Opened:
        """The system's default, if that will do in place of a device that is not there; else raises `problem`."""
        if not request.or_default or not isinstance(problem, devices.NoSuchDevice):
            raise problem
        return replace(self._attempt(replace(request, device="")), instead_of=request.device)

    def _by_name(self, request: StreamRequest) -> StreamRequest:
        # An index means the list that was shown; PortAudio, once it has seen the news too, may number them otherwise.
        shown = self._shown if self._shown is not self._known else ()
        names = [device.name for device in shown if request.device.strip() == str(device.index)]
        return replace(request, device=names[0]) if names else request

    def _news(self, fresh: Sequence[Device], which: Which) -> bool:
        known = {device.name for device in self._known if devices.channels(device, which)}
        return any(device.name not in known for device in fresh if devices.channels(device, which))

    def _renew(self) -> None:
        """Start PortAudio again, and open again what was open: a gap of some 200 ms for the other side."""
        others = [request for _, request, _ in self._open.values()]
        self._restart()
        for other in others:
            with contextlib.suppress(SoundProblem):  # its blocks stop, which is noticed like any other loss
                self._attempt(other)

    def _attempt(self, request: StreamRequest) -> Opened:
        which = request.which
        device = devices.find(self._known, which, request.device)
        if which == "microphone" and device.default_input and self.hears_the_speaker():
            raise SoundProblem("No microphone was found.", install_hints.no_device())
        callback = FirstInLine(request.callback)
        stream, rate_hz, channels = self._open_first(which, device, callback)
        with contextlib.ExitStack() as undo:
            undo.callback(_close, stream)
            try:
                latency_s = stream.get_input_latency() if which == "microphone" else stream.get_output_latency()
                opened = Opened(device, rate_hz, channels, latency_s)
                request.prepare(opened)
                stream.start_stream()
            except OSError as error:
                raise portaudio.explain(which, device.name, error) from error
            self._check_replaced()
            undo.pop_all()
        self._open[which] = stream, request, callback
        return opened

    def _open_first(self, which: Which, device: Device, callback: StreamCallback) -> tuple[Stream, int, int]:
        """A stream, not yet started, in the first format that the device takes: its rate in Hz and its channels."""
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
                return stream, rate_hz, channels
        raise portaudio.explain(which, device.name, refusal) from refusal

    def close(self, which: Which) -> None:
        """Give the device back. May never return when the sound server is frozen."""
        if which == "microphone" and self._simulated is not None:
            self._simulated.close()
            self._simulated = None
        if which in self._open:
            stream, _, self._closing = self._open.pop(which)
            _close(stream)
            self._closing = None

    def shut(self) -> None:
        """Give everything back."""
        self.close("microphone")
        self._end_library()

    def _end_library(self) -> None:
        for which in tuple(self._open):
            self.close(which)
        library, self._library = self._library, None
        self._looked_s = -_FRESH_S
        self._endpoints.close()
        if library is not None and not self._hangs:
            with contextlib.suppress(OSError):
                library.terminate()

    def _restart(self) -> None:
        self._end_library()
        self._library = self._start()
        self._known = self._shown = devices.survey(self._library)
        self._looked_s = time.monotonic()


def _close(stream: Stream) -> None:
    with contextlib.suppress(OSError):  # the device is gone already
        stream.close()


def _formats(device: Device, which: Which) -> Iterator[tuple[int, int]]:
    """Rates and channel counts to try, the lesson's own first, and last what nearly every device takes."""
    most = devices.channels(device, which)
    for rate_hz in dict.fromkeys((pcm.RATE_HZ, device.rate_hz, *_COMMON_HZ)):
        for channels in (1, 2):
            if channels <= most:
                yield rate_hz, channels
