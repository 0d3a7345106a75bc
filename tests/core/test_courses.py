"""Which lesson belongs to a plan, and the units around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core.courses import (
    NO_FREE_TALK,
    CoursePath,
    LessonHead,
    course_title,
    in_order,
    lesson_for,
    profile_path,
    script_path,
)
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.profile import PromptProfile


def unit(name: str, level: str, number: int, course: str = "") -> LessonHead:
    language = name[:2]
    return LessonHead(name, name.title(), language, level, course or f"{language}-{level.lower()}", number, ("talk",))


LESSONS = (
    unit("en-travel", "B1", 1),
    unit("en-prices", "A1", 3),
    unit("en-names", "A1", 1),
    unit("ko-names", "A1", 1),
    LessonHead("fr-alone", "Alone", "fr", "A2"),
)
PLAN = LessonPlan("P", "Teach.", "marin", level="A1", correction="recast")


@pytest.mark.parametrize(
    ("language", "level", "found"),
    [
        ("en", "A1", "en-names"),
        ("en", "A2", "en-names"),
        ("en", "C2", "en-travel"),
        ("en", "", "en-names"),
        ("fr", "A1", "fr-alone"),
        ("it", "A1", None),
    ],
)
def test_the_nearest_level_is_taken_and_never_another_language(language: str, level: str, found: str | None) -> None:
    lesson = lesson_for(LESSONS, language, level)
    assert (lesson.name if lesson else None) == found


def test_a_lesson_that_is_named_is_taken_whatever_it_teaches() -> None:
    lesson = lesson_for(LESSONS, "en", "A1", "ko-names")
    assert lesson is not None and lesson.language == "ko"


def test_lists_go_by_language_level_and_unit() -> None:
    assert [each.name for each in in_order(LESSONS)] == [
        "en-names", "en-prices", "en-travel", "fr-alone", "ko-names",
    ]  # fmt: skip


def test_a_path_has_the_units_of_one_course_in_order_and_marks_the_next() -> None:
    path = script_path(replace(PLAN, offline_lesson="en-prices"), LESSONS)
    assert [each.name for each in path.units] == ["en-names", "en-prices"]
    assert path.unit is not None and path.unit.name == "en-prices"
    assert (path.title, path.remark) == ("En A1 · unit 3 of 3", "")


def test_a_lesson_of_no_course_is_a_path_of_one() -> None:
    path = script_path(replace(PLAN, target_language="fr", level="A2"), LESSONS)
    assert (len(path.units), path.title) == (1, "")


@pytest.mark.parametrize(
    ("plan", "remark"),
    [
        (PLAN, ""),
        (replace(PLAN, level=""), ""),
        (replace(PLAN, level="B2"), "This lesson is B1; there is none at B2 offline yet."),
        (replace(PLAN, level="", stands_in=True), NO_FREE_TALK),
        (
            replace(PLAN, target_language="it"),
            "There is no offline lesson in Italian yet. There are lessons in: English, French, Korean.",
        ),
    ],
)
def test_a_path_says_where_a_lesson_is_not_what_was_promised(plan: LessonPlan, remark: str) -> None:
    path = script_path(plan, LESSONS)
    assert path.remark == remark
    assert (path.unit is None) == remark.startswith("There is no offline lesson")


def test_where_there_are_no_lessons_none_are_named() -> None:
    assert script_path(PLAN, ()).remark == "There is no offline lesson in English yet."


def test_a_tutor_with_a_model_has_the_profiles_of_a_course() -> None:
    one, two = (
        PromptProfile(f"p{number}", f"P{number}", "ko", "Teach.", course="korean-a1", unit=number) for number in (1, 2)
    )
    path = profile_path(two, (two, PromptProfile("other", "Other", "ko", "Teach."), one))
    assert [each.name for each in path.units] == ["p1", "p2"]
    assert path.title == "Korean A1 · unit 2 of 2"
    assert profile_path(replace(two, course="", unit=0), (one, two)) == CoursePath()


@pytest.mark.parametrize(("course", "title"), [("korean-a1", "Korean A1"), ("small-talk", "Small Talk")])
def test_a_course_has_a_title(course: str, title: str) -> None:
    assert course_title(course) == title
