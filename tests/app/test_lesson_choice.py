"""Which lesson is begun: by its name, its profile or its number in a course."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor_tui.app.first_profile import profile_of_lesson
from tutor_tui.app.frontends import plan_named
from tutor_tui.config.profiles import load_profiles, prompts_folders
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import plan_of

LESSON_HEADS = (
    LessonHead("ko-a1-likes", "Likes", "ko", "A1", "korean-a1", 3),
    LessonHead("en-a2-my-day", "My day", "en", "A2", "english-a2", 2),
    LessonHead("it-a1-ciao", "Ciao", "it", "A1"),
)


@pytest.mark.parametrize(
    ("lesson", "wanted", "profile"),
    [
        ("ko-a1-likes", "", "korean-tutor"),
        ("ko-a1-likes", "korean-b1", "korean-b1"),
        ("ko-a1-likes", "spanish-cafe", "korean-tutor"),
        ("en-a2-my-day", "", "english-everyday"),
    ],
)
def test_a_lesson_that_is_named_is_held_by_the_nearest_profile(
    lesson: str, wanted: str, profile: str, tmp_path: Path
) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    found = profile_of_lesson(lesson, LESSON_HEADS, profiles, wanted)
    assert (found.key, found.offline_lesson) == (profile, lesson)


@pytest.mark.parametrize(
    ("lesson", "said"), [("nothing", "no lesson called 'nothing'"), ("it-a1-ciao", "no profile in Italian")]
)
def test_a_lesson_that_nobody_has_or_can_hold_is_said(lesson: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        profile_of_lesson(lesson, LESSON_HEADS, load_profiles(prompts_folders(tmp_path, None)), "")
    assert said in refused.value.title


@pytest.mark.parametrize(
    ("name", "lesson"),
    [("korean-tutor", "ko-a1-first-words"), ("korean-tutor 3", "ko-a1-likes"), ("Korean tutor 3", "ko-a1-likes")],
)
def test_a_number_behind_a_profile_is_a_unit_of_its_course(name: str, lesson: str, tmp_path: Path) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    heads = (*LESSON_HEADS, LessonHead("ko-a1-first-words", "First words", "ko", "A1", "korean-a1", 1))
    assert plan_named(name, profiles, plan_of, lambda: heads).offline_lesson == lesson


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("korean-tutor 7", "There is no offline unit 7 for Korean tutor. There are: 1, 3."),
        ("korean-tutor three", "There is no profile called 'korean-tutor three'."),
        ("7", "There is no profile called '7'."),
    ],
)
def test_a_unit_that_is_not_there_is_said(name: str, said: str, tmp_path: Path) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    heads = (*LESSON_HEADS, LessonHead("ko-a1-first-words", "First words", "ko", "A1", "korean-a1", 1))
    with pytest.raises(Problem) as refused:
        plan_named(name, profiles, plan_of, lambda: heads)
    assert str(refused.value).startswith(said)
