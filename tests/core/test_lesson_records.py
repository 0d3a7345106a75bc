"""A lesson that was kept, and what of it goes on."""

from __future__ import annotations

from dataclasses import replace

from tests.support.kept_lessons import KOREAN, SPANISH, SPANISH_ID
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan
from tutor_tui.core.lesson_records import KeptLesson, TurnRecord
from tutor_tui.core.local_time import local_time


def recalled(kept: KeptLesson) -> list[str]:
    recap = kept.going_on(LessonPlan("P", "", "")).recap
    assert recap is not None
    return [f"{line.role}: {line.text}" for line in recap.lines]


def test_the_last_two_exchanges_are_recalled_as_they_were_heard() -> None:
    assert recalled(KOREAN) == [
        "learner: 어제 친구를 만나요.",
        "tutor: 좋아요. 친구하고",
        "learner: 영화를 봤어요",
        "tutor: 다시 말해 주세요.",
    ]


def test_what_was_said_in_yet_another_lesson_is_not_recalled() -> None:
    kept = replace(SPANISH, before=(HistoryLine("learner", "Hola."), HistoryLine("tutor", "Buenos días.")))
    assert recalled(kept) == ["tutor: ¿Qué comiste el año pasado?", "learner: Comí ÑOQUIS."]


def test_a_long_line_is_cut() -> None:
    long = TurnRecord(SPANISH_ID, "t", 0, "tutor", "Muy bien. " * 100)
    (line,) = recalled(replace(SPANISH, turns=(long,)))
    assert len(line) == len("tutor: ") + 240 and line.endswith("…")


def test_whose_lesson_it_was_and_when_is_said() -> None:
    recap = KOREAN.going_on(LessonPlan("P", "", "")).recap
    began = local_time(KOREAN.lesson.began_at)
    assert recap is not None and recap.title == f"Korean B1 · {began.day} November 2026, {began:%H:%M}"
