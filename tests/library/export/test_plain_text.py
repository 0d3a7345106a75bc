"""A lesson as plain lines."""

from __future__ import annotations

from hypothesis import given

from tests.library.export.hostile import lessons, unhurried
from tests.support.kept_lessons import KOREAN
from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.library.export import FORMATS
from tutor_tui.library.export.facts import facts, shown_turns
from tutor_tui.library.export.plain_text import plain_text


def test_head_lines_and_notes_stand_below_each_other() -> None:
    head, said, notes = plain_text(KOREAN).split("\n\n")
    assert head.splitlines()[1:] == [
        "Lesson: 2026-11-27-k3f9",
        "Length: 12 min",
        "Profile: Korean B1",
        "Tutor: gpt-realtime-2.1-mini",
        "Cost: $0.123",
    ]
    assert said.splitlines() == [
        "Tutor: 안녕하세요! 어제 뭐 했어요?",
        "You: 어제 친구를 만나요.",
        "Tutor: 좋아요. 친구하고 (stopped here: “무엇을 했는지 조금 더 이야기해 주세요.” was not heard)",
        "You (typed): 영화를 봤어요",
        "You: (heard, but not understood)",
        "Tutor (again): 다시 말해 주세요.",
    ]
    assert notes.splitlines() == [
        "Mistake: “어제 만나요” is better as “어제 만났어요” (the past of 만나다)",
        "Mistake: “영화” is better as “영화관”",
        "Word: 영화: film · 영화를 봤어요.",
    ]


@unhurried
@given(lessons())
def test_each_thing_keeps_to_its_line(kept: KeptLesson) -> None:
    notes = len(kept.corrections) + len(kept.words)
    expected = 1 + len(list(facts(kept))) + 1 + len(shown_turns(kept)) + (notes + 1 if notes else 0)
    assert plain_text(kept).count("\n") == expected
    assert len(plain_text(kept).splitlines()) == expected


@unhurried
@given(lessons())
def test_no_format_has_anything_that_a_terminal_would_obey(kept: KeptLesson) -> None:
    for write in FORMATS.values():
        text = write(kept)
        assert text.endswith("\n") or not kept.turns
        assert [char for char in text if char < " " and char != "\n"] == []
        assert not {*map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"} & {*text}
        text.encode()
