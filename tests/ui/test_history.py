"""Past lessons on the screen: listed, searched, read, gone on with and deleted, out of a real library."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import OptionList

from tests.ui.past_lessons import ALL, CAFE, ENGLISH, KOREAN, NAMES, TRAIN, at, kept_in, lesson
from tests.ui.past_lessons_sheet import GUIDE, SIZES, foot, is_reading, staged, words
from tests.ui.stage import (
    NO_LESSONS,
    READY,
    FakeProfiles,
    StagedSession,
    answered,
    drawn,
    make_app,
    scripted_tutor,
    shown,
    spoken,
    until,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonLine
from tutor_tui.core.pedagogy import RESUMED
from tutor_tui.core.settings import setting_fields
from tutor_tui.core.tutor_commands import Greet
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.session.session import Session
from tutor_tui.ui.screens.history import HistoryScreen
from tutor_tui.ui.screens.question import DeleteQuestion
from tutor_tui.ui.widgets.pick_list import PickList


@pytest.mark.parametrize("size", SIZES)
async def test_lessons_are_listed_the_newest_first_with_what_came_of_them(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=size) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        text = words(app)
        assert "25 Nov 2024 18:30 한국어 튜터" in text and "12 min · you said 3 lines · 1 mistake" in text
        assert "24 Nov 2024 07:05 東京の旅 · Japanese tr" in text and "4 min · you said 2 lines · broken off" in text
        assert "2 Nov 2024 20:00 English first words" in text and "under 1 min · you said 1 line" in text
        places = [text.index(day) for day in ("25 Nov 2024", "24 Nov 2024", "2 Nov 2024")]
        assert places == sorted(places)
        assert foot(app) == "enter read / search r go on with it d delete esc close"


@pytest.mark.parametrize("word", ["lessons", "history", "delete", "export"])
async def test_the_palette_finds_them_by_the_words_of_the_shell(tmp_path: Path, word: str) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen is not app.lesson_screen)
        await pilot.press(*word)
        await until(pilot, lambda: "or go on with one" in words(app))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))


async def test_before_the_first_lesson_the_sheet_says_what_will_stand_there() -> None:
    app, _ = staged(NO_LESSONS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "No lesson is kept yet: each one stands here" in words(app))
        assert foot(app) == "esc close"
        await pilot.press("enter", "r", "d")
        assert isinstance(app.screen, HistoryScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.lesson_screen)


async def test_where_nothing_is_kept_the_key_is_struck_through_and_says_why() -> None:
    app, _ = staged(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        assert app.lesson_screen is not None and "history" in app.lesson_screen.greyed
        await pilot.press("l")
        await until(pilot, lambda: "l does nothing now. Nothing is kept: library.keep is off." in words(app))
        assert app.screen is app.lesson_screen


async def test_keeping_is_turned_on_and_off_in_the_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, session = staged(SqliteLibrary(tmp_path / "lessons.sqlite"), StagedSession())
    actions, wanted = app.settings_actions, next(each for each in setting_fields() if each.full_name == "library.keep")
    turned: list[bool] = []
    monkeypatch.setattr(session.recorder, "keep", turned.append)
    actions.change(wanted, False)
    assert "history" in actions.greyed_in(session.lesson)
    kept_in(tmp_path, ALL)
    assert "history" not in actions.greyed_in(session.lesson), "what was kept can be read"
    actions.change(wanted, True)
    assert turned == [False, True] and actions.is_at_once("library.keep")
    assert _remembers(session) and not actions.why_idle("learner.keep")
    actions.change(wanted, False)
    assert not _remembers(session) and "library.keep is off" in actions.why_idle("learner.keep")


def _remembers(session: Session) -> bool:
    return session.memory.consent.lesson_is_kept


@pytest.mark.parametrize("size", SIZES)
async def test_a_broken_file_is_one_sentence_and_the_lesson_goes_on(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "lessons.sqlite").write_bytes(b"no library at all" * 1000)
    app, _ = staged(SqliteLibrary(tmp_path / "lessons.sqlite"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "✕ The file with your lessons is damaged" in words(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.lesson_screen)


async def test_a_thousand_lessons_are_all_there_and_only_those_in_sight_are_drawn(tmp_path: Path) -> None:
    many = [lesson(f"n{n:04}", at(1, 8, 0) + n * 3600, ("learner", f"line {n}")) for n in range(1_000)]
    app, _ = staged(kept_in(tmp_path, many))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        chooser = app.screen.query_one(PickList)
        await until(pilot, lambda: chooser.option_count == 1_000)
        await until(pilot, lambda: "line 999" in shown(app))
        assert len(app.screen.query("*")) < 30, "no widget a lesson"
        await pilot.press("end")
        await until(pilot, lambda: "line 0" in shown(app))


class HeldLibrary(SqliteLibrary):
    """A library on a disk that does not answer until it is let go."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.answers = Event()

    def lessons(self) -> list[LessonLine]:
        self.answers.wait(30)
        return super().lessons()

    def read(self, lesson_id: str) -> KeptLesson:
        self.answers.wait(30)
        return super().read(lesson_id)


