from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

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
from tutor_tui.ui.app import TutorApp
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
        await pilot.press("up", "enter")
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


async def test_the_settings_screen_has_every_setting_with_its_help() -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("s")
        rows = {row.field.full_name: row for row in app.screen.query(SettingRow)}
        assert list(rows) == [field.full_name for field in setting_fields()]
        await drawn(pilot)
        assert "auto: the cloud with a key" in shown(app)


async def set_choice(app_size: tuple[int, int], name: str, value: str, session: StagedSession, saved: Saved) -> str:
    app = make_app(session, saved=saved)
    async with app.run_test(size=app_size) as pilot:
        await pilot.press("s")
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == name)
        row.scroll_visible(animate=False)
        control = row.query_one(Choice)
        control.focus()
        await pilot.pause()
        while control.value != value:
            before = control.value
            await pilot.press("left" if name == "sound.block_ms" else "right")
            assert control.value != before, f"{value} is not there"
        await pilot.press("enter")
        await until(pilot, lambda: "✓ kept" in shown(app) or "✕" in shown(app))
        return f"{app.theme} {shown(app)}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "in_force"),
    [
        ("screen.theme", "tutor-day", lambda session: True),
        ("sound.echo_mode", "speakers", lambda session: session.lesson.echo_mode == "speakers"),
        ("tutor.kind", "openai", lambda session: session.tutor.name == "openai"),
        ("sound.block_ms", "10", lambda session: True),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_a_choice_is_kept_and_put_in_force_at_once_where_it_can_be(
    name: str, value: str, in_force: Callable[[StagedSession], bool]
) -> None:
    session, saved = StagedSession(), Saved()
    text = await set_choice((100, 40), name, value, session, saved)
    assert saved == {name: value}
    assert in_force(session)
    assert ("✓ kept, from the next start" if name == "sound.block_ms" else "✓ kept") in text
    if name == "screen.theme":
        assert text.startswith("tutor-day")


@pytest.mark.slow
async def test_a_tutor_that_cannot_be_had_is_explained_and_passed_over() -> None:
    def make(settings: Settings) -> Tutor:
        if settings.tutor.kind in ("openai", "webrtc"):
            raise Problem("The cloud tutor needs a key.", "Put one into .env.")
        return scripted_tutor(settings.tutor.kind)

    session, saved = StagedSession(), Saved()
    app = make_app(session, saved=saved, make_tutor=make)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("s")
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == "tutor.kind")
        row.query_one(Choice).focus()
        await pilot.press("right", "enter")
        await until(pilot, lambda: "The cloud tutor needs a key. Put one into .env." in shown(app))
        assert session.tutor is session.scripted and saved == {}
        await pilot.press("right", "right", "enter")
        await until(pilot, lambda: session.tutor.name == "pipeline" and bool(saved))
        assert saved == {"tutor.kind": "pipeline"}


async def test_the_debug_footer_can_be_switched_on() -> None:
    session, saved = StagedSession(), Saved()
    session.happen(*READY, ev.Unknown("x"), ev.Unknown("y"))
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 40)) as pilot:
        assert "unknown 2" not in shown(app)
        await pilot.press("s")
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == "screen.debug")
        row.query_one(Choice).focus()
        await pilot.press("left", "enter", "escape")
        await until(pilot, lambda: "unknown 2" in shown(app))
        assert "lag" in shown(app)


@pytest.mark.slow
async def test_a_wrong_value_is_explained_beside_the_field_and_not_kept() -> None:
    session, saved = StagedSession(), Saved()
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("s")
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == "lesson.pace")
        field = row.query_one(Input)
        field.focus()
        field.value = "9"
        await pilot.press("enter")
        await until(pilot, lambda: "“Pace” cannot be '9'. It takes a number from 0.25 to" in shown(app))
        assert saved == {}
        assert session.lesson.plan.speed == 1.0
        field.value = "0.8"
        await pilot.press("enter")
        await until(pilot, lambda: saved == {"lesson.pace": 0.8})
        assert session.lesson.plan.speed == 0.8
        assert "“Pace” cannot be" not in shown(app)


