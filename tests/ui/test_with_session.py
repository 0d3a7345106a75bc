"""What lives between the screen and the session: a profile changed in mid-turn, profiles of one name, a retry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.ui.stage import (
    JAPANESE,
    KOREAN,
    READY,
    WAIT_S,
    FakeProfiles,
    StagedSession,
    answered,
    drawn,
    make_app,
    scripted_tutor,
    shown,
    until,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pcm import silence
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import setting_fields
from tutor_tui.core.turn_detection import PRESETS, PushToTalk
from tutor_tui.core.tutor_commands import EndTurn, Greet
from tutor_tui.testing.scripted_tutor import ScriptedLink, ScriptedTutor
from tutor_tui.ui.screens.profiles import ProfilesScreen


class SlowTutor(ScriptedTutor):
    """Its first attempts to connect fail, and the next waits for `answers`."""

    def __init__(self, fails: int) -> None:
        super().__init__()
        self.attempts = 0
        self.answers = asyncio.Event()
        self._fails = fails

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[ScriptedLink]:
        self.attempts += 1
        if self.attempts < self._fails:
            raise LinkLost("No network.", "Check it.", retry=True)
        await self.answers.wait()
        async with super().connect(plan) as link:
            yield link


COPY = replace(KOREAN, key="my-korean", instructions="My own way of teaching.")
"""A learner's copy of a shipped profile: another file and other words under the same name."""


async def test_another_profile_chosen_while_talking_ends_the_pressed_turn() -> None:
    session = StagedSession(replace(plan_of(KOREAN), turn_detection=PushToTalk()))
    app = make_app(session)
    async with session.under_way(), app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "hearing you: space ends your turn" in shown(app))
        for _ in range(10):
            session.card.microphone.queue.put_nowait(silence(20))
        await pilot.press("p", "down", "enter")
        await until(pilot, lambda: session.lesson.plan.profile == JAPANESE.name)
        await drawn(pilot)
        assert not session.lesson.talking
        assert "space ends your turn" not in shown(app)
        assert session.lesson.phase in (Phase.THINKING, Phase.LISTENING)
        await until(pilot, lambda: any(isinstance(asked, EndTurn) for asked in session.asked))


async def test_a_line_divides_the_words_of_two_tutors() -> None:
    """Another profile, then another tutor: whose words are whose can be seen, and the name is said again."""
    session = StagedSession()
    session.happen(*READY, *answered("a1", "Hello!"))
    app = make_app(session)
    async with session.under_way(), app.run_test() as pilot:
        await until(pilot, lambda: "Hello!" in shown(app))
        await pilot.press("p", "down", "enter")
        await until(pilot, lambda: session.lesson.plan.profile == JAPANESE.name)
        session.happen(*answered("a2", "いらっしゃいませ"))
        await until(pilot, lambda: f"── {JAPANESE.name} ──" in shown(app) and "いらっしゃいませ" in shown(app))
        session.switch(scripted_tutor("offline tutor"))
        session.happen(*answered("a3", "Here I am."))
        await until(pilot, lambda: "── offline tutor ──" in shown(app) and "Here I am." in shown(app))
        text = shown(app)
        assert [text.index(words) for words in ("Hello!", "── 東", "いら", "── off", "Here")] == sorted(
            text.index(words) for words in ("Hello!", "── 東", "いら", "── off", "Here")
        )
        assert text.count("Tutor ┃") == 3


async def test_another_pace_while_talking_leaves_the_pressed_turn_open() -> None:
    session = StagedSession(replace(plan_of(KOREAN), turn_detection=PushToTalk()))
    async with session.under_way():
        session.talk()
        session.change(replace(session.lesson.plan, speed=0.8))
        assert session.lesson.talking
        session.change(replace(session.lesson.plan, turn_detection=PRESETS["patient"]))
        assert not session.lesson.talking


async def test_of_two_profiles_of_one_name_the_chosen_one_is_kept_by_its_key() -> None:
    session = StagedSession()
    app = make_app(session, profiles=FakeProfiles((KOREAN, JAPANESE, COPY)))
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("p", "end", "enter")
        await until(pilot, lambda: "My own way" in session.lesson.plan.instructions)
        assert app.settings_actions.profile is COPY
        pace = next(field for field in setting_fields() if field.full_name == "lesson.pace")
        app.settings_actions.change(pace, "0.8")
        assert "My own way" in session.lesson.plan.instructions, "another pace is no other profile"
        assert session.lesson.plan.speed == 0.8
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ProfilesScreen))
        assert app.screen.query_one("#profiles").highlighted == 5, "three headings"  # type: ignore[attr-defined]


async def test_a_profile_of_the_same_name_is_another_profile_and_begins_anew() -> None:
    greet = Greet("Greet the learner.")
    session = StagedSession(replace(plan_of(KOREAN), opening=greet.opening))
    async with session.under_way():
        session.change(replace(session.lesson.plan, speed=0.8))
        session.change(replace(plan_of(COPY), opening=greet.opening))
        async with asyncio.timeout(WAIT_S):
            async for _ in session.watch:
                if session.asked.count(greet) == 2:
                    break


async def test_the_retry_key_ends_a_wait_and_leaves_an_attempt_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt fails, so that the next one waits, which takes for ever; then it is slow."""
    monkeypatch.setattr("tutor_tui.session.connection.wait_s", lambda attempt, *_: 3_600.0 * (attempt > 1))
    tutor = SlowTutor(fails=2)
    session = StagedSession(scripted=tutor)
    app = make_app(session)
    running = asyncio.create_task(session.run())
    async with app.run_test() as pilot:
        await until(pilot, lambda: session.lesson.dial_wait_s > 0)
        waited_for = session.lesson.dialling
        await pilot.press("enter")
        await until(pilot, lambda: tutor.attempts == waited_for)
        await drawn(pilot)
        before = session.lesson
        assert before.dial_wait_s == 0
        await pilot.press("enter")
        assert tutor.attempts == waited_for
        assert session.lesson is before
        tutor.answers.set()
        await until(pilot, lambda: session.lesson.linked)
        assert tutor.attempts == waited_for, "the attempt was not broken off"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("live", [True, False], ids=["a model", "a guide that walks a script"])
async def test_a_level_and_a_way_of_correcting_count_in_mid_lesson(live: bool) -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor(capabilities=Capabilities(live_lesson=live)))
    app = make_app(session)
    fields = {field.full_name: field for field in setting_fields()}
    async with session.under_way(), app.run_test() as pilot:
        for name, value in (("lesson.level", "B2"), ("lesson.correction", "flow"), ("lesson.minutes", "20")):
            app.settings_actions.change(fields[name], value)
        wanted = session.lesson.plan
        assert (wanted.level, wanted.correction, session.lesson.minutes) == ("B2", "flow", 20)
        await until(pilot, lambda: session.scripted.links[-1].plan.instructions == wanted.instructions)
        assert session.scripted.links[-1].plan.correction == "flow"
        assert (len(session.scripted.links) > 1) is not live, "a guide takes it with a new connection"
        assert app.settings_actions.is_at_once("lesson.minutes")
        app.settings_actions.change(fields["lesson.level"], "")
        assert session.lesson.plan.level == KOREAN.level
