"""What is kept of all lessons on the sheet of notes: listed, edited, deleted and marked as known, in a real file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from textual import events
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from tests.learning.helpers import correction, learner_in, use, word
from tests.ui.stage import (
    KOREAN_TALK,
    READY,
    StagedSession,
    answered,
    make_app,
    read_from_disk,
    shown,
    spoken,
    until,
)
from tests.ui.test_report import Kept as InMemory
from tutor_tui.core import events as ev
from tutor_tui.core.learner_settings import KeepNotes
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, Note, Word
from tutor_tui.learning.items import Evidence, Item, ItemKind, Origin
from tutor_tui.learning.learner import delete, edit
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.screens.edit_item import EditItemScreen
from tutor_tui.ui.screens.question import DeleteQuestion
from tutor_tui.ui.widgets.header import LessonHeader
from tutor_tui.ui.widgets.kept_items import FIRST, PART, KeptItems
from tutor_tui.ui.widgets.transcript import Transcript

CAFE = Item("ko", ItemKind.CAN_DO, "order a drink; pay", "At the café", origin=Origin.UNIT, added_at=9.0)
HOSTILE = Item("ko", ItemKind.WORD, "[bold]\x1b[31m빨강", "red [/]" * 2_000, added_at=9.0)


def staged(learner: SqliteLearner) -> TutorApp:
    session = StagedSession()
    session.happen(*READY)
    return make_app(session, learner=learner)


async def opened(pilot: Pilot[None], *tabs: str) -> KeptItems:
    """The sheet of notes, so many tabs to the right."""
    await pilot.press("n", *tabs)
    await read_from_disk(pilot)
    return pilot.app.screen.query_one(KeptItems)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until a change is in the file, and on the screen."""
    await pilot.pause()
    await until(pilot, lambda: all(each.is_finished for each in pilot.app.workers if each.group == "change"))
    await pilot.pause()


async def test_all_and_due_items_of_the_language_are_listed_with_what_is_known_of_them(tmp_path: Path) -> None:
    used, new = word(day=1), replace(word("가깝다", "near", day=9), added_at=9e9)
    learner = learner_in(
        tmp_path, used, new, correction(), HOSTILE, word("駅", "station", language="ja"), uses=(use(used, day=3),)
    )
    app = staged(learner)
    async with app.run_test(size=(80, 24)) as pilot:
        kept = await opened(pilot, "right")
        text = shown(app)
        assert "● all" in text and "駅" not in text
        assert (
            text.index(f"{'가깝다':15}near")
            < text.index(f"{'멀다':16}far")
            < text.index("학교 가요 → 학교에 가요")
            < text.index("빨강")
        )
        assert "[bold]" in text and "not asked yet" in text
        await pilot.press("down")
        await until(pilot, lambda: "used 1 time on your own; due from" in shown(app))
        await pilot.press("right")
        await read_from_disk(pilot)
        assert "가깝다" not in shown(app) and kept.list.option_count == 3  # what was met in the future is not due
        await pilot.press("left", "left")
        await until(pilot, lambda: "This tutor writes nothing down" in shown(app))


async def test_what_is_still_missing_for_a_mistake_to_be_mended_is_said(tmp_path: Path) -> None:
    slip = correction(day=1)
    learner = learner_in(tmp_path, slip, uses=(use(slip, day=3),))
    app = staged(learner)
    async with app.run_test(size=(80, 24)) as pilot:
        kept = await opened(pilot, "right")
        await until(pilot, lambda: "right once; once more on another day, and it is mended" in shown(app))
        with learner.changing() as change:
            change.put_evidence(use(slip, day=5))
        kept.show("all")
        await until(pilot, lambda: "mended: right on 2 days" in " ".join(shown(app).split()))


