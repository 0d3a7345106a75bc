"""A lesson as subtitles, read by a parser of its own."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
import webvtt as reader
from hypothesis import given
from webvtt.models import Caption

from tests.library.export.hostile import lessons, unhurried
from tests.support.kept_lessons import KOREAN
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.library.export.facts import shown_turns
from tutor_tui.library.export.webvtt import webvtt


def captions(kept: KeptLesson) -> list[Caption]:
    return list(reader.from_string(webvtt(kept)).captions)


def one_turn(**fields: Any) -> Caption:
    """The cue of a lesson with one turn."""
    turn = replace(TurnRecord("l", "t0", 0, "tutor", "Hello.", began_ms=1_000, ended_ms=2_000), **fields)
    (cue,) = captions(KeptLesson(LessonRecord("l", 0.0, "P"), (turn,)))
    return cue


def test_each_line_is_a_cue_with_its_id_its_times_and_who_said_it() -> None:
    found = [(each.identifier, each.start, each.end, each.raw_text) for each in captions(KOREAN)]
    assert found == [
        ("t0", "00:00:00.800", "00:00:03.400", "<v Tutor>안녕하세요! 어제 뭐 했어요?"),
        ("l0", "00:00:05.000", "00:00:07.250", "<v You>어제 친구를 만나요."),
        ("t1", "00:00:08.000", "00:00:09.500", "<v Tutor>좋아요. 친구하고 …"),
        ("l1", "00:00:09.100", "00:00:10.600", "<v You>영화를 봤어요"),
        ("l2", "00:00:15.000", "00:00:15.900", "<v You>(heard, but not understood)"),
        ("t2", "00:00:17.000", "00:00:19.000", "<v Tutor>다시 말해 주세요."),
    ]


def test_what_is_known_of_the_lesson_stands_in_a_note() -> None:
    head = webvtt(KOREAN).split("\n\n")[1].splitlines()
    assert head[0] == "NOTE"
    assert "Tutor: gpt-realtime-2.1-mini" in head and "Cost: $0.123" in head


def test_cues_stand_in_the_order_in_which_they_begin() -> None:
    late, early = (
        TurnRecord("l", name, place, "tutor", "x", began_ms=ms, ended_ms=ms + 9)
        for name, place, ms in (("late", 0, 5_000), ("early", 1, 4_000))
    )
    assert [each.identifier for each in captions(KeptLesson(LessonRecord("l", 0.0, "P"), (late, early)))] == [
        "early",
        "late",
    ]


@pytest.mark.parametrize(
    "item_id",
    [
        "",
        "NOTE",
        "NOTES of mine",
        "STYLE",
        "REGION",
        "WEBVTT",
        "a\nb",
        "a b",
        "00:01.000 --> 00:02.000",
        "turn.0",
        "이",
    ],
)
def test_an_id_that_could_be_something_else_is_replaced(item_id: str) -> None:
    cue = one_turn(item_id=item_id, place=7)
    assert (cue.identifier, cue.raw_text) == ("turn.7", "<v Tutor>Hello.")


@pytest.mark.parametrize("item_id", ["item_CqX3-9", "msg.1", "12", "a:b"])
def test_an_ordinary_id_stays(item_id: str) -> None:
    assert one_turn(item_id=item_id).identifier == item_id


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"ended_ms": 0}, "00:00:02.500"),
        ({"ended_ms": 1_000}, "00:00:02.500"),
        ({"ended_ms": 1_001}, "00:00:01.001"),
        ({"ended_ms": 60_000, "typed": True}, "00:00:02.500"),
        ({"ended_ms": 0, "text": "x" * 50}, "00:00:04.000"),
        ({"ended_ms": 0, "text": "x" * 5_000}, "00:00:08.000"),
        ({"ended_ms": 3_600_000 * 400}, "99:59:59.999"),
    ],
)
def test_a_cue_ends_after_it_began_and_can_be_read(fields: dict[str, object], end: str) -> None:
    assert one_turn(**fields).end == end


@pytest.mark.parametrize(
    ("turn", "next_ms", "shown"),
    [
        ({"role": "tutor", "ended_ms": 0}, 5_800, "05.000 05.800"),
        ({"role": "tutor", "ended_ms": 0}, 9_000, "05.000 06.500"),
        ({"role": "tutor", "ended_ms": 0}, 5_000, "05.000 05.001"),
        ({"typed": True}, 9_000, "05.000 06.500"),
        ({"typed": True}, 5_800, "04.300 05.800"),  # it was being typed since then at the least
        ({"typed": True}, 5_000, "04.000 05.000"),  # there was talk until then
        ({"typed": True, "began_ms": 3_500}, 3_600, "03.500 03.600"),  # it was typed into the talk
    ],
)
def test_what_did_not_sound_overlaps_nothing_by_itself(turn: dict[str, Any], next_ms: int, shown: str) -> None:
    talk = TurnRecord("l", "t0", 0, "tutor", "Good morning!", began_ms=2_000, ended_ms=4_000)
    line = replace(TurnRecord("l", "l0", 1, "learner", "Hello.", began_ms=5_000, ended_ms=5_000), **turn)
    answer = TurnRecord("l", "t1", 2, "tutor", "How are you?", began_ms=next_ms, ended_ms=next_ms + 2_000)
    cue = captions(KeptLesson(LessonRecord("l", 0.0, "P"), (talk, line, answer)))[1]
    assert [cue.start, cue.end] == [f"00:00:{each}" for each in shown.split()]


@unhurried
@given(lessons())
def test_whatever_was_said_each_line_is_one_cue_and_nothing_else(kept: KeptLesson) -> None:
    text = webvtt(kept)
    found = captions(kept)
    assert len(found) == len(shown_turns(kept))
    assert len({each.identifier for each in found}) == len(found)
    assert text.count("-->") == len(found)
    assert text.count("<") == len(found)
    begins = [each.start_in_seconds for each in found]
    assert begins == sorted(begins)
    for cue in found:
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d\d\d", cue.start) and cue.end > cue.start
        assert cue.voice in ("You", "Tutor") and len(cue.lines) == 1 and str(cue.settings) == ""


def test_signs_of_markup_are_words() -> None:
    cue = one_turn(text="1 < 2 & <b>3</b> --> &amp;")
    assert html.unescape(cue.raw_text.removeprefix("<v Tutor>")) == "1 < 2 & <b>3</b> --> &amp;"
