"""A terminal of any size, and one that is given another size again and again: on the screen without a terminal."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from tests.ui.stage import KOREAN_TALK, StagedSession, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.widgets.transcript import Transcript

ODD_SIZES = ((1, 1), (500, 200), (20, 5), (1, 200), (500, 1), (2, 2), (3, 1), (19, 4), (80, 24))
SIZES = 200


def sizes(count: int) -> Iterator[tuple[int, int]]:
    """The odd ones, and others as a seed decides: most as people have them."""
    chance = random.Random(20)
    yield from ODD_SIZES
    for _ in range(count - len(ODD_SIZES)):
        yield chance.randint(1, 100), chance.randint(1, 30)


def talk() -> StagedSession:
    """A lesson in Korean, whose letters are two cells wide and fit no odd width."""
    session = StagedSession()
    session.happen(*KOREAN_TALK, ev.LearnerTyped("u9", "저는 커피를 마시고 싶어요. " * 20))
    return session


def fits(app: TutorApp, width: int) -> bool:
    """Whether every line of the screen is just as wide as the terminal, so that none is broken there."""
    return all(strip.cell_length == width for strip in app.screen._compositor.render_strips())


async def give_size(pilot: Pilot[None], width: int, height: int) -> None:
    """Another size, and wait until it is filled."""
    await pilot.resize_terminal(width, height)
    app = pilot.app
    assert isinstance(app, TutorApp)
    await until(pilot, lambda: tuple(app.screen.size) == (width, height) and fits(app, width))


async def test_two_hundred_sizes_one_after_another_cost_neither_a_word_nor_a_key() -> None:
    session = talk()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        for number, (width, height) in enumerate(sizes(SIZES)):
            app.post_message(Resize(Size(width, height), Size(width, height)))  # as quick as a window is dragged
            if number % 20 == 0:
                await give_size(pilot, width, height)
                muted = session.lesson.muted
                await pilot.press("m")
                assert session.lesson.muted is not muted, "the keys are answered"
        await give_size(pilot, 80, 24)
        await drawn(pilot)
        text = shown(app)
        assert "마시고 싶어요." in text
        assert "^q quit" in text
        assert isinstance(app.focused, Transcript)


@pytest.mark.parametrize("key", ["question_mark", "s", "l"])
async def test_a_sheet_survives_every_size_and_can_be_left(key: str) -> None:
    app = make_app(talk())
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await pilot.press(key)
        for width, height in ODD_SIZES[2:]:
            await give_size(pilot, width, height)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.lesson_screen)
        await give_size(pilot, 80, 24)
        assert isinstance(app.focused, Transcript)


async def test_on_20_by_5_a_line_can_be_typed_and_its_answer_read() -> None:
    session = talk()
    app = make_app(session)
    async with app.run_test(size=(20, 5)) as pilot:
        await drawn(pilot)
        await pilot.press("t", "a", "b", "enter")
        assert session.lesson.turns[-1].text == "ab"
        session.happen(ev.ReplyStarted("r9"), ev.TutorTextDone("a9", "좋아요."))
        await until(pilot, lambda: "좋아요." in shown(app))
        assert fits(app, 20)
