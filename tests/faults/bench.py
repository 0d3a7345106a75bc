"""A whole lesson on the bench: a learner, a session with its link and decoder, and a server whose line goes wrong.

In virtual time. What the learner does is one of `SITUATIONS`; then all is well again, and they type one line more.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from tests.faults.evidence import Evidence, Frame, Played, Stopped
from tests.faults.invariants import broken
from tests.faults.line_faults import LineFault
from tests.faults.scripted_server import CALLS_A_TOOL, ScriptedServer, delivered
from tests.session.tool_room import TOOLS, FakeToolbox
from tests.support.fakes import FakeSoundCard, FakeSpeaker
from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import PLAN
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import ToolAnswer, ToolCall
from tutor_tui.session.session import Session

REST_S = 200.0
"""Within this a lesson comes to rest: several waits of the watchdog's, and of dialling, may follow each other, and the
longest sound that is sent here takes 160 s."""
QUIET_S = 1.0
"""So long without a change of the phase is rest."""
LAST_LINE = "Are you still there?"


class _Speaker(FakeSpeaker):
    """Notes what it was given to play, and did not refuse."""

    def __init__(self, evidence: Evidence, card_events: asyncio.Queue[Any]) -> None:
        super().__init__(card_events)
        self._evidence = evidence

    def play(self, item_id: str, pcm_bytes: bytes) -> None:
        before = len(self.played)
        super().play(item_id, pcm_bytes)
        if len(self.played) > before:
            self._evidence.happened.append(Played(item_id))


class _Toolbox(FakeToolbox):
    """Notes which calls it was given."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__()
        self._evidence = evidence

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        self._evidence.used.append(call.call_id)
        return await super().call(call, plan)


