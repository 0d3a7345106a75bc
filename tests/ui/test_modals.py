from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.ui.stage import (
    JAPANESE,
    KOREAN,
    READY,
    Broken,
    FakeProfiles,
    Saved,
    StagedSession,
    drawn,
    make_app,
    scripted_tutor,
    shown,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import Settings, setting_fields
from tutor_tui.ui.screens.settings import SettingRow
from tutor_tui.ui.widgets.choice import Choice

TEXTS = ("model", "native_language", "output_device", "chat_model", "whisper_model")
"""Settings that take any text, at the top, in the middle and at the foot of the form."""


async def test_a_profile_is_previewed_and_taken_with_the_history_kept() -> None:
    session = StagedSession(replace(plan_of(KOREAN), noise_reduction="far_field"))
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: "You are a warm and patient Korean tutor." in shown(app))
        await pilot.press("down")
        await until(pilot, lambda: "Play the station clerk" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.plan == replace(plan_of(JAPANESE), noise_reduction="far_field"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_name_before_a_fact_is_cut_where_there_is_room(size: tuple[int, int]) -> None:
    mine = replace(KOREAN, correction="recast", offline_lesson="cafe")
    app = make_app(profiles=FakeProfiles((mine,)))
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        names = ("learn", "help in", "mistakes", "offline")
        await until(pilot, lambda: all(re.search(rf"[▏│ ]{name}  ", shown(app)) for name in names))


async def test_a_preview_shows_what_the_tutor_reads_and_not_how_the_file_is_written() -> None:
    written = "# Aim\n\nYou teach {language}, with help\nin {native_language}, and write {{so}}.\n\n- *One* thing."
    mine = replace(KOREAN, key="mine", name="Mine", instructions=written, own=True)
    app = make_app(profiles=FakeProfiles((KOREAN, mine)))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("p", "down")
        await until(pilot, lambda: "• One thing." in shown(app))
        text = shown(app)
        assert "You teach Korean, with help in English, and write {so}." in re.sub(r"[▏│\s]+", " ", text)
        assert "# Aim" not in text
        assert re.search(r"A2 Mine *▏.*\n.*  yours", text), text


async def test_what_was_edited_counts_when_the_list_is_opened_again() -> None:
    session, files = StagedSession(), FakeProfiles((KOREAN,))
    app = make_app(session, profiles=files)
    async with app.run_test(size=(100, 30)) as pilot:
        files.profiles = (replace(KOREAN, instructions="Teach by songs."), JAPANESE)
        await pilot.press("p")
        await until(pilot, lambda: "Teach by songs." in shown(app) and JAPANESE.name in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: session.lesson.plan.instructions.startswith("Teach by songs."))


async def test_a_broken_profile_is_listed_with_file_line_and_reason_and_cannot_be_taken() -> None:
    session = StagedSession()
    broken = Broken(Path("/prompts/mine\x1b[31m.md"), 4, "level: '[A9]' is not one of A1, A2")
    app = make_app(session, profiles=FakeProfiles(broken=(broken,)))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("p", "end")
        await until(pilot, lambda: "mine␛[31m.md, line 4" in shown(app))
        text = shown(app)
        assert "level: '[A9]' is not one of A1, A2" in text
        await pilot.press("enter")
        assert session.lesson.plan == plan_of(KOREAN)


async def test_choosing_a_device_changes_over_and_keeps_it_by_name() -> None:
    session, saved = StagedSession(), Saved()
    session.happen(*READY)
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "Speakers [bold]" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: session.card.chosen == [("microphone", "0")])
        assert saved == {"sound.input_device": "HD Webcam"}
        await pilot.press("d")
        await until(pilot, lambda: "Speakers [bold]" in shown(app))
        await pilot.press("tab", "home", "enter")
        await until(pilot, lambda: session.card.chosen[1:] == [("speaker", "")])
        assert saved["sound.output_device"] == ""


async def test_a_device_that_could_not_be_kept_is_used_all_the_same() -> None:
    session, saved = StagedSession(), Saved()
    saved.refusal = Problem("The setting could not be saved.", "Give yourself write permission.")
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "Speakers [bold]" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "The setting could not be saved." in shown(app))
        await until(pilot, lambda: session.card.chosen == [("microphone", "0")])


