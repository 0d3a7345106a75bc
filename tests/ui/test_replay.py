"""The sound of the last two minutes again, by its keys: what the screen says of it, in the size of an old terminal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.session.test_replay import SENTENCES, TEXT, VOICE
from tests.ui.stage import KOREAN, READY, StagedSession, answered, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.profile import plan_of
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, TurnDetection
from tutor_tui.session.replay import IS_FIRST, NOTHING_YET
from tutor_tui.ui.app import TutorApp


async def test_the_screen_says_what_is_heard_again_and_how_fast_and_with_which_keys() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*READY)
        await drawn(pilot)
        await pilot.press("x")
        await until(pilot, lambda: NOTHING_YET in shown(app))
        session.happen(ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"))
        await pilot.press("x")
        await until(pilot, lambda: f"Replaying the tutor: “{SENTENCES[2]}”" in shown(app))
        assert "x again · < previous · > next · z speed · f shadow · ; dictate · esc stops" in " ".join(
            shown(app).split()
        )
        await pilot.press("z", "less_than_sign")
        await until(pilot, lambda: f"Replaying the tutor at 0.75×: “{SENTENCES[1]}”" in shown(app))
        await pilot.press("greater_than_sign", "z")
        await until(pilot, lambda: f"Replaying the tutor at 0.5×: “{SENTENCES[2]}”" in shown(app))
        await pilot.press("t", "escape")
        await until(pilot, lambda: "Replaying" not in shown(app))
        await until(pilot, lambda: "replay 0.5× ── headphones" in shown(app))
        assert session.card.speaker.replayed, "it was on its way to the ear, too"


def is_told(app: TutorApp, heard: str) -> bool:
    """Whether it is."""
    return heard in shown(app)


async def test_that_there_is_no_sentence_before_this_one_goes_when_the_next_is_heard() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*READY)
        session.happen(ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"))
        ways_on = (("greater_than_sign", f"Replaying the tutor: “{SENTENCES[1]}”"), ("f", "Shadowing: listen"))
        for way_on, heard in ways_on:
            await pilot.press(*["less_than_sign"] * 4)
            await until(pilot, lambda: IS_FIRST in shown(app))
            await pilot.press(way_on)
            await until(pilot, partial(is_told, app, heard))
            assert IS_FIRST not in shown(app)


@pytest.mark.parametrize(
    ("way", "told", "asked"),
    [
        (SemanticVad(), [], "your turn: speak"),
        (PushToTalk(), [], "press space to talk"),
        (SemanticVad(), [ev.DeviceLost("microphone", "It was unplugged.")], "your turn: t to type"),
    ],
    ids=["by voice", "by key", "in writing"],
)
async def test_nobody_is_asked_for_a_turn_while_a_sentence_is_replayed(
    way: TurnDetection, told: list[ev.LessonEvent], asked: str
) -> None:
    session = StagedSession(replace(plan_of(KOREAN), turn_detection=way))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*READY, ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"), *told)
        await until(pilot, lambda: asked in shown(app))
        await pilot.press("x")
        await until(pilot, lambda: "replaying: esc stops it" in shown(app))
        assert asked not in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: asked in shown(app))
