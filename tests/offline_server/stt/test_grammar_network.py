"""The decoder's grammar is exactly the sentences that are listened for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.offline_server.stt.grammar_network import END, PAUSE, START, network


@given(st.sets(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map(tuple), min_size=1))
def test_the_decoders_network_is_exactly_the_sentences(sentences: set[tuple[str, ...]]) -> None:
    arcs = network(sentences)
    found: list[tuple[str, ...]] = []
    paths: list[tuple[int, tuple[str, ...]]] = [(START, ())]
    while paths:
        state, said = paths.pop()
        if state == END:
            found.append(said)
            assert said[0] == said[-1] == PAUSE
        paths += [(arc[1], (*said, *arc[3:])) for arc in arcs if arc[0] == state]
    assert {tuple(word for word in said if word != PAUSE) for said in found} == sentences
    assert len(found) == len(set(found)), "each path once"


def spoken(*sentences: str) -> list[tuple[str, ...]]:
    """The words on the arcs of these sentences' network."""
    arcs = network(tuple(sentence.split()) for sentence in sentences)
    return [arc[3:] for arc in arcs]


def test_shared_beginnings_are_written_once() -> None:
    assert spoken("i like tea", "i like coffee", "i like", "yes").count(("like",)) == 1


def test_shared_endings_are_written_once() -> None:
    assert spoken("i like green tea", "you like green tea", "we drink green tea").count(("green",)) == 1
