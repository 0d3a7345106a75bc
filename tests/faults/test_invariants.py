"""The invariants find what they are for: a lesson that went well, and its evidence falsified in one place each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.bench import Bench, tool_call
from tests.faults.evidence import Came, Evidence, Played, Stopped
from tests.faults.invariants import broken
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core.lesson import Lesson, Notice, Phase
from tutor_tui.core.lesson_records import EventRecord, TurnRecord, UsageRecord


def good() -> Evidence:
    bench = Bench()
    in_virtual_time(bench.hold(tool_call))
    assert broken(bench.evidence) == []
    return bench.evidence


def lesson_of(evidence: Evidence) -> Lesson:
    assert evidence.lesson is not None
    return evidence.lesson


def logged(evidence: Evidence) -> None:
    evidence.faults_of_ours.append("logged: KeyError")


def told(evidence: Evidence) -> None:
    evidence.records.append(EventRecord("id", 999, 0.0, "Trouble", {"title": "A fault of ours broke the connection."}))


def waiting(evidence: Evidence) -> None:
    evidence.lesson = replace(lesson_of(evidence), awaiting=True)
    assert evidence.lesson.phase is Phase.THINKING


def stuck(evidence: Evidence) -> None:
    evidence.stuck.append("thinking for 200 s")


def lost(evidence: Evidence) -> None:
    evidence.lesson = replace(lesson_of(evidence), turns=lesson_of(evidence).turns[:-1])


def doubled(evidence: Evidence) -> None:
    evidence.lesson = replace(lesson_of(evidence), turns=lesson_of(evidence).turns * 2)


def swapped(evidence: Evidence) -> None:
    first, second, *rest = lesson_of(evidence).turns
    evidence.lesson = replace(lesson_of(evidence), turns=(second, first, *rest))


def heard(evidence: Evidence) -> None:
    first = next(each for each in evidence.happened if isinstance(each, Played))
    evidence.happened += [Stopped(tutor=True), first]


def unasked(evidence: Evidence) -> None:
    evidence.to_answer.append("Was this ever sent?")


def unanswered(evidence: Evidence) -> None:
    turns = tuple(replace(turn, text="Pardon?") if turn.role == "tutor" else turn for turn in lesson_of(evidence).turns)
    evidence.lesson = replace(lesson_of(evidence), turns=turns)


def used(evidence: Evidence) -> None:
    evidence.used *= 2


def unkept(evidence: Evidence) -> None:
    last = lesson_of(evidence).turns[-1].id
    evidence.records = [e for e in evidence.records if not (isinstance(e, TurnRecord) and e.item_id == last)]


def unwritten(evidence: Evidence) -> None:
    evidence.records.append(EventRecord("id", 999, 0.0, "Usage", {"usd": float("nan")}))


def billed(evidence: Evidence) -> None:
    evidence.records += [each for each in evidence.records if isinstance(each, UsageRecord)]


def unshowable(evidence: Evidence) -> None:
    evidence.lesson = replace(lesson_of(evidence), notice=Notice(1, "\x1b[2J"))


def other_words(evidence: Evidence) -> None:
    frame = {"type": "response.output_audio_transcript.done", "response_id": "resp_1", "item_id": "item_a1"}
    evidence.happened.append(Came(0, json.dumps({**frame, "transcript": "Something else."})))


@pytest.mark.parametrize(
    ("falsify", "invariant"),
    [
        (logged, "nothing_broke"),
        (told, "nothing_broke"),
        (waiting, "nothing_is_stuck"),
        (stuck, "nothing_is_stuck"),
        (lost, "no_line_is_lost_or_doubled"),
        (doubled, "no_line_is_lost_or_doubled"),
        (other_words, "no_line_is_lost_or_doubled"),
        (swapped, "in_order"),
        (heard, "no_sound_after_an_interruption"),
        (unasked, "what_is_typed_is_asked_for"),
        (unanswered, "what_is_typed_is_asked_for"),
        (used, "tools_are_used_once"),
        (unkept, "everything_is_kept"),
        (unwritten, "everything_is_kept"),
        (billed, "nothing_is_billed_twice"),
        (unshowable, "what_is_told_can_be_shown"),
    ],
)
def test_an_invariant_finds(falsify: Callable[[Evidence], None], invariant: str) -> None:
    evidence = good()
    falsify(evidence)
    assert invariant in {sentence.partition(":")[0] for sentence in broken(evidence)}
