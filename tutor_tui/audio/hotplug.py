"""The machine's sound for a lesson: opens both devices, watches over them, and opens them again.

No call here waits for PortAudio on the event loop; a worker thread does, so that a frozen sound server freezes nothing
else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TypeVar

from tutor_tui.audio import install_hints, portaudio, sound_server
from tutor_tui.audio.device_thread import DeviceThread
from tutor_tui.audio.devices import look_afresh
from tutor_tui.audio.kept_device import KeptDevice
from tutor_tui.audio.native_stderr import silence_native_stderr
from tutor_tui.audio.portaudio import PortAudio, SoundProblem
from tutor_tui.audio.sound_card import BaseSoundCard
from tutor_tui.audio.sound_server import MachineState
from tutor_tui.audio.streams import Opened, StreamRequest, Streams
from tutor_tui.core.echo_mode import SpeakerKind
from tutor_tui.core.events import DeviceLost, DeviceOpened, DigitalSilence, SpeakerKindChanged, Which
from tutor_tui.core.ports import Device
from tutor_tui.core.problems import Problem
from tutor_tui.supervision import cancelled, side_by_side

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)

_LOOK_S = 0.13
_STILL_LOOKS = 4
"""A stream without a block for this many looks, 0.6 s, has stopped. Looks and not seconds, so that a process that was
itself stopped (Ctrl-Z) does not take its own absence for the device's."""
_RUNS_LOOKS = 4
"""A stream runs once it has asked for blocks in so many looks. Before, it may have filled the server's buffer and wait
for a sink to wake up: one of PulseAudio's null sinks first lets pass the 2 s of silence that it has made.
"""
_GRACE_S = 2.0
"""How long what is queued waits for a device to open before it is dropped: wireless ones take a second and more."""
_STALL_LOOKS = 20
"""A stream that has stopped, under a sound server that is there, is waited for as long, 3 s: opening it again is work
for a machine that has too much already."""
_STALL_NEWS_S = 60.0
"""A stall is told at most so often."""
_RETRY_S = (0.5, 1.0, 2.0, 5.0)
"""Waits between attempts; the last repeats. Not more often, because looking for devices is up to 0.5 s of work. They
end early when a sound server comes or a card is plugged in."""
_CHANGE_LOOK_S = 0.5
_ZEROS_S = 10.0
"""A microphone that has sent nothing but zeros for so long does not hear."""
_HANG_S = 3.0
"""A call that takes longer, though its server has been followed by another, will not come back: it waits for the end of
PortAudio's thread, which has none (`native_stderr`)."""
_MOST_HANGING = 8
"""So many threads may hang before no other is tried: each keeps its memory, and a processor where nothing stops it."""
_HANGS = "The {which} hangs in the system's sound library."
_HANGS_HINT = "Leave, and start tutor-tui again, to speak and hear; until then the lesson can be typed."
_CLOSE_S = 1.5
_ANSWER_S = 3.0


