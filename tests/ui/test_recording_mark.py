"""While the sound of a lesson is recorded, the screen says so, in colour and in a word, and in windows of any size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.test_sound_recording import Sound
from tests.support.kept_lessons import record
from tests.ui.past_lessons import ALL, CAFE, kept_in
from tests.ui.stage import StagedSession, drawn, make_app, read_from_disk, shown, until
from tutor_tui.core.settings import setting_fields
from tutor_tui.ui.app import TutorApp

SIZES = [(80, 24), (120, 40), (60, 18), (40, 10), (30, 6)]


def staged() -> tuple[TutorApp, StagedSession, Sound]:
    """A lesson that is kept, and can be recorded."""
    session, journal = StagedSession(), Sound()
    session.recorder.sound.journal = journal
    session.recorder.sound.begin("2026-11-27-abcd", 0.0)
    return make_app(session), session, journal


def records(session: StagedSession) -> bool:
    return session.lesson.recording


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_begins_and_stops_and_the_mark_shows_which(size: tuple[int, int]) -> None:
    app, session, journal = staged()
    async with app.run_test(size=size) as pilot:
        await drawn(pilot)
        assert "REC" not in shown(app)
        await pilot.press("a")
        await until(pilot, lambda: ("stop recording" if size[0] > 30 else "stop REC") in shown(app))
        assert records(session) and len(journal.begun) == 1
        if size[1] >= 8:
            assert "● REC" in shown(app).splitlines()[0]
        if size[0] >= 80:
            assert "recording: your voice and the tutor's, on this machine only" in shown(app)
        await pilot.press("a")
        await until(pilot, lambda: "REC" not in shown(app))
        assert not records(session)


async def test_the_setting_counts_at_once_and_the_key_does_not_change_it() -> None:
    app, session, _ = staged()
    field = next(each for each in setting_fields() if each.full_name == "library.record")
    async with app.run_test() as pilot:
        await drawn(pilot)
        app.settings_actions.change(field, True)
        assert records(session) and app.settings_actions.is_at_once("library.record")
        await pilot.press("a")
        assert not records(session) and app.settings_actions.settings.library.record
        await pilot.press("a")
        assert records(session)
        app.settings_actions.change(field, False)
        assert not records(session)


async def test_where_nothing_is_kept_the_key_says_why_it_records_nothing() -> None:
    app = make_app(session := StagedSession())
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "Nothing of this lesson is kept, so its sound is not recorded." in shown(app))
        assert not session.lesson.recording and "REC" not in shown(app)


async def test_a_past_lesson_says_where_its_sound_is_and_what_is_deleted_with_it(tmp_path: Path) -> None:
    library = kept_in(tmp_path, ALL)
    record(tmp_path, [CAFE.lesson.id])
    app = make_app(StagedSession(), library=library)
    async with app.run_test(size=(200, 40)) as pilot:
        await pilot.press("l")
        await read_from_disk(pilot)
        await until(pilot, lambda: f"{CAFE.lesson.id}.tutor.wav" in shown(app))
        assert f"{CAFE.lesson.id}.learner.wav" in shown(app)
        assert "1 mistake · recorded" in shown(app)
        await pilot.press("d")
        await until(pilot, lambda: "the recording of its sound." in shown(app))
