from __future__ import annotations

import pytest

from tests.ui.stage import KOREAN, READY, StagedSession, drawn, make_app, scripted_tutor, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.countdown import Countdown
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.profile import plan_of
from tutor_tui.core.turn_detection import SemanticVad
from tutor_tui.session.level_meter import Level
from tutor_tui.ui.widgets.key_bar import KeyBar
from tutor_tui.ui.widgets.mic_meter import MeterView, MicMeter, meter_cells, meter_view, runs, threshold_dbfs


def bar(view: MeterView) -> str:
    return "".join(text for text, _ in runs(meter_cells(view, view.width + 14)))


def test_the_bar_spans_60_db() -> None:
    assert bar(meter_view(Level(-30, -12), "open", None, 40)).startswith("━" * 20 + "─" * 12 + "┃")
    assert bar(meter_view(Level(-96, -96), "open", None, 40)).startswith("─" * 40)
    assert bar(meter_view(Level(0, 0), "open", None, 40)).startswith("━" * 39 + "┃")
    assert "quiet" in bar(meter_view(Level(-96, -96), "open", None, 40))


def test_the_threshold_is_drawn_where_it_is_said_to_be() -> None:
    assert threshold_dbfs(0) == -60
    assert threshold_dbfs(0.5) == -35
    assert threshold_dbfs(1) == -10
    assert bar(meter_view(Level(), "open", 0.5, 60)).index("┼") == 25
    assert "┼" not in bar(meter_view(Level(), "open", None, 60))


def test_a_change_too_small_to_see_is_no_change() -> None:
    assert meter_view(Level(-30.0, -11.9), "open", 0.5, 40) == meter_view(Level(-30.2, -11.8), "open", 0.5, 40)
    assert meter_view(Level(-30.0, -12.0), "open", 0.5, 40) != meter_view(Level(-31.0, -12.0), "open", 0.5, 40)


@pytest.mark.parametrize("state", ["muted", "missing", "silent"])
def test_a_closed_microphone_has_no_bar_and_never_changes(state: str) -> None:
    one = meter_view(Level(-30, -12), state, 0.5, 40)  # type: ignore[arg-type]
    assert one == meter_view(Level(-3, -1, True), state, 0.5, 40)  # type: ignore[arg-type]
    assert "━" not in bar(one)


def test_clipping_is_said_in_letters() -> None:
    assert "CLIP" in bar(meter_view(Level(-1, 0, clipped=True), "open", None, 40))


async def test_a_microphone_that_sends_nothing_is_found_out() -> None:
    session = StagedSession()
    session.happen(*READY)
    session.meter.moving = False
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "no sound arrives" in shown(app))
        session.meter.moving = True
        await until(pilot, lambda: "no sound arrives" not in shown(app))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Countdown(2.5, 2.5), "━━━━━━ 2.5 s"),
        (Countdown(1.2, 2.5), "━━━─── 1.2 s"),
        (Countdown(0.0, 2.5), "────── 0.0 s"),
        (Countdown(59.6, 60), "━━━━━━  60 s"),
        (Countdown(3, 5.0), "━━━╸──   3 s"),
    ],
)
def test_what_runs_out_stands_in_place_of_the_figure_and_changes_no_other_cell(left: Countdown, words: str) -> None:
    level = Level(-60, -18)
    line = bar(meter_view(level, "open", 0.5, 40, countdown=left))
    assert line[:40] == bar(meter_view(level, "open", 0.5, 40))[:40]
    assert line[40:] == f"  {words}"


async def test_a_recording_of_fixed_length_is_seen_running_out() -> None:
    session = StagedSession()
    session.happen(*READY, ev.Talking(True), ev.TurnRunsOut(5, 5.0))
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "━━━━━━   5 s" in shown(app))
        session.happen(ev.TurnRunsOut(2, 5.0))
        await until(pilot, lambda: "  2 s" in shown(app))
        session.happen(ev.LearnerTurnKept("u", None, by_itself=True))
        await until(pilot, lambda: "  2 s" not in shown(app))