async def test_an_item_is_edited_marked_as_known_and_deleted(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word(), correction(day=-1))
    app = staged(learner)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, "right")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditItemScreen))
        app.screen.query_one("#edit-term", Input).value = ""
        await pilot.press("enter")
        await until(pilot, lambda: "A word has to be left here" in shown(app))
        app.screen.query_one("#edit-term", Input).value = "멀어요"
        await pilot.press("enter")
        await settled(pilot)
        assert [each.item.term for each in learner.items("ko")] == ["멀어요", "학교에 가요"]
        assert f"{'멀어요':15}far" in shown(app) and "멀다" not in shown(app)
        await pilot.press("m")
        await settled(pilot)
        assert learner.items("ko")[0].item.known and "✓ 멀어요" in shown(app)
        await pilot.press("m")
        await settled(pilot)
        assert not learner.items("ko")[0].item.known
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DeleteQuestion))
        await pilot.press("n")
        assert len(learner.items("ko")) == 2
        await pilot.press("d", "y")
        await settled(pilot)
        assert [each.item.term for each in learner.items("ko")] == ["학교에 가요"] and "멀어요" not in shown(app)


NOTES = (
    ev.Noted(Note(Correction("학교 가요", "학교에 가요", "the place takes 에"), "u1")),
    ev.Noted(Note(Word("멀다", "far"), "u1")),
)
GONE = ev.Noted(Note(Word("가깝다", "near"), "u1"))


async def test_notes_of_this_lesson_are_edited_marked_and_deleted_where_they_stand(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word("멀다"), correction(), word("가깝다", "near"))
    with learner.changing() as change:
        delete(change, word("가깝다").id)
    session = StagedSession()
    session.happen(*READY, *spoken("u1", "학교 가요."), *NOTES, GONE)
    app = make_app(session, learner=learner, make_drill=lambda plan, kind: plan)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        kept = await opened(pilot)
        await until(pilot, lambda: "멀다" in shown(app) and "학교 가요 → 학교에 가요" in shown(app))
        assert "가깝다" not in shown(app), "what was deleted for good is gone here, too"
        assert "e editd deletem known" in shown(app)
        kept.list.highlighted = next(i for i, each in enumerate(kept._items) if each.item.term == "멀다")
        await pilot.press("m")
        await settled(pilot)
        assert "✓ 멀다" in shown(app)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditItemScreen))
        app.screen.query_one("#edit-meaning", Input).value = "far away"
        await pilot.press("enter")
        await settled(pilot)
        assert "far away" in shown(app)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DeleteQuestion))
        await pilot.press("y")
        await settled(pilot)
        assert "멀다" not in shown(app) and [each.item.term for each in learner.items("ko")] == ["학교에 가요"]
        await pilot.press("escape")
        await opened(pilot)
        await until(pilot, lambda: "학교에 가요" in shown(app))
        assert "멀다" not in shown(app)


@pytest.mark.parametrize(("keep", "why"), [("ask", "This note is not kept yet."), ("no", "Your notes are not kept.")])
async def test_a_note_that_is_not_kept_stands_there_and_says_why_nothing_can_be_changed(
    tmp_path: Path, keep: KeepNotes, why: str
) -> None:
    session = StagedSession()
    session.memory.consent.keep = keep
    session.happen(*READY, *spoken("u1", "학교 가요."), *NOTES)
    app = make_app(session, learner=learner_in(tmp_path))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "멀다" in shown(app) and "not kept for later lessons" in shown(app))
        for pressed in "edm":
            await pilot.press(pressed)
            assert len(app.screen_stack) == 2
        await until(pilot, lambda: why in shown(app))
        session.happen(ev.Noted(Note(Word("빵", "bread"), "u1")))
        await until(pilot, lambda: "빵" in shown(app))


