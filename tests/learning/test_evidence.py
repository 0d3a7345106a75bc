"""What counts as a use, and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.helpers import at, spoken, use, word
from tutor_tui.core.captions import Rung
from tutor_tui.learning.evidence import (
    LONG_PAUSE_MS,
    MODELLED_S,
    Circumstances,
    Claim,
    ModelledLine,
    Uptake,
    judged,
    rating_of,
    uptake_of,
)
from tutor_tui.learning.held import holds
from tutor_tui.learning.items import Evidence, Rating, Use
from tutor_tui.learning.quotes import found_in

FAR = word()
TEXT = st.text("aàb\u0300 ßsİ.’먹머어요学ｱ1१कि", max_size=12)
CLAIM = Claim(FAR.id, Use.INDEPENDENT, "멀어요")


def modelled(text: str, ago_s: float, circumstances: Circumstances) -> Circumstances:
    return replace(circumstances, modelled=(ModelledLine(text, circumstances.at - ago_s),))


# ---- quotes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "said", "found"),
    [
        ("멀어요", "아주 멀어요.", "멀어요"),
        ("far away", "It's FAR  away!", "FAR  away"),
        ("école", "l'e\u0301cole est loin", "école"),
        ("ハス", "ﾊｽで いきます", "ﾊｽ"),
        ("10", "I have １０ cats", "１０"),
        ("“well, done.”", "You did well – done", "well – done"),
        ("art", "to start", ""),
        ("art", "start art", "art"),
        ("먹", "먹었어요", "먹"),
        ("머", "먹었어요", ""),
        ("学生", "我是学生吗", "学生"),
        ("", "anything", ""),
        ("…", "anything…", ""),
        ("far", "", ""),
    ],
)
def test_a_quote_is_found_whatever_its_capitals_and_punctuation_and_only_as_words(
    quote: str, said: str, found: str
) -> None:
    assert found_in(quote, said) == found


@given(TEXT, TEXT)
def test_a_quote_that_is_found_is_in_what_was_said(quote: str, said: str) -> None:
    found = found_in(quote, said)
    assert not found or found_in(found, said)


@given(TEXT, TEXT, TEXT)
def test_what_stands_there_between_blanks_is_found(before: str, quote: str, after: str) -> None:
    if found_in(quote, quote):
        assert found_in(quote, f"{before} {quote} {after}")


def test_what_was_not_said_is_no_use() -> None:
    assert judged(CLAIM, "멀다", spoken("네, 좋아요.")) is None
    assert judged(replace(CLAIM, quote=""), "멀다", spoken()) is None


# ---- for how much ---------------------------------------------------------------------------------------------------


def test_unprompted_is_unprompted() -> None:
    evidence = judged(CLAIM, "멀다", spoken("아주  멀어요!"))
    assert evidence == Evidence(FAR.id, "lesson", "l0", at(1), Use.INDEPENDENT, "멀어요")


@pytest.mark.parametrize(
    "circumstances",
    [
        replace(spoken(), typed=True),
        replace(spoken(), rung=Rung.MEANING),
        modelled("네, 아주 멀어요.", MODELLED_S - 1, spoken()),
        modelled("“멀다” means far.", 5, spoken()),
    ],
    ids=["typed", "meaning in sight", "said by the tutor", "the word itself named"],
)
def test_what_was_helped_is_assisted_at_most(circumstances: Circumstances) -> None:
    evidence = judged(CLAIM, "멀다", circumstances)
    assert evidence is not None
    assert evidence.use is Use.ASSISTED
    lapse = judged(replace(CLAIM, use=Use.LAPSE), "멀다", circumstances)
    assert lapse is not None
    assert lapse.use is Use.LAPSE


def test_what_the_tutor_said_long_ago_or_otherwise_is_no_help() -> None:
    for circumstances in (modelled("멀어요", MODELLED_S, spoken()), modelled("가까워요?", 5, spoken())):
        evidence = judged(CLAIM, "멀다", circumstances)
        assert evidence is not None
        assert evidence.use is Use.INDEPENDENT


@given(
    st.builds(Claim, st.just(FAR.id), st.sampled_from(Use), TEXT, st.booleans()),
    st.builds(
        Circumstances,
        st.just("lesson"),
        st.just("l0"),
        TEXT,
        st.just(at(1)),
        st.booleans(),
        st.sampled_from(Rung),
        st.lists(st.builds(ModelledLine, TEXT, st.floats(at(0), at(1))), max_size=3),
        st.lists(st.integers(0, 9_000), max_size=9).map(lambda times: [*pairwise(sorted(times))][::2]),
        st.booleans(),
        st.booleans(),
    ),
)
def test_no_claim_makes_more_of_a_use_than_there_was(claim: Claim, circumstances: Circumstances) -> None:
    evidence = judged(claim, "멀다", circumstances)
    has_it = claim.is_checked or claim.use in (Use.LAPSE, Use.UNDERSTOOD) or holds(claim.quote, "멀다")
    assert (evidence is not None) == bool(found_in(claim.quote, circumstances.said) and has_it)
    if evidence is None:
        return
    assert found_in(evidence.quote, circumstances.said)
    assert evidence.use in (claim.use, Use.ASSISTED, Use.WRITTEN)
    if evidence.use is Use.WRITTEN and claim.use is not Use.WRITTEN:
        assert circumstances.typed and circumstances.recalls and claim.use is Use.INDEPENDENT
    if circumstances.typed or circumstances.rung is Rung.MEANING:
        assert evidence.use is not Use.INDEPENDENT
    if evidence.use not in (Use.INDEPENDENT, Use.WRITTEN):
        assert rating_of(evidence) in (None, Rating.AGAIN)


RECALLED = replace(spoken(), typed=True, recalls=True)


def test_what_is_typed_to_its_meaning_in_a_drill_is_remembered_and_hard() -> None:
    evidence = judged(CLAIM, "멀다", RECALLED)
    assert evidence is not None and evidence.use is Use.WRITTEN
    assert rating_of(evidence) is Rating.HARD
    before = judged(CLAIM, "멀다", modelled("멀다", MODELLED_S + 1, RECALLED))
    assert before is not None and before.use is Use.WRITTEN, "that is long ago"


@pytest.mark.parametrize(
    "circumstances",
    [
        replace(RECALLED, recalls=False),
        replace(RECALLED, rung=Rung.MEANING),
        modelled("멀어요!", MODELLED_S - 1, RECALLED),
        modelled("멀다", MODELLED_S - 1, RECALLED),
    ],
    ids=["in a lesson", "with a hint in sight", "said a moment ago", "named a moment ago"],
)
def test_what_is_typed_with_help_shows_nothing(circumstances: Circumstances) -> None:
    evidence = judged(CLAIM, "멀다", circumstances)
    assert evidence is not None and evidence.use is Use.ASSISTED and rating_of(evidence) is None


@pytest.mark.parametrize(
    ("voice", "pause_ms"),
    [
        ((), 0),
        (((0, 900),), 0),
        (((0, 400), (2_400, 2_900)), 2_000),  # before it
        (((0, 700), (1_000, 1_200), (3_000, 3_300)), 1_800),  # the longest one
        (((0, 2_000), (4_000, 4_600)), 0),  # long after it
    ],
)
def test_the_longest_silence_before_a_word_counts_and_none_behind_it(
    voice: Sequence[tuple[int, int]], pause_ms: int
) -> None:
    said = "집이 멀어요 그리고 " if pause_ms == 0 else ""
    circumstances = replace(spoken(f"{said}집이 멀다"), voice=voice)
    quote = "집이 멀어요" if said else "멀다"
    evidence = judged(Claim(FAR.id, Use.INDEPENDENT, quote), FAR.term, circumstances)
    assert evidence is not None and evidence.pause_ms == pause_ms


@pytest.mark.parametrize(
    ("evidence", "rating"),
    [
        (use(FAR), Rating.GOOD),
        (use(FAR, pause_ms=LONG_PAUSE_MS), Rating.HARD),
        (replace(use(FAR), repaired=True), Rating.HARD),
        (use(FAR, Use.LAPSE), Rating.AGAIN),
        (use(FAR, Use.ASSISTED), None),
        (use(FAR, Use.UNDERSTOOD), None),
    ],
)
def test_a_use_is_rated(evidence: Evidence, rating: Rating | None) -> None:
    assert rating_of(evidence) is rating


# ---- corrections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uses", "uptake"),
    [
        ([], Uptake.NONE),
        ([(Use.ASSISTED, 0), (Use.ASSISTED, 1)], Uptake.NONE),
        ([(Use.INDEPENDENT, 0), (Use.INDEPENDENT, 0)], Uptake.ONCE),
        ([(Use.INDEPENDENT, 1), (Use.INDEPENDENT, 0)], Uptake.MENDED),
        ([(Use.INDEPENDENT, 0), (Use.INDEPENDENT, 1), (Use.LAPSE, 2)], Uptake.NONE),
        ([(Use.INDEPENDENT, 0), (Use.LAPSE, 1), (Use.INDEPENDENT, 2)], Uptake.ONCE),
    ],
)
def test_a_correction_is_mended_when_it_was_used_on_two_days_since_the_last_slip(
    uses: list[tuple[Use, int]], uptake: Uptake
) -> None:
    assert uptake_of(use(FAR, how, day, 18 + number / 10) for number, (how, day) in enumerate(uses)) is uptake
