from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.widget import Widget

from tests.ui.stage import KOREAN, READY, StagedSession, answered, drawn, make_app, scripted_tutor, shown
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import Settings
from tutor_tui.ui.app import TICK_S
from tutor_tui.ui.widgets.transcript import Transcript


async def test_a_terminal_of_40_by_10_says_so_and_works_on() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "안녕하세요! 만나서 반가워요."))
    app = make_app(session)
    async with app.run_test(size=(40, 10)) as pilot:
        await drawn(pilot)
        text = shown(app)
        assert "Small window: 60×18 shows everything." in text
        assert "반가워요" in text
        await pilot.press("m", "t", "a", "enter")
        assert session.lesson.muted
        assert session.lesson.turns[-1].text == "a"
        await pilot.resize_terminal(80, 24)
        await drawn(pilot)
        assert "Small window" not in shown(app)


def long_talk() -> StagedSession:
    session = StagedSession()
    talk = answered("a1", "안녕하세요! こんにちは。 " * 20)
    session.happen(*READY, *talk, ev.DeviceLost("speaker", "Gone.", "Plug it in."))
    return session


@pytest.mark.parametrize("size", [(20, 5), (30, 8), (40, 10), (60, 18), (80, 24), (120, 40), (300, 80)])
async def test_at_every_size_what_is_needed_to_go_on_is_wholly_in_sight(size: tuple[int, int]) -> None:
    app = make_app(long_talk())
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        screen = app.lesson_screen
        assert screen is not None
        needed = [screen.transcript, screen.bottom.notices, screen.bottom.meter, screen.bottom.keys_line]
        needed += [screen.header] if size[1] >= 8 else []
        for widget in needed:
            region = widget.region
            assert region.area and screen.region.contains_region(region), widget
            for x, y in (region.offset, (region.right - 1, region.bottom - 1)):
                assert widget in screen.get_widget_at(x, y)[0].ancestors_with_self, f"something lies over {widget}"
        text = shown(app)
        assert "┃ " in text
        assert "Gone." in text
        assert "^q quit" in text
        assert "dB" in text


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (300, 80)])
async def test_no_size_breaks_a_sheet_or_the_way_back_from_it(size: tuple[int, int]) -> None:
    app = make_app(long_talk())
    async with app.run_test(size=size) as pilot:
        for key in ("v", "p", "s", "question_mark", "d"):
            await pilot.press(key)
            assert (app.screen is app.lesson_screen) is (key == "v")
            await pilot.press("escape")
            assert app.screen is app.lesson_screen
        await drawn(pilot)
        assert isinstance(app.focused, Transcript)


async def test_titles_and_names_from_outside_are_shown_literally() -> None:
    session = StagedSession(
        replace(plan_of(KOREAN), profile="[bold]Evil\x1b[31m\u202eprofile"), scripted_tutor("[red]x[/]")
    )
    session.happen(*READY[:2], ev.DeviceOpened("microphone", "Mic\x07 [blink]", 48_000))
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        text = shown(app)
        assert "[bold]Evil␛[31mprofile" in text
        assert "Mic␇ [blink]" in text


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_an_unencrypted_line_is_marked_as_long_as_it_lasts(size: tuple[int, int]) -> None:
    tutor = scripted_tutor("a-model-with-a-rather-long-name", Capabilities(unencrypted=True))
    session = StagedSession(plan_of(KOREAN), tutor)
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        assert "UNENCRYPTED · " in shown(app)
        session.happen(*answered("a1", "Hello."))
        await drawn(pilot)
        assert "UNENCRYPTED · " in shown(app)


async def test_a_burst_of_deltas_is_drawn_a_few_times_only_and_ends_complete() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test() as pilot:
        await drawn(pilot)
        screen = app.lesson_screen
        assert screen is not None
        lessons: list[Lesson] = []
        original = screen.show

        def counted(lesson: Lesson) -> None:
            lessons.append(lesson)
            original(lesson)

        screen.show = counted  # type: ignore[method-assign]
        for i in range(200):
            session.happen(ev.TutorTextDelta("a1", f"w{i} "))
            await asyncio.sleep(0.002)
        await drawn(pilot)
        assert "w199" in shown(app)
        assert len(lessons) <= 200 * 0.01 / TICK_S + 10


async def test_a_fault_of_ours_closes_the_app_without_printing_what_was_said(capfd: pytest.CaptureFixture[str]) -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "my secret words"))
    app = make_app(session)

    class Broken(Widget):
        def render(self) -> str:
            said = session.lesson.turns
            raise RuntimeError(f"{len(said)} turn")

    with pytest.raises(RuntimeError, match="1 turn"):
        async with app.run_test() as pilot:
            await app.screen.mount(Broken())
            await pilot.pause(0.2)
    assert isinstance(app.fault, RuntimeError)
    printed = capfd.readouterr()
    assert "secret" not in printed.out + printed.err


@pytest.mark.slow
async def test_the_lesson_goes_on_under_an_open_sheet() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press("s")
        session.happen(*answered("a1", "Said meanwhile."))
        await drawn(pilot)
        await pilot.press("escape")
        await drawn(pilot)
        assert "Said meanwhile." in shown(app)


async def test_the_app_follows_until_the_session_closes_its_watch() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test() as pilot:
        session.happen(*READY, *answered("a1", "The last words."))
        session.watch.close()
        await drawn(pilot)
        assert "The last words." in shown(app)
        assert app.is_running


async def test_the_theme_of_the_settings_is_worn() -> None:
    settings = Settings()
    app = make_app(settings=replace(settings, screen=replace(settings.screen, theme="tutor-day")))
    async with app.run_test():
        assert app.theme == "tutor-day"
        assert not app.current_theme.dark


async def test_long_news_is_shortened_and_hides_no_other() -> None:
    session = StagedSession()
    session.happen(*READY, ev.DeviceLost("microphone", "No microphone.", "Plug one in."), ev.Trouble("Long. " * 80))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        text = shown(app)
        assert "No microphone. Plug one in." in text
        assert sum("Long." in line for line in text.splitlines()) == 3
        assert "…" in text


async def test_news_that_comes_before_the_screen_is_built_is_on_it_and_no_other_has_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = StagedSession()
    app = make_app(session)
    built, built_since = type(app).lesson_screen, asyncio.Event()
    monkeypatch.setattr(
        type(app), "lesson_screen", property(lambda self: built.__get__(self) if built_since.is_set() else None)
    )
    async with app.run_test() as pilot:
        session.happen(*READY)
        await asyncio.sleep(3 * TICK_S)  # time enough to look at it, and to take it for shown
        built_since.set()
        await drawn(pilot)
        assert "listening" in shown(app)


async def test_nothing_is_drawn_while_the_app_closes() -> None:
    app = make_app(StagedSession(plan_of(KOREAN)))
    drawn_on = []
    close = app._close_all

    async def closing() -> None:
        drawn_on.append(app.lesson_screen)
        await close()

    async with app.run_test():
        assert app.lesson_screen is not None
        app._close_all = closing  # type: ignore[method-assign]
    assert drawn_on == [None]


async def test_a_tick_while_the_screen_is_being_taken_down_draws_nothing() -> None:
    app = make_app(StagedSession(plan_of(KOREAN)))
    async with app.run_test():
        screen = app.lesson_screen
        assert screen is not None
        await screen.bottom.remove()
        screen.bottom._slow_tick_due = 0.0
        app._on_tick()
        assert app.lesson_screen is None
