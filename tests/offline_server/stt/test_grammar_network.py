"""The decoder's grammar is exactly the sentences that are listened for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.offline_server.stt.grammar_network import END, PAUSE, START, network


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
