"""What stands above the meter: gone when it is over, and never over the meter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets._toast import ToastRack

from tests.ui.stage import KOREAN, READY, StagedSession, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.actions import DEFAULT_KEYS, with_keys
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.dictated import Dictated, dictated_keys
from tutor_tui.core.lesson import DeviceState, Lesson
from tutor_tui.core.profile import plan_of
from tutor_tui.core.replayed import REPLAY_KEYS, Replayed, replayed_words
from tutor_tui.core.settings import Settings
from tutor_tui.core.standing_news import standing_news
from tutor_tui.ui.widgets import bottom_panel
from tutor_tui.ui.widgets.key_bar import KeyBar
from tutor_tui.ui.widgets.mic_meter import MicMeter
from tutor_tui.ui.widgets.notice_bar import in_lines


async def test_an_error_that_is_over_leaves_when_it_could_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bottom_panel, "READ_S", 0.0)
    session = StagedSession()
    session.happen(*READY, ev.LinkEnded("The connection broke."))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "The connection broke." in shown(app))
        session.happen(ev.Dialling(2), *READY[1:])
        await until(pilot, lambda: "The connection broke." not in shown(app))


async def test_an_error_that_is_over_stays_until_it_could_be_read() -> None:
    session = StagedSession()
    session.happen(*READY, ev.LinkEnded("The connection broke."), ev.Dialling(2), *READY[1:])
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "The connection broke." in shown(app))


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (120, 40)])
async def test_a_toast_covers_neither_the_meter_nor_the_keys(size: tuple[int, int]) -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, settings=Settings(keys={"mute": "no-such-key"}))
    async with app.run_test(size=size, notifications=True) as pilot:
        await drawn(pilot)
        await until(pilot, lambda: "Keys in the settings" in shown(app))
        toasts = app.screen.query_one(ToastRack).region
        for kind in (MicMeter, KeyBar):
            assert not toasts.overlaps(app.screen.query_one(kind).region)


@pytest.mark.parametrize("room", [44, 58, 78, 118])
def test_no_line_ends_between_a_key_and_what_it_does(room: int) -> None:
    title = replayed_words(Replayed("tutor", "Un café con leche, por favor, y una tostada con tomate.", 0.75))
    writing = Dictated("write", "t", "Un café.", 1.0)
    for hint in (REPLAY_KEYS, dictated_keys(writing), dictated_keys(replace(writing, stage="over"))):
        shown = with_keys(hint, DEFAULT_KEYS)
        lines = in_lines(title, shown, room, 4)
        assert max(map(len, lines)) <= room
        assert " ".join(lines) == f"{title} {shown}"
        for each in shown.split(" · "):
            assert any(each in line for line in lines), (each, lines)


def test_a_lesson_that_is_typed_needs_no_word_on_the_microphone() -> None:
    silent = replace(Lesson(plan_of(KOREAN)), microphone=DeviceState("Headset", 48_000, silent=True))
    hears_korean, hears_none = (Capabilities(hears=frozenset({code})) for code in ("ko", "en"))
    assert any("completely silent" in news.title for news in standing_news(silent, hears_korean, ""))
    assert not any("completely silent" in news.title for news in standing_news(silent, hears_none, ""))