async def test_a_note_that_was_written_anew_stands_there_as_it_is_now(tmp_path: Path) -> None:
    session = StagedSession()
    session.recorder.journal = InMemory()
    session.recorder._begin_record()
    session.happen(*READY, *spoken("u1", "멀다"), NOTES[1])
    lesson_id = session.recorder.lesson_id
    learner = learner_in(tmp_path, replace(word("멀다"), lesson_id=lesson_id))
    with learner.changing() as change:
        edit(change, word("멀다").id, replace(word("멀어요"), lesson_id=lesson_id))
    app = make_app(session, learner=learner)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "멀어요" in shown(app))
        assert "멀다" not in shown(app)


async def test_pasted_text_that_is_too_long_is_cut_and_said_so(tmp_path: Path) -> None:
    app = staged(learner_in(tmp_path, word()))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, "right")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditItemScreen))
        line = app.screen.query_one("#edit-meaning", Input)
        line.focus()
        before = len(line.value)
        line.post_message(events.Paste("a b\n" * 2_550))
        await until(pilot, lambda: len(line.value) == NOTE_CHARACTERS)
        told = f"{NOTE_CHARACTERS - before} were taken: a line here has {NOTE_CHARACTERS}"
        await until(pilot, lambda: told in shown(app))


async def test_more_is_read_when_the_end_of_the_list_comes_near(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, *(word(f"말{number}", day=number) for number in range(FIRST + PART + 5)))
    app = staged(learner)
    async with app.run_test(size=(80, 24)) as pilot:
        kept = await opened(pilot, "right")
        assert kept.list.option_count == FIRST
        for listed in (FIRST + PART, FIRST + PART + 5):
            await pilot.press("end")
            await read_from_disk(pilot)
            assert kept.list.option_count == listed


def is_found(kept: KeptItems, term: str) -> bool:
    """Whether that item is listed, and no other."""
    return kept.list.option_count == 1 and kept.stood_on is not None and kept.stood_on.item.term == term


async def test_what_is_kept_is_searched_in_any_script(tmp_path: Path) -> None:
    station = replace(word("駅", "station", day=2), example="駅はどこですか。", reading="えき")
    learner = learner_in(tmp_path, word(), station, correction(), CAFE)
    app = staged(learner)
    async with app.run_test(size=(80, 24)) as pilot:
        kept = await opened(pilot, "right")
        assert "/ search" in shown(app)
        await pilot.press("slash", *"éz")
        await until(pilot, lambda: "Nothing here has these words. esc shows all." in shown(app))
        for typed, found in (("えき", "駅"), ("cafe pay", CAFE.term)):
            kept.search.value = typed
            await until(pilot, partial(is_found, kept, found))
        await pilot.press("enter", "e")
        await until(pilot, lambda: isinstance(app.screen, EditItemScreen))
        await pilot.press("escape", "right", "slash")
        await until(pilot, lambda: kept.search.value == "cafe pay" and "to what was found" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: kept.list.option_count == 3)
        assert kept.list.has_focus and not kept.search.value