@pytest.mark.parametrize("full_name", [each.full_name for each in setting_fields() if each.name in TEXTS])
async def test_what_is_wrong_with_a_value_is_in_sight_and_calls_the_setting_as_the_form_does(full_name: str) -> None:
    session, saved = StagedSession(), Saved()
    saved.refusal = Problem(f"{full_name} cannot be 'xx'.", "It takes a two-letter code. Say no more than you can say.")
    app = make_app(session, saved=saved)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        row = next(row for row in app.screen.query(SettingRow) if row.field.full_name == full_name)
        field = row.query_one(Input)
        field.focus()
        field.value = "xx"
        await pilot.press("enter")
        await until(pilot, lambda: f"✕ “{row.field.label}” cannot" in shown(app))
        await until(pilot, lambda: "say." in shown(app))
        assert full_name not in shown(app)


async def test_a_setting_that_cannot_be_written_holds_and_says_so() -> None:
    session, saved = StagedSession(), Saved()
    saved.refusal = Problem("The setting could not be saved in ~/.config.", "It holds for this lesson.")
    text = await set_choice((130, 40), "sound.echo_mode", "speakers", session, saved)
    assert session.lesson.echo_mode == "speakers"
    assert "could not be saved in ~/.config. It holds for this lesson." in text


async def test_a_variable_that_wins_over_what_was_kept_is_said() -> None:
    session, saved = StagedSession(), Saved()
    saved.stronger = "TUTOR_TUI_SOUND_ECHO_MODE in the environment"
    text = await set_choice((130, 40), "sound.echo_mode", "speakers", session, saved)
    said = " ".join(text.replace("│", " ").split())
    assert "✓ kept, but TUTOR_TUI_SOUND_ECHO_MODE in the environment wins at each start, until it is unset" in said


async def test_settings_come_up_with_what_is_in_force() -> None:
    settings = Settings()
    settings = replace(settings, tutor=replace(settings.tutor, model="my-model"))
    app = make_app(settings=settings)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "my-model" in shown(app))


@pytest.mark.parametrize("end", ["enter", "tab", "escape"])
async def test_options_that_are_only_passed_are_neither_kept_nor_in_force(end: str) -> None:
    made: list[str] = []

    def make(settings: Settings) -> Tutor:
        made.append(settings.tutor.kind)
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
        assert made == [] and saved == {}
        await pilot.press(end)
        match end:
            case "enter":
                await until(pilot, lambda: made == ["pipeline"])
                assert saved == {"tutor.kind": "pipeline"}
            case "tab":
                await until(pilot, lambda: "… not kept: enter keeps a choice" in shown(app))
                assert choice.value == "auto" and saved == {}
            case _:
                await until(pilot, lambda: not app.screen.query(SettingRow))
        assert made == (["pipeline"] if end == "enter" else [])


async def test_a_click_keeps_the_option_that_it_means() -> None:
    session, saved = StagedSession(), Saved()
    app = make_app(session, saved=saved)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        choice = row_of(app, "sound.echo_mode").query_one(Choice)
        choice.scroll_visible(animate=False)
        await drawn(pilot)
        await pilot.click(choice, offset=(len("● headphones  ○"), 0))
        await until(pilot, lambda: saved == {"sound.echo_mode": "speakers"})


def row_of(app: TutorApp, full_name: str) -> SettingRow:
    """Of the settings that are shown, one."""
    return next(row for row in app.screen.query(SettingRow) if row.field.full_name == full_name)


async def test_settings_are_found_by_their_words_and_their_looks_are_explained() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "Bold: it counts in this lesson. Pale:" in shown(app))
        await pilot.press(*"whisper")
        await until(pilot, lambda: "Whisper model" in shown(app) and "Tutor: who teaches" not in shown(app))
        found = [row.field.name for row in app.screen.query(SettingRow) if row.display]
        assert found == ["speech_to_text", "whisper_model", "whisper_download"]
        await pilot.press("tab")
        row = app.focused.parent.parent if app.focused and app.focused.parent else None
        assert isinstance(row, SettingRow) and row.field.name == "speech_to_text"


async def test_without_colours_a_field_can_be_told_from_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: bool(app.screen.query(SettingRow)))
        assert all(field.styles.text_style.underline for field in app.screen.query(Input))
