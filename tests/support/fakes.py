"""Stand-ins for the borders of a session. All but `SilentSpeaker` go by the loop's clock, which tests make virtual."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import LinkReady, LocalEvent, SpeechFinished, TutorEvent, Which
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Device, Heard, Recovery, SoundCounters, Tap
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import Command

_NEVER_S = 1e6
"""Until it goes on, which winds the timers anew."""


class FakeMicrophone:
    """Frames come when the test puts them."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.echo_cancelled = False
        self.recover: Recovery | None = None
        self.gain_db = 0.0

    def recovery(self) -> Recovery | None:
        return self.recover

    @property
    def captured_s(self) -> float:
        return asyncio.get_running_loop().time() - pcm.FRAME_MS / 1000

    async def frames(self) -> AsyncIterator[bytes]:
        while True:
            yield await self.queue.get()

    async def speak(self, ms: int, level: int = 8_000) -> None:
        """A square wave in 20 ms frames, in its own time."""
        frame = (level.to_bytes(2, "little", signed=True) + (-level).to_bytes(2, "little", signed=True)) * 240
        for _ in range(ms // pcm.FRAME_MS):
            self.queue.put_nowait(frame)
            await asyncio.sleep(pcm.FRAME_MS / 1000)

    async def talk(self, ms: int, level: int = 2_700) -> None:
        """As a voice does, it gets louder and softer: by 10 dB here, from `level` on."""
        for begin in range(0, ms, 100):
            await self.speak(100, level=level * (3 if begin % 200 else 1))


class FakeSpeaker:
    """Plays by the clock, `pace` times as fast as life: one item after another; each sound `lag_s` after it came."""

    def __init__(self, events: asyncio.Queue[LocalEvent], lag_s: float = 0.0, pace: float = 1.0) -> None:
        self.tap: Tap | None = None
        self._lag_s = lag_s
        self._pace = pace
        self._events = events
        self._received: dict[str, int] = {}
        self._starts: dict[str, float] = {}
        self._ends_s = 0.0
        self._stopped: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.played: list[tuple[str, bytes]] = []
        self.paused_s: float | None = None
        """Since when it pauses."""
        self.pauses = self.ducks = 0
        self.ducked = self.held = False
        self.replayed: list[tuple[str, bytes]] = []
        """What was heard again, by id, in pieces."""
        self.replayed_id = ""
        self._replay_ends_s = 0.0
        self._replay_end: asyncio.TimerHandle | None = None

    @property
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def play(self, item_id: str, pcm_bytes: bytes) -> None:
        if item_id in self._stopped or not pcm_bytes:
            return
        self.played.append((item_id, pcm_bytes))
        if item_id not in self._starts:
            self._starts[item_id] = max(self._now_s + self._lag_s, self._ends_s)
        self._received[item_id] = self._received.get(item_id, 0) + len(pcm_bytes)
        self._ends_s = max(self._now_s + self._lag_s, self._ends_s) + pcm.ms_of(len(pcm_bytes)) / 1000 / self._pace

    def finish(self, item_id: str) -> None:
        if item_id in self._starts and item_id not in self._timers:
            wait = max(0.0, self._ends_s - self._now_s) if self.paused_s is None else _NEVER_S
            self._timers[item_id] = asyncio.get_running_loop().call_later(wait, self._finished, item_id)

    def _finished(self, item_id: str) -> None:
        if self._starts.pop(item_id, None) is not None:
            self._events.put_nowait(SpeechFinished(item_id))

    def stop(self) -> tuple[Heard, ...]:
        heard = []
        for item_id, start_s in self._starts.items():
            heard.append(self._heard(item_id, start_s))
            self._stopped.add(item_id)
        self._starts.clear()
        self._ends_s = self._now_s
        self.paused_s, self.ducked, self.held = None, False, False
        self.stop_replay()
        return tuple(heard)

    def duck(self) -> None:
        self.ducks += not self.ducked
        self.ducked = True

    def pause(self) -> None:
        """Fall silent: what is heard later is heard later by as much as the pause lasts."""
        if self.paused_s is None:
            self.paused_s = self._now_s
            self.pauses += 1
            for timer in self._timers.values():
                timer.cancel()

    def resume(self) -> None:
        self.ducked = False
        if self.paused_s is None:
            return
        lost_s, self.paused_s = self._now_s - self.paused_s, None
        self._starts = {item_id: start_s + lost_s for item_id, start_s in self._starts.items()}
        self._ends_s += lost_s
        for item_id in [*self._timers]:
            self._timers.pop(item_id).cancel()
            self.finish(item_id)

    def replay(self, item_id: str, piece: bytes) -> None:
        """What is queued does not wait for it here."""
        if item_id != self.replayed_id:
            self.stop_replay()
            self.replayed_id, self._replay_ends_s = item_id, self._now_s
        self.replayed.append((item_id, piece))
        self._replay_ends_s += pcm.ms_of(len(piece)) / 1000 / self._pace

    def finish_replay(self) -> None:
        wait = max(0.0, self._replay_ends_s - self._now_s)
        ended = SpeechFinished(self.replayed_id)
        self._replay_end = asyncio.get_running_loop().call_later(wait, self._events.put_nowait, ended)

    def stop_replay(self) -> None:
        self._replay_ends_s = 0.0
        if self._replay_end is not None:
            self._replay_end.cancel()
            self._replay_end = None

    def hold(self, on: bool) -> None:
        self.held = on
        if on:
            self.pause()
        else:
            self.resume()

    def progress(self, item_id: str) -> Heard | None:
        start_s = self._starts.get(item_id)
        return None if start_s is None else self._heard(item_id, start_s)

    def _heard(self, item_id: str, start_s: float) -> Heard:
        received_ms = pcm.ms_of(self._received[item_id])
        now_s = self._now_s if self.paused_s is None else self.paused_s
        played_ms = round((now_s - start_s) * 1000 * self._pace)
        return Heard(item_id, min(received_ms, max(0, played_ms)), received_ms)

    @property
    def sounding(self) -> bool:
        ends_s = self._ends_s if self.paused_s is None else 0.0
        return self._now_s < max(ends_s, self._replay_ends_s)


class SilentSpeaker(FakeSpeaker):
    """Plays nothing, and never says so: when a speech is over, the test says. Needs no loop."""

    def __init__(self) -> None:
        super().__init__(asyncio.Queue())

    def play(self, item_id: str, pcm_bytes: bytes) -> None:
        self.played.append((item_id, pcm_bytes))

    def finish(self, item_id: str) -> None:
        return

    def finish_replay(self) -> None:
        return

    def replay(self, item_id: str, piece: bytes) -> None:
        self.replayed.append((item_id, piece))

    def stop(self) -> tuple[Heard, ...]:
        return ()

    @property
    def sounding(self) -> bool:
        return False


class FakeSoundCard:
    """A microphone and a speaker without a card."""

    def __init__(
        self, speaker: FakeSpeaker | None = None, found: Sequence[Device] = (), *, lag_s: float = 0.0, pace: float = 1.0
    ) -> None:
        """`pace` is how many times faster than life the tutor is heard."""
        self.news: asyncio.Queue[LocalEvent] = asyncio.Queue()
        self.microphone = FakeMicrophone()
        self.speaker = speaker or FakeSpeaker(self.news, lag_s, pace)
        self.found = found
        self.counters = SoundCounters()
        self.chosen: list[tuple[Which, str]] = []
        self.cancels_echo = False

    def cancel_echo(self, wanted: bool) -> None:
        self.cancels_echo = wanted

    async def events(self) -> AsyncIterator[LocalEvent]:
        while True:
            yield await self.news.get()

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def devices(self) -> Sequence[Device]:
        return self.found

    async def choose(self, which: Which, device: str) -> None:
        self.chosen.append((which, device))


class FakeLink:
    """Records what it is asked; tells what the test puts into `told` (an exception ends it)."""

    def __init__(self, plan: LessonPlan) -> None:
        self.plan = plan
        self.commands: list[Command] = []
        self.heard = bytearray()
        self.dropped_ms = 0
        self.told: asyncio.Queue[TutorEvent | LinkLost] = asyncio.Queue()
        self.open = True

    def hear(self, frame: bytes, *, kept: bool = False) -> None:
        self.heard += frame

    async def send(self, command: Command) -> None:
        self.commands.append(command)

    def tell(self, *events: TutorEvent | LinkLost) -> None:
        for event in events:
            self.told.put_nowait(event)

    async def events(self) -> AsyncIterator[TutorEvent]:
        while True:
            event = await self.told.get()
            if isinstance(event, LinkLost):
                raise event
            yield event


class FakeTutor:
    """Opens fake links, after `connect_s`; `refusals` are raised by the next attempts to connect."""

    name = "fake"

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self.capabilities = capabilities or Capabilities()
        self.links: list[FakeLink] = []
        self.refusals: list[LinkLost] = []
        self.connect_s = 0.0
        self.lasts_s: float | None = None
        """After how long it says that it will end a conversation."""
        self.attempts = 0

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[FakeLink]:
        self.attempts += 1
        if self.connect_s:
            await asyncio.sleep(self.connect_s)
        if self.refusals:
            raise self.refusals.pop(0)
        link = FakeLink(plan)
        link.tell(LinkReady("fake-model", self.lasts_s and time.time() + self.lasts_s))
        self.links.append(link)
        try:
            yield link
        finally:
            link.open = False

    async def close(self) -> None:
        return None

    @property
    def link(self) -> FakeLink:
        """The newest link."""
        return self.links[-1]
