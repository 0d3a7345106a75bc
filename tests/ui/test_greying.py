"""Every way to talk on the screen: what is struck through, that its key says why, and that it does nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.ui.stage import (
    answered,
    drawn,
    shown,
    until,
)
from tests.ui.ways_to_learn import CALLS, CLOUD, KEYS, RECORDING, WAYS, Lesson, at_the_keys, staged, struck
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.turn_detection import PushToTalk, ServerVad, TurnDetection
from tutor_tui.core.tutor_commands import Interrupt, Repeat
from tutor_tui.tutors.offline.tutor import CAPABILITIES as OFFLINE
from tutor_tui.ui.screens.help import HelpScreen
from tutor_tui.ui.widgets.composer import Composer
from tutor_tui.ui.widgets.key_bar import KeyBar


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_each_way_strikes_through_what_it_cannot_do(way: Lesson) -> None:
    app, _ = staged(way)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_keys(pilot, way)
        assert struck(app) == way.greyed


@pytest.mark.parametrize("way", [way for way in WAYS if way.greyed], ids=lambda way: way.name)
async def test_a_key_that_is_struck_through_says_why_and_does_nothing(way: Lesson) -> None:
    app, session = staged(way)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_keys(pilot, way)
        screen = app.lesson_screen
        assert screen is not None
        before = session.lesson
        for name in sorted(way.greyed):
            screen.bottom.tell("")
            await pilot.press(KEYS[name])
            await pilot.pause()
            assert (
                screen.bottom.notices.news[0].title == f"{app.key_names[name]} does nothing now. {screen.greyed[name]}"
            )
            assert sum(screen.greyed[name] in each.title for each in screen.bottom.notices.news) == 1
        assert session.lesson is before
        assert app.screen is screen, "no sheet was opened"
        assert not isinstance(app.focused, Composer)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_all_other_keys_do_their_work(way: Lesson) -> None:
    app, session = staged(way)
    async with session.under_way(), app.run_test(size=(120, 40)) as pilot:
        await at_the_keys(pilot, way)
        await pilot.press(*(KEYS[name] for name in ("think", "mute", "echo", "repeat")))
        await drawn(pilot)
        lesson = session.lesson
        assert lesson.muted is ("mute" not in way.greyed)
        assert lesson.held is ("think" not in way.greyed)
        assert (lesson.echo_mode == "speakers") is ("echo" not in way.greyed)
        await until(pilot, lambda: (Repeat() in session.asked) is ("repeat" not in way.greyed))


async def test_every_key_answers_on_the_screen_in_a_lesson_that_is_typed() -> None:
    way = next(way for way in WAYS if way.korean)
    app, _ = staged(way)

    def differs(before: str) -> bool:
        return shown(app) != before

    async with app.run_test(size=(80, 24)) as pilot:
        await at_the_keys(pilot, way)
        for name in ("think", "turns", "less-patience", "echo"):
            before = shown(app)
            await pilot.press(KEYS[name])
            await until(pilot, partial(differs, before))
        assert "speakers: the microphone rests while the tutor is heard" in shown(app)


async def test_no_turn_is_held_for_who_is_muted_and_what_is_held_can_be_let_go() -> None:
    app, session = staged(WAYS[0])
    async with session.under_way(), app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("m")
        await drawn(pilot)
        await pilot.press("h")
        await until(pilot, lambda: "h does nothing now. The microphone is off" in shown(app))
        assert not session.lesson.held
        await pilot.press("m")
        await drawn(pilot)
        await pilot.press("h", "m")
        await drawn(pilot)
        await pilot.press("h")
        assert not session.lesson.held


async def test_stopping_and_leaving_are_never_struck_through() -> None:
    app, session = staged(WAYS[-2])
    async with session.under_way(), app.run_test() as pilot:
        session.happen(ev.ReplyStarted("r1"))
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: Interrupt("key", ()) in session.asked)
        assert isinstance(app.screen, HelpScreen)


async def test_the_composer_takes_nothing_where_nothing_can_be_said() -> None:
    app, session = staged(Lesson("recording", RECORDING, frozenset()))
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.click(Composer)
        await pilot.press("a", "enter")
        assert session.lesson.turns == ()
        assert "This is a recording: it cannot answer." in shown(app)


async def test_clicking_a_struck_key_says_why_too() -> None:
    app, session = staged(Lesson("recording", RECORDING, frozenset()))
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        await pilot.click(KeyBar, offset=(3, 0))
        await drawn(pilot)
        assert app.lesson_screen is not None
        assert app.lesson_screen.bottom.notices.news[0].title.endswith("This is a recording: it cannot answer.")
        assert not session.lesson.muted


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Lesson("m", CLOUD, frozenset()), "gpt-realtime-2.1-mini"),
        (Lesson("m", CALLS, frozenset()), "gpt-realtime-2.1-mini · webrtc"),
        (Lesson("offline", OFFLINE, frozenset()), "offline tutor"),
        (Lesson("offline", replace(OFFLINE, way="webrtc"), frozenset()), "offline tutor · webrtc"),
        (Lesson("offline", replace(OFFLINE, way="pipeline"), frozenset()), "offline tutor · pipeline"),
        (Lesson("recording of m", RECORDING, frozenset()), "recording of m"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_header_says_who_teaches_and_by_which_way(way: Lesson, words: str) -> None:
    app, _ = staged(way)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert shown(app).splitlines()[0].endswith(words)


@pytest.mark.parametrize(
    ("wanted", "applied", "words"),
    [
        (PushToTalk(), [ev.PlanApplied(Applied(PushToTalk()))], "Push-to-talk waits as long as you like."),
        (ServerVad(silence_duration_ms=8_000), [], "Patience is already at its limit."),
    ],
)
async def test_where_more_patience_is_of_no_use_the_key_says_so(
    wanted: TurnDetection, applied: list[ev.PlanApplied], words: str
) -> None:
    app, session = staged(WAYS[0])
    session.happen(ev.PlanWanted(replace(session.lesson.plan, turn_detection=wanted)), *applied)
    before = session.lesson
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("right_square_bracket")
        await drawn(pilot)
        assert session.lesson is before
        assert words in shown(app)


async def test_an_old_notice_does_not_come_back_after_a_key_has_spoken() -> None:
    app, session = staged(Lesson("recording", RECORDING, frozenset()))
    session.happen(ev.Trouble("Something from long ago."))
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("r")
        await drawn(pilot)
        session.happen(ev.Muted(True), *answered("a1", "Hello."))
        await drawn(pilot)
        assert "Something from long ago." not in shown(app)
        assert "This is a recording: it cannot answer." in shown(app)
