"""Typed Python functions as tools: their schema derived, their arguments checked, their faults and time bounded.

pydantic is imported when a tutor first asks for a schema, not before: it would delay the first screen by 0.1 s.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, get_origin, get_type_hints

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import Effect, ToolAnswer, ToolCall, ToolSpec

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

LIMIT_S = 5.0
"""As long as a learner waits for a spoken answer before it feels broken."""
MOST_OUTPUT_CHARS = 4_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What a tool's function returns."""

    text: str
    """For the model."""
    summary: str = ""
    """For the learner, in a few words."""
    effects: tuple[Effect, ...] = ()
    hushes: bool = False
    """Whether the tutor has chosen to say nothing."""


class ToolFault(Exception):
    """A tool could not do it: one sentence for the model, and a few words for the learner."""

    def __init__(self, text: str, summary: str) -> None:
        super().__init__(text)
        self.text = text
        self.summary = summary


class Tool:
    """One function as a tool.

    Its docstring is what the model reads; a parameter is described by a string in its `Annotated`; a parameter of type
    `LessonPlan` is given the plan in force and is no part of the schema. A plain `def` must not wait for anything.
    """

    def __init__(
        self,
        function: Callable[..., Outcome | Awaitable[Outcome]],
        *,
        answers: bool = True,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._function = function
        self._answers = answers
        self.limit_s = limit_s

    @property
    def name(self) -> str:
        """The function's name."""
        return self._function.__name__

    @property
    def description(self) -> str:
        """The function's docstring, as one paragraph."""
        return " ".join((self._function.__doc__ or "").split())

    @property
    def answers(self) -> bool:
        return self._answers

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        schema: dict[str, Any] = _untitled(self._model.model_json_schema())
        return schema

    @cached_property
    def _hints(self) -> dict[str, Any]:
        hints = get_type_hints(self._function, include_extras=True)
        return {name: hint for name, hint in hints.items() if name != "return"}

    @cached_property
    def _model(self) -> type[BaseModel]:
        """What its arguments have to be."""
        from pydantic import ConfigDict, Field, create_model

        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self._function).parameters.items():
            hint = self._hints[name]
            if hint is LessonPlan:
                continue
            description = hint.__metadata__[0] if get_origin(hint) is Annotated else None
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (hint, Field(default, description=description))
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    async def use(self, arguments: str, plan: LessonPlan) -> Outcome:
        """Call the function. Raises `ToolFault` for arguments that do not fit, and whatever the function raises."""
        from pydantic import ValidationError

        try:
            checked = self._model.model_validate_json(arguments.strip() or "{}")
        except ValidationError as wrong:
            text = f"The arguments of {self.name} do not fit: {_faults(wrong)}. Correct them and call again."
            raise ToolFault(text, "called in a wrong way") from None
        given = {name: getattr(checked, name) for name in type(checked).model_fields}
        context = {name: plan for name, hint in self._hints.items() if hint is LessonPlan}
        outcome = self._function(**given, **context)
        return outcome if isinstance(outcome, Outcome) else await outcome


class ToolDispatcher:
    """A `Toolbox` of these tools."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        return tuple(self._tools[name] for name in names if name in self._tools)

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        tool = self._tools.get(call.name)
        offered = [spec.name for spec in plan.tools]
        if tool is None or call.name not in offered:
            text = f"There is no such tool in this lesson. There are: {', '.join(offered) or 'none'}."
            return ToolAnswer(call.call_id, text, ok=False, summary="there is no such tool")
        try:
            outcome = await _within(tool.limit_s, tool.use(call.arguments, plan))
        except ToolFault as fault:
            return ToolAnswer(call.call_id, fault.text, tool.answers, ok=False, summary=fault.summary)
        except Exception as fault:  # noqa: BLE001 - whatever a tool does, the talk goes on
            _log.warning("the tool %s failed", tool.name, exc_info=fault)
            text = f"{tool.name} failed ({type(fault).__name__}). Go on without it."
            return ToolAnswer(call.call_id, text, tool.answers, ok=False, summary="failed")
        text = outcome.text[:MOST_OUTPUT_CHARS]
        summary = one_line(outcome.summary, 120)
        return ToolAnswer(
            call.call_id, text, tool.answers, hushes=outcome.hushes, summary=summary, effects=outcome.effects
        )


async def _within(limit_s: float, work: Awaitable[Outcome]) -> Outcome:
    """What `work` returns. One that takes too long is left behind, even if it does not let itself be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=limit_s)
    finally:
        task.cancel()
    if task.done() and not task.cancelled():
        return task.result()
    task.add_done_callback(_unasked)
    text = f"It took longer than {limit_s:g} seconds, so it was given up. Tell the learner."
    raise ToolFault(text, f"no answer within {limit_s:g} s")


def _unasked(task: asyncio.Future[Outcome]) -> None:
    """Look at the end of a task that nobody waits for any more, so that it is not reported as forgotten."""
    if not task.cancelled():
        task.exception()


def _faults(wrong: ValidationError) -> str:
    """What is wrong, without what was said."""
    faults = wrong.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in faults[:5])


def _untitled(schema: Any) -> Any:
    """`schema` without the titles that only repeat names: each costs tokens on every turn."""
    if isinstance(schema, dict):
        return {
            key: {name: _untitled(inner) for name, inner in value.items()} if key == "properties" else _untitled(value)
            for key, value in schema.items()
            if key != "title" or not isinstance(value, str)
        }
    return [_untitled(item) for item in schema] if isinstance(schema, list) else schema
