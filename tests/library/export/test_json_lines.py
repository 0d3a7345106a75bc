"""A lesson as JSON Lines, for programs."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import given

from tests.library.export.hostile import lessons, unhurried
from tests.support.kept_lessons import JAPANESE, KOREAN, at
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.library.export.json_lines import json_lines, lesson_object


def test_each_turn_is_an_object_with_its_corrections() -> None:
    turns = [json.loads(line) for line in json_lines(KOREAN).splitlines()]
    assert [each["item_id"] for each in turns] == ["t0", "l0", "t1", "l1", "l2", "t2"]
    assert turns[1] == {
        "item_id": "l0",
        "role": "learner",
        "text": "어제 친구를 만나요.",
        "state": "done",
        "began_ms": 5_000,
        "ended_ms": 7_250,
        "typed": False,
        "corrections": [
            {"said": "어제 만나요", "better": "어제 만났어요", "why": "the past of 만나다", "kind": "grammar"}
        ],
    }
    assert [each.get("heard_text") for each in turns] == [None, None, "좋아요. 친구하고 ", None, None, None]
    assert [each["typed"] for each in turns] == [False, False, False, True, False, False]


def test_letters_can_be_read_in_the_file() -> None:
    assert "어제 친구를 만나요." in json_lines(KOREAN)


def test_a_whole_lesson_has_its_dates_with_their_offset_and_all_its_notes() -> None:
    korean, japanese = lesson_object(KOREAN), lesson_object(JAPANESE)
    began = datetime.fromisoformat(korean["began_at"])
    assert began.utcoffset() is not None and began.timestamp() == at(27)
    assert (korean["minutes"], korean["usd"], korean["cost_unknown"]) == (12.0, 0.123, False)
    assert [len(korean[part]) for part in ("turns", "corrections", "words")] == [6, 2, 1]
    assert (japanese["ended_at"], japanese["minutes"], japanese["cost_unknown"]) == (None, 1.5, True)


@unhurried
@given(lessons())
def test_every_text_comes_back_and_none_of_it_reaches_a_terminal_raw(kept: KeptLesson) -> None:
    text = json_lines(kept)
    assert all(line.isprintable() for line in text.split("\n"))
    assert text.count("\n") == len(kept.turns)
    found = [json.loads(line) for line in text.splitlines()]
    assert [(each["item_id"], each["text"]) for each in found] == [(each.item_id, each.text) for each in kept.turns]
