"""What became of the scripted learners: as values, as a table, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.evals.judging import CRITERIA, MOST_POINTS, transcript
from tests.evals.playing import Conversation
from tests.evals.rules import RULES
from tutor_tui.core.safe_text import one_line, printable

COMPLAINT_CHARACTERS = 120
PLAYED = "played"
"""What is broken where the service failed in the middle."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that one reply breaks."""

    rule: str
    reply: int
    """0 is the opening."""
    complaint: str


@dataclass(frozen=True, slots=True)
class Result:
    """One learner's lesson, and what is to be said of it."""

    talk: Conversation
    checks: int
    broken: tuple[Broken, ...]
    points: Mapping[str, int] | None = None
    """By criterion; None where nothing was judged."""


def checked(talk: Conversation) -> Result:
    """What the computed rules say of it."""
    asked = [(name, at) for at in range(len(talk.turns)) for name in talk.scenario.rules_at(at)]
    found = [Broken(name, at, one_line(RULES[name](talk, at), COMPLAINT_CHARACTERS)) for name, at in asked]
    if talk.failure:
        found.append(Broken(PLAYED, len(talk.turns), talk.failure))
    return Result(talk, len(asked) + 1, tuple(each for each in found if each.complaint))


def print_results(console: Console, results: Sequence[Result], *, show: bool) -> None:
    """The table and the summary; transcripts on demand. What a model said is shown as plain text, no markup."""
    table = Table("learner", "rules", "points", show_lines=True)
    for result in results:
        scenario = result.talk.scenario
        lines = list(_complaints(result))
        rules = Text("\n".join(lines) or f"all {result.checks} kept", style="red" if lines else "green")
        table.add_row(Text.assemble(scenario.name, "\n", (scenario.profile, "dim")), rules, _points(result))
    console.print(table)
    for line in _summary(results):
        console.print(Text(line))
    if show:
        for result in results:
            console.print(Text(f"\n{result.talk.scenario.name}: {result.talk.scenario.about}", style="bold"))
            for line in transcript(result.talk):
                console.print(Text(f"  {printable(line)}"))


def _complaints(result: Result) -> Iterator[str]:
    """One line a rule, with the first that there is to say about it."""
    for rule in dict.fromkeys(each.rule for each in result.broken):
        found = [each for each in result.broken if each.rule == rule]
        yield f"{rule} (reply {', '.join(str(each.reply) for each in found)}): {found[0].complaint}"


def _points(result: Result) -> str:
    return f"{sum(result.points.values())}/{MOST_POINTS * len(CRITERIA)}" if result.points else "not judged"


def _summary(results: Sequence[Result]) -> Iterator[str]:
    clean = sum(not result.broken for result in results)
    broken = sum(len(result.broken) for result in results)
    checks = sum(result.checks for result in results)
    yield f"{clean} of {len(results)} learners: every rule kept. {broken} of {checks} checks failed."
    points = [result.points for result in results if result.points]
    if points:
        means = ", ".join(f"{name} {mean(each[name] for each in points):.1f}" for name in CRITERIA)
        yield f"Judged: {len(points)} of {len(results)}, mean of {MOST_POINTS} points: {means}."
    else:
        yield "Judged: none."


def as_json(model: str, results: Sequence[Result]) -> dict[str, Any]:
    """Everything, for comparing two runs."""
    return {"model": model, "learners": [_result_as_json(result) for result in results]}


def _result_as_json(result: Result) -> dict[str, Any]:
    turns = result.talk.turns
    return {
        "name": result.talk.scenario.name,
        "profile": result.talk.scenario.profile,
        "checks": result.checks,
        "broken": [{"rule": each.rule, "reply": each.reply, "complaint": each.complaint} for each in result.broken],
        "points": dict(result.points) if result.points else None,
        "turns": [
            {"said": turn.said, "reply": turn.reply, "calls": [call.name for call in turn.calls]} for turn in turns
        ],
    }
