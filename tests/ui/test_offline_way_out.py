"""The tutor is away, or refuses the key: the offline tutor goes on by one key, and what was said goes along."""

from __future__ import annotations

import pytest

from tests.ui.stage import READY, Saved, StagedSession, answered, drawn, make_app, scripted_tutor, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.settings import Settings
from tutor_tui.core.tutor_commands import Repeat
from tutor_tui.testing.scripted_tutor import Break, ScriptedTutor, Until
from tutor_tui.ui.app import TutorApp

OFFLINE = Capabilities(costs_money=False, way="offline", ours=True)
REFUSED = LinkLost("The account has no credit left.", "Add credit.", retry=False, final=True)


def offline_by(settings: Settings) -> ScriptedTutor:
    """The tutor that is asked for, which has to be the offline one."""
    assert settings.tutor.kind == "offline"
    return scripted_tutor("offline", OFFLINE)


async def test_one_key_leads_from_a_refusal_to_the_offline_tutor_and_back_with_all_that_was_said() -> None:
    session, saved = StagedSession(scripted=scripted_tutor(steps=(Until(Repeat), Break(REFUSED)))), Saved()
    app = make_app(session, saved=saved, make_tutor=offline_by)
    async with session.under_way(), app.run_test() as pilot:
        session.happen(*answered("a1", "Hello!"), ev.SpeechFinished("a1"))
        await pilot.press("r")
        await until(pilot, lambda: session.lesson.failed is not None)
        await until(pilot, lambda: "o goes on with the offline tutor" in shown(app))
        await pilot.press("o")
        await until(pilot, lambda: session.lesson.linked)
        await until(pilot, lambda: "goes on with" not in shown(app))
        assert session.tutor.name == "offline"
        assert [line.text for line in session.lesson.history] == ["Hello!"]
        assert session.lesson.failed is None
        assert not saved, "the next lesson begins as before"
        await until(pilot, lambda: "o own tutor" in keys_line(app))
        await pilot.press("o")
        await until(pilot, lambda: session.tutor is session.scripted and session.lesson.linked)
        assert [line.text for line in session.lesson.history] == ["Hello!"]
        await until(pilot, lambda: "own tutor" not in keys_line(app))


def keys_line(app: TutorApp) -> str:
    return shown(app).splitlines()[-1]


async def test_an_offline_tutor_that_followed_nobody_stays() -> None:
    session = StagedSession(scripted=scripted_tutor("offline", OFFLINE))
    app = make_app(session, make_tutor=offline_by)
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("o")
        await until(pilot, lambda: "The offline tutor is teaching already." in shown(app))
        assert session.tutor is session.scripted


async def test_the_offer_is_there_while_the_tutor_is_dialled_in_vain() -> None:
    session = StagedSession()
    app = make_app(session, make_tutor=offline_by)
    async with app.run_test() as pilot:
        session.happen(*READY, ev.LinkEnded("Nothing answers."), ev.Dialling(2, 4.0))
        await pilot.press("o")
        assert session.tutor.name == "offline"


async def test_a_tutor_that_is_there_is_not_left_by_that_key() -> None:
    session = StagedSession()
    app = make_app(session, make_tutor=offline_by)
    async with session.under_way(), app.run_test() as pilot:
        await pilot.press("o")
        await until(pilot, lambda: "Your tutor is there" in shown(app))
        assert session.tutor is session.scripted


@pytest.mark.parametrize("way", ["offline", "recording"])
async def test_there_is_no_offer_where_the_offline_tutor_teaches_or_nobody_does(way: str) -> None:
    abilities = Capabilities(way="offline") if way == "offline" else Capabilities(way="recording", listens=False)
    session = StagedSession(scripted=scripted_tutor("some tutor", abilities))
    app = make_app(session, make_tutor=offline_by)
    async with app.run_test() as pilot:
        session.happen(*READY, ev.LinkEnded("It is over.", True, "So it is."))
        await drawn(pilot)
        assert "It is over." in shown(app)
        assert "goes on with the offline tutor" not in shown(app)


async def test_an_offline_tutor_that_cannot_be_had_is_one_sentence() -> None:
    def none(_settings: Settings) -> ScriptedTutor:
        raise Problem("offline.speech_to_text is whisper, and no model is named.", "Name one.", ExitCode.USAGE)

    session = StagedSession()
    app = make_app(session, make_tutor=none)
    async with app.run_test() as pilot:
        session.happen(*READY, ev.LinkEnded("Nothing answers.", True))
        await pilot.press("o")
        await until(pilot, lambda: any("no model is named" in each.message for each in app._notifications))
        assert session.lesson.failed is not None
