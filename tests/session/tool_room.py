"""A session with tools in it, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

from tests.session.room import PLAN, Room, lesson_test
from tests.support.tool_spec import Spec
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import ToolState
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pcm import silence
from tutor_tui.core.tools import Correction, Effect, PaceRequest, PatienceRequest, ToolAnswer, ToolCall, ToolSpec
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.tutor_commands import AnswerTools, Command, Greet
from tutor_tui.session.session import Session

QUIET = ("note", "hush")
SLIP = Correction("I goed", "I went")


@dataclass
class FakeToolbox:
    """`look` takes a second and is spoken about, `note` is a note, `hush` is silent, `slower` and `wait` are wishes."""

    calls: list[ToolCall] = field(default_factory=list)
    effects: dict[str, Effect] = field(default_factory=dict)

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        return tuple(Spec(name, answers=name not in QUIET) for name in names)

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        self.calls.append(call)
        await asyncio.sleep(1.0 if call.name == "look" else 0.0)
        effect = self.effects.get(call.name)
        return ToolAnswer(
            call.call_id,
            f"{call.name} done",
            call.name not in QUIET,
            hushes=call.name == "hush",
            summary="done",
            effects=(effect,) if effect else (),
        )


TOOLS = FakeToolbox().specs(("look", "note", "hush", "slower", "wait"))


class ToolRoom(Room):
    """A room with tools in it."""

    def __init__(self) -> None:
        super().__init__(replace(PLAN, tools=TOOLS))
        self.box = FakeToolbox(
            effects={"note": SLIP, "slower": PaceRequest(0.6), "wait": PatienceRequest(PRESETS["patient"])}
        )
        self.session = Session(tutor=self.tutor, sound=self.sound, plan=replace(PLAN, tools=TOOLS), toolbox=self.box)

    async def call(self, *names: str, spoken: bool = False, end: ev.ReplyStatus | None = "completed") -> None:
        """A reply that calls these tools, by their names as call ids."""
        await self.tell(ev.ReplyStarted("R"))
        if spoken:
            await self.tell(ev.TutorTextDelta("A", "Well."), ev.TutorAudio("A", silence(100)), ev.TutorAudioDone("A"))
        await self.tell(*(ev.ToolCalled(ToolCall(name, name.split("#")[0], "{}")) for name in names))
        if end:
            await self.tell(ev.ReplyEnded("R", end))

    def answers(self) -> list[tuple[list[str], bool]]:
        """The calls that were answered together, and whether speech was asked for."""
        asked = [command for command in self.tutor.link.commands if isinstance(command, AnswerTools)]
        return [([answer.call_id for answer in each.answers], each.speak) for each in asked]

    def commands(self) -> list[Command]:
        return [command for command in self.tutor.link.commands if not isinstance(command, Greet)]

    def states(self) -> list[ToolState]:
        return [line.state for line in self.session.lesson.tool_lines]


def tool_test(body: Callable[[ToolRoom], Awaitable[None]]) -> None:
    async def with_tools(room: Room) -> None:
        assert isinstance(room, ToolRoom)
        await body(room)

    lesson_test(with_tools, ToolRoom)
