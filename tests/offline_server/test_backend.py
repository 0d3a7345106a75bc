"""The lesson of those who name none."""

from __future__ import annotations

import pytest

from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.__main__ import SHIPPED
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.openai_api.private_extensions import WantedLesson

LESSONS = [folder / "lessons" for folder in SHIPPED]


@pytest.mark.parametrize("language", ["en", "ko", "es"])
def test_who_names_none_gets_the_first_of_the_language(language: str) -> None:
    tutoring = LocalBackend(LESSONS)
    assert tutoring.language("", language) == language
    assert tutoring.guide(WantedLesson(), language, []).greet().language == language


def test_nobody_is_put_into_another_language() -> None:
    with pytest.raises(Problem) as refused:
        LocalBackend(LESSONS).language("", "sw")
    assert "no offline lesson in Swahili" in refused.value.title
    assert "English" in refused.value.hint and "Korean" in refused.value.hint


def test_without_a_language_it_is_english() -> None:
    assert LocalBackend(LESSONS).language("", "") == "en"