class PyAudioSoundCard(BaseSoundCard):
    """The `SoundCard` of a real machine; an async context manager that never fails to open.

    What is missing is reported by `DeviceLost`, with the way out, and looked for again while the lesson goes on.
    """

    def __init__(
        self,
        input_device: str = "",
        output_device: str = "",
        block_ms: int = 20,
        *,
        start: Callable[[], PortAudio] = portaudio.start,
        look: Callable[[], Sequence[Device]] = look_afresh,
        server_answers: Callable[[], bool | None] = sound_server.answers,
        machine_state: Callable[[], MachineState] = sound_server.machine_state,
    ) -> None:
        super().__init__(block_ms)
        self._server_answers = server_answers
        self._machine_state = machine_state
        self._sides: dict[Which, KeptDevice] = {
            "microphone": KeptDevice(
                "microphone", input_device, self._microphone.callback, lambda: self._microphone.blocks
            ),
            "speaker": KeptDevice("speaker", output_device, self._speaker.callback, lambda: self._speaker.blocks),
        }
        self._streams = Streams(start, look, block_ms)
        self._tasks: list[asyncio.Task[None]] = []
        self._hanging: list[DeviceThread] = []
        """Threads in which a call of the sound library does not come back."""

    async def __aenter__(self) -> PyAudioSoundCard:
        silence_native_stderr()
        self._worker = DeviceThread("sound card")
        self._speaker.attach(asyncio.get_running_loop())
        for side in self._sides.values():
            side.opened_under = self._machine_state()
            self._tasks.append(asyncio.create_task(self._keep(side), name=f"sound card: {side.which}"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await cancelled(*self._tasks)
        # A frozen sound server may keep this call for ever; its thread then ends with the process.
        await asyncio.wait([self._worker.run(self._streams.shut)], timeout=_CLOSE_S)
        self._worker.close()
        self._events.put_nowait(None)

    @property
    def stuck(self) -> bool:
        """Whether, after closing, a call into the sound library has still not come back.

        Then end the process with `os._exit`: an ordinary exit takes the library from under that call, and crashes.
        """
        return any(worker.busy for worker in (self._worker, *self._hanging))

    async def devices(self) -> Sequence[Device]:
        """All devices, looked up afresh; takes up to half a second. Raises `SoundProblem`."""
        try:
            return await asyncio.wait_for(self._worker.run(self._streams.devices), _ANSWER_S)
        except TimeoutError as error:
            raise SoundProblem("The sound system does not answer.", install_hints.no_device()) from error

    async def choose(self, which: Which, device: str) -> None:
        """Use another device, by index or part of its name; empty for the system's default. Reported by an event."""
        side = self._sides[which]
        if side.hint is None and side.fallback is None:
            side.fallback = side.wanted
        side.wanted = device
        side.changed.set()

    # ---- keeping a side open -----------------------------------------------------------------------------------------

    async def _keep(self, side: KeptDevice) -> None:
        """For as long as the card is open, whatever breaks."""
        broken = False
        while True:
            try:
                if broken:
                    broken = False
                    await self._pause(side, self._machine_state())
                await self._keep_once(side)
            except Exception as fault:  # noqa: BLE001 - a side that nobody keeps open would only look alive
                _log.error("a fault in keeping the %s open", side.which, exc_info=fault)
                problem = portaudio.unexpected(side.which, fault)
                self._lost(side, problem.title, problem.hint)
                broken = side.was_lost = True

    async def _keep_once(self, side: KeptDevice) -> None:
        """Open the device, and stay until it has stopped; or wait for a better moment."""
        side.changed.clear()
        before = self._machine_state()
        if await self._open(side):
            await side_by_side(
                asyncio.create_task(self._until_it_stops(side), name=f"{side.which}: does it go on"),
                asyncio.create_task(self._until_another_is_due(side, before), name=f"{side.which}: is another due"),
                until=asyncio.FIRST_COMPLETED,
            )
        elif side.fallback is not None:
            side.wanted, side.fallback = side.fallback, None
        else:
            await self._pause(side, before)

    async def _open(self, side: KeptDevice) -> bool:
        prepare = self._prepare_microphone if side.which == "microphone" else self._prepare_speaker
        or_default = side.fallback is None
        request = StreamRequest(side.which, side.wanted, side.callback, prepare, or_default)
        state = self._machine_state()
        try:
            opened = await self._open_in_time(side, request)
        except Exception as error:  # noqa: BLE001 - whatever a driver's library raises, the device is tried again
            if not isinstance(error, Problem):
                _log.warning("the %s failed to open", side.which, exc_info=error)
            problem = error if isinstance(error, Problem) else portaudio.unexpected(side.which, error)
            self._lost(side, problem.title, problem.hint)
            if side.which == "speaker":
                self._speaker.abandon()
            return False
        if side.which == "speaker":
            self._speaker.present()
        self._reopened += side.was_lost
        side.hint, side.fallback, side.was_lost, side.failures = None, None, False, 0
        side.opened_under = state
        side.opened = DeviceOpened(side.which, opened.device.name, opened.rate_hz, opened.instead_of)
        side.key = opened.device.key
        side.is_default_microphone = side.which == "microphone" and opened.device.default_input
        if side.wanted == request.device == str(opened.device.index):
            side.wanted = opened.device.name  # another device may have that number when this one is looked for again
        self._events.put_nowait(side.opened)
        side.zeros_told = False  # what is told of a device opens with it
        return True

    async def _open_in_time(self, side: KeptDevice, request: StreamRequest) -> Opened:
        """Have the worker open it, or the next one where that hangs. Raises what the sound library does."""
        clock = asyncio.get_running_loop().time
        begun_s = clock()
        while True:
            worker, streams = self._worker, self._streams
            job = worker.run(partial(streams.open, request))
            while not job.done() and worker is self._worker:
                await asyncio.wait([job], timeout=_LOOK_S)
                if side.which == "speaker" and not job.done() and clock() - begun_s > _GRACE_S:
                    self._speaker.abandon()
                if worker.busy_s > _HANG_S and worker is self._worker:
                    self._replace_worker(side)
            if job.done():
                return await job
            job.cancel()

    def _replace_worker(self, side: KeptDevice) -> None:
        """Leave the worker to the call that does not come back, and go on in another thread.

        Not while the server is still the one that the stream was opened under: it may be frozen, and go on.
        """
        if not self._server_answers() or self._machine_state() == side.opened_under:
            return
        if len(self._hanging) >= _MOST_HANGING:
            self._lost(side, _HANGS.format(which=side.which), _HANGS_HINT)
            return
        _log.warning("the %s hangs: going on in another thread", side.which)
        self._hanging.append(self._worker)
        self._worker.close()
        self._worker, self._streams = DeviceThread("sound card"), self._streams.successor()

    def _prepare_microphone(self, opened: Opened) -> None:
        self._microphone.renew(opened.rate_hz, opened.channels)

    def _prepare_speaker(self, opened: Opened) -> None:
        self._speaker.renew(opened.rate_hz, opened.channels, opened.latency_s)

    async def _until_another_is_due(self, side: KeptDevice, state: MachineState) -> None:
        """Return when the wanted device has come, or when the open one has gone; `state` is from before it was opened.

        A sound server does not stop the stream of a device that is unplugged: it moves it to another, and says nothing.
        Where that is the last microphone, it moves it to what the speaker plays, and the tutor would hear itself.
        """
        instead = side.opened is not None and bool(side.opened.instead_of)
        before = state, self._streams.known_endpoints
        watches_kind = side.which == "speaker" and bool(self._server_answers())
        while side.key or instead or side.is_default_microphone or watches_kind:
            if watches_kind:
                self._look_at_kind(side, await self._found_out(partial(self._streams.speaker_kind, side.key)))
            if side.is_default_microphone and await self._found_out(self._streams.hears_the_speaker):
                return
            there = await self._found_out(self._streams.endpoints) if side.key or instead else None
            if side.key and there is not None and side.key not in there:
                return
            now = self._machine_state(), there or frozenset()
            if instead and now != before:
                found = await self._found_out(partial(self._streams.has, side.which, side.wanted))
                if found:
                    return
            before = now
            await self.pause(_CHANGE_LOOK_S)
        await asyncio.get_running_loop().create_future()  # nothing to wait for but the stream's end

    def _look_at_kind(self, side: KeptDevice, kind: SpeakerKind | None) -> None:
        """What the lesson began with is the learner's choice; what it changes to is news."""
        is_news, side.kind_asked = side.kind_asked, True
        if kind is None or kind == side.kind:
            return
        side.kind = kind
        if is_news:
            self._events.put_nowait(SpeakerKindChanged(kind))

    async def _found_out(self, question: Callable[[], Answer]) -> Answer:
        """The worker's answer to what is asked over and over: fetched with a block of sound, it wakes nobody itself."""
        job = self._worker.submit(question)
        while not job.done():
            await self.pause(0.0)
        return job.result()

    async def _until_it_stops(self, side: KeptDevice) -> None:
        """Return when another device was chosen, or when this one has stopped."""
        seen, moved, side.still = side.blocks(), 0, 0
        while not side.changed.is_set():
            await self.pause(_LOOK_S)
            now = side.blocks()
            if now != seen and side.still >= _STILL_LOOKS:
                self._tell_end_of_stall(side)
            seen, moved, side.still = now, moved + (now != seen), (side.still + 1 if now == seen else 0)
            has_gone = side.still == _STILL_LOOKS and not self._server_answers()
            if has_gone or side.still == _STALL_LOOKS:
                side.was_lost = True
                self._lost(side, f"The {side.which} has stopped.", install_hints.no_device())
                return
            if side.still >= _STILL_LOOKS and (moved >= _RUNS_LOOKS or self._other_stands_still(side)):
                self._tell_stall(side)
            self._tell_zeros(side)

    def _other_stands_still(self, side: KeptDevice) -> bool:
        """Whether it is the sound server that hangs, and no sink that wakes up: the look at the other is due, too."""
        return any(other.opened and other.still >= _STILL_LOOKS - 1 for other in self._sides.values() if other != side)

    def _tell_stall(self, side: KeptDevice) -> None:
        now_s = asyncio.get_running_loop().time()
        if side.stall_told_s is None or now_s - side.stall_told_s > _STALL_NEWS_S:
            side.stall_told_s = now_s
            reason = f"The {side.which} has stalled, though its sound server answers."
            hint = "It goes on by itself. If it happens often, the machine may be too busy: set sound.block_ms to 40."
            self._lost(side, reason, hint)

    def _tell_end_of_stall(self, side: KeptDevice) -> None:
        if side.hint is not None and side.opened is not None:
            side.hint = None
            self._events.put_nowait(replace(side.opened, instead_of=""))

    def _tell_zeros(self, side: KeptDevice) -> None:
        zeros = side.which == "microphone" and self._microphone.zeros_s > _ZEROS_S
        if zeros != side.zeros_told:
            side.zeros_told = zeros
            self._events.put_nowait(DigitalSilence(zeros))

    async def _pause(self, side: KeptDevice, before: MachineState) -> None:
        """Wait until another attempt is worth while: some time has passed, or the machine is not what it was."""
        wait_s = _RETRY_S[min(side.failures, len(_RETRY_S) - 1)]
        side.failures += 1
        clock = asyncio.get_running_loop().time
        until_s = clock() + wait_s
        while (left_s := until_s - clock()) > 0:
            try:
                await asyncio.wait_for(side.changed.wait(), min(left_s, _CHANGE_LOOK_S))
            except TimeoutError:
                if self._machine_state() != before:
                    side.failures = 0
                    return
            else:
                side.failures, side.hint = 0, None
                return

    def _lost(self, side: KeptDevice, reason: str, hint: str) -> None:
        # Another attempt's other words are no news; another way out is.
        if side.hint != hint:
            side.hint = hint
            self._events.put_nowait(DeviceLost(side.which, reason, hint))