async def test_a_pause_is_seen_running_out_and_said() -> None:
    session = StagedSession()
    session.happen(*READY, ev.LearnerStartedSpeaking("u"))
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "hearing you" in shown(app))
        session.meter.level = Level(-60.0, -18.0, silent_ms=1_000)
        await until(pilot, lambda: "a pause: the tutor answers soon" in shown(app))
        await until(pilot, lambda: "━━━╸── 1.5 s" in shown(app))
        session.meter.level = Level(-20.0, -18.0)
        await until(pilot, lambda: "1.5 s" not in shown(app) and "a pause" not in shown(app))
        session.set_turn_detection(SemanticVad())
        session.happen(ev.PlanApplied(Applied(SemanticVad())))
        session.meter.level = Level(-60.0, -18.0, silent_ms=1_000)
        await until(pilot, lambda: "a pause: the tutor judges whether you have finished" in shown(app))
        assert "1.5 s" not in shown(app)


async def test_a_turn_that_is_held_open_is_seen_running_out() -> None:
    session = StagedSession()
    session.happen(*READY, ev.Held(True))
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "━━━━━━  60 s" in shown(app) or "━━━━━━  59 s" in shown(app))
        session.happen(ev.Held(False))
        await until(pilot, lambda: "−18 dB" in shown(app))


async def test_in_speakers_mode_the_meter_says_that_it_rests() -> None:
    session = StagedSession()
    session.happen(*READY, ev.EchoModeChosen("speakers"))
    app = make_app(session)
    async with app.run_test() as pilot:
        await drawn(pilot)
        assert "── speakers" in shown(app)
        session.happen(ev.ReplyStarted("r"), ev.TutorAudio("a", bytes(960)))
        await drawn(pilot)
        assert "resting while the tutor is heard" in shown(app)


async def test_what_does_not_change_is_not_drawn_again() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.pause(0.4)  # all of the screen's first drawings
        meter = app.screen.query_one(MicMeter)
        drawings = 0
        original = meter.render_line

        def counted(y: int) -> object:
            nonlocal drawings
            drawings += 1
            return original(y)

        meter.render_line = counted  # type: ignore[method-assign, assignment]
        await pilot.pause(0.5)
        assert drawings == 0
        session.meter.level = Level(-10, -5, False, 1)
        await until(pilot, lambda: drawings > 0)
        assert drawings == 1


def test_the_meter_knows_a_lesson_without_a_link() -> None:
    lesson = Lesson(plan_of(KOREAN))
    assert not lesson.linked


async def test_muted_in_a_lesson_that_is_typed_is_said_and_alarms_nobody() -> None:
    session = StagedSession(scripted=scripted_tutor(capabilities=Capabilities(hears=frozenset({"en"}))))
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "this lesson is typed: the microphone is not used" in shown(app))
        meter = app.screen.query_one(MicMeter)
        assert {tone for _, tone in meter_cells(meter.view, 80)} == {"faint", "quiet"}
        await pilot.press("escape", "m")
        await until(pilot, lambda: "this lesson is typed: the microphone is muted, and not used" in shown(app))
        assert not meter.has_class("-muted")
        assert {tone for _, tone in meter_cells(meter.view, 80)} == {"faint", "quiet"}


async def test_muted_is_said_once_where_the_tutor_listens() -> None:
    session = StagedSession()
    session.happen(*READY, ev.Muted(True))
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "m opens the microphone" in shown(app))
        meter = app.screen.query_one(MicMeter)
        assert (meter.frame.advice, meter.view.words) == ("the tutor cannot hear you", "muted · m opens the microphone")
        assert meter.has_class("-muted")


async def test_a_key_that_goes_to_and_fro_is_labelled_with_what_it_does_now() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)

    def labels() -> set[str]:
        return {hint.label for hint in app.screen.query_one(KeyBar).hints}

    async with app.run_test(size=(140, 30)) as pilot:
        await until(pilot, lambda: {"mute", "hold", "speakers"} <= labels())
        session.happen(ev.Muted(True), ev.EchoModeChosen("speakers"))
        await until(pilot, lambda: {"unmute", "hold", "headphones"} <= labels())
        session.happen(ev.Muted(False), ev.Held(True))
        await until(pilot, lambda: {"mute", "let go", "headphones"} <= labels())