class Bench:
    """One lesson, and the learner in it."""

    def __init__(self, fault: LineFault | None = None) -> None:
        self.evidence = Evidence()
        self.server = ScriptedServer(self.evidence, fault or delivered)
        self.card = FakeSoundCard()
        self.card.speaker = _Speaker(self.evidence, self.card.news)
        plan = replace(PLAN, tools=TOOLS)
        self.session = Session(tutor=self.server, sound=self.card, plan=plan, toolbox=_Toolbox(self.evidence))
        self.session.recorder.journal = self.evidence

    @property
    def lesson(self) -> Lesson:
        return self.session.lesson

    # ---- what the learner does --------------------------------------------------------------------------------------

    async def speak(self, words: str) -> None:
        await asyncio.gather(self.card.microphone.speak(300), self.server.hear(words))

    def type(self, words: str, *, is_stopped: bool = False) -> None:
        """Type a line; `is_stopped`: its answer is stopped, and need not come."""
        self.evidence.typed.append(words)
        if not is_stopped:
            self.evidence.to_answer.append(words)
        self.evidence.happened.append(Stopped(self.lesson.can_stop_tutor))
        self.session.say(words)

    def stop(self) -> None:
        """Press Esc."""
        self.evidence.happened.append(Stopped(self.lesson.can_stop_tutor))
        self.session.interrupt()
        told = self.card.news.empty()  # else the end of what sounded is still to be told
        if self.lesson.linked and told and self.lesson.phase is not Phase.LISTENING:
            self.evidence.stuck.append(f"{self.lesson.phase} after Esc")

    async def rest(self) -> None:
        """Wait until nobody waits for anybody."""
        quiet_s = waited_s = 0.0
        while quiet_s < QUIET_S and waited_s < REST_S:
            await asyncio.sleep(0.25)
            waited_s += 0.25
            quiet_s = quiet_s + 0.25 if self.lesson.phase in (Phase.LISTENING, Phase.FAILED) else 0.0
        if quiet_s < QUIET_S:
            self.evidence.stuck.append(f"{self.lesson.phase} for {REST_S:g} s")

    async def _last_line(self) -> None:
        """All is well again: what is typed now is asked for and answered."""
        self.server.fault, self.server.deaf = delivered, False
        await asyncio.sleep(max(0.0, self.server.silent_until_s - asyncio.get_running_loop().time()))
        await self.rest()
        if self.lesson.phase is Phase.FAILED:
            self.session.retry()
            await self.rest()
        self.type(LAST_LINE)
        await self.rest()

    # ---- a lesson ---------------------------------------------------------------------------------------------------

    async def hold(self, situation: Situation) -> None:
        """Hold the lesson, and gather what there is to see of it."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.evidence.faults_of_ours.append(_told(context)))
        running = asyncio.create_task(self.session.run(), name="bench: session")
        with _errors_in(self.evidence.faults_of_ours):
            try:
                await situation(self)
                await self._last_line()
            finally:
                running.cancel()
                (end,) = await asyncio.gather(running, return_exceptions=True)
        if not isinstance(end, asyncio.CancelledError):
            self.evidence.faults_of_ours.append(f"the session ended: {end!r}")
        self.evidence.lesson = self.lesson


Situation: TypeAlias = Callable[[Bench], Awaitable[None]]


def _told(context: Mapping[str, Any]) -> str:
    return f"unhandled: {context.get('message')}: {context.get('exception')!r}"


class _Errors(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        self._into.append(f"logged: {record.getMessage()}: {fault!r}")


@contextmanager
def _errors_in(into: list[str]) -> Iterator[None]:
    handler, log = _Errors(into), logging.getLogger("tutor_tui")
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


# ---- situations -----------------------------------------------------------------------------------------------------


async def greeting(bench: Bench) -> None:
    await bench.rest()


async def spoken_turn(bench: Bench) -> None:
    await bench.rest()
    await bench.speak("good morning")
    await bench.rest()


async def typed_turn(bench: Bench) -> None:
    await bench.rest()
    bench.type("How are you?")
    await bench.rest()


async def tool_call(bench: Bench) -> None:
    await bench.rest()
    await bench.speak(CALLS_A_TOOL)
    await bench.rest()


async def interrupted_by_voice(bench: Bench) -> None:
    await bench.rest()
    await bench.speak("tell me a story")
    await asyncio.sleep(0.2)
    await bench.speak("no, another one")
    await bench.rest()


async def interrupted_by_key(bench: Bench) -> None:
    await bench.rest()
    bench.type("Tell me everything.", is_stopped=True)
    await asyncio.sleep(0.2)
    bench.stop()
    await asyncio.sleep(0.1)
    bench.type("Shorter, please.")
    await bench.rest()


SITUATIONS: dict[str, Situation] = {
    "greeting": greeting,
    "spoken turn": spoken_turn,
    "typed turn": typed_turn,
    "tool call": tool_call,
    "interrupted by voice": interrupted_by_voice,
    "interrupted by key": interrupted_by_key,
}


async def whole_lesson(bench: Bench) -> None:
    """One after the other."""
    for situation in SITUATIONS.values():
        await situation(bench)


FROM_THE_BEGINNING = ("greeting", "all of them")
"""Situations whose ladder is that of the whole lesson; that of the others begins behind the greeting."""


# ---- cases ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """A situation and what goes wrong in it."""

    name: str
    situation: Situation
    fault: LineFault
    orderly: bool = True
    """Whether what comes tells in which order it was said."""


def run(cases: Iterable[Case]) -> tuple[dict[str, list[str]], int]:
    """What is broken in which case, and how many faults there were."""
    wrong: dict[str, list[str]] = {}
    faults, everything = 0, list(cases)  # before the loop runs: making them may take a loop of its own

    async def all_of_them() -> None:
        nonlocal faults
        for case in everything:
            random.seed(case.name)  # dialling waits for random times
            bench = Bench(case.fault)
            await bench.hold(case.situation)
            faults += case.fault.injected
            if sentences := broken(bench.evidence, orderly=case.orderly):
                wrong[case.name] = sentences

    gc.collect()  # what other tests left behind ends here, and not in this loop
    in_virtual_time(all_of_them(), limit_s=1e9)
    return wrong, faults


@cache
def ladder_of(name: str) -> tuple[tuple[int, Frame], ...]:
    """The points of a situation: what the server says in it when all goes well, numbered as in its lesson."""
    points: list[tuple[int, Frame]] = []

    async def note(bench: Bench) -> None:
        await bench.rest()
        first = 0 if name in FROM_THE_BEGINNING else len(bench.server.said)
        await {"all of them": whole_lesson, **SITUATIONS}[name](bench)
        points.extend(enumerate(bench.server.said[first:], first))

    async def main() -> None:
        await Bench().hold(note)

    in_virtual_time(main())
    return tuple(points)