async def test_where_nothing_is_kept_or_it_cannot_be_read_a_sentence_says_so(tmp_path: Path) -> None:
    app = staged(learner_in(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "right")
        assert "Nothing is kept in this language yet" in shown(app)
        await pilot.press("e", "d", "m")
        assert len(app.screen_stack) == 2
        await pilot.press("right")
        await read_from_disk(pilot)
        assert "Nothing is due now." in shown(app)
        (tmp_path / "data" / "library.sqlite3").write_bytes(b"no database" * 100)
        await pilot.press("left")
        await read_from_disk(pilot)
        assert "✕" in shown(app)


class Full(SqliteLearner):
    """A disk without room."""

    @override
    def changing(self) -> NoReturn:
        raise Problem("The disk is full.", "Make some room.")


async def test_a_change_that_cannot_be_kept_is_told_and_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    learner_in(tmp_path, word())
    app = staged(Full(tmp_path / "data" / "library.sqlite3"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, "right")
        await pilot.press("m")
        await until(pilot, lambda: "The disk is full." in shown(app))
        assert f"{'멀다':16}far" in shown(app)


def asked_about_coffee(tmp_path: Path, translation: str = "", **more: Any) -> tuple[SqliteLearner, TutorApp]:
    """A lesson in which the tutor has offered cold coffee, and what is remembered of it."""
    learner = learner_in(tmp_path)
    session = StagedSession()
    session.happen(*READY, *answered("a1", f"아니면 차가운 커피로 드릴까요?{translation}"))
    return learner, make_app(session, learner=learner, **more)


async def test_a_word_that_is_picked_by_a_double_click_is_kept_with_the_same_key(tmp_path: Path) -> None:
    learner, app = asked_about_coffee(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "차가운" in shown(app))
        await pilot.click(Transcript, offset=(20, 1), times=2)
        await until(pilot, lambda: app.screen.get_selected_text() == "차가운")
        await pilot.press("b")
        await until(pilot, lambda: "Kept for later lessons: “차가운”" in shown(app))
    assert [each.item.term for each in learner.items("ko")] == ["차가운"]


async def test_only_what_was_said_in_the_conversation_is_kept(tmp_path: Path) -> None:
    """A double click on the header selected the whole screen, and its text was kept as a Korean word."""
    learner, app = asked_about_coffee(tmp_path, " (Or would you like it cold?)")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "차가운" in shown(app))
        for widget in (app.screen.query_one(LessonHeader), app.screen.query_one(Transcript)):
            selections: dict[Widget, Selection] = {widget: SELECT_ALL}
            app.screen.selections = selections
            await pilot.press("b")
            await until(pilot, lambda: "Select words" in shown(app) or "Only words of one line" in shown(app))
    assert not learner.items("ko")


async def test_what_a_picked_word_means_is_looked_up_in_the_units(tmp_path: Path) -> None:
    learner, app = asked_about_coffee(tmp_path, meaning=lambda words, plan: f"{words} in {plan.native_language}")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "차가운" in shown(app))
        await pilot.click(Transcript, offset=(20, 1), times=2)
        await pilot.press("b")
        await until(pilot, lambda: "Kept for later lessons: “차가운” (차가운 in en)" in shown(app))
    assert [each.item.meaning for each in learner.items("ko")] == ["차가운 in en"]


async def test_words_found_in_the_conversation_are_kept_with_one_key(tmp_path: Path) -> None:
    learner = learner_in(tmp_path)
    session = StagedSession()
    session.happen(*KOREAN_TALK)
    app = make_app(session, learner=learner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "Select words with the mouse, or find them with /" in shown(app))
        await pilot.press("slash", *"따뜻한", "enter", "b")
        await until(pilot, lambda: "Kept for later lessons: “따뜻한”" in shown(app))
    (kept,) = learner.items("ko")
    assert (kept.item.term, kept.item.turn_id, kept.item.origin) == ("따뜻한", "a3", Origin.LEARNER)
    assert kept.item.example.startswith("따뜻한 커피로") and kept.item.example.count(".") <= 1


@pytest.mark.parametrize(
    ("keep", "lesson_is_kept", "why"),
    [("no", True, "learner.keep is no."), ("yes", False, "library.keep is off.")],
    ids=["notes are off", "lessons are off"],
)
async def test_where_nothing_is_kept_for_later_no_word_is(
    tmp_path: Path, keep: KeepNotes, lesson_is_kept: bool, why: str
) -> None:
    learner = learner_in(tmp_path)
    session = StagedSession()
    session.happen(*KOREAN_TALK)
    memory = session.memory
    memory.consent.journal, memory.consent.keep, memory.consent.lesson_is_kept = Unwritten(), keep, lesson_is_kept
    app = make_app(session, learner=learner)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: why in shown(app))
        await pilot.press("escape", "slash", *"따뜻한", "enter", "b")
        await until(pilot, lambda: why in shown(app) and "in the settings" in shown(app))
    assert learner.items("ko") == []


class Unwritten:
    """A journal into which nothing is put."""

    def put(self, change: Item | Evidence) -> NoReturn:
        raise AssertionError
