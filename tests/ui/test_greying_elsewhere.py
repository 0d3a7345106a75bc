"""What a tutor cannot do, in the help, the palette, the settings and the notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.ui.stage import (
    READY,
    StagedSession,
    drawn,
    make_app,
    shown,
    spoken,
    until,
)
from tests.ui.ways_to_learn import BARE_SERVER, RECORDING, WAYS, Lesson, at_the_keys, staged
from tutor_tui.core import events as ev
from tutor_tui.core.tools import Correction, Note, Word
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.ui.screens.notes import NotesScreen
from tutor_tui.ui.screens.settings import SettingRow
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.definition_list import DefinitionList


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
