from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.ui.scenes import OFFLINE
from tests.ui.stage import (
    ENGLISH,
    JAPANESE,
    KOREAN,
    READY,
    Saved,
    StagedSession,
    drawn,
    make_app,
    planned,
    scripted_tutor,
    shown,
    until,
)
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import setting_fields
from tutor_tui.core.turn_detection import PRESETS, THRESHOLD, PushToTalk, SemanticVad, TurnDetection, with_patience
from tutor_tui.testing.scripted_tutor import ScriptedTutor
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.widgets.notice_bar import NoticeBar
from tutor_tui.ui.widgets.slider import Slider
from tutor_tui.ui.widgets.turn_detection_panel import DEBOUNCE_S, TurnPanel

PATIENT = PRESETS["patient"]
SILENCE = next(field for field in setting_fields() if field.full_name == "lesson.vad.silence_ms")


async def asked(pilot: Pilot[None], session: StagedSession, wanted: TurnDetection) -> None:
    """Wait until the learner has come to rest, and this is asked of the tutor and drawn."""
    await until(pilot, lambda: session.lesson.plan.turn_detection == wanted)
    await drawn(pilot)


async def come_to_rest(pilot: Pilot[None]) -> None:
    """Longer than the panel waits before it asks: for what must not be asked."""
    await pilot.pause(DEBOUNCE_S + 0.05)
    await drawn(pilot)


def ready(tutor: ScriptedTutor | None = None) -> StagedSession:
    session = StagedSession(scripted=tutor)
    session.happen(*READY)
    return session


async def test_moving_a_slider_asks_once_when_the_learner_has_come_to_rest() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("v", "tab", "tab", "right", "right", "right")
        assert session.lesson.plan.turn_detection == PATIENT
        await asked(pilot, session, replace(PATIENT, silence_duration_ms=2_800))
        assert "asking the tutor; in use:" in shown(app)
        session.happen(ev.PlanApplied(Applied(replace(PATIENT, silence_duration_ms=2_800))))
        await drawn(pilot)
        assert "✓ in use" in shown(app)


async def test_a_refused_value_springs_back_and_the_reason_is_told() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "tab", "tab", "tab", "end")
        await asked(pilot, session, replace(PATIENT, threshold=1.0))
        slider = app.screen.query_one("#threshold", Slider)
        assert slider.value == 1.0
        session.happen(ev.PlanRefused("threshold must be below 0.9", "turn_detection"))
        await drawn(pilot)
        assert slider.value == PATIENT.threshold
        assert "threshold must be below 0.9" in shown(app)
        assert "✓ in use" in shown(app)


async def test_presets_and_kinds_can_be_chosen_and_each_kind_keeps_its_values() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("v", "tab", "right", "right")
        await asked(pilot, session, PRESETS["quick"])
        await pilot.press("shift+tab", "down")
        await asked(pilot, session, SemanticVad())
        assert "low: waits up to 8 s" in shown(app)
        await pilot.press("down")
        await asked(pilot, session, PushToTalk())
        assert "space begins your turn, and ends it." in shown(app)
        await pilot.press("up", "up")
        await asked(pilot, session, PRESETS["quick"])


async def test_what_a_tutor_cannot_do_is_barred_and_said() -> None:
    tutor = scripted_tutor("offline", OFFLINE)
    session = StagedSession(replace(plan_of(ENGLISH), turn_detection=SemanticVad("high")), tutor)
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "tab")
        await drawn(pilot)
        assert "This tutor cannot tell whether" in shown(app)
        await pilot.press("right", "right")
        await come_to_rest(pilot)
        assert session.lesson.plan.turn_detection == SemanticVad("high"), "auto is barred, the last of the others"
        assert "› This tutor cannot tell whether" in shown(app), "the key that would choose it says why"


async def test_a_tutor_that_refuses_a_kind_of_turn_has_it_barred() -> None:
    tutor = scripted_tutor("own server", without(Capabilities(), {"takes_eagerness": "It refused that on 2026-11-21."}))
    session = ready(tutor)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "down")
        await asked(pilot, session, PushToTalk())  # "when you sound finished" was passed over
        assert "It refused that on 2026-11-21." in shown(app)


