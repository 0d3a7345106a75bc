"""Before which word of a turn a pause lies: people's recordings against hand counts, and turns that were made up."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.helpers import spoken
from tests.speech.hand_counts import COUNTS, Count, measured
from tutor_tui.learning.clauses import Part, parts
from tutor_tui.learning.evidence import LONG_PAUSE_MS, Claim, judged, rating_of
from tutor_tui.learning.items import Rating, Use
from tutor_tui.learning.pauses import longest_before, pauses

BEFORE_PAUSES = {"austen": ("them", "man"), "cards": ("clubs", "clubs")}
"""By hand: the last word before each pause of the recordings."""


@pytest.mark.parametrize("count", COUNTS, ids=["austen", "cards"])
def test_the_pauses_of_people_lie_behind_the_words_after_which_they_were_heard(count: Count) -> None:
    cut = parts(count.text, "en")
    assert cut is not None
    ends = dict(zip(accumulate(part.syllables for part in cut), (part.text for part in cut), strict=True))
    found = [each for each in pauses(cut, measured(count)) if each.ms >= 250]
    assert (
        tuple(ends[int(each.at)] for each in found)
        == BEFORE_PAUSES["austen" if "clubs" not in ends.values() else "cards"]
    )


SAID = "Ayer fui al mercado con mi hermana y compramos naranjas muy baratas."
VOICE = ((0, 2_700), (5_200, 7_000))
"""Fluent until “y”, and 2.5 s later goes on, fluent again: 15 of its 25 syllables lie before."""


def pause_of(term: str, quote: str = "") -> int:
    circumstances = replace(spoken(SAID), voice=VOICE, language="es")
    evidence = judged(Claim("id", Use.INDEPENDENT, quote or term), term, circumstances)
    assert evidence is not None
    assert (rating_of(evidence) is Rating.HARD) == (evidence.pause_ms >= LONG_PAUSE_MS)
    return evidence.pause_ms


@pytest.mark.parametrize("quote", ["", SAID])
def test_a_pause_speaks_against_the_word_that_it_stands_before_and_against_no_other(quote: str) -> None:
    """A pause anywhere in a turn was held against each word of it, and where the whole answer is quoted, always."""
    assert [pause_of(term, quote) for term in ("compramos", "y compramos", "con mi hermana y compramos")] == [2_500] * 3
    assert [pause_of(term, quote) for term in ("mercado", "hermana", "naranjas", "muy baratas")] == [0] * 4


def test_words_of_many_syllables_take_as_much_of_the_time_as_they_sound() -> None:
    said = replace(spoken("我 extraordinarily 去了"), voice=((0, 800), (3_000, 3_300)), language="zh")
    for quote, pause_ms in (("extraordinarily", 0), ("去了", 2_200)):
        evidence = judged(Claim("id", Use.INDEPENDENT, quote), quote, said)
        assert evidence is not None and evidence.pause_ms == pause_ms


def test_a_script_that_tells_nothing_of_syllables_goes_by_its_letters() -> None:
    said = replace(spoken("मुझे चाय पसंद है"), voice=((0, 400), (2_400, 3_300)), language="hi")
    for quote, pause_ms in (("मुझे", 0), ("चाय", 2_000), ("है", 0)):
        evidence = judged(Claim("id", Use.INDEPENDENT, quote), quote, said)
        assert evidence is not None and evidence.pause_ms == pause_ms


def test_times_of_words_are_believed_where_the_ears_have_them() -> None:
    cut = (Part("Well", 1, True), Part("we", 1, False), Part("like", 1, False), Part("it", 1, False))
    voice = ((0, 1_500), (3_500, 4_100))
    assert longest_before(0, 1, cut, voice) == 0 and longest_before(3, 4, cut, voice) == 2_000, "as it seems"
    timed = (1_500, 3_700, 3_900, 4_100)
    assert longest_before(1, 2, cut, voice, timed) == 2_000 and longest_before(3, 4, cut, voice, timed) == 0


def test_where_no_voice_has_sounded_nothing_breaks() -> None:
    assert [each.at for each in pauses((Part("a", 1, False), Part("b", 2, False)), ((0, 0), (900, 900)))] == [1]


@given(
    st.lists(st.builds(Part, st.just("a"), st.integers(1, 9), st.booleans()), min_size=1, max_size=12),
    st.lists(st.integers(0, 9_000), min_size=2, max_size=12, unique=True).map(sorted),
)
def test_each_silence_has_a_place_in_the_turn(cut: list[Part], times: list[int]) -> None:
    voice = list(zip(times[::2], times[1::2], strict=False))
    found = list(pauses(cut, voice))
    assert [each.ms for each in found] == [after - until for (_, until), (after, _) in pairwise(voice)]
    total = sum(part.syllables for part in cut)
    assert all(0 <= each.at <= total for each in found)
    assert longest_before(0, total + 1, cut, voice) == max((each.ms for each in found), default=0)
