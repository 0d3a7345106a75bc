"""The pattern language of lesson scripts, and the decoder's grammar made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.offline_server.lesson.answer_patterns import (
    END,
    MAX_DEPTH,
    MAX_SENTENCES,
    PAUSE,
    START,
    PatternError,
    network,
    read_pattern,
)


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("yes", ["yes"]),
        ("My Name", ["my name"]),
        ("(a | b)", ["a", "b"]),
        ("a | b c", ["a", "b c"]),
        ("[x] y", ["x y", "y"]),
        ("[yes] i (do | can) [too]", ["yes i do too", "yes i do", "yes i can too", "yes i can", "i do too", "i do",
                                      "i can too", "i can"]),
        ("(a | (b | [c] d))", ["a", "b", "c d", "d"]),
        ("(a | a)", ["a"]),
        ("저는 (애나예요 | 톰이에요)", ["저는 애나예요", "저는 톰이에요"]),
        ("  spaced\tout\nwords ", ["spaced out words"]),
    ],
)  # fmt: skip
def test_patterns_stand_for_sentences(source: str, sentences: list[str]) -> None:
    pattern = read_pattern(source)
    assert list(pattern.sentences) == sentences
    assert not pattern.open


@pytest.mark.parametrize(("source", "openings"), [("<any>", [""]), ("[i am] <any>", ["i am", ""]), ("i <any>", ["i"])])
def test_any_words_may_follow(source: str, openings: list[str]) -> None:
    pattern = read_pattern(source)
    assert pattern.open
    assert list(pattern.sentences) == openings


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "without words"),
        ("[a]", "without words"),
        ("(a | b", "')' is missing"),
        ("[a b", "']' is missing"),
        ("a)", "closes nothing"),
        ("(a]", "closes nothing"),
        ("(a | )", "empty side"),
        ("a | | b", "empty side"),
        ("<any> you", "very end"),
        ("a <some>", "angle brackets"),
        ("a+", "'+' has no meaning"),
        ("a; b", "';' has no meaning"),
        ("a {tag}", "'{' has no meaning"),
        ("(" * (MAX_DEPTH + 2) + "a" + ")" * (MAX_DEPTH + 2), "nested"),
        (" ".join(["(a | b)"] * 9), f"512 sentences, more than {MAX_SENTENCES}"),
        (" ".join(["[a]"] * 10_000), "more than"),
    ],
)
def test_broken_patterns_say_why(source: str, reason: str) -> None:
    with pytest.raises(PatternError) as broken:
        read_pattern(source)
    assert reason in str(broken.value)


@given(st.text(alphabet="ab ()[]|<any>", max_size=40))
def test_whatever_is_written_is_read_or_refused(source: str) -> None:
    try:
        pattern = read_pattern(source)
    except PatternError:
        return
    assert 1 <= len(pattern.sentences) <= MAX_SENTENCES
    assert all(set(sentence) <= set("abny ") for sentence in pattern.sentences)


@given(st.sets(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(" ".join), min_size=1))
def test_the_decoders_network_is_exactly_the_sentences(sentences: set[str]) -> None:
    arcs = network(sorted(sentences))
    found: set[str] = set()
    paths: list[tuple[int, tuple[str, ...]]] = [(START, ())]
    while paths:
        state, said = paths.pop()
        if state == END:
            found.add(" ".join(word for word in said if word != PAUSE))
            assert said[0] == said[-1] == PAUSE
        paths += [(arc[1], (*said, *arc[3:])) for arc in arcs if arc[0] == state]
    assert found == sentences


def test_shared_beginnings_are_written_once() -> None:
    arcs = network(["i like tea", "i like coffee", "i like", "yes"])
    assert [arc[3:] for arc in arcs].count(("like",)) == 1
