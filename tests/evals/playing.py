"""Plays a scripted learner against a model: the instructions, tools and messages are those of a real lesson."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import httpx

from tests.evals.scenarios import NOTE, Scenario
from tests.support.paths import PROMPTS
from tutor_tui.app.configured import plan_for
from tutor_tui.config.profiles import Profiles, load_profiles
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.settings import Settings
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api.answer_filter import Retracted
from tutor_tui.openai_api.chat import ChatClient
from tutor_tui.openai_api.chat_messages import tool_function
from tutor_tui.openai_api.failures import ServiceFailure
from tutor_tui.openai_api.services import Service
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.pipeline.memory import Memory

MOST_ROUNDS = 4
"""So often is a model asked on in one turn, its tools having answered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said to the tutor, and what came of it."""

    said: str
    reply: str
    calls: tuple[ToolCall, ...] = ()


@dataclass(slots=True)
class Conversation:
    """A lesson as far as it has come. The first turn is the opening."""

    scenario: Scenario
    plan: LessonPlan
    turns: list[Turn] = field(default_factory=list)
    failure: str = ""
    """Why it ended before the learner's last line."""


@cache
def _profiles() -> Profiles:
    return load_profiles([PROMPTS])


def plan_of_scenario(scenario: Scenario) -> LessonPlan:
    """What the app would ask of a tutor here."""
    return plan_for(_profiles().find(scenario.profile), Settings(), scenario.native)


class Tutor:
    """A model behind a chat service, instructed and equipped as in a lesson."""

    def __init__(self, http: httpx.AsyncClient, service: Service, plan: LessonPlan) -> None:
        self._chat = ChatClient(http, service)
        self._note_role = service.provider.note_role
        self._plan = plan
        self._memory = Memory()
        self._toolbox = standard_tools()
        self._offered = [tool_function(each.name, each.description, each.parameters) for each in plan.tools]

    async def answer(self, line: str) -> Turn:
        """What it makes of `line`. Raises `ServiceFailure`."""
        speaker, said = ("note", line.removeprefix(NOTE)) if line.startswith(NOTE) else ("learner", line)
        self._memory.add("", "note" if speaker == "note" else "learner", said)
        replies: list[str] = []
        calls: list[ToolCall] = []
        for _ in range(MOST_ROUNDS):
            text, called = await self._asked()
            replies.append(text)
            calls += called
            if not await self._is_to_go_on(text, called):
                break
        return Turn(line, " ".join(filter(None, replies)), tuple(calls))

    async def _asked(self) -> tuple[str, list[ToolCall]]:
        text, calls = "", list[ToolCall]()
        messages = self._memory.messages(self._plan.instructions, self._note_role)
        async for event in self._chat.answer(messages, self._offered):
            match event:
                case str():
                    text += event
                case Retracted():
                    text = ""
                case ToolCall():
                    calls.append(event)
        self._memory.add("", "tutor", text.strip()).calls.extend(calls)
        return text.strip(), calls

    async def _is_to_go_on(self, text: str, calls: list[ToolCall]) -> bool:
        """Whether the tools' answers make the tutor speak: as `session.tool_runner` decides after a spoken turn."""
        answers = [await self._toolbox.call(call, self._plan) for call in calls]
        self._memory.tools_answered({answer.call_id: answer.output for answer in answers})
        hushed = any(answer.hushes for answer in answers)
        return any(answer.speak for answer in answers) or bool(calls and not text and not hushed)


async def play(http: httpx.AsyncClient, service: Service, scenario: Scenario) -> Conversation:
    """The whole lesson, or what there was of it. Raises `ServiceFailure` when no attempt will do better."""
    conversation = Conversation(scenario, plan_of_scenario(scenario))
    tutor = Tutor(http, service, conversation.plan)
    opening = f"{NOTE}{conversation.plan.opening or 'Begin the lesson.'}"
    try:
        for line in (opening, *scenario.lines):
            conversation.turns.append(await tutor.answer(line))
    except ServiceFailure as failure:
        if failure.lasting:
            raise
        conversation.failure = failure.title
    return conversation
