"""What the learner has chosen, and what has come of a lesson, survives each end of a connection. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import Correction, LevelSuggestion, Note, PaceRequest, PatienceRequest, Word
from tutor_tui.core.turn_detection import PRESETS, PushToTalk
from tutor_tui.openai_api.realtime import errors
from tutor_tui.session.session import Session

LASTS_S, BEFORE_S = 100.0, 60.0
"""A connection, and how long of that passes before anything is done: a turn is held open for a minute at most."""
SLIP, WORD = Note(Correction("I goed", "I went"), ""), Note(Word("le thé", "tea"), "")


def take(*events: ev.LessonEvent) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        for event in events:
            session.take(event)

    return act


def another_profile(session: Session) -> None:
    session.change(replace(PLAN, profile="Café", instructions="Serve.", profile_key="cafe", opening=""))


def another_level(session: Session) -> None:
    take(ev.LevelSuggested(LevelSuggestion("A2")), ev.SuggestionSettled(True))(session)
    session.configure(replace(session.lesson.plan, level="A2"))


ACTS: dict[str, tuple[Callable[[Session], Any], str, Any]] = {
    "profile": (another_profile, "plan.profile", "Café"),
    "turn detection": (lambda session: session.set_turn_detection(PushToTalk()), "plan.turn_detection", PushToTalk()),
    "pace": (lambda session: session.grant(PaceRequest(0.6)), "plan.speed", 0.6),
    "patience": (
        lambda session: session.grant(PatienceRequest(PRESETS["patient"])),
        "plan.turn_detection",
        PRESETS["patient"],
    ),
    "level": (another_level, "plan.level", "A2"),
    "level taken": (another_level, "level_taken", "A2"),
    "minutes": (lambda session: session.clock.set_length(90), "minutes", 90),
    "echo mode": (lambda session: session.set_echo("speakers"), "echo_mode", "speakers"),
    "room": (lambda session: session.set_echo("speakers"), "plan.noise_reduction", "far_field"),
    "mute": (lambda session: session.mute(), "muted", True),
    "held turn": (lambda session: session.think(), "held", True),
    "held turn, for the tutor": (lambda session: session.think(), "plan.answers", False),
    "cost": (take(ev.Usage(0.5)), "usd", 0.5),
    "unknown cost": (take(ev.CostUnknown()), "cost_unknown", True),
    "notes": (take(ev.Noted(SLIP), ev.Noted(WORD)), "notes", (SLIP, WORD)),
    "time told": (take(ev.LengthChosen(90), ev.TimeTold("half")), "time_told", "half"),
    "what was typed": (take(ev.LearnerTyped("T", "Hi."), ev.AnswerGivenUp()), "turns.0.text", "Hi."),
}
"""What the learner does, where it shows, and what is there then."""


def shown(of: Any, path: str) -> Any:
    for name in path.split("."):
        of = of[int(name)] if name.isdigit() else getattr(of, name)
    return of


async def roll_over(room: Room) -> None:
    await asyncio.sleep(LASTS_S - BEFORE_S - 5)


async def drop(room: Room) -> None:
    await room.tell(LinkLost("The line dropped.", retry=True))


async def expiry(room: Room) -> None:
    await room.tell(errors.expired())


@pytest.mark.parametrize("ends", [roll_over, drop, expiry])
@pytest.mark.parametrize(("act", "where", "value"), ACTS.values(), ids=ACTS.keys())
def test_it_survives(act: Callable[[Session], Any], where: str, value: Any, ends: Callable[[Room], Any]) -> None:
    async def body(room: Room) -> None:
        room.tutor.lasts_s = LASTS_S
        room.session.retry()  # on a connection that ends
        await asyncio.sleep(BEFORE_S)
        act(room.session)
        assert shown(room.session.lesson, where) == value
        links = len(room.tutor.links)
        await ends(room)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == links + 1
        assert room.session.lesson.linked
        assert shown(room.session.lesson, where) == value
        in_force = replace(room.tutor.link.plan, history=(), opening="")
        assert in_force == replace(room.session.lesson.plan, history=(), opening=""), "and the tutor knows"

    lesson_test(body)


@pytest.mark.parametrize("ends", [roll_over, drop, expiry])
def test_a_tutor_learns_of_what_nobody_has_said(ends: Callable[[Room], Any]) -> None:
    """Notes and the clock are no part of the talk."""

    async def body(room: Room) -> None:
        room.tutor.lasts_s = LASTS_S
        room.session.retry()
        await asyncio.sleep(BEFORE_S)
        take(ev.Noted(SLIP), ev.Noted(WORD), ev.LengthChosen(90), ev.TimeTold("half"))(room.session)
        await ends(room)
        await asyncio.sleep(1)
        noted, time = (line.text for line in room.tutor.link.plan.history)
        assert "“I goed” → “I went”" in noted and "“le thé” (“tea”)" in noted
        assert time.startswith("Lesson clock: half time")

    lesson_test(body)


def test_the_plan_has_no_field_that_a_new_connection_is_not_told() -> None:
    """`plan_to_dial` hands over the whole plan; were it made of parts, this table would have to grow with it."""

    async def body(room: Room) -> None:
        assert replace(room.session.plan_to_dial(), history=()) == PLAN
        assert isinstance(room.session.plan_to_dial(), LessonPlan)

    lesson_test(body)
