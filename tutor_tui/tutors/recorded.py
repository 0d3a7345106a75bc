"""A lesson's wire, kept and played back: `Recorded` writes down what passes, `Replayed` is a tutor made of such a file.

The file holds what was said, as text: it is made only on request, and only its owner can read it. It holds no sound and
no key. Its form is in `tutors.wire_file`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.plan import Applied, LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.tutors.wire_file import (
    LESSON_FACTS,
    Asked,
    Call,
    Ended,
    HeardSound,
    Recording,
    Told,
    header,
    line,
    parse,
)

_HEARD_BYTES = pcm.bytes_of(1000)
"""The learner's sound is noted once a second at most."""
_LONGEST_LINE = 4_000_000
"""Nothing that a tutor tells is longer; what is, is no recording."""


class WireLog:
    """The file being written. Each line is one write, so that a crash leaves whole lines and at most a part of one."""

    def __init__(self, file: Path) -> None:
        """Raises `Problem` (usage): a file is made, never written over."""
        try:
            self._fd: int | None = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise Problem(
                f"{str(file)!r} exists already.", "Give --record-wire another name.", ExitCode.USAGE
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such name is possible"
            raise Problem(f"{str(file)!r} cannot be written: {reason}.", exit_code=ExitCode.USAGE) from None
        self._began_s = time.monotonic()
        self._heard = 0
        self.complaint: str = ""
        """Why nothing more is written; empty while all is well."""

    def begin(self, tutor: str, capabilities: Capabilities) -> None:
        """What is being recorded."""
        self._write(header(tutor, capabilities))

    def note(self, kind: str, what: object) -> None:
        """One thing that happened now."""
        self._note_heard()
        self._write(line({"t": self._now_s, kind: what}))

    def heard(self, byte_count: int) -> None:
        """Sound went out."""
        self._heard += byte_count
        if self._heard >= _HEARD_BYTES:
            self._note_heard()

    def close(self) -> None:
        """No more."""
        self._note_heard()
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    @property
    def _now_s(self) -> float:
        return round(time.monotonic() - self._began_s, 4)

    def _note_heard(self) -> None:
        heard, self._heard = self._heard, 0
        if heard:
            self._write(line({"t": self._now_s, "heard": heard}))

    def _write(self, data: bytes) -> None:
        if self._fd is None:
            return
        try:
            if os.write(self._fd, data) == len(data):
                return
            self.complaint = "The disk is full."
        except OSError as error:
            self.complaint = f"{error.strerror}."
        os.close(self._fd)
        self._fd = None


class Recorded:
    """A tutor whose wire is written to `file`; otherwise it is the tutor that it wraps."""

    def __init__(self, tutor: Tutor, file: Path) -> None:
        """Raises `Problem` (usage) when the file cannot be made."""
        self._tutor = tutor
        self._log = WireLog(file)
        self._calls = 0
        self._log.begin(tutor.name, tutor.capabilities)

    @property
    def name(self) -> str:
        """Of the tutor."""
        return self._tutor.name

    @property
    def capabilities(self) -> Capabilities:
        """Of the tutor."""
        return self._tutor.capabilities

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        """See `core.ports.Tutor.connect`."""
        self._calls += 1
        self._log.note("call", {"number": self._calls, **{name: getattr(plan, name) for name in LESSON_FACTS}})
        try:
            async with self._tutor.connect(plan) as link:
                yield _RecordedLink(link, self._log)
        except LinkLost as lost:
            self._log.note("ended", {"title": lost.title, "hint": lost.hint, "retry": lost.retry})
            raise

    async def close(self) -> None:
        """See `core.ports.Tutor.close`."""
        try:
            await self._tutor.close()
        finally:
            self._log.close()


class _RecordedLink:
    """One conversation, written down as it passes."""

    def __init__(self, link: TutorLink, log: WireLog) -> None:
        self._link = link
        self._log = log
        self._complained = bool(log.complaint)

    def hear(self, pcm: bytes) -> None:
        """See `core.ports.TutorLink.hear`."""
        self._log.heard(len(pcm))
        self._link.hear(pcm)

    async def send(self, command: cmd.Command) -> None:
        """See `core.ports.TutorLink.send`."""
        self._log.note("command", command)
        await self._link.send(command)

    async def events(self) -> AsyncIterator[ev.TutorEvent]:
        """See `core.ports.TutorLink.events`."""
        async for event in self._link.events():
            self._log.note("event", event)
            yield event
            if self._log.complaint and not self._complained:
                self._complained = True
                yield ev.Trouble("The lesson is no longer recorded.", self._log.complaint)
        self._log.note("ended", None)


# ---- playing back ---------------------------------------------------------------------------------------------------


def read_recording(file: Path) -> Recording:
    """What `file` holds. Raises `Problem` (usage), with the line's number where one is wrong."""
    name = str(file)
    try:
        if file.exists() and not file.is_file():
            raise Problem(f"{name!r} is no file.", exit_code=ExitCode.USAGE)
        with file.open("rb") as opened:
            return parse(iter(lambda: opened.readline(_LONGEST_LINE), b""), repr(name))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise Problem(f"{name!r} cannot be read: {reason}.", exit_code=ExitCode.USAGE) from None


class Replayed:
    """A tutor that does again what was recorded, `speed` times as fast, with silence for its voice.

    It goes by the clock and answers nobody. `on_cue` goes by what it is asked instead: it waits for each command and
    for as much of the learner's sound as there was, and for nothing else, so that a program can be held against a
    recording.
    """

    def __init__(self, file: Path, speed: float = 1.0, *, on_cue: bool = False) -> None:
        """Raises `Problem` (usage) when the file holds no recording."""
        self._recording = read_recording(file)
        self._speed = speed
        self._on_cue = on_cue
        self._calls = deque(self._recording.calls)
        self.over = asyncio.Event()
        """All of it was played."""

    @property
    def name(self) -> str:
        """Of the tutor that was recorded."""
        return f"recording of {self._recording.tutor}"

    @property
    def capabilities(self) -> Capabilities:
        """Those of the tutor that was recorded; a recording takes any plan without a new connection."""
        return replace(self._recording.capabilities, live_lesson=True)

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[_ReplayedLink]:
        """See `core.ports.Tutor.connect`. Each call plays the next one recorded."""
        call = self._calls.popleft() if self._calls else None
        link = _ReplayedLink(call, plan, self)
        try:
            yield link
        finally:
            link.open = False

    async def close(self) -> None:
        """See `core.ports.Tutor.close`: nothing to give back."""

    def plan_like(self, plan: LessonPlan) -> LessonPlan:
        """`plan` as far as it is ours, with the lesson that was recorded. Nobody has to be asked to begin it."""
        facts = self._recording.calls[0].lesson if self._recording.calls else {}
        return replace(plan, opening="", tools=(), **facts)

    @property
    def speed(self) -> float:
        """How many times as fast as it was."""
        return self._speed

    @property
    def on_cue(self) -> bool:
        """Whether it waits for commands instead of the clock."""
        return self._on_cue

    @property
    def has_more(self) -> bool:
        """Whether another call was recorded."""
        return bool(self._calls)


class _ReplayedLink:
    """One recorded conversation."""

    def __init__(self, call: Call | None, plan: LessonPlan, tutor: Replayed) -> None:
        self.open = True
        self._call = call
        self._plan = plan
        self._tutor = tutor
        self._asked: Counter[str] = Counter()
        self._cued: Counter[str] = Counter()
        self._heard_bytes = 0
        self._cued_bytes = 0
        self._answers: deque[ev.TutorEvent] = deque()
        self._news = asyncio.Event()
        self._left_ms = {} if tutor.on_cue else _heard_ms(call)
        self._replying = False
        self._hung_up = False

    def hear(self, pcm: bytes) -> None:
        """See `core.ports.TutorLink.hear`: only its length counts."""
        self._heard_bytes += len(pcm)
        self._news.set()

    async def send(self, command: cmd.Command) -> None:
        """See `core.ports.TutorLink.send`."""
        if not self.open:
            raise LinkLost("The recording is over.", retry=False)
        self._asked[type(command).__name__] += 1
        if not self._tutor.on_cue:
            self._answer(command)
        self._news.set()

    def _answer(self, command: cmd.Command) -> None:
        """What a recording can say for itself while it goes by the clock."""
        match command:
            case cmd.Configure(plan):
                self._plan = plan
                self._answers.append(_applied(plan))
            case cmd.Say() | cmd.Repeat() | cmd.BeginTurn():
                self._answers.append(ev.Trouble("This is a recording: it cannot answer."))
                if not self._replying:  # nobody is to wait for an answer
                    self._answers.append(ev.ReplyEnded(""))
            case _:
                pass

    async def events(self) -> AsyncIterator[ev.TutorEvent]:
        """See `core.ports.TutorLink.events`."""
        if self._call is None:
            yield _applied(self._plan)
            yield ev.LinkReady(self._tutor.name)
        else:
            async for event in self._played(self._call):
                yield event
        if self._hung_up and self._tutor.has_more:
            return
        if not self._tutor.has_more:
            self._tutor.over.set()
            if not self._tutor.on_cue:
                yield ev.Trouble("The recording is over.")
        while True:
            async for answer in self._until(None):
                yield answer

    async def _played(self, call: Call) -> AsyncIterator[ev.TutorEvent]:
        began_s = asyncio.get_running_loop().time()
        for each in call.happenings:
            due_s = began_s + max(0.0, each.t_s - call.t_s) / self._tutor.speed
            if self._tutor.on_cue:
                await self._cue(each)
            else:
                async for answer in self._until(due_s):
                    yield answer
            match each:
                case Told(event=event):
                    yield self._again(event)
                case Asked(command="Say") if not self._tutor.on_cue:
                    yield ev.LearnerTextDone(each.item_id, each.text)
                case Ended(lost=None):
                    self._hung_up = True
                    return
                case Ended(lost=LinkLost() as lost):
                    if not self._tutor.has_more:
                        self._tutor.over.set()
                    raise LinkLost(lost.title, lost.hint, retry=lost.retry)
                case _:
                    pass

    def _again(self, event: ev.TutorEvent) -> ev.TutorEvent:
        match event:
            case ev.TutorAudio(item_id, sound):
                size = len(sound)
                if item_id in self._left_ms:  # the rest was stopped by the learner, who is not here to do it again
                    size = min(size, pcm.bytes_of(self._left_ms[item_id]))
                    self._left_ms[item_id] -= pcm.ms_of(size)
                return ev.TutorAudio(item_id, bytes(int(size / self._tutor.speed)))
            case ev.LinkReady():
                return replace(event, expires_at=None)  # long ago
            case ev.ReplyStarted() | ev.ReplyEnded():
                self._replying = isinstance(event, ev.ReplyStarted)
                return event
            case _:
                return event

    async def _cue(self, each: Told | Asked | HeardSound | Ended) -> None:
        """Wait for what was asked or heard then."""
        match each:
            case Asked(command=command):
                self._cued[command] += 1
                while self._asked[command] < self._cued[command]:
                    await self._changed(None)
            case HeardSound(byte_count=count):
                self._cued_bytes += count
                while self._heard_bytes < self._cued_bytes:
                    await self._changed(None)
            case _:
                pass

    async def _until(self, due_s: float | None) -> AsyncIterator[ev.TutorEvent]:
        """Wait for that moment, or for ever; answers what is asked meanwhile."""
        loop = asyncio.get_running_loop()
        while due_s is None or loop.time() < due_s:
            while self._answers:
                yield self._answers.popleft()
            await self._changed(due_s)

    async def _changed(self, until_s: float | None) -> None:
        try:
            async with asyncio.timeout_at(until_s):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()


def _heard_ms(call: Call | None) -> dict[str, int]:
    """Item → how much of it was heard, for those that were stopped."""
    happenings: Sequence[object] = call.happenings if call is not None else ()
    return {item: ms for each in happenings if isinstance(each, Asked) for item, ms in each.heard_ms}


def _applied(plan: LessonPlan) -> ev.PlanApplied:
    return ev.PlanApplied(Applied(plan.turn_detection, plan.voice, plan.speed))
