"""The report of a lesson, and when it is to be held again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.test_progress import fluent, on
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, TurnRecord, WordRecord
from tutor_tui.core.minutes_text import length_words
from tutor_tui.learning.fluency import Fluency
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use
from tutor_tui.learning.progress import Measured
from tutor_tui.learning.report import (
    ComingBack,
    due_again,
    gain_of,
    report,
    report_lines,
    runs_before,
    side_by_side,
    was_left_early,
)
from tutor_tui.learning.uptake import uptake_lines

LESSON = LessonRecord("2026-11-28-abcd", on(28), "Talk", target_language="en", ended_at=on(28) + 600)
ASKED = TurnRecord(LESSON.id, "A", 0, "tutor", "Where were you?", spoken_ms=60_000, ended_ms=60_000)
WRONG = TurnRecord(LESSON.id, "U", 1, "learner", "I goed home.", voice=((61_000, 101_000),), ended_ms=101_000)
RIGHT = TurnRecord(LESSON.id, "V", 2, "learner", "I had a lovely day.", ended_ms=130_000, began_ms=120_000)
GOED = CorrectionRecord(LESSON.id, 0, "U", "I goed home.", "I went home.", "“go” is irregular", "grammar")
KEPT = KeptLesson(LESSON, (ASKED, WRONG, RIGHT), (GOED,), (WordRecord(LESSON.id, 1, "U", "lovely", "schön"),))


def earlier(*runs: float) -> list[Measured]:
    return [Measured(replace(LESSON, id=f"l{day}", began_at=on(day)), fluent(run)) for day, run in enumerate(runs, 1)]


def test_a_report_tells_what_was_said_well_what_to_mend_and_what_comes_next() -> None:
    assert list(report_lines(report(KEPT, coming=ComingBack(1, ("lovely",), date(2026, 11, 29))))) == [
        ("You spoke", "40 s, 40 % of the talk."),
        ("Said well", "“I had a lovely day.”"),
        ("To improve", "“I goed home.” → “I went home.” (“go” is irregular)"),
        ("New words", "lovely (schön)"),
        ("Next", "“lovely” comes back from 29 November on."),
        ("Again", "The same task once more, best from 29 November to 1 December."),
    ]


def test_of_many_items_that_come_back_the_first_are_named() -> None:
    told = report(KEPT, coming=ComingBack(5, ("a", "b", "c"), date(2026, 12, 1)))
    assert list(report_lines(told))[-2] == ("Next", "“a”, “b”, “c” and 2 more come back from 1 December on.")


def test_where_nobody_measured_the_voice_the_lines_are_counted() -> None:
    typed = replace(KEPT, turns=(replace(RIGHT, typed=True),), corrections=(), words=())
    assert next(report_lines(report(typed))) == ("You said", "1 line, in writing.")
    unmeasured = replace(typed, turns=(replace(RIGHT, voice=()),))
    assert next(report_lines(report(unmeasured))) == ("You said", "1 line; how long you spoke was not measured.")
    assert list(report_lines(report(typed)))[-2] == ("Next", "Nothing is due yet.")


def test_evidence_says_what_was_kept_and_what_is_mended_already() -> None:
    used = [
        Evidence("i", LESSON.id, "V", on(28), Use.INDEPENDENT, quote) for quote in ("lovely", "I went home.", "day")
    ]
    told = report(KEPT, evidence=[*used, replace(used[0], use=Use.ASSISTED, quote="no")])
    assert (told.kept, told.to_mend) == (("I went home.", "lovely"), ())


def test_of_a_guide_s_lesson_said_well_is_what_it_accepted_in_its_script_and_spoken_before_typed() -> None:
    def line(item_id: str, text: str, accepted: str = "", *, typed: bool = False) -> TurnRecord:
        return TurnRecord(
            LESSON.id, item_id, 1, "learner", text, typed=typed, clearness={"accepted": accepted} if accepted else {}
        )

    lines = (
        line("A", "이건 아무도 모르는 아주 긴 말이에요"),
        line("B", "jeoneun marcoyeyo", "저는 Marco예요", typed=True),
        line("C", "네.", "네."),
        line("D", "안녕", typed=True),
    )
    kept = replace(KEPT, lesson=replace(LESSON, offline_lesson="ko-a1"), turns=lines, corrections=())
    assert report(kept).kept == ("네.", "저는 Marco예요")
    assert report(replace(kept, turns=lines[:1])).kept == ()
    assert report(replace(kept, lesson=LESSON, turns=(lines[3], replace(lines[0], clearness={})))).kept == (
        "이건 아무도 모르는 아주 긴 말이에요",
        "안녕",
    )


def test_at_most_two_things_are_to_be_mended_the_newest_first_and_each_once() -> None:
    many = tuple(replace(GOED, number=number, better=better) for number, better in enumerate("abcc"))
    assert [each.better for each in report(replace(KEPT, corrections=many)).to_mend] == ["c", "b"]


def test_a_gain_is_told_against_three_earlier_lessons_of_the_same_kind_only() -> None:
    talk = replace(KEPT, turns=(replace(WRONG, text="a " * 300, voice=((0, 40_000),)),))
    same = earlier(100, 110, 120)
    gain = report(talk, same).gain
    assert gain is not None and (gain.figure.name, gain.lessons) == ("mean_run", 3)
    assert gain.before == pytest.approx(110)
    assert "From pause to pause: 300.0 syllables; 110.0 syllables in 3 earlier lessons like it." in dict(
        report_lines(report(talk, same))
    ).get("Grown", "")
    assert report(talk, same[:2]).gain is None
    assert report(talk, [replace(each, lesson=replace(each.lesson, profile="Other")) for each in same]).gain is None
    assert report(talk, [replace(each, lesson=replace(each.lesson, began_at=on(29))) for each in same]).gain is None


def test_a_drill_is_compared_with_drills_only_and_never_done_again() -> None:
    drilled = replace(LESSON, drill="recall")
    talk = replace(KEPT, turns=(replace(WRONG, text="a " * 300, voice=((0, 40_000),)),))
    drill = replace(talk, lesson=drilled)
    drills = [replace(each, lesson=replace(each.lesson, drill="recall")) for each in earlier(100, 110, 120)]
    assert report(talk, drills).gain is report(drill, earlier(100, 110, 120)).gain is None
    assert report(drill, drills).gain is not None
    assert "Again" not in dict(report_lines(report(drill))) and "Again" in dict(report_lines(report(talk)))
    before = replace(drilled, id="before", began_at=on(27))
    assert not [*runs_before(drilled, [before]), *runs_before(replace(LESSON, id="l"), [before])]
    assert due_again([before], on(28)) is None


def test_a_little_better_is_no_gain_and_less_pauses_are_one() -> None:
    assert gain_of(fluent(5.4), [fluent(5)] * 3) is None
    assert gain_of(fluent(9, seconds=20), [fluent(5)] * 3) is None, "too little was said"
    hesitant = replace(fluent(), mid_clause=20)
    gain = gain_of(replace(fluent(), mid_clause=10), [hesitant] * 3)
    assert gain is not None and (gain.figure.name, gain.now, gain.before) == ("mid_clause_pauses", 10, 20)


def test_a_task_that_was_done_again_has_both_runs_side_by_side() -> None:
    again = replace(KEPT, lesson=replace(LESSON, id="again", began_at=on(29), ended_at=on(29) + 420), corrections=())
    lines = [line for heading, line in report_lines(report(again, first=KEPT)) if heading == "Both runs"]
    assert lines.pop(0) == "When: 28 November → 29 November"
    assert lines[:3] == ["Length: 10 min → 7 min", "Your lines: 2 → 2", "Mistakes noted: 1 → 0"]
    assert "Your share of the talk: 40 % → 40 %" in lines
    typed = replace(again, turns=(replace(RIGHT, typed=True),))
    assert [line for heading, line in report_lines(report(typed, first=typed)) if heading == "Both runs"] == [
        "When: 29 November, 18:00 → 29 November, 18:00",
        "Length: 7 min → 7 min",
        "Your lines: 1 → 1",
        "Mistakes noted: 0 → 0",
    ]
    assert not any(heading == "Both runs" for heading, _ in report_lines(report(again)))


def test_the_run_before_is_the_newest_one_of_the_same_task_within_three_days() -> None:
    again = replace(LESSON, id="again")
    earlier = [replace(LESSON, id=f"l{day}", began_at=on(day)) for day in (24, 25, 26)]
    other = replace(LESSON, id="other", began_at=on(27), profile="Other")
    broken_off = replace(LESSON, id="broken", began_at=on(27), recovered=True)
    assert [each.id for each in runs_before(again, [*earlier, other, broken_off, again])] == ["l26", "l25"]
    assert not list(runs_before(again, [earlier[0], other]))


def test_a_drill_is_neither_proposed_once_more_nor_compared_with_a_lesson() -> None:
    drilled = replace(LESSON, id="drill", drill="recall")
    assert "Again" not in dict(report_lines(report(replace(KEPT, lesson=drilled))))
    assert not list(runs_before(drilled, [replace(drilled, began_at=on(27)), replace(LESSON, began_at=on(27))]))
    assert not list(runs_before(LESSON, [replace(drilled, began_at=on(27))]))
    assert due_again([replace(drilled, began_at=on(27))], on(28, 20)) is None
    due = due_again([replace(LESSON, began_at=on(26)), replace(drilled, began_at=on(27))], on(28, 20))
    assert due is not None and due.id == LESSON.id, "the drill was not the lesson once more"


@pytest.mark.parametrize(("first", "again", "early"), [(3, 19, True), (19, 19, False), (10, 20, False), (19, 3, False)])
def test_a_first_run_that_was_given_up_is_not_compared_with(first: int, again: int, early: bool) -> None:
    runs = [replace(KEPT, turns=(RIGHT,) * lines) for lines in (first, again)]
    assert was_left_early(*runs) == early


def test_two_runs_stand_side_by_side_with_what_is_known_of_either() -> None:
    rows = {each.figure.name: (each.first, each.again) for each in side_by_side(fluent(4), fluent(6))}
    assert rows["mean_run"] == pytest.approx((4, 6))
    assert "mattr" not in rows and "reply_latency_s" not in rows
    assert {row.figure.name for row in side_by_side(Fluency(), fluent())} >= {"phonation_ratio"}


@pytest.mark.parametrize(
    ("days", "wanted"),
    [((28,), None), ((27,), 27), ((25,), 25), ((24,), None), ((27, 25), 27), ((26, 28), None), ((24, 27), 27)],
)
def test_a_task_is_due_again_one_to_three_days_after_it_was_held_last(
    days: tuple[int, ...], wanted: int | None
) -> None:
    lessons = [replace(LESSON, id=str(day), began_at=on(day)) for day in days]
    found = due_again(lessons, on(28, 20))
    assert (found and found.id) == (None if wanted is None else str(wanted))


def test_another_task_does_not_count_as_again() -> None:
    other = replace(LESSON, id="other", began_at=on(27), profile="Other")
    found = due_again([other, replace(LESSON, began_at=on(26))], on(28))
    assert found is not None and found.id == LESSON.id


# ---- what was kept, and no more -------------------------------------------------------------------------------------


def test_one_time_is_told_in_one_way_everywhere() -> None:
    """A lesson of 2:39 was 3 min in the head of its report and 2.6 min in both runs."""
    lesson = replace(LESSON, ended_at=LESSON.began_at + 159)
    again = replace(KEPT, lesson=lesson, turns=(replace(WRONG, voice=((0, 100_000),)),))
    lines = [*report_lines(report(again, first=replace(again, lesson=replace(lesson, id="first"))))]
    assert ("Both runs", f"Length: {length_words(159 / 60)} → {length_words(159 / 60)}") in lines
    assert ("Both runs", "You spoke: 2 min → 2 min") in lines and lines[0][1].startswith("2 min")


def test_what_is_due_now_is_not_said_to_come_back_tomorrow() -> None:
    day = date(2026, 12, 1)

    def next_of(coming: ComingBack | None, *, is_past: bool = False) -> str | None:
        return dict(report_lines(report(KEPT, coming=coming, is_past=is_past))).get("Next")

    assert next_of(ComingBack(0, ("a",), day, 1)) == "“a” is due now."
    assert next_of(ComingBack(1, ("a", "b", "c"), day, 5)) == (
        "“a”, “b”, “c” and 2 more are due now; 1 more comes back from 1 December on."
    )
    assert next_of(ComingBack(2, ("a", "b", "c"), day, 1)) == ("“a” is due now; 2 more come back from 1 December on.")
    assert next_of(ComingBack(0, (), day)) == next_of(None) == "Nothing is due yet."
    assert next_of(ComingBack(2, ("a", "b"), day), is_past=True) is None, "that is told by what has happened since"


@given(st.integers(0, 9), st.integers(0, 9))
def test_all_that_comes_back_is_counted_once(due_now: int, later: int) -> None:
    terms = tuple(f"t{number}" for number in range(min(3, due_now + later)))
    line = dict(report_lines(report(KEPT, coming=ComingBack(later, terms, date(2026, 12, 1), due_now))))["Next"]
    named = line.count("“")
    more = sum(int(number) for number in re.findall(r"(\d+) more", line))
    assert named + more == due_now + later and named <= 3


def test_what_a_correction_has_become_is_said_with_what_is_still_missing() -> None:
    slip = Item("en", ItemKind.CORRECTION, "I went home.", said="I goed home.")

    def told(*days: int, lesson: int) -> list[tuple[str, str]]:
        uses = [Evidence(slip.id, "l", f"t{day}", on(day, 18), Use.INDEPENDENT, "I went home") for day in days]
        return [*uptake_lines([(slip, uses)], on(lesson), on(lesson, 20))]

    assert told(28, lesson=28) == [
        ("Mending", "“I went home.”, which was “I goed home.”: right once. Once more on another day.")
    ]
    assert told(26, 28, lesson=28) == [("Mended", "“I went home.”, which was “I goed home.”: right on two days.")]
    assert told(26, 27, 28, lesson=28) == [], "it was mended before"
    assert told(26, 28, 29, lesson=26) == told(26, lesson=26), "an old report tells of its own day"


def test_a_better_form_that_was_used_since_is_no_more_to_be_improved_whatever_its_last_mark() -> None:
    used = Evidence("i", LESSON.id, "V", on(28), Use.INDEPENDENT, "i went home")
    assert report(KEPT, evidence=[used]).to_mend == ()
