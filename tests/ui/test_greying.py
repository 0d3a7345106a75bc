"""Every way to talk on the screen: what is struck through, that its key says why, and that it does nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.ui.stage import (
    ENGLISH,
    KOREAN,
    READY,
    StagedSession,
    answered,
    drawn,
    make_app,
    scripted_tutor,
    shown,
    spoken,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.availability import lacking
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.profile import plan_of
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.core.turn_detection import PushToTalk, ServerVad
from tutor_tui.core.tutor_commands import Interrupt, Repeat
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.services import Service
from tutor_tui.testing.scripted_tutor import demo
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.offline.server_process import BUILT_IN
from tutor_tui.tutors.offline.tutor import CAPABILITIES as OFFLINE
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor
from tutor_tui.tutors.registry import TutorOptions, make_tutor
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.key_bindings import KEYS as BINDINGS
from tutor_tui.ui.screens.help import HelpScreen
from tutor_tui.ui.screens.notes import NotesScreen
from tutor_tui.ui.screens.settings import SettingRow
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.composer import Composer
from tutor_tui.ui.widgets.definition_list import DefinitionList
from tutor_tui.ui.widgets.key_bar import KeyBar

SERVER = RealtimeEndpoint("ws://127.0.0.1:1/v1", "k")
CLOUD = WebSocketTutor(SERVER).capabilities
CALLS = WebRtcTutor(SERVER).capabilities
SERVICE = Service("http://127.0.0.1:1/v1", "m", "k")
PIPELINE = make_tutor(
    "pipeline", TutorOptions(api_key="k", transcribe=SERVICE, chat=SERVICE, speak=SERVICE)
).capabilities
RECORDING = replace(CLOUD, way="recording", listens=False)
BARE_SERVER = without(CLOUD, lacking(["server_vad", "takes_eagerness", "tools"], date(2026, 11, 21)))

PATIENCE = {"less-patience", "more-patience"}
TO_A_TUTOR = {"mute", "think", "type", "repeat", "meaning", "hint", "profile", "turns", "echo"}
PACE = {"slower", "faster"}
ALL_BUT_LISTENING = TO_A_TUTOR | PATIENCE | PACE | {"record", "drill"}


@dataclass(frozen=True)
class Lesson:
    """A way to talk, and in which language."""

    name: str
    abilities: Capabilities
    greyed: frozenset[str]
    """The keys that are struck through."""
    korean: bool = False


HEARS_ENGLISH = replace(OFFLINE, hears=frozenset({"en"}), hears_freely=frozenset({"en"}), ears=BUILT_IN, scripted=False)
WAYS = (
    Lesson("openai", CLOUD, frozenset()),
    Lesson("webrtc", CALLS, frozenset()),
    Lesson("pipeline", PIPELINE, frozenset()),
    Lesson("offline", OFFLINE, frozenset()),
    Lesson("a talk in Korean", HEARS_ENGLISH, frozenset({"think", "turns", *PATIENCE}), korean=True),
    Lesson("recording", RECORDING, frozenset(ALL_BUT_LISTENING)),
    Lesson("demo", demo("en").capabilities, frozenset(ALL_BUT_LISTENING | {"notes"})),
    Lesson("a bare server", BARE_SERVER, frozenset({"notes", "think", *PATIENCE})),
)
KEYS = {
    "mute": "m",
    "think": "h",
    "type": "t",
    "repeat": "r",
    "meaning": "w",
    "hint": "i",
    "profile": "p",
    "turns": "v",
    "slower": "minus",
    "faster": "plus",
    "less-patience": "left_square_bracket",
    "more-patience": "right_square_bracket",
    "echo": "e",
    "notes": "n",
    "record": "a",
    "drill": "u",
}


def staged(way: Lesson) -> tuple[TutorApp, StagedSession]:
    profile = KOREAN if way.korean else ENGLISH
    plan = replace(plan_of(profile), tools=standard_tools("").specs(["note_correction", "note_word"]))
    session = StagedSession(plan, scripted_tutor(way.name, way.abilities))
    session.happen(*READY)
    return make_app(session), session


async def at_the_keys(pilot: Pilot[None], way: Lesson) -> None:
    """Wait for the screen; where the typing line is open, leave it for the keys."""
    await drawn(pilot)
    if way.korean:
        await pilot.press("escape")
        await drawn(pilot)


def struck(app: TutorApp) -> set[str]:
    """The keys that the line of keys strikes through, whether there is room for them or not."""
    line = app.screen_stack[0].query_one(KeyBar)
    labels = {hint.label for hint in line.hints if hint.greyed}
    return {binding.id or "" for binding in BINDINGS if binding.description in labels}


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


async def test_push_to_talk_needs_no_patience_and_says_so() -> None:
    app, session = staged(WAYS[0])
    session.happen(
        ev.PlanWanted(replace(session.lesson.plan, turn_detection=PushToTalk())),
        ev.PlanApplied(Applied(PushToTalk())),
    )
    before = session.lesson
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("right_square_bracket")
        await drawn(pilot)
        assert session.lesson is before
        assert "Push-to-talk waits as long as you like." in shown(app)


async def test_patience_that_has_come_to_its_end_says_so() -> None:
    app, session = staged(WAYS[0])
    most = ServerVad(silence_duration_ms=8_000)
    session.happen(ev.PlanWanted(replace(session.lesson.plan, turn_detection=most)))
    before = session.lesson
    async with app.run_test() as pilot:
        await drawn(pilot)
        await pilot.press("right_square_bracket")
        await drawn(pilot)
        assert session.lesson is before
        assert "Patience is already at its limit." in shown(app)


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


# ---- the help, the palette, the settings ----------------------------------------------------------------------------


async def test_the_help_lists_what_the_tutor_cannot_do_and_marks_its_keys() -> None:
    app, _ = staged(WAYS[4])
    async with app.run_test(size=(110, 120)) as pilot:
        await at_the_keys(pilot, WAYS[4])
        await pilot.press("question_mark")
        await drawn(pilot)
        text = shown(app)
        assert "What this tutor cannot do" in text
        assert "· This tutor hears only English, so type your answers." in text.replace("·  ", "· ")
        assert "· It speaks with a voice of its own, whatever the profile asks for." in text.replace("·  ", "· ")
        keys = dict(app.screen.query_one("#keys", DefinitionList).facts)
        assert keys["h"].endswith(" · think · not now (this tutor hears only English, so type your answers)")
        assert keys["m"].endswith(" · mute")


async def test_the_help_of_a_tutor_that_can_do_everything_has_no_such_list() -> None:
    app, _ = staged(WAYS[0])
    async with app.run_test(size=(110, 120)) as pilot:
        await drawn(pilot)
        await pilot.press("question_mark")
        await drawn(pilot)
        assert "cannot do" not in shown(app)


async def into_the_palette(pilot: Pilot[None], words: str, is_so: Callable[[], bool]) -> None:
    await pilot.press("ctrl+p")
    await drawn(pilot)
    await pilot.press(*words)
    await until(pilot, is_so)


async def test_the_palette_marks_what_does_nothing_now_and_says_why_when_it_is_chosen() -> None:
    app, session = staged(Lesson("recording", RECORDING, frozenset()))
    before = session.lesson
    async with app.run_test(size=(100, 40)) as pilot:
        await drawn(pilot)
        await into_the_palette(pilot, "say it again", lambda: "not now (this is a recording" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is app.lesson_screen)
        await drawn(pilot)
        assert session.lesson is before
        assert "This is a recording: it cannot answer." in shown(app)


async def test_settings_that_make_no_difference_now_say_so_and_can_be_changed_all_the_same() -> None:
    app, _ = staged(WAYS[3])
    async with app.run_test(size=(120, 200)) as pilot:
        await drawn(pilot)
        await pilot.press("s")
        await drawn(pilot)
        rows = {row.field.full_name: row for row in app.screen.query(SettingRow)}
        idle = {name for name, row in rows.items() if row.has_class("-idle")}
        assert {"tutor.model", "tutor.base_url", "pipeline.chat_url"} <= idle
        assert not idle & {"offline.conversation", "lesson.pace", "sound.echo_mode", "screen.theme", "tutor.kind"}
        assert "Used by pipeline." in shown(app)
        assert not rows["pipeline.chat_url"].query_one(Input).disabled


@pytest.mark.slow
async def test_a_choice_that_the_server_refuses_cannot_be_chosen_in_the_settings_either() -> None:
    app, session = staged(Lesson("a bare server", BARE_SERVER, frozenset()))
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        await pilot.press("s")
        await drawn(pilot)
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == "lesson.turn_taking")
        choice = row.query_one(Choice)
        choice.focus()
        await pilot.press("right", "enter")
        await drawn(pilot)
        assert session.lesson.plan.turn_detection == PushToTalk()
        assert choice.value == "push-to-talk", "all others are barred"
        note = str(row.query_one(".note", Static).content)
        assert "Not now: patient, normal, quick. This tutor does not hear when you have finished" in note
        assert "Not now: semantic. This tutor refuses to judge whether you sound finished" in note
        await pilot.press("left", "enter")
        await drawn(pilot)
        assert choice.value == "profile"
        assert "✓ kept" in shown(app)


# ---- notes on a narrow screen ---------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_all_notes_can_be_read_on_a_narrow_screen() -> None:
    app, session = staged(WAYS[0])
    session.happen(*spoken("u1", "I goed home."), ev.Noted(Note(Correction("I goed", "I went", "irregular"), "u1")))
    session.happen(*(ev.Noted(Note(Word(f"word{number}", "m"), "")) for number in range(12)))
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert "word11: m" not in shown(app)
        await pilot.press("n")
        await drawn(pilot)
        assert isinstance(app.screen, NotesScreen)
        text = shown(app)
        assert "Noted in this lesson: 1 mistake, 12 words" in text
        assert text.index("word11: m") < text.index("word4: m")
        await pilot.press("end")
        await until(pilot, lambda: "in “I goed home.”" in shown(app))
        text = shown(app)
        assert text.index("word0: m") < text.index("I goed → I went (irregular)") < text.index("in “I goed home.”")
        await pilot.press("home")
        session.happen(ev.Noted(Note(Word("의자", "chair"), "")))
        await until(pilot, lambda: "의자: chair" in shown(app))
        assert "Noted in this lesson: 1 mistake, 13 words" in shown(app)
        await pilot.press("escape")
        assert app.screen_stack == [app.lesson_screen]


async def test_before_the_first_note_the_sheet_says_what_will_stand_there() -> None:
    app, _ = staged(WAYS[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await pilot.press("n")
        await drawn(pilot)
        assert "Nothing yet. While you talk, the tutor writes down your mistakes" in shown(app)
        assert "Noted in this lesson: 0 mistakes, 0 words" in shown(app)


async def test_a_recording_that_is_over_says_so_and_offers_no_lesson_to_speak_in() -> None:
    app, session = staged(Lesson("recording", replace(RECORDING, hears=frozenset({"en"})), frozenset(), korean=True))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "─ playing a recording ─" in shown(app))
        session.happen(ev.DigitalSilence(True), ev.Trouble("The recording is over.", quiet=True, last=True))
        await until(pilot, lambda: "the recording is over: ^q leaves" in shown(app))
        assert "■ over" in shown(app)
        assert "playing" not in shown(app)
        assert "speak in" not in shown(app)
        assert "esc stops" not in shown(app)
        assert "zeros" not in shown(app), "nobody needs its microphone"


async def test_sooner_and_later_are_a_pair_on_every_width() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        for width in range(80, 130, 3):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            text = shown(app)
            assert ("[ sooner" in text) == ("] later" in text), width