async def test_where_speaking_is_of_no_use_the_panel_is_grey_and_says_why() -> None:
    session = StagedSession(plan_of(KOREAN), scripted_tutor("offline", OFFLINE))
    session.happen(*READY)
    plan = session.lesson.plan
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        assert "This tutor hears only English, so" in shown(app) and "not used in this lesson" in shown(app)
        await pilot.click("#preset", offset=(12, 0))
        await pilot.press("v", "right")
        await come_to_rest(pilot)
        assert session.lesson.plan == plan
        assert shown(app).count("This tutor hears only English") == 1, "it is said once, and the key says no more"


async def test_on_a_narrow_screen_the_panel_comes_and_goes() -> None:
    app = make_app(ready())
    async with app.run_test(size=(80, 24)) as pilot:
        assert "after a silence" not in shown(app)
        await pilot.press("v")
        await drawn(pilot)
        assert "after a silence" in shown(app)
        await pilot.press("escape")
        await drawn(pilot)
        assert "after a silence" not in shown(app)


async def test_on_a_wide_screen_the_panel_is_always_there() -> None:
    app = make_app(ready())
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        assert "after a silence" in shown(app)
        assert "This lesson" in shown(app)


async def test_the_mouse_sets_a_slider_and_a_choice() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click("#preset", offset=(12, 0))
        await asked(pilot, session, PRESETS["normal"])
        await pilot.click("#threshold", offset=(11, 0))
        await asked(pilot, session, replace(PRESETS["normal"], threshold=THRESHOLD.low))


async def test_a_key_right_after_the_slider_builds_on_what_the_slider_shows() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("v", "tab", "tab", "right", "right", "right", "right_square_bracket")
        drawn_up = replace(PATIENT, silence_duration_ms=2_800)
        assert session.lesson.plan.turn_detection == with_patience(drawn_up, 1)
        await come_to_rest(pilot)
        assert session.lesson.plan.turn_detection == with_patience(drawn_up, 1), "the draft is not asked for again"
        assert app.screen.query_one(TurnPanel).draft is None


async def test_what_a_tool_sets_meanwhile_is_newer_than_the_slider() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("v", "tab", "tab", "right")
        session.set_turn_detection(PRESETS["quick"])
        await come_to_rest(pilot)
        assert session.lesson.plan.turn_detection == PRESETS["quick"]
        assert app.screen.query_one("#silence", Slider).value == PRESETS["quick"].silence_duration_ms


async def test_a_threshold_kept_in_32_bits_is_in_force_and_another_is_named() -> None:
    session = ready()
    wanted = replace(PATIENT, threshold=0.6)
    session.set_turn_detection(wanted)
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("v")
        await drawn(pilot)
        assert "in use: threshold 0.50" in " ".join(shown(app).replace("│", " ").split())
        session.happen(ev.PlanApplied(Applied(replace(wanted, threshold=0.6000000238418579))))
        await drawn(pilot)
        assert "✓ in use" in shown(app)


async def test_one_key_keeps_what_the_panel_shows_for_every_lesson() -> None:
    session, saved = ready(), Saved()
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v")
        await drawn(pilot)
        assert "✓ in use, for this lesson" in shown(app)
        await pilot.press("tab", "tab", *["left"] * 20, "k")  # the draft counts, before it was asked for
        kept = replace(PATIENT, silence_duration_ms=500)
        await asked(pilot, session, kept)
        assert saved == {
            "lesson.vad.silence_ms": 500,
            "lesson.vad.threshold": 0.5,
            "lesson.vad.prefix_padding_ms": 400,
        }
        session.happen(ev.PlanApplied(Applied(kept)))
        await drawn(pilot)
        assert "✓ in use, kept for every lesson" in shown(app)
        assert planned(JAPANESE, app.settings_actions.settings).turn_detection == kept
        await pilot.press("shift+tab", "left", "k")
        await asked(pilot, session, PRESETS["quick"])
        assert saved["lesson.turn_taking"] == "quick"
        assert saved["lesson.vad.silence_ms"] == 0


