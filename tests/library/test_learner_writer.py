"""What a lesson learns of its learner, written on a thread, in a real file."""

from __future__ import annotations

import time
from pathlib import Path

from tests.learning.helpers import use, word
from tutor_tui.core.events import Trouble
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.learner_writer import LearnerWriter

FAR, NEAR = word(), word("가깝다", "near")


def test_what_is_put_is_kept_in_its_order(file: Path) -> None:
    told: list[Trouble] = []
    writer = LearnerWriter(file, told.append)
    for change in (FAR, use(FAR), NEAR):
        writer.put(change)
    assert writer.close()
    learner = SqliteLearner(file)
    assert {each.item.term: each.uses for each in learner.items("ko")} == {"멀다": 1, "가깝다": 0}
    assert told == []


def test_a_lesson_without_a_note_makes_no_file(file: Path) -> None:
    assert LearnerWriter(file, lambda _: None).close()
    assert not file.exists()


def test_a_library_that_cannot_be_written_is_told_once_and_tried_again(file: Path) -> None:
    told: list[Trouble] = []
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no library" * 1_000)
    writer = LearnerWriter(file, told.append)
    writer.put(FAR)
    while not told:
        time.sleep(0.01)
    writer.put(NEAR)
    file.unlink()
    assert writer.close()
    assert {each.item.term for each in SqliteLearner(file).items("ko")} == {"멀다", "가깝다"}
    assert len(told) == 1
    assert "Your notes cannot be kept now. The file with your lessons is damaged" in told[0].title
