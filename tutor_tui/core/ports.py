"""The borders of a lesson, as Protocols: what a tutor, a microphone, a speaker and a sound card have to offer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import LocalEvent, TutorEvent, Which
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import ToolAnswer, ToolCall, ToolSpec
from tutor_tui.core.tutor_commands import Command


class TutorLink(Protocol):
    """One open conversation."""

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        """Take a piece of the learner's voice (24 kHz mono s16). Never blocks; drops when congested.

        `kept`: it was said before this conversation was there. Of that up to 10 s come at once, faster than they were
        said, and nothing is dropped; what is said meanwhile comes behind it.
        """
        ...

    @property
    def dropped_ms(self) -> int:
        """How much of the learner's voice it has thrown away for being congested."""
        ...

    async def send(self, command: Command) -> None:
        """Pass a command on, in order. Raises `LinkLost` when the connection is gone."""
        ...

    def events(self) -> AsyncIterator[TutorEvent]:
        """What the tutor reports, in order, until it ends. Raises `LinkLost` when it ends badly."""
        ...


class Tutor(Protocol):
    """Anything that can hold a lesson."""

    @property
    def name(self) -> str:
        """For the header: "gpt-realtime-2.1-mini", "offline"."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def connect(self, plan: LessonPlan) -> AbstractAsyncContextManager[TutorLink]:
        """Open a conversation by `plan`, its history included. Leaving the block closes everything within 2 s.

        Raises `LinkLost` when it cannot be opened.
        """
        ...

    async def close(self) -> None:
        """Give back what outlives a conversation (a server process); called once, at the end."""
        ...


Recovery: TypeAlias = Callable[[], Callable[[], bytes]]
"""Finds out on a thread, in 0.1 s, how the newest sound of the microphone is made anew with less harm done to it. What
comes of it does so, on the loop: in whole frames, up to the newest."""


class Microphone(Protocol):
    """The learner's voice."""

    gain_db: float
    """So much louder it is than what the device sends; to be set at any time."""

    def frames(self) -> AsyncIterator[bytes]:
        """20 ms frames of 24 kHz mono s16, for as long as the lesson lasts; silent gaps while no device is open."""
        ...

    @property
    def echo_cancelled(self) -> bool:
        """Whether the tutor's voice is known to be taken out of the frames; False for as long as it is not known."""
        ...

    def recovery(self) -> Recovery | None:
        """For what the learner said while the tutor's voice was taken out of the frames; None where it is not."""
        ...

    @property
    def captured_s(self) -> float:
        """When the device took the first sample of the frame that came last, on the clock of `time.monotonic`."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of an item reached the learner before it was stopped."""

    item_id: str
    heard_ms: int
    received_ms: int


Tap: TypeAlias = Callable[[bytes, float], None]
"""Gets each block that goes to the device, silence included, and when its first sample is heard (`time.monotonic`, s).
It is called on the device's thread.
"""


class Speaker(Protocol):
    """The tutor's voice. No call waits."""

    tap: Tap | None
    """Who hears along; None where nobody does."""

    def play(self, item_id: str, pcm: bytes) -> None:
        """Queue a piece; pieces of an item that was stopped stay silent for ever."""
        ...

    def finish(self, item_id: str) -> None:
        """Say that no more pieces of this item will come, so that its end can be announced. May be called twice."""
        ...

    def stop(self) -> tuple[Heard, ...]:
        """Fall silent within 10 ms; return each item not heard to its end, in order of playing."""
        ...

    def duck(self) -> None:
        """Be quieter within 10 ms, for now."""
        ...

    def pause(self) -> None:
        """Fall silent within 10 ms, for now: what is queued waits."""
        ...

    def resume(self) -> None:
        """Go on where the voice paused, as loud as ever; `stop` does that, too."""
        ...

    def replay(self, item_id: str, piece: bytes) -> None:
        """Play this at once, or the next piece of it, in whole samples: what is queued waits, and goes on behind it.

        What is played so counts for nothing that was queued; an item of another id takes its place.
        """
        ...

    def finish_replay(self) -> None:
        """Say that no more pieces of it will come, so that its end can be announced."""
        ...

    def stop_replay(self) -> None:
        """End it within 10 ms; its end is not announced."""
        ...

    def hold(self, on: bool) -> None:
        """Let what is queued wait within 10 ms, also while nothing is replayed, or no longer; `stop` ends that, too."""
        ...

    def progress(self, item_id: str) -> Heard | None:
        """How much of an item was heard so far; None where nothing of it came. For the eye: to a block or two."""
        ...

    @property
    def sounding(self) -> bool:
        """Whether the learner hears the tutor now (device latency included)."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as the picker shows it."""

    index: int
    name: str
    api: str
    """ALSA, PulseAudio, Core Audio, WASAPI…"""
    inputs: int
    outputs: int
    rate_hz: int
    """The rate at which a lesson opens it: the lesson's own where the device takes that, else the device's."""
    default_input: bool = False
    default_output: bool = False
    key: str = ""
    """What the sound server calls it; empty for what is not one of a sound server's own devices."""
    monitor: bool = False
    """Whether it hears what a speaker plays, and is no microphone."""


@dataclass(frozen=True, slots=True)
class SoundCounters:
    """What went wrong on the way between device and lesson, since the start."""

    overflows: int = 0
    """Microphone blocks the system lost before we saw them."""
    underflows: int = 0
    """Speaker blocks the system had to invent while the tutor was speaking."""
    hole_ms: int = 0
    """Silence in the middle of what the tutor said, because its next sound came too late."""
    dropped_frames: int = 0
    """Microphone frames thrown away because the lesson was too slow."""
    reopened: int = 0
    """Streams that had to be opened again."""


class SoundCard(Protocol):
    """The machine's sound: one microphone, one speaker, and the events about both."""

    @property
    def microphone(self) -> Microphone:
        """Lives as long as the card; devices come and go behind it."""
        ...

    @property
    def speaker(self) -> Speaker:
        """Lives as long as the card; devices come and go behind it."""
        ...

    @property
    def counters(self) -> SoundCounters:
        """What went wrong so far."""
        ...

    def events(self) -> AsyncIterator[LocalEvent]:
        """`DeviceOpened`, `DeviceLost`, `SpeechFinished`."""
        ...

    def cancel_echo(self, wanted: bool) -> None:
        """Take the tutor's voice out of what the microphone hears, or leave it in. If it cannot, an event says why."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait about so long: where the microphone hears, until its next block, so that waiting wakes nobody."""
        ...

    async def devices(self) -> Sequence[Device]:
        """All devices, looked up afresh where that does not disturb an open stream."""
        ...

    async def choose(self, which: Which, device: str) -> None:
        """Use another device, by index or part of its name; empty for the system's default.

        Success or failure comes as an event.
        """
        ...


class Toolbox(Protocol):
    """The tools there are."""

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        """Those of that name, in that order; unknown names are left out."""
        ...

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        """Use a tool that `plan` offers. Never raises and never takes for ever: what goes wrong is in the answer."""
        ...
