"""What we rely on inside Textual: a test fails when a new version has changed it, and its patch has to be looked at."""

from __future__ import annotations

import inspect
import random
import signal

import pytest
from textual import events
from textual._compositor import Compositor
from textual._parser import ParseTimeout
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, until
from tutor_tui.ui.textual_patches.scroll_view import GrowingScrollView


def test_a_fault_is_answered_by_the_two_methods_that_we_replace() -> None:
    handler, report = inspect.getsource(App._handle_exception), inspect.getsource(App._fatal_error)
    assert "self._fatal_error()" in handler
    assert "show_locals=True" in report, "once it is False, the patch can go"
    assert list(inspect.signature(App._handle_exception).parameters) == ["self", "error"]


def test_the_app_remembers_that_it_was_asked_to_leave() -> None:
    assert "self._exit = True" in inspect.getsource(App.exit)


def test_a_new_virtual_size_is_a_new_layout_of_everything() -> None:
    theirs, ours = Widget.__dict__["virtual_size"], GrowingScrollView.__dict__["virtual_size"]
    assert isinstance(theirs, Reactive) and isinstance(ours, Reactive)
    assert (vars(theirs)["_layout"], vars(ours)["_layout"]) == (True, False)


def test_the_driver_reads_in_the_methods_that_we_replace() -> None:
    source = inspect.getsource(LinuxDriver)
    assert "target=self._run_input_thread" in source and "self.run_input_thread()" in source
    assert "XTermParser(self._debug)" in inspect.getsource(LinuxDriver.run_input_thread)
    assert "KITTY_DISAMBIGUATE_ESCAPE_CODES" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "self._get_terminal_size()" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "self.disable_input()" in inspect.getsource(LinuxDriver.stop_application_mode)


def test_the_parser_can_be_told_that_no_more_comes() -> None:
    parser = XTermParser()
    assert list(parser.feed("\x1b")) == []
    assert parser._awaiting.timeout is not None
    parser._gen.throw(ParseTimeout())
    assert [str(each) for each in parser._tokens] == [str(events.Key("escape", "\x1b"))]


def test_the_driver_takes_the_signals_that_we_stand_before() -> None:
    source = inspect.getsource(LinuxDriver.__init__)
    for name in (signal.SIGTSTP.name, signal.SIGCONT.name):
        assert f"signal.signal(signal.{name}" in source


def test_an_input_takes_a_paste_by_a_handler_that_ours_comes_before() -> None:
    assert "_on_paste" in Input.__dict__


def test_a_layout_is_compared_with_a_map_that_questions_may_have_made_anew() -> None:
    assert "old_map = self._full_map" in inspect.getsource(Compositor.reflow)
    assert "if self._full_map_invalidated:" in inspect.getsource(Compositor)
    assert "self._compositor = Compositor()" in inspect.getsource(Screen.__init__)


async def test_no_question_about_places_keeps_a_new_size_from_those_it_concerns() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "one two three four five six seven eight nine ten eleven twelve"))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        screen = app.lesson_screen
        assert screen is not None
        assert screen.transcript.virtual_size.width == 77
        screen.set_class(True, "-turns")  # half of the width is the panel's, from the next layout on
        screen._compositor._full_map_invalidated = True  # as something that has come into sight makes it
        screen.find_widget(screen.transcript)
        await until(pilot, lambda: screen.transcript.virtual_size.width <= 36)


async def test_an_update_draws_the_lines_it_needs_as_a_whole_screen_would(monkeypatch: pytest.MonkeyPatch) -> None:
    session = StagedSession()
    turns = [event for n in range(30) for event in answered(f"a{n}", f"{n} 안녕하세요, こんにちは, hello " * 4)]
    session.happen(*READY, *turns)
    dice = random.Random(8)
    asked: list[Region] = []
    async with make_app(session).run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        screen = pilot.app.screen
        screen.set_class(True, "-turns")  # two columns, and lines that are scrolled away
        await drawn(pilot)
        compositor = screen._compositor
        whole = [
            list(line.values())
            for line in Compositor._render_chops(compositor, compositor.size.region, lambda _line: True)
        ]
        render_lines = Widget.render_lines

        def counted(widget: Widget, crop: Region) -> list[Strip]:
            asked.append(crop)
            return render_lines(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", counted)
        for _ in range(300):
            y, height = dice.randrange(24), dice.randrange(1, 4)
            x, width = dice.randrange(80), dice.randrange(1, 40)
            crop = Region(x, y, width, height).intersection(compositor.size.region)
            part = compositor._render_chops(crop, crop.line_range.__contains__)
            for line in crop.line_range:
                ends = [*compositor.cuts[line][1:]]
                for (begin, strip), end, there in zip(part[line].items(), ends, whole[line], strict=True):
                    if begin < crop.right and end > crop.x:
                        assert strip == there
    assert max(region.height for region in asked) == 3


def test_an_update_of_a_part_asks_for_renders_by_the_method_that_we_replace() -> None:
    assert "self._get_renders(crop)" in inspect.getsource(Compositor._render_chops)
    assert "if crop_overlaps(clip)" in inspect.getsource(Compositor._get_renders), "once this is gone, so is our reason"
