from __future__ import annotations

from tests.ui.stage import READY, FakeSession, answered, make_app, settle, shown, spoken
from tutor_tui.core import events as ev
from tutor_tui.ui.widgets.transcript import Transcript


def many(count: int) -> tuple[ev.LessonEvent, ...]:
    return tuple(
        event
        for i in range(count)
        for event in (*answered(f"a{i}", f"Question {i}?"), *spoken(f"u{i}", f"Answer {i}."))
    )


async def test_your_line_appears_when_you_speak_and_is_filled_in_after_the_answer_has_begun() -> None:
    session = FakeSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.happen(ev.LearnerStartedSpeaking("u1"))
        await settle(pilot)
        assert "You │ hearing you …" in shown(app)
        session.happen(ev.LearnerStoppedSpeaking("u1"), ev.LearnerTurnKept("u1", None), ev.ReplyStarted("r1"))
        session.happen(ev.ItemPlaced("a1", "u1", "tutor"), ev.TutorTextDelta("a1", "아주 좋아요!"))
        await settle(pilot)
        assert "writing down what you said" in shown(app)
        session.happen(ev.LearnerTextDone("u1", "커피 한 잔 주세요."))
        await settle(pilot)
        text = shown(app)
        assert text.index("커피 한 잔 주세요.") < text.index("아주 좋아요!")
        assert "writing down" not in text


async def test_server_text_is_shown_literally() -> None:
    session = FakeSession()
    session.happen(*READY, *answered("a1", "[bold red]not markup[/] \x1b[31mnot red\x1b[0m [@click=app.quit]x[/]"))
    app = make_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert "[bold red]not markup[/] ␛[31mnot red␛[0m" in shown(app)
        assert "[@click=app.quit]x[/]" in shown(app)


async def test_reading_back_is_never_yanked_down_and_new_lines_are_announced() -> None:
    session = FakeSession()
    session.happen(*READY, *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Answer 29." in shown(app)
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        before = shown(app)
        assert "Answer 29." not in before
        assert "reading back" in before
        session.happen(*answered("new", "Something new."))
        await settle(pilot)
        after = shown(app)
        assert "Something new." not in after
        assert "2 new lines below" in after
        transcript = app.screen.query_one(Transcript)
        assert transcript.vertical_scrollbar.window_virtual_size == transcript.virtual_size.height
        assert [line for line in before.splitlines() if "Answer" in line] == [
            line for line in after.splitlines() if "Answer" in line
        ]
        await pilot.press("end")
        await settle(pilot)
        assert "Something new." in shown(app)
        session.happen(*answered("newer", "Even newer."))
        await settle(pilot)
        assert "Even newer." in shown(app), "at the end, the newest line is followed again"


async def test_a_line_filled_in_above_the_view_does_not_move_what_is_read() -> None:
    session = FakeSession()
    session.happen(*READY, ev.LearnerStartedSpeaking("late"), ev.LearnerTurnKept("late", None), *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pageup")
        await settle(pilot)
        before = [line for line in shown(app).splitlines() if "Answer" in line or "Question" in line]
        session.happen(ev.LearnerTextDone("late", "a long answer that came very late indeed. " * 8))
        await settle(pilot)
        assert [line for line in shown(app).splitlines() if "Answer" in line or "Question" in line] == before


async def test_scrolling_down_to_the_end_follows_again() -> None:
    session = FakeSession()
    session.happen(*READY, *many(30))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pageup", "pagedown")
        await settle(pilot)
        assert app.screen.query_one(Transcript).following
        session.happen(*answered("new", "Something new."))
        await settle(pilot)
        assert "Something new." in shown(app)


async def test_the_whole_history_can_be_reached_and_no_widget_is_mounted_per_turn() -> None:
    session = FakeSession()
    session.happen(*READY, *many(1_000))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        widgets = len(app.screen.query("*"))
        await pilot.press("home")
        await settle(pilot)
        assert "Question 0?" in shown(app)
        session.happen(*answered("new", "Something new."))
        await settle(pilot)
        assert len(app.screen.query("*")) == widgets


async def test_a_new_width_keeps_the_place_and_breaks_every_line_anew() -> None:
    session = FakeSession()
    long = "A fairly long sentence that has to be broken somewhere, " * 2
    session.happen(*READY, *(event for i in range(300) for event in answered(f"a{i}", f"{i:03} {long}")))
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("home", *["pagedown"] * 4)
        await settle(pilot)
        transcript = app.screen.query_one(Transcript)
        first = next(line for line in shown(app).splitlines()[3:] if "A fairly" in line).split("┃ ")[1][:3]
        await pilot.resize_terminal(62, 30)
        await pilot.pause(0.6)
        assert any(f"{first} A fairly" in line for line in shown(app).splitlines()[3:8])
        narrow = transcript.virtual_size.height
        await pilot.resize_terminal(100, 30)
        await pilot.pause(0.6)
        assert transcript.virtual_size.height < narrow
        assert any(f"{first} A fairly" in line for line in shown(app).splitlines()[3:8])


async def test_turns_that_a_lost_line_never_completed_go_away() -> None:
    session = FakeSession()
    session.happen(*READY, *answered("a1", "Hello."), ev.LearnerStartedSpeaking("u1"))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "hearing you …" in shown(app)
        session.happen(ev.LinkEnded("The line dropped."))
        await settle(pilot)
        text = shown(app)
        assert "hearing you …" not in text
        assert "The line dropped." in text
        assert "not connected" in text


async def test_what_the_mouse_selects_can_be_copied_whole_hangul_included() -> None:
    session = FakeSession()
    session.happen(*READY, *answered("a1", "커피 한 잔 주세요."), *spoken("u1", "Coffee, please."))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.mouse_down(Transcript, offset=(11, 1))
        await pilot.hover(Transcript, offset=(16, 1))
        await pilot.mouse_up(Transcript, offset=(16, 1))
        await pilot.press("y")
        assert app.clipboard.startswith("커피")
        assert "Coffee" not in app.clipboard
