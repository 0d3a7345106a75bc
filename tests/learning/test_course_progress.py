"""A course goes on where the learner has left it, unless they ask for a unit themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import at, learner_in, use
from tests.ui.stage import KOREAN
from tutor_tui.core.courses import LessonHead, can_do_text
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.learning.course_progress import CourseProgress
from tutor_tui.learning.items import Item, ItemKind

TITLES = ("First words", "Where from", "Likes")
UNITS = [
    LessonHead(f"ko-{number}", title, "ko", "A2", "korean-a2", number, (f"say {title}",))
    for number, title in enumerate(TITLES, start=1)
]
KEEPS = LearnerSettings(keep="yes")
BY_COURSE = replace(KOREAN, offline_lesson="ko-1")


def progress(folder: Path, *done: int) -> CourseProgress:
    heads = [UNITS[number - 1] for number in done]
    items = [Item("ko", ItemKind.CAN_DO, can_do_text(each.can_do), each.title, added_at=at(0)) for each in heads]
    return CourseProgress(learner_in(folder, *items, uses=tuple(map(use, items))), lambda: UNITS)


@pytest.mark.parametrize(
    ("done", "profile", "settings", "begins"),
    [
        ((), BY_COURSE, KEEPS, "ko-1"),
        ((1,), BY_COURSE, KEEPS, "ko-2"),
        ((1, 2), BY_COURSE, KEEPS, "ko-3"),
        ((2,), BY_COURSE, KEEPS, "ko-1"),
        ((1, 2, 3), BY_COURSE, KEEPS, "ko-1"),
        ((1,), BY_COURSE, LearnerSettings(keep="ask"), "ko-1"),
        ((2,), replace(KOREAN, offline_lesson="ko-2"), KEEPS, "ko-2"),
        ((1,), replace(BY_COURSE, course="mine", unit=1), KEEPS, "ko-1"),
    ],
    ids=["new", "one", "two", "a gap", "all", "nothing is kept", "a unit of its own", "a unit itself"],
)
def test_it_goes_on_at_the_first_unit_that_is_not_done(
    tmp_path: Path, done: tuple[int, ...], profile: PromptProfile, settings: LearnerSettings, begins: str
) -> None:
    assert progress(tmp_path, *done).going_on(plan_of(profile), profile, settings).offline_lesson == begins


def test_who_goes_on_is_told_where(tmp_path: Path) -> None:
    found = progress(tmp_path, 1)
    plan = found.going_on(plan_of(BY_COURSE), BY_COURSE, KEEPS)
    assert found.words(plan) == "Your course goes on with unit 2, “Where from”."
    assert found.words(plan_of(BY_COURSE)) == ""


def test_a_course_has_its_units_whether_or_not_anything_is_kept(tmp_path: Path) -> None:
    plan = plan_of(BY_COURSE)
    nothing_kept = CourseProgress(None, lambda: UNITS).path_of(plan)
    assert ([each.name for each in nothing_kept.units], set(nothing_kept.done)) == (["ko-1", "ko-2", "ko-3"], set())
    assert set(progress(tmp_path, 1, 3).path_of(plan).done) == {0, 2}


def test_what_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "data" / "library.sqlite3"
    found = progress(tmp_path, 1)
    file.write_bytes(b"no library" * 1_000)
    plan = plan_of(BY_COURSE)
    assert found.going_on(plan, BY_COURSE, KEEPS) == plan
    assert found.words(plan) == "" and not found.path_of(plan).done


@pytest.mark.parametrize(
    ("done", "last", "next_one"),
    [
        ((), None, "ko-1"),
        ((), "ko-3", "ko-3"),
        ((2,), "ko-2", "ko-3"),
        ((1, 2, 3), "ko-3", "ko-3"),
        ((), "gone", "ko-1"),
        ((), "", "ko-1"),
    ],
    ids=["no lesson yet", "not done yet", "done", "all done", "a script that is gone", "no script"],
)
def test_behind_a_drill_comes_what_comes_next_for_this_learner(
    tmp_path: Path, done: tuple[int, ...], last: str | None, next_one: str
) -> None:
    lesson = None if last is None else LessonRecord("l", at(0), "Korean", target_language="ko", offline_lesson=last)
    found = progress(tmp_path, *done)
    assert found.behind_drill(plan_of(BY_COURSE), lesson).offline_lesson == next_one
    other = lesson and replace(lesson, target_language="ja")
    assert found.behind_drill(plan_of(BY_COURSE), other).offline_lesson == "ko-1"
