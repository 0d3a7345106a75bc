"""What each key does on the full screen, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from textual.binding import Binding

from tests.ui.stage import (
    ENGLISH,
    JAPANESE,
    KOREAN,
    READY,
    FakeProfiles,
    StagedSession,
    answered,
    drawn,
    make_app,
    scripted_tutor,
    shown,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.problems import ExitCode, LinkLost
from tutor_tui.core.profile import plan_of
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, TurnDetection, with_patience
from tutor_tui.core.tutor_commands import BeginTurn, Interrupt, Repeat
from tutor_tui.testing.scripted_tutor import Break, ScriptedTutor, Until
from tutor_tui.tutors.offline.tutor import CAPABILITIES
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.key_bindings import APP_KEYS, KEYS
from tutor_tui.ui.screens.devices import DevicesScreen
from tutor_tui.ui.screens.help import HelpScreen
from tutor_tui.ui.screens.modal import Modal
from tutor_tui.ui.screens.profiles import ProfilesScreen
from tutor_tui.ui.screens.settings import SettingsScreen
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.composer import Composer
from tutor_tui.ui.widgets.pick_list import PickList
from tutor_tui.ui.widgets.slider import Slider
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.turn_detection_panel import TurnPanel

REFUSED = LinkLost("OpenAI refused the key.", "Check OPENAI_API_KEY.", retry=False, final=True)
PATIENT = PRESETS["patient"]
HEARS_ENGLISH = replace(CAPABILITIES, hears=frozenset({"en"}))


def breaking_tutor() -> ScriptedTutor:
    """One whose line breaks for good when it is asked to repeat something."""
    return scripted_tutor(steps=(Until(Repeat), Break(REFUSED)))


def turns(session: StagedSession) -> TurnDetection:
    return session.lesson.plan.turn_detection


@pytest.mark.parametrize(
    ("key", "is_done"),
    [
        ("m", lambda session: session.lesson.muted),
        ("escape", lambda session: Interrupt("key", ()) in session.asked),
        ("space", lambda session: BeginTurn() in session.asked),
        ("h", lambda session: session.lesson.held),
        ("r", lambda session: Repeat() in session.asked),
        ("e", lambda session: session.lesson.echo_mode == "speakers"),
        ("minus", lambda session: session.lesson.plan.speed == 0.85),
        ("plus", lambda session: session.lesson.plan.speed == 1.15),
        ("left_square_bracket", lambda session: turns(session) == with_patience(PATIENT, -1)),
        ("right_square_bracket", lambda session: turns(session) == with_patience(PATIENT, 1)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_each_key_does_its_thing(key: str, is_done: Callable[[StagedSession], bool]) -> None:
    plan = plan_of(KOREAN)
    session = StagedSession(replace(plan, turn_detection=PushToTalk()) if key == "space" else plan)
    app = make_app(session)
    async with session.under_way(), app.run_test() as pilot:
        if key == "escape":
            session.happen(ev.ReplyStarted("r1"))
        await drawn(pilot)
        assert not is_done(session)
        await pilot.press(key)
        await until(pilot, lambda: is_done(session))


async def test_two_quick_presses_are_two_steps() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert turns(session) == with_patience(PATIENT, 2)


@pytest.mark.parametrize(
    ("key", "sheet"),
    [("p", ProfilesScreen), ("d", DevicesScreen), ("s", SettingsScreen), ("question_mark", HelpScreen)],
)
async def test_sheets_open_by_their_key_and_close_by_escape(key: str, sheet: type[Modal]) -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    before = session.lesson
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert isinstance(app.screen, sheet)
        await pilot.press("m", "escape")
        assert app.screen_stack[-1] is app.lesson_screen
        assert session.lesson is before, "keys of the lesson do nothing under a sheet, and escape only closes it"


@pytest.mark.parametrize(
    ("key", "code", "before"),
    [
        *(("ctrl+q", ExitCode.OK, before) for before in ((), ("t",), ("p",))),
        *(("ctrl+c", ExitCode.INTERRUPTED, before) for before in ((), ("t",), ("s",))),
    ],
)
async def test_quitting_works_from_everywhere(key: str, code: ExitCode, before: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.press(*before, key)
        await pilot.pause()
    assert app.return_code == code
    assert not app.is_running


async def test_retry_is_there_only_when_there_is_something_to_retry() -> None:
    session = StagedSession(scripted=breaking_tutor())
    app = make_app(session)
    async with session.under_way(), app.run_test() as pilot:
        before = session.lesson
        await pilot.press("enter")
        assert session.lesson is before
        await pilot.press("r")
        await until(pilot, lambda: session.lesson.failed is not None)
        await drawn(pilot)
        assert "OpenAI refused the key." in shown(app)
        assert "Check OPENAI_API_KEY." in shown(app)
        assert "enter tries again" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.linked)
        assert len(session.scripted.links) == 2


async def test_enter_talks_too_in_push_to_talk_while_there_is_nothing_to_retry() -> None:
    session = StagedSession(replace(plan_of(KOREAN), turn_detection=PushToTalk()), breaking_tutor())
    app = make_app(session)
    async with session.under_way(), app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.talking)
        await pilot.press("enter")
        await until(pilot, lambda: not session.lesson.talking)
        await pilot.press("r")
        await until(pilot, lambda: session.lesson.failed is not None)
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.linked)


async def test_the_talk_key_is_shown_only_in_push_to_talk() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(110, 30)) as pilot:
        await drawn(pilot)
        assert "space talk" not in shown(app)
        session.happen(ev.PlanWanted(replace(session.lesson.plan, turn_detection=PushToTalk())))
        session.happen(ev.PlanApplied(Applied(PushToTalk())))
        await until(pilot, lambda: "press space to talk" in shown(app))
        assert "space talk" in shown(app)


def every_binding() -> Iterator[tuple[str, Binding]]:
    for owner in (TutorApp, Composer, Choice, Slider, TurnPanel, PickList, Transcript, Modal):
        for binding in owner.__dict__["BINDINGS"]:
            yield owner.__name__, binding
    for binding in KEYS:
        yield "LessonScreen", binding


def test_every_binding_of_ours_has_an_id_and_a_tooltip() -> None:
    ids = [binding.id for _, binding in every_binding()]
    assert all(ids)
    assert len(ids) == len(set(ids))
    assert [owner for owner, binding in every_binding() if not binding.tooltip] == []


async def test_help_knows_what_has_the_focus() -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("question_mark")
        assert "The conversation" in shown(app)
        assert "Close the microphone" in shown(app)
        await pilot.press("escape", "v", "question_mark")
        assert "When does the tutor answer?" in shown(app)


async def test_the_palette_knows_keys_profiles_and_themes_and_shows_titles_literally() -> None:
    session = StagedSession()
    session.happen(*READY)
    odd = replace(KOREAN, key="odd", name="[red]Odd[/red]", description="[blink]x")
    app = make_app(session, profiles=FakeProfiles(profiles=(KOREAN, odd)))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen is not app.lesson_screen)
        await pilot.press(*"odd")
        await until(pilot, lambda: "Profile: [red]Odd[/red]" in shown(app))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: session.lesson.plan.profile == "[red]Odd[/red]")


async def test_what_the_meter_and_the_transcript_say_follows_the_phase() -> None:
    session = StagedSession(plan_of(KOREAN))
    app = make_app(session)
    async with app.run_test() as pilot:
        for event, words in (
            (ev.Dialling(1), "connecting"),
            (ev.Dialling(3, 4.0), "connecting, attempt 3 in 4 s"),
            (ev.LinkReady(), "your turn: speak"),
            (ev.LearnerStartedSpeaking("u1"), "hearing you"),
            (ev.LearnerStoppedSpeaking("u1"), "the tutor is thinking"),
            (ev.ReplyStarted("r1"), "thinking"),
            (ev.TutorAudio("a1", bytes(960)), "esc stops it"),
            (ev.Muted(True), "muted · m opens the microphone"),
            (ev.Muted(False), "the tutor is speaking"),
            (ev.SpeechFinished("a1"), "the tutor is thinking"),
            (ev.ReplyEnded("r1"), "your turn: speak"),
            (ev.Held(True), "the tutor waits 60 s"),
            (ev.Held(False), "your turn: speak"),
            (ev.DeviceLost("microphone", "Gone."), "your turn: t to type"),
            (ev.LinkEnded("Gone."), "not connected"),
        ):
            session.happen(event)
            await until(pilot, partial(lambda words: words in shown(app), words))


async def test_a_tutor_that_cannot_hear_the_language_asks_for_typing() -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", Capabilities(hears=frozenset({"en"}))))
    app = make_app(session)
    async with app.run_test() as pilot:
        session.happen(*READY)
        await drawn(pilot)
        assert "your turn: type, and press enter" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "your turn: t to type" in shown(app))


async def test_a_lesson_that_cannot_be_spoken_opens_on_the_typing_line_and_says_what_is_heard_once() -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", HEARS_ENGLISH))
    app = make_app(session)
    async with app.run_test(size=(140, 40)) as pilot:
        session.happen(*READY)
        await drawn(pilot)
        text = shown(app)
        assert text.count("hears only English") == 1
        for untrue in ("listening", "of silence", "talk over", "t to type"):
            assert untrue not in text
        assert "^l takes you to a lesson that you can speak in." in text
        await pilot.press(*"annyeong", "enter")
        assert [turn.text for turn in session.lesson.turns] == ["annyeong"]


@pytest.mark.parametrize("first", [(), ("escape",)], ids=["typing", "at the keys"])
async def test_one_key_leads_to_a_lesson_that_can_be_spoken(first: tuple[str, ...]) -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", HEARS_ENGLISH))
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await drawn(pilot)
        await pilot.press(*first, "ctrl+l")
        await until(pilot, lambda: session.lesson.plan.profile_key == ENGLISH.key)
        await until(pilot, lambda: "your turn: speak" in shown(app))
        assert isinstance(app.focused, Transcript)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "You can speak in this lesson." in shown(app))
        assert session.lesson.plan.profile_key == ENGLISH.key


async def test_who_is_waited_for_sees_what_to_do_until_they_begin_to_type() -> None:
    session = StagedSession()
    app = make_app(session)
    async with session.under_way(), app.run_test(size=(100, 30)) as pilot:
        session.happen(*READY, *answered("a1", "Hello."), ev.LearnerAwaited(True))
        await until(pilot, lambda: "It is your turn. Speak, or type: t." in shown(app))
        await pilot.press("t", "x")
        await until(pilot, lambda: "It is your turn." not in shown(app))


async def test_without_such_a_lesson_the_key_says_so() -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", HEARS_ENGLISH))
    session.happen(*READY)
    app = make_app(session, profiles=FakeProfiles((KOREAN, JAPANESE)))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "This tutor understands none of the profiles by ear." in shown(app))


async def test_words_begun_stay_on_the_typing_line_when_the_lesson_can_be_spoken() -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", HEARS_ENGLISH))
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await drawn(pilot)
        await pilot.press("a", "ctrl+l")
        await until(pilot, lambda: session.lesson.plan.profile_key == ENGLISH.key)
        await drawn(pilot)
        assert isinstance(app.focused, Composer) and app.focused.value == "a"


async def test_the_notice_bar_says_what_stands_and_what_happened() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test() as pilot:
        session.happen(*READY, ev.DeviceLost("microphone", "The microphone is gone.", "Plug it in again."))
        await drawn(pilot)
        assert shown(app).count("The microphone is gone. Plug it in again.") == 1
        assert "no microphone" in shown(app)
        session.happen(ev.DeviceOpened("microphone", "Headset", 48_000), *answered("a", "Hello."))
        session.happen(ev.PlanRefused("The voice [x] is unknown."))
        await drawn(pilot)
        assert "The microphone is gone" not in shown(app)
        assert "The tutor refused the change. The voice [x] is unknown." in shown(app)


async def test_a_microphone_of_zeros_is_shown_as_what_it_is_for_as_long_as_it_is_so() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        session.happen(*READY, ev.DigitalSilence(True))
        await until(pilot, lambda: "The microphone is completely silent" in shown(app))
        assert "Bluetooth headset" in shown(app)
        session.happen(ev.DigitalSilence(False))
        await until(pilot, lambda: "completely silent" not in shown(app))


def test_all_keys_of_the_app_are_in_the_table() -> None:
    assert {each.id for each in (*KEYS, *APP_KEYS)} >= {
        *("mute", "interrupt", "talk", "think", "type", "profile", "turns", "less-patience", "more-patience"),
        *("echo", "repeat", "devices", "settings", "help", "end", "quit"),
    }
