"""The benchmark of the recognisers counts right, and says to them what it means to."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.ears import clips, corpus, sounds
from tests.benchmarks.ears.rates import Try, distance, of_length, row, threshold_of, words_heard
from tutor_tui.offline_server.hearing import Match
from tutor_tui.speech.normalise import key


def tried(score: float, *, is_right: bool, match: Match = Match.OTHER, phones: int = 12, words_right: int = 3) -> Try:
    return Try("engine", "es", is_right, "said", "heard", match, score, phones, 3, words_right)


def test_words_are_counted_in_their_order_and_one_too_many_counts_against() -> None:
    assert distance(["ten", "of", "clubs"], ["ten", "clubs"]) == 1
    assert words_heard(["ten", "of", "clubs"], ["seven", "of", "clubs"]) == 2
    assert words_heard(["yes"], ["no", "not", "at", "all"]) == 0
    assert distance([], ["um"]) == 1


def test_the_threshold_lets_one_in_twenty_of_the_others_pass() -> None:
    others = [tried(score / 100, is_right=False) for score in range(100)]
    threshold = threshold_of([*others, tried(1e9, is_right=True)])
    assert sum(each.score > threshold for each in others) == 5
    assert threshold_of([tried(1.0, is_right=True)]) == -math.inf


def test_a_row_keeps_right_sentences_and_others_apart() -> None:
    tries = [
        tried(2.0, is_right=True, match=Match.EXPECTED),
        tried(1.5, is_right=True, match=Match.EXPECTED, words_right=2),
        tried(0.5, is_right=True, match=Match.UNSURE, phones=20),
        tried(0.1, is_right=True),
        tried(1.0, is_right=False, match=Match.EXPECTED),
        tried(-1.0, is_right=False),
    ]
    figures = row(tries, threshold_of(tries))
    assert (figures.accepted, figures.unsure, figures.exact, figures.others_accepted) == (0.5, 0.25, 0.25, 0.5)
    assert figures.words_right == 11 / 12
    assert figures.accepted_at_fa == 0.5
    assert [each.phones for each in of_length(tries, 16, 100)] == [20]
    assert math.isnan(row([], 0.0).accepted)


@pytest.mark.parametrize("language", ["ko", "it"])
def test_a_sentence_is_listened_for_where_it_belongs_and_nowhere_else(language: str, tmp_path: Path) -> None:
    made = list(clips.planned(language, 4, tmp_path))
    assert len({each.path for each in made}) == 4 and made == list(clips.planned(language, 8, tmp_path))[:4]
    for each in made:
        said = key(each.spoken.text, language)
        assert said in {key(sentence, language) for sentence in each.spoken.right}
        assert said not in {key(sentence, language) for sentence in each.spoken.other}
        assert len(each.spoken.other) > 10


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_the_costs_are_taken_with_500_sentences_of_eight_words(language: str) -> None:
    sentences = corpus.many_alike(language)
    assert len(set(sentences)) == 500
    assert {len(sentence.split()) for sentence in sentences} == {8}


def test_recordings_that_are_not_there_are_still_named(tmp_path: Path) -> None:
    table = "| file | language | words |\n|---|---|---|\n| ko-a.wav | ko | 네 |\n| ko-b.wav | ko | (something else) |\n"
    (tmp_path / "README.md").write_text(table)
    assert [(each.path.name, each.text) for each in corpus.recorded(tmp_path)] == [("ko-a.wav", "네"), ("ko-b.wav", "")]
    assert list(corpus.recorded(tmp_path / "nowhere")) == []


def test_a_room_is_the_same_each_time_and_stays_below_the_loudest_there_can_be(tmp_path: Path) -> None:
    speech = np.sin(np.arange(8_000) / 5) * 0.3
    sound = sounds.in_a_room(speech, 7)
    assert np.array_equal(sound, sounds.in_a_room(speech, 7)) and not np.array_equal(sound, sounds.in_a_room(speech, 8))
    assert 3_000 < np.max(np.abs(sound)) < 20_000
    sounds.write(tmp_path / "a.wav", sound)
    assert np.array_equal(sounds.read(tmp_path / "a.wav"), sound)
