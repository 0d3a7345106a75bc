from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from tests.support.fakes import SilentSpeaker
from tests.ui.stage import KOREAN, READY, StagedSession, answered, drawn, make_app, shown, spoken, until
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson_plan import HistoryLine, Recap
from tutor_tui.core.ports import Heard
from tutor_tui.core.profile import plan_of
from tutor_tui.ui.widgets import transcript as transcript_module
from tutor_tui.ui.widgets import transcript_layout
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.turn_text import Line, Setting, laid_out


def many(count: int) -> tuple[ev.LessonEvent, ...]:
    return tuple(
        event
        for i in range(count)
        for event in (*answered(f"a{i}", f"Question {i}?"), *spoken(f"u{i}", f"Answer {i}."))
    )


async def test_your_line_appears_when_you_speak_and_is_filled_in_after_the_answer_has_begun() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.happen(ev.LearnerStartedSpeaking("u1"))
        await drawn(pilot)
        assert "You │ hearing you …" in shown(app)
        session.happen(ev.LearnerStoppedSpeaking("u1"), ev.LearnerTurnKept("u1", None), ev.ReplyStarted("r1"))
        session.happen(ev.ItemPlaced("a1", "u1", "tutor"), ev.TutorTextDelta("a1", "아주 좋아요!"))
        await drawn(pilot)
        assert "writing down what you said" in shown(app)
        session.happen(ev.LearnerTextDone("u1", "커피 한 잔 주세요."))
        await drawn(pilot)
        text = shown(app)
        assert text.index("커피 한 잔 주세요.") < text.index("아주 좋아요!")
        assert "writing down" not in text


RECAP = Recap(
    "Korean · 25 November 2026, 18:30",
    (HistoryLine("learner", "커피 한 잔 주세요."), HistoryLine("tutor", "[b]네[/b]")),
)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_what_was_said_before_stands_dimmed_at_the_top_of_a_lesson_that_goes_on(size: tuple[int, int]) -> None:
    session = StagedSession(replace(plan_of(KOREAN), recap=RECAP))
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        lines = app.screen.query_one(Transcript)
        rows = ["".join(segment.text for segment in lines.render_line(y)) for y in range(lines.size.height)]
        assert "── Korean · 25 Nov" in rows[0]
        said = [row for row in rows if "커피 한 잔 주세요." in row or "[b]네[/b]" in row]
        assert len(said) == 2
        dim = lines.get_component_rich_style("transcript--coming").color
        words = [each for each in lines.render_line(rows.index(said[0])) if "커피" in each.text]
        assert [each.style.color for each in words if each.style] == [dim]
        assert session.lesson.turns == () and session.lesson.history == ()
        session.happen(*READY, *answered("a1", "Welcome back!"))
        await drawn(pilot)
        text = shown(app)
        assert text.index("[b]네[/b]") < text.index("Welcome back!")
        assert "new line" not in text


async def test_what_was_said_before_stands_where_an_earlier_lesson_is_gone_on_with() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "Good evening."))
    session.happen(ev.PlanWanted(replace(session.lesson.plan, recap=RECAP)), *answered("a2", "Welcome back!"))
    session.happen(ev.PlanWanted(replace(session.lesson.plan, speed=0.8)))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        places = [shown(app).index(words) for words in ("Good evening.", "── Korean", "[b]네[/b]", "Welcome back!")]
        assert places == sorted(places) and shown(app).count("커피 한 잔") == 1


async def test_server_text_is_shown_literally() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "[bold red]not markup[/] \x1b[31mnot red\x1b[0m [@click=app.quit]x[/]"))
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await drawn(pilot)
        assert "[bold red]not markup[/] ␛[31mnot red␛[0m" in shown(app)
        assert "[@click=app.quit]x[/]" in shown(app)


async def test_reading_back_is_never_yanked_down_and_new_lines_are_announced() -> None:
    session = StagedSession()
    session.happen(*READY, *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert "Answer 29." in shown(app)
        await pilot.press("pageup", "pageup")
        await drawn(pilot)
        before = shown(app)
        assert "Answer 29." not in before
        assert "reading back" in before
        session.happen(*answered("new", "Something new."))
        await drawn(pilot)
        after = shown(app)
        assert "Something new." not in after
        assert "2 new lines below" in after
        lines = app.screen.query_one(Transcript)
        assert lines.vertical_scrollbar.window_virtual_size == lines.virtual_size.height
        assert [line for line in before.splitlines() if "Answer" in line] == [
            line for line in after.splitlines() if "Answer" in line
        ]
        await pilot.press("end")
        await drawn(pilot)
        assert "Something new." in shown(app)
        session.happen(*answered("newer", "Even newer."))
        await drawn(pilot)
        assert "Even newer." in shown(app), "at the end, the newest line is followed again"


async def test_a_line_filled_in_above_the_view_does_not_move_what_is_read() -> None:
    session = StagedSession()
    session.happen(*READY, ev.LearnerStartedSpeaking("late"), ev.LearnerTurnKept("late", None), *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pageup")
        await drawn(pilot)
        before = [line for line in shown(app).splitlines() if "Answer" in line or "Question" in line]
        session.happen(ev.LearnerTextDone("late", "a long answer that came very late indeed. " * 8))
        await drawn(pilot)
        assert [line for line in shown(app).splitlines() if "Answer" in line or "Question" in line] == before


async def test_scrolling_down_to_the_end_follows_again() -> None:
    session = StagedSession()
    session.happen(*READY, *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pageup", "pagedown")
        await drawn(pilot)
        assert app.screen.query_one(Transcript).following
        session.happen(*answered("new", "Something new."))
        await drawn(pilot)
        assert "Something new." in shown(app)


async def test_the_whole_history_can_be_reached_and_no_widget_is_mounted_per_turn() -> None:
    session = StagedSession()
    session.happen(*READY, *many(1_000))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        widgets = len(app.screen.query("*"))
        await pilot.press("home")
        await drawn(pilot)
        assert "Question 0?" in shown(app)
        session.happen(*answered("new", "Something new."))
        await drawn(pilot)
        assert len(app.screen.query("*")) == widgets


async def test_a_new_width_keeps_the_place_and_breaks_every_line_anew() -> None:
    session = StagedSession()
    long = "A fairly long sentence that has to be broken somewhere, " * 2
    session.happen(*READY, *(event for i in range(300) for event in answered(f"a{i}", f"{i:03} {long}")))
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await drawn(pilot)
        await pilot.press("home", *["pagedown"] * 4)
        await drawn(pilot)
        lines = app.screen.query_one(Transcript)
        first = next(line for line in shown(app).splitlines()[3:] if "A fairly" in line).split("┃ ")[1][:3]

        def in_place() -> bool:
            return any(f"{first} A fairly" in line for line in shown(app).splitlines()[3:8])

        await pilot.resize_terminal(62, 30)
        await until(pilot, in_place)
        narrow = lines.virtual_size.height
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: lines.virtual_size.height < narrow and in_place())


async def test_turns_that_a_lost_line_never_completed_go_away() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "Hello."), ev.LearnerStartedSpeaking("u1"))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert "hearing you …" in shown(app)
        session.happen(ev.LinkEnded("The line dropped."))
        await drawn(pilot)
        text = shown(app)
        assert "hearing you …" not in text
        assert "The line dropped." in text
        assert "not connected" in text


