"""Whatever a line or a server does to the events of a lesson: the invariants hold (`invariants`), by rows of faults.

`python -m tests.faults --seeds 10000` tries more of them, and counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.faults import rows
from tests.faults.bench import SITUATIONS, Bench, Case, ladder_of, run, whole_lesson
from tests.faults.invariants import broken
from tests.support.virtual_time import in_virtual_time
from tutor_tui.openai_api.realtime import frames

SEEDS = 20
OF_OTHERS = ("output_audio_buffer.", "response.output_text.", "ping")
"""Events of calls, of answers in writing, and of other vendors."""
UNASKED = {
    "error",
    "conversation.item.retrieved",
    "input_audio_buffer.timeout_triggered",
    "conversation.item.input_audio_transcription.failed",
    "conversation.item.input_audio_transcription.segment",
    "conversation.item.input_audio_transcription.updated",
}
"""Events of servers that are asked for something else, or at fault."""


def holds(row: Callable[[int], Iterator[Case]], least: int, seeds: int = SEEDS) -> None:
    """All cases of a row hold, and there are not fewer than `least` faults in them."""
    wrong, faults = run(row(seeds))
    assert wrong == {}
    assert faults >= least


def test_the_ladder_has_every_event_of_a_lesson() -> None:
    told = {frame["type"] for name in SITUATIONS for _, frame in ladder_of(name)}
    known = {kind for kind in frames._DECODERS if not kind.startswith(OF_OTHERS)} - UNASKED
    assert known - told == {"input_audio_buffer.cleared", "conversation.item.deleted"}


def test_a_lesson_that_goes_well_has_nothing_to_tell() -> None:
    bench = Bench()
    in_virtual_time(bench.hold(whole_lesson))
    assert broken(bench.evidence) == []
    assert bench.lesson.notice is None
    said = [turn.text.partition(" to ")[2] or turn.text for turn in bench.lesson.turns]
    assert said == [
        "nothing.",
        *("good morning", "good morning."),
        *("How are you?", "How are you?."),
        *("look it up", "the tool."),
        *("tell me a story", "tell me a story.", "no, another one", "no, another one."),
        *("Tell me everything.", "Tell me everything..", "Shorter, please.", "Shorter, please.."),
        *("Are you still there?", "Are you still there?."),
    ]


def test_a_line_that_drops_at_any_point() -> None:
    holds(rows.drops, 300)


def test_a_line_that_stalls_at_any_point() -> None:
    holds(rows.stalls, 100)


def test_a_line_that_jitters() -> None:
    holds(rows.jitter, 100 * SEEDS)


def test_events_that_overtake_each_other() -> None:
    holds(rows.reordered, SEEDS)


def test_sessions_that_are_shuffled() -> None:
    holds(rows.shuffled, SEEDS)


def test_an_event_that_is_missing() -> None:
    holds(rows.missing, 100)


def test_sessions_of_which_much_is_missing() -> None:
    holds(rows.subsets, SEEDS)


def test_events_that_come_twice() -> None:
    holds(rows.doubled, 300)


def test_fields_that_are_missing_or_of_another_kind() -> None:
    holds(rows.strange_fields, 500)


def test_messages_that_nobody_should_send() -> None:
    holds(rows.strange_messages, 1_000)


def test_a_thousand_errors_at_once() -> None:
    holds(rows.storms, SEEDS // 2)


def test_answers_that_nobody_asked_for() -> None:
    holds(rows.unasked, 5 * SEEDS)


def test_words_that_come_late_or_never() -> None:
    holds(rows.late_words, 50)


def test_close_codes_and_reasons() -> None:
    holds(rows.closes, 3 * SEEDS)