async def test_what_cannot_be_kept_holds_for_this_lesson_and_says_why() -> None:
    session, saved = ready(), Saved()
    saved.refusal = Problem("The setting could not be saved in ~/.config.", "It holds for this lesson.")
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "down", "k")
        await asked(pilot, session, SemanticVad())
        await until(pilot, lambda: "could not be saved" in shown(app))


async def test_another_profile_leaves_what_was_set_in_the_panel() -> None:
    session = ready()
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("v", "tab", "tab", "right")
        mine = replace(PATIENT, silence_duration_ms=2_600)
        await asked(pilot, session, mine)
        app.teach_by(JAPANESE)
        assert session.lesson.plan.profile == JAPANESE.name
        assert session.lesson.plan.turn_detection == mine


async def test_a_number_set_on_the_settings_screen_is_in_force_at_once_with_every_profile() -> None:
    session, saved = ready(), Saved()
    app = make_app(session, saved=saved)
    async with app.run_test(size=(100, 30)):
        app.settings_actions.change(SILENCE, "500")
        assert saved == {"lesson.vad.silence_ms": 500}
        assert session.lesson.plan.turn_detection == replace(PATIENT, silence_duration_ms=500)
        app.teach_by(ENGLISH)
        assert session.lesson.plan.turn_detection == replace(PRESETS["normal"], silence_duration_ms=500)
        app.settings_actions.change(SILENCE, "0")
        assert session.lesson.plan.turn_detection == PRESETS["normal"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((), "Choose who decides that your turn is over."),
        (("tab",), "Patient suits beginners, who pause inside a sentence: it waits 2.5 s."),
        (("tab", "tab"), "How long you may be silent before the tutor answers."),
        (("tab", "tab", "tab"), "Lower it if the tutor misses a soft voice, raise it if noise counts as speech."),
        (("tab", "tab", "tab", "tab"), "How much sound from before your voice was noticed is sent too, so that your"),
    ],
)
async def test_the_panel_says_what_each_control_is_for_and_its_keys(keys: tuple[str, ...], words: str) -> None:
    app = make_app(ready())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v", *keys)
        await until(pilot, lambda: words in sentences(app))
        assert "tab next  ←→ set  k keep  esc back" in shown(app)
        await pilot.press("escape")
        await drawn(pilot)
        assert app.screen.query_one(TurnPanel).border_subtitle == ""


@pytest.mark.parametrize("way", [PATIENT, SemanticVad("low"), PushToTalk()], ids=str)
async def test_all_of_the_panel_is_seen_beside_a_notice_of_three_lines(way: TurnDetection) -> None:
    session = ready()
    session.happen(ev.PlanWanted(replace(session.lesson.plan, turn_detection=way)), ev.PlanApplied(Applied(way)))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await drawn(pilot)
        assert "\n││\n" in shown(app), "there is room for an empty line"
        session.happen(ev.Trouble("Something went wrong, and this is what it was. " * 2, "There is a way out. " * 5))
        await until(pilot, lambda: app.screen.query_one(NoticeBar).size.height == 3)
        await pilot.pause()
        await drawn(pilot)
        assert "Choose who decides that your turn is over." in sentences(app)
        assert app.screen.query_one(TurnPanel).max_scroll_y == 0
        session.happen(ev.Trouble("All is well again.", ""))
        await until(pilot, lambda: "\n││\n" in shown(app))


def sentences(app: TutorApp) -> str:
    """The words in the panel, without its frame."""
    return " ".join(shown(app).replace("│", " ").split())


async def test_enter_in_the_panel_begins_no_turn() -> None:
    """There it looks like a confirmation; at the conversation it is the talk key's other name."""
    session = StagedSession(replace(plan_of(KOREAN), turn_detection=PushToTalk()))
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test() as pilot, session.under_way():
        await pilot.press("v", "enter")
        await drawn(pilot)
        assert not session.lesson.talking
        await pilot.press("escape", "enter")
        await until(pilot, lambda: session.lesson.talking)
