"""What speaks for a sentence and against it, as one score."""

from __future__ import annotations

from dataclasses import replace

from tutor_tui.offline_server.hearing import Match
from tutor_tui.offline_server.stt.evidence import MOST_DOUBT, Evidence, doubt, log_odds, match_of

SAID = Evidence(
    phones=14,
    per_frame=-2.0,
    worst_word=-3.0,
    worst_stretch=-3.0,
    left_out_frames=5,
    per_phone=-1.0,
    worst_doubt=doubt(1.0, -2.5),
)
"""Of a sentence that was said, by somebody with an accent."""


def test_one_word_that_is_doubted_makes_a_sentence_unsure_and_does_not_deny_it() -> None:
    roughly = replace(SAID, per_frame=-2.7, per_phone=-1.8, worst_stretch=-5.0)
    another_name = replace(roughly, worst_doubt=doubt(9.0, -20.0))
    assert another_name.worst_doubt == MOST_DOUBT
    assert [match_of(log_odds(each)) for each in (SAID, roughly)] == [Match.EXPECTED] * 2
    assert match_of(log_odds(another_name)) is Match.UNSURE


def test_a_request_in_another_language_needs_more_than_an_answer() -> None:
    assert log_odds(replace(SAID, in_another_language=True)) < log_odds(SAID)
    alone = replace(SAID, per_phone=None)
    assert log_odds(replace(alone, in_another_language=True)) < log_odds(alone)