async def test_settings_come_up_with_what_is_in_force_and_a_choice_is_kept_and_put_in_force_where_it_can_be() -> None:
    session, saved = StagedSession(), Saved()
    session.happen(*READY, ev.Unknown("x"), ev.Unknown("y"))
    settings = Settings()
    app = make_app(session, replace(settings, tutor=replace(settings.tutor, model="my-model")), saved=saved)
    async with app.run_test(size=(100, 40)) as pilot:
        assert "unknown 2" not in shown(app)
        await pilot.press("s")
        rows = {row.field.full_name: row for row in app.screen.query(SettingRow)}
        assert list(rows) == [field.full_name for field in setting_fields()]
        await drawn(pilot)
        await until(pilot, lambda: "auto: the cloud with a key" in shown(app) and "my-model" in shown(app))

        await choose(pilot, "screen.theme", "tutor-day")
        await until(pilot, lambda: "✓ kept" in beside(app, "screen.theme") and saved == {"screen.theme": "tutor-day"})
        assert app.theme == "tutor-day"
        await choose(pilot, "sound.block_ms", "10", "left")
        await until(pilot, lambda: "✓ kept, from the next start" in beside(app, "sound.block_ms"))
        assert saved.pop("sound.block_ms") == "10"
        await choose(pilot, "tutor.kind", "openai")
        await until(pilot, lambda: "✓ kept" in beside(app, "tutor.kind") and session.tutor.name == "openai")
        assert saved.pop("tutor.kind") == "openai"
        await choose(pilot, "sound.echo_mode", "speakers")
        await until(pilot, lambda: "✓ kept" in beside(app, "sound.echo_mode"))
        assert saved.pop("sound.echo_mode") == session.lesson.echo_mode == "speakers"

        await pilot.click(row_of(app, "sound.echo_mode").query_one(Choice), offset=(2, 0))
        await until(pilot, lambda: saved.get("sound.echo_mode") == "headphones")  # a click keeps what it means

        await choose(pilot, "screen.debug", "on", "left")
        await pilot.press("escape")
        await until(pilot, lambda: "unknown 2" in shown(app))
        assert "lag" in shown(app)


async def choose(pilot: Pilot[None], name: str, value: str, key: str = "right") -> None:
    """Go to a setting that has options, and by its keys to one of them, and keep it."""
    row = row_of(pilot.app, name)
    row.scroll_visible(animate=False)
    control = row.query_one(Choice)
    control.focus()
    await pilot.pause()
    while control.value != value:
        before = control.value
        await pilot.press(key)
        assert control.value != before, f"{value} is not there"
    await pilot.press("enter")


def beside(app: App[None], name: str) -> str:
    """What came of the last change of a setting, where it is in sight."""
    outcome = row_of(app, name).query_one(".outcome", Static)
    told = str(outcome.content)
    return told if told and told in words(app) else ""


@pytest.mark.slow
async def test_a_tutor_is_taken_by_enter_only_and_one_that_cannot_be_had_is_explained_and_passed_over() -> None:
    made: list[str] = []

    def make(settings: Settings) -> Tutor:
        made.append(settings.tutor.kind)
        if settings.tutor.kind in ("openai", "webrtc"):
            raise Problem("The cloud tutor needs a key.", "Put one into .env.")
        return scripted_tutor(settings.tutor.kind)

    session, saved = StagedSession(), Saved()
    session.happen(*READY)
    app = make_app(session, saved=saved, make_tutor=make)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        choice = row_of(app, "tutor.kind").query_one(Choice)
        choice.focus()
        await pilot.press("right", "right", "right")
        await until(pilot, lambda: "… enter keeps it" in shown(app))
        await pilot.press("tab")
        await until(pilot, lambda: "… not kept: enter keeps a choice" in shown(app))
        assert choice.value == "auto" and made == [] and saved == {}

        choice.focus()
        await pilot.press("right", "enter")
        await until(pilot, lambda: "The cloud tutor needs a key. Put one into .env." in shown(app))
        assert session.tutor is session.scripted and saved == {}
        made.clear()
        await pilot.press("right", "right")
        await until(pilot, lambda: "… enter keeps it" in shown(app))
        assert made == [] and saved == {}
        await pilot.press("enter")
        await until(pilot, lambda: session.tutor.name == "pipeline" and bool(saved))
        assert saved == {"tutor.kind": "pipeline"}
        assert set(made) == {"pipeline"}

        made.clear()
        await pilot.press("left")
        await until(pilot, lambda: "… enter keeps it" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.query(SettingRow))
        assert made == [] and saved == {"tutor.kind": "pipeline"}


