"""What a word means, by the tables of the units."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.unit_meanings import meaning_in_units


@pytest.mark.parametrize(
    ("words", "language", "meaning"),
    [
        ("tengo hambre", "es", "I am hungry"),
        ("Tengo hambre!", "es", "I am hungry"),
        ("cuenta", "es", "the bill"),
        ("zzz", "es", ""),
        ("tengo hambre", "de", ""),
    ],
)
def test_it_is_found_in_any_unit_of_the_language(words: str, language: str, meaning: str) -> None:
    assert meaning_in_units(words, language, "en", [LESSONS], "es-a1-likes") == meaning


def test_a_unit_that_is_broken_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('title = "A"\nlanguage = "es"\n[meanings\n')
    (tmp_path / "b.toml").write_text('title = "B"\nlanguage = "es"\nmeanings = 3\n')
    (tmp_path / "c.toml").write_text('title = "C"\nlanguage = "es"\n[meanings.en]\nel = 1\n"el sol" = "sun"\n')
    assert meaning_in_units("sol", "es", "en", [tmp_path], "a") == "sun"
    assert meaning_in_units("sol", "es", "fr", [tmp_path]) == ""
