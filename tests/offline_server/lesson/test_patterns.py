"""The pattern language of lesson scripts: what it stands for, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.offline_server.lesson.scripts import LISTS
from tutor_tui.offline_server.lesson import pattern_matching
from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.pattern_sentences import MAX_SLOT_SENTENCES, closed, count, sentences
from tutor_tui.offline_server.lesson.pattern_syntax import MAX_DEPTH, PatternError, read_syntax
from tutor_tui.offline_server.lesson.word_lists import WordLists, read_slots
from tutor_tui.speech.korean_particles import PAIRS, with_particles
from tutor_tui.speech.normalise import UNSPACED


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("yes", ["yes"]),
        ("My Name", ["My Name"]),
        ("(a | b)", ["a", "b"]),
        ("a | b c", ["a", "b c"]),
        ("[x] y", ["x y", "y"]),
        ("[yes] i (do | can) [too]", ["yes i do too", "yes i do", "yes i can too", "yes i can", "i do too", "i do",
                                      "i can too", "i can"]),
        ("(a | (b | [c] d))", ["a", "b", "c d", "d"]),
        ("(a | a)", ["a"]),
        ("{a & b}", ["a b", "b a"]),
        ("in <month>", ["in may", "in june"]),
        ("저는 (애나예요 | 톰이에요)", ["저는 애나예요", "저는 톰이에요"]),
        ("(애나 | 톰)이에요/예요", ["애나예요", "톰이에요"]),
        ("커피[를] 주세요", ["커피를 주세요", "커피 주세요"]),
        ("(물 | 서울)(을/를 | 으로/로)", ["물을", "물로", "서울을", "서울로"]),
        ("  spaced\tout\nwords ", ["spaced out words"]),
    ],
)  # fmt: skip
def test_patterns_stand_for_sentences(source: str, expected: list[str]) -> None:
    pattern = read_syntax(source)
    lists = LISTS if source.isascii() else WordLists("ko")
    assert list(sentences(pattern, lists, 99)) == expected
    assert closed(pattern, lists)


@pytest.mark.parametrize("source", ["<any>", "i am <name>", "i like <verb-ing>"])
def test_a_slot_for_any_words_leaves_a_pattern_open(source: str) -> None:
    assert not closed(read_syntax(source), LISTS)


def test_of_a_wide_pattern_as_many_as_are_wanted_come_from_all_over() -> None:
    wide = read_syntax(" ".join(["(a | b)"] * 40))
    assert count(wide, LISTS) == 2**40
    some = list(sentences(wide, LISTS, 10))
    assert len(some) == 10
    assert {sentence[0] for sentence in some} == {"a", "b"}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "without words"),
        ("[a]", "without words"),
        ("(a | b", "')' is missing"),
        ("[a b", "']' is missing"),
        ("{a & b", "'}' is missing"),
        ("a)", "closes nothing"),
        ("(a]", "closes nothing"),
        ("(a | )", "empty side"),
        ("a | | b", "empty side"),
        ("{a & }", "empty side"),
        ("{a}", "2 to 4 parts"),
        ("{a & b & c & d & e}", "2 to 4 parts"),
        ("a & b", "outside { }"),
        ("a <", "<name>"),
        ("a < b >", "<name>"),
        ("a+", "'+' has no meaning"),
        ("a; b", "';' has no meaning"),
        ("and/or", "only Korean particles"),
        ("(" * (MAX_DEPTH + 2) + "a" + ")" * (MAX_DEPTH + 2), "nested"),
        (" ".join(["[a]"] * 10_000), "more than"),
    ],
)
def test_broken_patterns_say_why(source: str, reason: str) -> None:
    with pytest.raises(PatternError) as broken:
        read_syntax(source)
    assert reason in str(broken.value)


PIECES = st.sampled_from(["a", "b", "(", ")", "[", "]", "{", "}", "|", "&", "<any>", "<name>", "<month>", "을/를", " "])


@given(st.lists(PIECES, max_size=20).map("".join), st.lists(st.sampled_from(["a", "b", "may", "anna"]), max_size=6))
def test_whatever_is_written_is_read_or_refused_and_looked_for(source: str, words: list[str]) -> None:
    try:
        pattern = read_syntax(source)
    except PatternError:
        return
    answer = pattern_matching.said(" ".join(words), LISTS)
    found = pattern_matching.whole(pattern, answer)
    assert found is None or words


@given(st.lists(PIECES, max_size=20).map("".join), st.lists(st.sampled_from(["a", "b", "may", "anna"]), max_size=6))
def test_what_the_next_word_rules_out_would_not_have_been_found(source: str, words: list[str]) -> None:
    try:
        pattern = read_syntax(source)
    except PatternError:
        return
    answer = pattern_matching.said(" ".join(words), LISTS)
    misspelt_counts = replace(answer, repairing=True, known=lambda word: True, found={}, repeated={})
    assert pattern_matching.whole(pattern, answer) == pattern_matching.whole(pattern, misspelt_counts)
    assert pattern_matching.anywhere(pattern, answer) == pattern_matching.anywhere(pattern, misspelt_counts)


@given(st.lists(PIECES.filter(lambda piece: "/" not in piece), max_size=20).map("".join))
def test_each_sentence_of_a_pattern_is_found_by_it(source: str) -> None:
    try:
        pattern = read_syntax(source)
    except PatternError:
        return
    for sentence in sentences(pattern, LISTS, 20):
        assert pattern_matching.whole(pattern, pattern_matching.said(sentence, LISTS)) is not None, sentence


def test_a_slot_of_a_lesson_counts_wherever_a_slot_of_the_language_holds_it() -> None:
    shared = WordLists("en", read_slots({"slot": {
        "colour": {"words": ["red"]}, "tea": {"words": ["<colour> tea"]}, "cup": {"words": ["cup of <tea>", "mug"]},
    }}))  # fmt: skip
    own = shared.with_slots(read_slots({"slot": {"colour": {"words": ["green"]}, "guest": {"words": ["anna"]}}}))
    pattern = read_syntax("a <cup> for (<guest> | me)")
    for lists, right, wrong in ((shared, "red", "green"), (own, "green", "red"), (shared, "red", "green")):
        assert pattern_matching.whole(pattern, pattern_matching.said(f"a cup of {right} tea for me", lists))
        assert not pattern_matching.whole(pattern, pattern_matching.said(f"a cup of {wrong} tea for me", lists))
        assert f"a cup of {right} tea for me" in sentences(pattern, lists, 9)
        assert closed(pattern, lists) == (lists is own), "a language has no slot that only a lesson has"
    assert pattern_matching.whole(pattern, pattern_matching.said("a mug for anna", own))


def written_out(node: syntax.Node, lists: WordLists) -> list[str]:
    """All sentences of a pattern, in the order of their numbers, as plainly as that can be said."""
    match node:
        case syntax.Word(text):
            return [text]
        case syntax.Slot(name):
            entries = lists.slots[name].entries if name in lists.slots else ()
            return [text for entry in entries for text in written_out(entry, lists)][:MAX_SLOT_SENTENCES]
        case syntax.Choice(options):
            return [text for option in options for text in written_out(option, lists)]
        case syntax.AnyOrder(options):
            orders = (tuple(map(syntax.Part, order)) for order in permutations(options))
            return [text for order in orders for text in written_out(syntax.Sequence(order), lists)]
        case syntax.Sequence(parts):
            texts = [""]
            for part in parts:
                space = "" if part.joined and lists.language in UNSPACED else " "
                pieces = written_out(part.node, lists)
                texts = [space.join(filter(None, (text, piece))) for text in texts for piece in pieces]
            return texts
        case particle:
            return [next(written for written, each in PAIRS.items() if each == particle)]


@given(st.lists(PIECES, max_size=20).map("".join), st.sampled_from([1, 2, 7, 300]))
def test_sentences_are_taken_from_all_over_by_their_numbers(source: str, most: int) -> None:
    try:
        pattern = read_syntax(source)
    except PatternError:
        return
    for lists in (LISTS, WordLists("ko")):
        if (whole := count(pattern, lists)) <= 300:
            all_of_them = written_out(pattern, lists)
            assert len(all_of_them) == whole
            taken = min(most, whole)
            expected = [with_particles(all_of_them[number * whole // taken]) for number in range(taken)]
            assert list(sentences(pattern, lists, most)) == list(dict.fromkeys(expected))
