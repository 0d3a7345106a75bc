"""How fluently somebody spoke: people's recordings against hand counts, and turns that were made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.speech.hand_counts import COUNTS, Count, measured
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.learning.clauses import parts, words
from tutor_tui.learning.fluency import Fluency, fluency_of, moving_type_token_ratio, turn_fluency

LESSON = LessonRecord("2026-11-28-abcd", 1_000_000.0, "P", target_language="en")
HELLO = TurnRecord(LESSON.id, "U", 1, "learner", "Hello, I am Ann.", voice=((1_000, 2_000),))


# ---- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS, ids=["austen", "cards"])
def test_the_figures_of_people_are_those_that_were_counted_by_hand(count: Count) -> None:
    found = turn_fluency(replace(HELLO, text=count.text, voice=measured(count)), "en")
    pauses = len(count.voice) - 1
    assert found.syllables == pytest.approx(count.syllables, rel=0.1)
    assert (found.mid_clause, found.end_clause) == (count.mid_clause, pauses - count.mid_clause)
    seconds, turn_ms = count.phonation_ms / 1_000, count.voice[-1][1] - count.voice[0][0]
    by_hand = (count.syllables / seconds, count.syllables / (pauses + 1), count.phonation_ms / turn_ms)
    assert (found.articulation_rate, found.mean_run, found.phonation_ratio) == pytest.approx(by_hand, rel=0.1)
    assert found.mid_clause_pauses == pytest.approx(count.mid_clause / seconds * 60, rel=0.1)
    silence_ms = turn_ms - count.phonation_ms if count.mid_clause == 0 else 0
    assert found.end_clause_ms == pytest.approx(silence_ms, rel=0.1)


# ---- pauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "voice", "mid_clause", "end_clause"),
    [
        ("I like tea. She likes milk.", ((0, 900), (1_300, 2_200)), 0, 1),
        ("I like tea and she likes milk.", ((0, 900), (1_300, 2_300)), 0, 1),
        ("I like black tea from Japan very much.", ((0, 900), (1_300, 2_200)), 1, 0),
        ("I like black tea from Japan very much.", ((0, 900), (1_100, 2_200)), 0, 0),  # 200 ms is no pause
        ("", ((0, 900), (1_300, 2_200)), 0, 0),
        ("नमस्ते", ((0, 900), (1_300, 2_200)), 0, 0),
    ],
)
def test_a_pause_is_within_a_clause_or_at_its_end(
    text: str, voice: tuple[tuple[int, int], ...], mid_clause: int, end_clause: int
) -> None:
    found = turn_fluency(replace(HELLO, text=text, voice=voice), "en")
    assert (found.mid_clause, found.end_clause) == (mid_clause, end_clause)
    assert found.phonation_ms > 0 and found.turn_ms >= found.phonation_ms


def test_times_of_words_tell_where_a_pause_is_however_uneven_the_tempo() -> None:
    slow_first = replace(HELLO, text="Well, we like it too.", voice=((0, 1_500), (2_000, 2_600)))
    assert turn_fluency(slow_first, "en").mid_clause == 1, "by the share of syllables it would be behind “like”"
    timed = turn_fluency(slow_first, "en", word_ends_ms=(1_500, 2_100, 2_300, 2_450, 2_600))
    assert (timed.mid_clause, timed.end_clause, timed.end_clause_ms) == (0, 1, 500)


def test_what_was_not_understood_counts_as_voice_and_has_no_rate() -> None:
    found = turn_fluency(replace(HELLO, text="", state="unclear"), "en")
    assert (found.phonation_ms, found.articulation_rate, found.mean_run) == (1_000, None, None)


@pytest.mark.parametrize(
    ("language", "text", "ends"),
    [
        ("en", "I paid 3.50 for it, because I was hungry.", ["it", "hungry"]),
        ("de", "Ich komme, wenn ich Zeit habe und es nicht regnet.", ["komme", "habe", "regnet"]),
        ("ko", "친구를 만났는데 아주 재미있었어요.", ["만났는데", "재미있었어요"]),
        ("zh", "下雨所以我没去。", ["雨", "去"]),
        ("ja", "たかいから、かいません。", ["から", "ん"]),
    ],
)
def test_clauses_end_at_marks_and_conjunctions(language: str, text: str, ends: list[str]) -> None:
    found = parts(text, language)
    assert found is not None
    assert [part.text for part in found if part.ends_clause] == ends


# ---- a lesson -------------------------------------------------------------------------------------------------------


def kept(*turns: TurnRecord) -> KeptLesson:
    return KeptLesson(
        LESSON, tuple(replace(turn, place=place, item_id=f"i{place}") for place, turn in enumerate(turns))
    )


ASKED = TurnRecord(LESSON.id, "A", 0, "tutor", "Who are you?", spoken_ms=3_000, began_ms=0, ended_ms=600)


def test_a_lesson_is_the_sum_of_its_turns() -> None:
    typed = replace(HELLO, text="Bye", voice=(), typed=True)
    late = replace(HELLO, voice=((60_000, 61_000),))
    found = fluency_of(kept(ASKED, HELLO, ASKED, typed, HELLO, ASKED, late))
    assert found.talk_share == pytest.approx(3 / 12)
    assert found.latencies_ms == (400,), "nothing was asked behind what was typed, and who is away does not think"
    assert found.words == ("hello", "i", "am", "ann") * 3
    assert found.articulation_rate == pytest.approx(5)
    assert not found.is_enough and found.mattr is None


def test_the_lines_of_a_drill_in_a_lesson_are_none_of_its_speech_and_a_drill_by_itself_is_counted() -> None:
    asked, word = (replace(each, drill="recall") for each in (ASKED, HELLO))
    mixed = kept(ASKED, HELLO, asked, word, HELLO)
    assert fluency_of(mixed) == fluency_of(kept(ASKED, HELLO, HELLO))
    drill = kept(asked, word)
    assert fluency_of(replace(drill, lesson=replace(LESSON, drill="recall"))) == fluency_of(kept(ASKED, HELLO))


def test_where_nothing_is_known_there_are_no_figures() -> None:
    none = fluency_of(kept(ASKED, replace(HELLO, voice=())))
    assert (none.articulation_rate, none.mid_clause_pauses, none.phonation_ratio, none.reply_latency_s) == (None,) * 4
    assert Fluency().talk_share is None


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=120), st.integers(1, 60))
def test_the_moving_ratio_is_the_mean_over_all_windows(said: list[str], window: int) -> None:
    windows = [said[at : at + window] for at in range(max(1, len(said) - window + 1))]
    expected = sum(len(set(each)) / len(each) for each in windows) / len(windows)
    assert moving_type_token_ratio(said, window) == pytest.approx(expected)


def test_words_are_told_apart_only_where_their_ends_are_known() -> None:
    assert words("Ich bin's, Anna: 3 Tage!", "de") == ("ich", "bin's", "anna", "tage")
    assert words("我也很高兴。", "zh") is None