@pytest.mark.slow
async def test_a_wrong_value_is_explained_beside_the_field_in_sight_by_its_label_and_not_kept() -> None:
    session, saved = StagedSession(), Saved()
    app = make_app(session, saved=saved)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        field = row_of(app, "lesson.pace").query_one(Input)
        field.focus()
        field.value = "9"
        await pilot.press("enter")
        await until(pilot, lambda: "“Pace” cannot be '9'. It takes a number from 0.25 to" in words(app))
        assert saved == {}
        assert session.lesson.plan.speed == 1.0
        field.value = "0.8"
        await pilot.press("enter")
        await until(pilot, lambda: saved == {"lesson.pace": 0.8})
        assert session.lesson.plan.speed == 0.8
        assert "“Pace” cannot be" not in words(app)
        gain = row_of(app, "sound.gain_db").query_one(Input)
        gain.focus()
        gain.value = "12"
        await pilot.press("enter")
        await until(pilot, lambda: saved.pop("sound.gain_db", None) == 12.0)
        assert session.sound.microphone.gain_db == 12.0, "at once"

        way_out = "It takes a two-letter code. Say no more than you can say."
        for full_name in (each.full_name for each in setting_fields() if each.name in TEXTS):
            saved.refusal = Problem(f"{full_name} cannot be 'xx'.", way_out)
            row = row_of(app, full_name)
            field, before = row.query_one(Input), row.query_one(Input).value
            field.focus()
            field.value = "xx"
            await pilot.press("enter")
            await until(pilot, partial(sees, app, f"✕ “{row.field.label}” cannot be 'xx'. {way_out}"))
            assert full_name not in shown(app)
            field.value = before


def sees(app: App[None], sentence: str) -> bool:
    """Whether the whole of it is in sight."""
    return sentence in words(app)


def words(app: App[None]) -> str:
    """What is shown, in one line, frames and bars left out."""
    return " ".join(re.sub(r"[▏▁-█│┃\s]+", " ", shown(app)).split())


async def test_a_setting_that_cannot_be_written_holds_and_one_that_a_variable_wins_over_says_so() -> None:
    session, saved = StagedSession(), Saved()
    saved.refusal = Problem("The setting could not be saved in ~/.config.", "It holds for this lesson.")
    app = make_app(session, saved=saved)
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.press("s")
        await choose(pilot, "sound.echo_mode", "speakers")
        await until(pilot, lambda: "could not be saved in ~/.config. It holds for this lesson." in shown(app))
        assert session.lesson.echo_mode == "speakers"

        saved.refusal, saved.stronger = None, "TUTOR_TUI_SOUND_ECHO_MODE in the environment"
        await choose(pilot, "sound.echo_mode", "headphones", "left")
        told = f"✓ kept, but {saved.stronger} wins at each start, until it is unset"
        await until(pilot, partial(sees, app, told))


def row_of(app: App[None], full_name: str) -> SettingRow:
    """Of the settings that are shown, one."""
    return next(row for row in app.screen.query(SettingRow) if row.field.full_name == full_name)


async def test_settings_are_found_by_their_words_and_their_looks_are_explained_with_colours_or_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "Bold: it counts in this lesson. Pale:" in shown(app))
        assert all(field.styles.text_style.underline for field in app.screen.query(Input)), "else it looks like text"
        await pilot.press(*"whisper")
        await until(pilot, lambda: "Whisper model" in shown(app) and "Tutor: who teaches" not in shown(app))
        found = [row.field.name for row in app.screen.query(SettingRow) if row.display]
        assert found == ["speech_to_text", "whisper_model", "whisper_download"]
        await pilot.press("tab")
        row = app.focused.parent.parent if app.focused and app.focused.parent else None
        assert isinstance(row, SettingRow) and row.field.name == "speech_to_text"


@pytest.mark.parametrize(("chosen", "used"), [("", "the system's default"), ("헤드셋", "한국어 헤드셋 USB")])
async def test_of_devices_that_is_marked_which_the_learner_has_chosen(chosen: str, used: str) -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), sound=replace(Settings().sound, input_device=chosen)))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: "now: 한국어 헤드셋 USB" in shown(app))
        assert f"● {used}" in shown(app)