async def test_what_the_mouse_selects_can_be_copied_whole_hangul_included() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "커피 한 잔 주세요."), *spoken("u1", "Coffee, please."))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await pilot.mouse_down(Transcript, offset=(11, 1))
        await pilot.hover(Transcript, offset=(16, 1))
        await pilot.mouse_up(Transcript, offset=(16, 1))
        await pilot.press("y")
        assert app.clipboard.startswith("커피")
        assert "Coffee" not in app.clipboard


async def test_a_word_more_lays_out_no_more_after_two_thousand_turns_than_after_twenty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    laid: list[str] = []

    def counted(turn: Turn, setting: Setting) -> list[Line]:
        laid.append(turn.id)
        return laid_out(turn, setting)

    monkeypatch.setattr(transcript_layout, "laid_out", counted)
    work: dict[int, list[str]] = {}
    for count in (20, 2_000):
        session = StagedSession()
        session.happen(*READY, *many(count // 2), ev.TutorTextDelta("new", "word "))
        app = make_app(session)
        async with app.run_test(size=(80, 24)) as pilot:
            await drawn(pilot)
            laid.clear()
            for i in range(3):
                session.happen(ev.TutorTextDelta("new", f"word{i} "))
                await drawn(pilot)
            work[count] = list(laid)
    assert work[2_000] == work[20] == ["new"] * 3


async def test_many_turns_at_once_are_laid_out_in_slices_the_newest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A millisecond passes at each look at the clock: what one slice takes is counted, however fast the machine is."""
    laid: list[str] = []
    looks = itertools.count()

    def counted(turn: Turn, setting: Setting) -> list[Line]:
        laid.append(turn.id)
        return laid_out(turn, setting)

    monkeypatch.setattr(transcript_layout, "laid_out", counted)
    monkeypatch.setattr(transcript_module, "perf_counter", lambda: next(looks) / 1000)
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert app.lesson_screen is not None
        transcript = app.lesson_screen.transcript
        session.happen(*(ev.TutorTextDone(f"a{i}", f"Line {i}.") for i in range(500)))
        transcript.show(session.lesson, "")
        assert len(laid) < 20
        assert laid[0] == "a499"
        await until(pilot, lambda: "Line 499." in shown(app))
        await until(pilot, lambda: len(set(laid)) == 500)
        assert transcript.virtual_size.height == 501


@pytest.mark.parametrize("text", ["x" * 1_000_000, "한" * 1_000_000, "\n" * 1_000_000 + "x", "word " * 3_000_000])
async def test_a_text_beyond_all_measure_is_cut_and_said_so(text: str) -> None:
    session = StagedSession()
    session.happen(*READY, ev.TutorTextDelta("a1", text))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await until(pilot, lambda: "(longer than 20,000 characters; the rest is left out)" in shown(app))
        await pilot.press("m")
        assert session.lesson.muted


async def test_what_is_still_to_be_heard_is_dimmed_and_all_is_plain_again_when_the_voice_has_ended() -> None:
    class Halfway(SilentSpeaker):
        def progress(self, item_id: str) -> Heard | None:
            return Heard(item_id, 500, 1_000)

    session = StagedSession()
    session.sound.speaker = Halfway()  # type: ignore[misc]  # the card is a fake, too
    words, sound = ev.TutorTextDelta("a1", "one two three four"), ev.TutorAudio("a1", bytes(960))
    session.happen(*READY, ev.ReplyStarted("r"), words, sound)
    app = make_app(session)

    def tones() -> dict[str, str]:
        transcript = app.screen.query_one(Transcript)
        colours = {
            transcript.get_component_rich_style(f"transcript--{tone}").color: tone for tone in ("tutor", "coming")
        }
        parts = [part for y in range(4) for part in transcript.render_line(y) if part.text.strip()]
        return {colours[part.style.color]: part.text for part in parts if part.style and part.style.color in colours}

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: tones() == {"tutor": "one two ", "coming": "three four"})
        session.happen(ev.SpeechFinished("a1"))
        await until(pilot, lambda: tones() == {"tutor": "one two three four"})
