"""What progress is told of a library, and that it costs no more when many old lessons are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.kept_lessons import KOREAN, SPANISH, at, fill
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord, WordRecord
from tutor_tui.core.local_time import local_time
from tutor_tui.core.minutes_text import whole_minutes
from tutor_tui.core.tools import Word
from tutor_tui.learning.evidence import Uptake, uptake_of
from tutor_tui.learning.items import Evidence, Item, ItemKind, Rating, Review, Use
from tutor_tui.learning.learner import delete, keep, review
from tutor_tui.learning.noted_items import item_of
from tutor_tui.learning.uptake import uptake_words
from tutor_tui.library import database
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.practices import practices
from tutor_tui.library.progress import SqliteProgress
from tutor_tui.library.reports import report_of

NOW = at(28, 12)
DAY_S = 24 * 3_600


def spoken(day: float, name: str) -> KeptLesson:
    """A lesson of English on a day of November 2026, in which the learner spoke for two minutes."""
    began_at = at(28) - (28 - day) * DAY_S
    lesson = LessonRecord(name, began_at, "Talk", target_language="en", ended_at=began_at + 120)
    talk = TurnRecord(
        name, "U", 0, "learner", "I like black tea. " * 20, ended_ms=120_000, voice=((0, 60_000), (61_000, 120_000))
    )
    return KeptLesson(lesson, (talk,))


def test_where_no_library_is_nothing_was_done(file: Path) -> None:
    progress = SqliteProgress(file)
    assert (practices(file, 0), progress.measured("en", 0, NOW), progress.mistakes("en", 0)) == ([], [], [])
    assert progress.stabilities("en") == [] and not file.exists()


def test_lessons_are_told_as_time_as_mistakes_and_as_speech(file: Path) -> None:
    silent = KeptLesson(
        LessonRecord("silent", at(27), "P"), (TurnRecord("silent", "t", 0, "tutor", "Hi", ended_ms=60_000),)
    )
    fill(file, [KOREAN, SPANISH, silent, spoken(26, "e1"), spoken(20, "e2")])
    found = practices(file, at(26))
    assert [each.began_at for each in found] == [at(26), KOREAN.lesson.began_at]
    assert found[0].minutes == pytest.approx(2)
    progress = SqliteProgress(file)
    assert progress.mistakes("ko", 0) == [(KOREAN.lesson.began_at, each.kind) for each in KOREAN.corrections]
    assert progress.mistakes("ko", NOW) == []
    assert [each.lesson.id for each in progress.measured("en", 0, at(26))] == ["e2"]
    newest, _ = progress.measured("en", 0, NOW)
    assert (newest.fluency.phonation_ms, newest.fluency.runs) == (119_000, 2)


def test_a_lesson_is_as_long_on_the_progress_screen_as_in_the_history(file: Path) -> None:
    """Of one lesson one said 9 minutes and the other 10: what came before the first line and behind the last one."""
    whole = spoken(26, "e1")
    quick = replace(whole, lesson=replace(whole.lesson, ended_at=whole.lesson.began_at + 9.6 * 60))
    lines = tuple(
        replace(
            whole.turns[0],
            item_id=f"U{at}",
            place=at,
            began_ms=20_000 + at * 60_000,
            ended_ms=70_000 + at * 60_000,
            voice=(),
        )
        for at in range(9)
    )
    left_open = replace(spoken(20, "e2"), lesson=replace(spoken(20, "e2").lesson, ended_at=at(28)))
    unended = replace(spoken(21, "e3"), lesson=replace(spoken(21, "e3").lesson, ended_at=None))
    fill(file, [replace(quick, turns=lines), left_open, unended])
    listed = {each.lesson.id: each.minutes for each in SqliteLibrary(file).lessons()}
    found = [each.minutes for each in practices(file, 0)]
    assert found == pytest.approx([3, 2, listed["e1"]]) and whole_minutes(found[2]) == 10, "of a long silence a minute"
    assert listed["e3"] == pytest.approx(found[1])


def test_items_are_told_by_their_stability(file: Path) -> None:
    with SqliteLearner(file).changing() as change:
        for term in ("tea", "milk"):
            assert keep(change, Item("en", ItemKind.WORD, term, "a drink", added_at=at(20)))
        review(change, Review(Item("en", ItemKind.WORD, "tea").id, at(25), Rating.GOOD))
    new, known = sorted(SqliteProgress(file).stabilities("en"), key=lambda days: days or 0)
    assert new is None and known is not None and known > 1


def test_an_overview_holds_one_language_only(file: Path) -> None:
    fill(file, [KOREAN, *(spoken(day, f"e{day}") for day in (20, 21, 22, 26))])
    progress = SqliteProgress(file)
    english = progress.overview("en", NOW)
    minutes = [minutes for _, minutes in english.weeks]
    assert len(minutes) == 12 and sum(minutes) == pytest.approx(8) and sum(minutes[:-2]) == 0
    assert (english.mistakes, len(english.pauses)) == ({}, 2)
    assert (english.pauses[-1][0], english.last_pauses, english.voiced) == (local_time(at(26)).date(), 0, 4)
    assert sum(map(sum, progress.overview("ko", NOW).mistakes.values())) == len(KOREAN.corrections)
    assert progress.overview("fr", NOW).is_empty and not english.is_empty


def steps_of(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many instructions SQLite carries out for it, in tens: a cost that no busy machine changes."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    def connect(file: Path) -> sqlite3.Connection:
        made = real(file)
        made.set_progress_handler(count, 10)
        return made

    real = database.connect
    with monkeypatch.context() as patched:
        patched.setattr(database, "connect", connect)
        work()
    return counted


def test_many_old_lessons_and_items_make_nothing_dearer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file, [spoken(28 - days / 3, f"new{days}") for days in range(36)])
    kept = SqliteLibrary(file).read("new0")

    def work() -> None:
        practices(file, NOW - 8 * DAY_S)
        report_of(file, kept)

    few = steps_of(work, monkeypatch)
    fill(file, [replace(spoken(-400 - number, f"old{number}")) for number in range(300)])
    with SqliteLearner(file).changing() as change:
        for number in range(300):
            change.put_item(Item("en", ItemKind.WORD, f"word {number}", added_at=at(1)))
    assert few > 50
    assert steps_of(work, monkeypatch) <= 1.3 * few


# ---- what was kept, and no more -------------------------------------------------------------------------------------


def test_what_was_deleted_for_good_is_gone_from_the_report_and_from_the_progress(file: Path) -> None:
    fill(file, [KOREAN])
    learner, progress = SqliteLearner(file), SqliteProgress(file)
    language = KOREAN.lesson.target_language
    items = [item_of(note.what, language) for note in KOREAN.notes]
    with learner.changing() as change:
        for each in items:
            keep(change, replace(each, lesson_id=KOREAN.lesson.id, added_at=KOREAN.lesson.began_at + 60))
    before = report_of(file, KOREAN)
    assert before.to_mend and before.new_words and progress.mistakes(language, 0)
    with learner.changing() as change:
        for each in items:
            assert delete(change, each.id)
    after = report_of(file, KOREAN)
    assert (after.to_mend, after.new_words, progress.mistakes(language, 0)) == ((), (), [])


def test_words_that_were_kept_in_an_earlier_lesson_are_no_new_ones(file: Path) -> None:
    """One sentence stood under “New words” in every lesson that met it again."""
    word = KOREAN.words[0]
    later = replace(KOREAN.lesson, id="later", began_at=at(28), ended_at=at(28) + 300)
    again = KeptLesson(later, words=(replace(word, lesson_id="later"), WordRecord("later", 1, "", "물", "water")))
    fill(file, [KOREAN, again])
    with SqliteLearner(file).changing() as change:
        for lesson in (KOREAN, again):
            for each in lesson.words:
                item = item_of(Word(each.term, each.meaning), "ko")
                keep(change, replace(item, lesson_id=lesson.lesson.id, added_at=lesson.lesson.began_at + 60))
    assert word in report_of(file, KOREAN).new_words
    assert [each.term for each in report_of(file, again).new_words] == ["물"]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.sampled_from(Use)), max_size=8))
def test_a_mistake_is_mended_in_the_list_as_by_the_rule(uses: list[tuple[int, int, Use]]) -> None:
    slip = Item("ko", ItemKind.CORRECTION, "학교에 가요", said="학교 가요", added_at=at(1))
    with TemporaryDirectory() as folder:
        learner = SqliteLearner(Path(folder) / "library.sqlite3")
        evidence = [
            Evidence(slip.id, "l", str(number), at(20 + day, hour, number), use, "학교에 가요")
            for number, (day, hour, use) in enumerate(uses)
        ]
        with learner.changing() as change:
            keep(change, slip)
            for each in evidence:
                change.put_evidence(each)
        kept = learner.item(slip.id)
        assert kept is not None
        uptake = uptake_of(evidence)
        assert (Uptake.NONE, Uptake.ONCE, Uptake.MENDED)[min(kept.days_right, 2)] is uptake
        assert uptake_words(kept).startswith("mended") == (uptake is Uptake.MENDED)
