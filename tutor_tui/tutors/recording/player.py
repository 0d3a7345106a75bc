"""A tutor made of a file: `ReplayedTutor` does again what `recording.recorder` wrote down."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.tools import ToolAnswer, ToolCall, ToolSpec
from tutor_tui.tutors.recording.format import (
    RecordedCommand,
    RecordedConnection,
    RecordedEnd,
    RecordedEvent,
    RecordedSound,
    Recording,
    parse,
)

_LONGEST_LINE = 4_000_000
"""Bytes. No event is longer; a file with longer lines is no recording."""
_SOUND_LAG_S = 0.3
"""A sound card is behind by as much, at any speed; where it is quicker, a pause is longer than it was."""


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


class ReplayedTutor:
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
        self._calls = deque(self._recording.connections)
        self._now: RecordedConnection | None = None
        happenings = (each for made in self._recording.connections for each in made.entries)
        asked = (each for each in happenings if isinstance(each, RecordedCommand))
        self._answers = {answer.call_id: answer for each in asked for answer in each.answers}
        self.over = asyncio.Event()
        """All of it was played."""

    @property
    def name(self) -> str:
        """Of the tutor that was recorded; it changes where the learner chose another in mid-lesson."""
        return f"recording of {(self._now and self._now.tutor) or self._recording.tutor}"

    @property
    def capabilities(self) -> Capabilities:
        """Those of the tutor that was recorded; a recording takes any plan without a new connection."""
        recorded = (self._now and self._now.capabilities) or self._recording.capabilities
        return replace(recorded, way="recording", live_lesson=True, listens=False)

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[_ReplayedLink]:
        """Each call plays the next one recorded."""
        link = _ReplayedLink(self.next_call(), plan, self)
        try:
            yield link
        finally:
            link.open = False

    def next_call(self) -> RecordedConnection | None:
        """The next conversation that was recorded, which is played from now on; None behind the last."""
        if not self._calls:
            return None
        self._now = self._calls.popleft()
        return self._now

    async def close(self) -> None:
        """Nothing to give back."""

    # ---- it is its own toolbox: nothing is looked up again ----------------------------------------------------------

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        """Nobody has to be offered anything."""
        return ()

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        """What became of it then."""
        unknown = ToolAnswer(call.call_id, "", ok=False, summary="what became of it was not recorded")
        return self._answers.get(call.call_id, unknown)

    def plan_like(self, plan: LessonPlan) -> LessonPlan:
        """`plan` as far as it is ours, with the lesson that was recorded. Nobody has to be asked to begin it."""
        facts = self._recording.connections[0].lesson if self._recording.connections else {}
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

    def __init__(self, call: RecordedConnection | None, plan: LessonPlan, tutor: ReplayedTutor) -> None:
        self.open = True
        self.dropped_ms = 0
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
        self._whole_ms = _whole_ms(call)
        """Item → how long its sound was to be, as far as the tutor had told or sent it."""
        self._replying = False
        self._hung_up = False
        self._sounds_until_s = 0.0
        """When the last of the voice leaves the speaker, by the loop's clock."""

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        """Only its length counts."""
        self._heard_bytes += len(pcm)
        self._news.set()

    async def send(self, command: cmd.Command) -> None:
        if not self.open:
            raise LinkLost("The recording is over.", retry=False, final=True)
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
        if self._call is None:
            yield _applied(self._plan)
            yield ev.LinkReady(self._tutor.name)
        else:
            async for event in self._played_on(self._call):
                yield event
        if self._hung_up and self._tutor.has_more:
            return
        if not self._tutor.has_more:
            async for answer in self._until(self._sounds_until_s):
                yield answer
            self._tutor.over.set()
            if not self._tutor.on_cue:
                yield ev.Trouble("The recording is over.", quiet=True, last=True)
        while True:
            async for answer in self._until(None):
                yield answer

    async def _played_on(self, call: RecordedConnection) -> AsyncIterator[ev.TutorEvent]:
        """A conversation, and those behind it that the learner's side opened: nobody is here to do that again."""
        began_s = asyncio.get_running_loop().time()
        while True:
            async for event in self._played(call, began_s):
                yield event
            if self._hung_up or self._tutor.on_cue or (following := self._tutor.next_call()) is None:
                return
            began_s += max(0.0, following.t_s - call.t_s) / self._tutor.speed
            async for answer in self._until(began_s):
                yield answer
            call, self._left_ms, self._whole_ms = following, _heard_ms(following), _whole_ms(following)

    async def _played(self, call: RecordedConnection, began_s: float) -> AsyncIterator[ev.TutorEvent]:
        for each in call.entries:
            due_s = began_s + max(0.0, each.t_s - call.t_s) / self._tutor.speed
            if self._ends_sound(each) and due_s < self._sounds_until_s:
                # What was to be stopped ends by itself here: nothing may look as if it was stopped any earlier.
                began_s += self._sounds_until_s - due_s
                due_s = self._sounds_until_s
            if self._tutor.on_cue:
                await self._cue(each)
            else:
                async for answer in self._until(due_s):
                    yield answer
            match each:
                case RecordedEvent(event=event):
                    yield self._again(event)
                case RecordedCommand(command="Say") if not self._tutor.on_cue:
                    yield ev.LearnerTextDone(each.item_id, each.text)
                case RecordedCommand() if not self._tutor.on_cue:
                    for stopped in self._stopped(each):
                        yield stopped
                case RecordedEnd(lost=None):
                    self._hung_up = True
                    return
                case RecordedEnd(lost=LinkLost() as lost):
                    if not self._tutor.has_more:
                        self._tutor.over.set()
                    raise LinkLost(lost.title, lost.hint, retry=lost.retry, final=lost.final)
                case _:
                    pass

    def _ends_sound(self, entry: object) -> bool:
        match entry:
            case RecordedEvent(event=ev.LearnerStartedSpeaking()):
                return True
            case RecordedCommand(heard_ms=heard_ms):
                return bool(heard_ms) and not self._tutor.on_cue
            case _:
                return False

    def _stopped(self, command: RecordedCommand) -> Iterator[ev.TutorEvent]:
        """The learner stopped these then: of each, the text counts as heard by its share of the sound that had come."""
        for item_id, ms in command.heard_ms:
            yield ev.TutorSoundExpected(item_id, max(ms, self._whole_ms.get(item_id, 0)))
            yield ev.TutorCut(item_id, ms)

    def _again(self, event: ev.TutorEvent) -> ev.TutorEvent:
        match event:
            case ev.TutorAudio(item_id, sound):
                return ev.TutorAudio(item_id, self._voice(item_id, len(sound)))
            case ev.LinkReady():
                return replace(event, expires_at=None)  # long ago
            case ev.ReplyStarted() | ev.ReplyEnded():
                self._replying = isinstance(event, ev.ReplyStarted)
                return event
            case _:
                return event

    def _voice(self, item_id: str, size: int) -> bytes:
        """As much silence as there was of the voice, at this speed."""
        if item_id in self._left_ms:  # the rest was stopped by the learner, who is not here to do it again
            size = min(size, pcm.bytes_of(self._left_ms[item_id]))
            self._left_ms[item_id] -= pcm.ms_of(size)
        size = pcm.bytes_of(round(pcm.ms_of(size) / self._tutor.speed))
        now_s = asyncio.get_running_loop().time()
        self._sounds_until_s = max(now_s + _SOUND_LAG_S, self._sounds_until_s) + pcm.ms_of(size) / 1000
        return bytes(size)

    async def _cue(self, each: RecordedEvent | RecordedCommand | RecordedSound | RecordedEnd) -> None:
        """Wait for what was asked or heard then."""
        match each:
            case RecordedCommand(command=command):
                self._cued[command] += 1
                while self._asked[command] < self._cued[command]:
                    await self._changed(None)
            case RecordedSound(byte_count=count):
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


def _heard_ms(call: RecordedConnection | None) -> dict[str, int]:
    """Item → how much of it was heard, for those that were stopped."""
    happenings: Sequence[object] = call.entries if call is not None else ()
    return {item: ms for each in happenings if isinstance(each, RecordedCommand) for item, ms in each.heard_ms}


def _whole_ms(call: RecordedConnection | None) -> dict[str, int]:
    """Item → how much of its sound came, or was to come where that was told."""
    came: Counter[str] = Counter()
    told: dict[str, int] = {}
    for each in call.entries if call is not None else ():
        match each:
            case RecordedEvent(event=ev.TutorAudio(item_id, sound)):
                came[item_id] += pcm.ms_of(len(sound))
            case RecordedEvent(event=ev.TutorSoundExpected(item_id, ms)):
                told[item_id] = max(ms, told.get(item_id, 0))
            case _:
                pass
    return {item_id: max(came[item_id], told.get(item_id, 0)) for item_id in {*came, *told}}


def _applied(plan: LessonPlan) -> ev.PlanApplied:
    return ev.PlanApplied(Applied(plan.turn_detection, plan.voice, plan.speed))