async def test_nobody_waits_for_a_slow_disk(tmp_path: Path) -> None:
    kept_in(tmp_path, ALL)
    library = HeldLibrary(tmp_path / "lessons.sqlite")
    app, session = staged(library)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "reading …" in shown(app))
        session.happen(*answered("a1", "Hello."))
        await drawn(pilot)
        library.answers.set()
        await until(pilot, lambda: "네, 저는 커피를 마시고 싶어요." in shown(app))


async def test_on_a_wide_screen_the_lesson_stands_beside_the_list(tmp_path: Path) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "네, 저는 커피를 마시고 싶어요." in shown(app))
        await until(pilot, lambda: "Monday, 25 November 2024, 18:30 · 2024-11-25-k3f9" in words(app))
        text = words(app)
        assert "Mistake: “커피를 마시고 싶어요” is better" in text
        assert "Phrase: 한 잔: one cup or glass of" in text
        assert "weather: Seoul, 7 °C" in text
        assert "noted" not in text, "a note is not shown twice"
        await pilot.press("down")
        await until(pilot, lambda: "京都まで、お願いします。" in shown(app))
        assert "커피를" not in shown(app)


async def test_a_lesson_that_goes_on_from_another_names_it(tmp_path: Path) -> None:
    second = replace(CAFE, lesson=replace(CAFE.lesson, continues=TRAIN.lesson.id))
    app, _ = staged(kept_in(tmp_path, [second]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: f"goes on from {TRAIN.lesson.id}" in words(app))


async def test_on_a_narrow_screen_enter_reads_it_and_escape_leads_back(tmp_path: Path) -> None:
    app, _ = staged(kept_in(tmp_path, ALL))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        assert "마시고" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: is_reading(app) and "네, 저는 커피를 마시고 싶어요." in shown(app))
        assert "English first words" not in shown(app)
        assert re.search(r"↓ \d+ more lines", shown(app))
        await pilot.press("end")
        await until(pilot, lambda: "✂ stopped here" in shown(app))
        assert "more lines" not in shown(app)
        await pilot.press("home")
        await until(pilot, lambda: "안녕하세요!" in shown(app))
        await pilot.press("pagedown")
        await until(pilot, lambda: "안녕하세요!" not in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "English first words" in shown(app))
        assert isinstance(app.focused, OptionList)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.lesson_screen)


@pytest.mark.parametrize("size", SIZES)
async def test_what_stands_in_a_lesson_is_data(tmp_path: Path, size: tuple[int, int]) -> None:
    evil = "[red]no\x1b[31m\x07\u202emarkup[/] "
    nasty = lesson("x", at(3, 3, 3), ("tutor", evil + "a"), ("learner", evil + "b"))
    about = replace(nasty.lesson, profile=f"{evil}profile", tutor=f"{evil}tutor")
    note = CorrectionRecord("x", 0, "gone", f"{evil}said", f"{evil}better", f"{evil}why")
    app, _ = staged(kept_in(tmp_path, [replace(nasty, lesson=about, corrections=(note,))]))
    safe = "[red]no␛[31m␇markup[/] "
    async with app.run_test(size=size) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: f"{safe}prof" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: f"{safe}a" in shown(app) and f"{safe}b" in shown(app))
        assert f"{safe}tutor" in words(app)
        assert f"“{safe}said”" in words(app), "a note on a line that is gone stands at the end"
        await pilot.press("slash", *"[red]", "enter")
        await until(pilot, lambda: f"“{safe}a”" in shown(app))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DeleteQuestion) and f"{safe}profile" in shown(app))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", [("r",), ("enter", "r")])
