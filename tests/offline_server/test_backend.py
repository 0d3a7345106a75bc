"""The lesson of those who name none, and what is said where there is none, or none at their level."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.__main__ import SHIPPED
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.openai_api.private_extensions import FREE_TALK, WantedLesson

LESSONS = [folder / "lessons" for folder in SHIPPED]
NO_B2 = "This lesson is A1; there is none at B2 offline yet."


def greeting(language: str, wanted: WantedLesson) -> str:
    return LocalBackend(LESSONS).guide(wanted, language, []).greet().text


@pytest.mark.parametrize("language", ["en", "ko", "es"])
def test_who_names_none_gets_the_first_of_the_language(language: str) -> None:
    tutoring = LocalBackend(LESSONS)
    assert tutoring.language("", language) == language
    assert tutoring.guide(WantedLesson(), language, []).greet().language == language


def test_nobody_is_put_into_another_language() -> None:
    tutoring = LocalBackend(LESSONS)
    assert tutoring.language("", "sw") == "sw"
    guide = tutoring.guide(WantedLesson(native_language="ko"), "sw", [])
    said = guide.greet()
    assert said.text.startswith("There is no offline lesson in Swahili yet. There are lessons in: Chinese, English, ")
    assert "Korean" in said.text and said.text.endswith("(이 언어로 된 오프라인 수업은 아직 없어요.)")
    assert guide.greet(takes_over=True) == guide.answer("Jambo!") == guide.repeat() == guide.help() == said


def test_without_a_language_it_is_english() -> None:
    assert LocalBackend(LESSONS).language("", "") == "en"


@pytest.mark.parametrize(("level", "found"), [("A1", "A1"), ("B1", "B1"), ("C1", "B1"), ("", "A1"), (FREE_TALK, "A1")])
def test_who_names_a_level_gets_a_lesson_at_it_or_at_the_next_below(level: str, found: str) -> None:
    guide = LocalBackend(LESSONS).guide(WantedLesson(level=level), "en", [])
    assert isinstance(guide, ByEar)
    assert guide.guide.script.level == found


@pytest.mark.parametrize(
    ("language", "wanted", "said"),
    [
        ("fr", WantedLesson(level="B2"), NO_B2),
        ("en", WantedLesson("en-a1-first-words", level="B2"), NO_B2),
        ("en", WantedLesson("en-a1-first-words", level=FREE_TALK), "There is no free talk offline"),
    ],
)
def test_a_lesson_that_is_not_what_was_promised_says_so_once(language: str, wanted: WantedLesson, said: str) -> None:
    guide = LocalBackend(LESSONS).guide(wanted, language, [])
    assert guide.greet().text.startswith(said), "and not amid the tutor's own words"
    guide.answer("help")
    assert said not in guide.answer("start again").text


def test_it_says_so_in_the_learners_own_language_too() -> None:
    assert "für B2 gibt es offline noch keine" in greeting("fr", WantedLesson(level="B2", native_language="de"))


@pytest.mark.parametrize("wanted", [WantedLesson(), WantedLesson(level="A1"), WantedLesson("en-a1-likes", level="B1")])
def test_nothing_is_said_of_a_level_that_there_is(wanted: WantedLesson) -> None:
    assert "This lesson is" not in greeting("en", wanted)
