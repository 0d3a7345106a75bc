"""Functions as tools: schema, arguments, faults and time limits; in virtual time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.virtual_time import in_virtual_time
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import TOOL_NAMES, ToolAnswer, ToolCall
from tutor_tui.tools.dispatch import Outcome, Tool, ToolDispatcher, ToolFault
from tutor_tui.tools.registry import standard_tools

CUT = 4_000


def greet(
    who: Annotated[str, "Whom."],
    plan: LessonPlan,
    mood: Annotated[Literal["glad", "sad"], "How."] = "glad",
    times: int = 1,
) -> Outcome:
    """Greet someone.

    Call it often.
    """
    return Outcome(f"{plan.profile} greets {who} {mood} {times}", f"\x1b[31m{who}\n")


async def sleep(seconds: float) -> Outcome:
    """Sleep."""
    await asyncio.sleep(seconds)
    return Outcome("slept")


async def stubborn() -> Outcome:
    """Sleep on when told to stop."""
    for _ in range(3):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    raise OSError("too late to matter")


def burst() -> Outcome:
    """Raise something."""
    raise RuntimeError("what the learner said")


async def burst_later() -> Outcome:
    """Raise something in a while."""
    await asyncio.sleep(0.1)
    raise KeyError("what the learner said")


def fault() -> Outcome:
    """Say why not."""
    raise ToolFault("It is closed today.", "closed")


def endless() -> Outcome:
    """Talk for ever."""
    return Outcome("x" * 100_000, "y" * 1_000)


BOX = ToolDispatcher(
    (
        Tool(greet),
        Tool(sleep, answers=False),
        *(Tool(function) for function in (stubborn, burst, burst_later, fault, endless)),
    )
)
NAMES = ("greet", "sleep", "stubborn", "burst", "burst_later", "fault", "endless")
PLAN = LessonPlan("Mina", "Teach.", "marin", tools=BOX.specs(NAMES))


def call(name: str, arguments: str = "{}", plan: LessonPlan = PLAN) -> ToolAnswer:
    return in_virtual_time(BOX.call(ToolCall("c", name, arguments), plan), limit_s=30)


def test_the_schema_is_that_of_the_function() -> None:
    (spec,) = BOX.specs(["greet"])
    assert (spec.name, spec.description, spec.answers) == ("greet", "Greet someone. Call it often.", True)
    assert spec.parameters == {
        "type": "object",
        "properties": {
            "who": {"type": "string", "description": "Whom."},
            "mood": {"type": "string", "enum": ["glad", "sad"], "description": "How.", "default": "glad"},
            "times": {"type": "integer", "default": 1},
        },
        "required": ["who"],
        "additionalProperties": False,
    }


def test_arguments_are_checked_and_the_plan_is_put_in() -> None:
    answer = call("greet", ' {"who" : "Anna",\n"times": 2} ')
    assert (answer.output, answer.ok, answer.summary) == ("Mina greets Anna glad 2", True, "[31mAnna")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "who: Field required"),
        ("{", "the whole: Invalid JSON"),
        ("[]", "the whole"),
        ("null", "the whole"),
        ('{"who": 7}', "who: Input should be a valid string"),
        ('{"who": "A", "mood": "angry"}', "mood: Input should be 'glad' or 'sad'"),
        ('{"who": "A", "plan": {}}', "plan: Extra inputs are not permitted"),
        ('{"who": "A", "whom": "B"}', "whom: Extra inputs are not permitted"),
        ('{"who": "\\ud800"}', "the whole: Invalid JSON"),
        ("[" * 10_000, "the whole"),
    ],
)
def test_arguments_that_do_not_fit_are_answered_with_what_is_wrong(arguments: str, said: str) -> None:
    answer = call("greet", arguments)
    assert not answer.ok and answer.speak
    assert said in answer.output and "call again" in answer.output


@given(st.text() | st.dictionaries(st.text(), st.none() | st.integers() | st.text()).map(str))
def test_no_arguments_raise(arguments: str) -> None:
    assert call("greet", arguments).call_id == "c"


@pytest.mark.parametrize("plan", [PLAN, LessonPlan("Mina", "Teach.", "marin")])
def test_tools_that_are_unknown_or_not_offered_are_refused_with_those_there_are(plan: LessonPlan) -> None:
    name = "fly" if plan.tools else "greet"
    answer = call(name, plan=plan)
    assert not answer.ok and answer.speak
    assert ("greet, sleep" if plan.tools else "There are: none.") in answer.output


@pytest.mark.parametrize(("name", "kind"), [("burst", "RuntimeError"), ("burst_later", "KeyError")])
def test_a_tool_that_raises_is_an_answer_without_the_message(name: str, kind: str) -> None:
    answer = call(name)
    assert not answer.ok and kind in answer.output
    assert "learner said" not in answer.output


def test_a_fault_is_told_in_its_own_words() -> None:
    assert (call("fault").output, call("fault").summary) == ("It is closed today.", "closed")


@pytest.mark.parametrize(
    ("name", "arguments", "speak"), [("sleep", '{"seconds": 60}', False), ("stubborn", "{}", True)]
)
def test_a_tool_that_hangs_is_given_up_after_its_time_even_if_it_does_not_let_go(
    name: str, arguments: str, speak: bool
) -> None:
    async def timed() -> tuple[ToolAnswer, float]:
        answer = await BOX.call(ToolCall("c", name, arguments), PLAN)
        return answer, asyncio.get_running_loop().time()

    answer, took_s = in_virtual_time(timed())
    assert took_s == pytest.approx(5.0)
    assert (answer.ok, answer.speak) == (False, speak)
    assert "longer than 5 seconds" in answer.output


def test_a_tool_that_is_not_waited_for_any_more_is_stopped() -> None:
    async def main() -> set[str]:
        task = asyncio.create_task(BOX.call(ToolCall("c", "sleep", '{"seconds": 60}'), PLAN))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0)
        return {str(each.get_coro()) for each in asyncio.all_tasks()}

    assert not any("Tool.use" in work for work in in_virtual_time(main()))


def test_endless_answers_are_cut() -> None:
    answer = call("endless")
    assert (len(answer.output), len(answer.summary)) == (CUT, 120)


# ---- the program's own tools ----------------------------------------------------------------------------------------


def test_the_tools_there_are_are_those_that_profiles_may_name() -> None:
    specs = standard_tools().specs(TOOL_NAMES)
    assert tuple(spec.name for spec in specs) == TOOL_NAMES
    quiet = {spec.name for spec in specs if not spec.answers}
    assert quiet == {"note_correction", "note_word", "set_level", "wait_for_learner"}


@pytest.mark.parametrize("spec", standard_tools().specs(TOOL_NAMES), ids=lambda spec: str(spec.name))
def test_each_tool_says_what_it_is_for_and_what_its_arguments_are(spec: Any) -> None:
    assert len(spec.description) > 60
    properties: Mapping[str, Mapping[str, Any]] = spec.parameters["properties"]
    assert properties or spec.name == "wait_for_learner"
    assert all(fact["description"] for fact in properties.values())
    assert "title" not in str(spec.parameters)


def test_unknown_names_are_left_out() -> None:
    assert [spec.name for spec in standard_tools().specs(["fly", "set_pace"])] == ["set_pace"]


def test_offering_tools_loads_neither_pydantic_nor_httpx_before_a_tutor_asks() -> None:
    code = (
        "import sys\n"
        "from tutor_tui.core.tools import TOOL_NAMES\n"
        "from tutor_tui.tools.registry import standard_tools\n"
        "specs = standard_tools().specs(TOOL_NAMES)\n"
        "assert [s.description for s in specs]\n"
        "print([name for name in ('pydantic', 'httpx') if name in sys.modules])\n"
        "specs[0].parameters\n"
        "print('pydantic' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["[]", "True"]


def test_a_function_may_be_any_callable() -> None:
    class Counter:
        def count(self, upto: Annotated[int, "How far."]) -> Outcome:
            """Count."""
            return Outcome(" ".join(map(str, range(upto))))

    count: Callable[..., Outcome] = Counter().count
    box = ToolDispatcher((Tool(count),))
    plan = LessonPlan("Mina", "Teach.", "marin", tools=box.specs(["count"]))
    assert in_virtual_time(box.call(ToolCall("c", "count", '{"upto": 3}'), plan)).output == "0 1 2"