async def test_a_lesson_goes_on_where_it_stopped(tmp_path: Path, size: tuple[int, int], way: Sequence[str]) -> None:
    app, session = staged(kept_in(tmp_path, ALL))
    async with session.under_way(), app.run_test(size=size) as pilot:
        session.happen(*spoken("u1", "Good evening."))
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press(*way)
        await until(pilot, lambda: app.screen is app.lesson_screen)
        await until(pilot, lambda: "This goes on from your lesson of 25 November 2024, " in words(app))
        await until(pilot, lambda: len(session.scripted.links) == 2 and Greet(RESUMED) in session.asked)
        told = session.scripted.links[-1].plan.history
        assert told[0].role == "aside" and "한 잔" in told[0].text, "what was noted in it"
        assert told[1:-1] == CAFE.history
        assert told[-1] == HistoryLine("learner", "Good evening."), "what was said in this lesson comes behind"
        assert session.lesson.plan.profile_key == "korean-tutor"


async def test_another_profiles_lesson_brings_its_profile_and_its_script(tmp_path: Path) -> None:
    walked = replace(NAMES, lesson=replace(ENGLISH, id="n", began_at=at(2, 20, 0), offline_lesson="first-words-2"))
    walked = replace(walked, turns=tuple(replace(turn, lesson_id="n") for turn in walked.turns))
    session = StagedSession(scripted=scripted_tutor("offline", GUIDE))
    app, _ = staged(kept_in(tmp_path, [replace(walked, lesson=replace(walked.lesson, ended_at=at(2, 20, 9)))]), session)
    async with session.under_way(), app.run_test(size=(80, 24)) as pilot:
        session.happen(*answered("a1", "What do you do?"), *spoken("u1", "I teach."))
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: session.lesson.plan.profile_key == "english-first-words")
        await until(pilot, lambda: len(session.scripted.links) == 2)
        plan = session.scripted.links[-1].plan
        assert plan.offline_lesson == "first-words-2"
        assert plan.history == walked.history, "a guide is told nothing of other lessons"


@pytest.mark.parametrize(
    ("session", "profiles", "sentence"),
    [
        (StagedSession, (), "That lesson cannot go on"),
        (
            lambda: StagedSession(scripted=scripted_tutor("recording", Capabilities(way="recording", listens=False))),
            FakeProfiles().profiles,
            "This is a recording: it cannot answer.",
        ),
    ],
    ids=["no profile", "recording"],
)
async def test_a_lesson_that_cannot_go_on_says_why(
    tmp_path: Path, session: Callable[[], StagedSession], profiles: Sequence[object], sentence: str
) -> None:
    under_way = session()
    under_way.happen(*READY)
    found = FakeProfiles() if profiles else FakeProfiles(())
    app = make_app(under_way, library=kept_in(tmp_path, ALL), profiles=found)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "English first words" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: sentence in words(app))
        assert isinstance(app.screen, HistoryScreen)
        assert under_way.lesson.plan.history == ()


async def test_a_lesson_without_a_profile_of_its_own_is_never_taken_for_another(tmp_path: Path) -> None:
    bare = lesson("b", at(5, 5, 5), ("learner", "Hello."), taught=replace(KOREAN, profile_key=""))
    app, session = staged(kept_in(tmp_path, [bare, TRAIN]))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "5 Nov 2024" in shown(app))
        await pilot.press("end", "r")
        await until(pilot, lambda: "cannot go on" in words(app))
        assert session.lesson.plan.history == ()
