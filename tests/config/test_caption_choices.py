"""What was chosen to read, by profile and level; the file may be anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor_tui.config.caption_choices import recall_rung, remember_rung
from tutor_tui.core.captions import Rung
from tutor_tui.core.problems import Problem


def test_each_profile_and_level_has_its_choice(tmp_path: Path) -> None:
    file = tmp_path / "state" / "captions.json"
    assert recall_rung(file, "talk", "B1") is None
    remember_rung(file, "talk", "B1", Rung.FIRST_LETTERS)
    remember_rung(file, "talk", "A2", Rung.MEANING)
    remember_rung(file, "talk", "B1", Rung.HIDDEN)
    assert recall_rung(file, "talk", "B1") is Rung.HIDDEN
    assert recall_rung(file, "talk", "A2") is Rung.MEANING
    assert recall_rung(file, "talk", "") is None


@pytest.mark.parametrize(
    "text", ["", "[", '{"format": 2, "captions": {"talk B1": "all"}}', '{"format": 1, "captions": 3}']
)
def test_a_file_that_says_nothing_counts_as_empty(text: str, tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    file.write_text(text)
    assert recall_rung(file, "talk", "B1") is None
    remember_rung(file, "talk", "B1", Rung.ALL)
    assert recall_rung(file, "talk", "B1") is Rung.ALL


def test_other_values_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    file.write_text('{"format": 1, "captions": {"a B1": "some", "b B1": [], "c B1": "rare words"}}')
    found = [recall_rung(file, profile, "B1") for profile in "abc"]
    assert found == [None, None, Rung.RARE_WORDS]


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(Problem, match="What you chose to read could not be kept"):
        remember_rung(tmp_path / "state" / "captions.json", "talk", "B1", Rung.ALL)
