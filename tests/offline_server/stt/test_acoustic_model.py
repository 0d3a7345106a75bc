"""How well sounds fit: our features are those of the model's own front end, and sentences lie where they were said."""

from __future__ import annotations

import os
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pocketsphinx import Config, Decoder

from tests.offline_server.recordings import recording_16k
from tutor_tui.offline_server.phones import PHONES
from tutor_tui.offline_server.stt import cepstra
from tutor_tui.offline_server.stt.acoustic_model import SILENCE, STATES, Likelihoods, load
from tutor_tui.offline_server.stt.sentence_fit import PhoneFit, fits
from tutor_tui.offline_server.stt.sentence_graph import best_likelihoods, graph_of

FEW = 3
"""Phones in the sentences of likelihoods that were drawn."""


def test_the_features_are_those_that_pocketsphinx_computes() -> None:
    sound = recording_16k("cards-001")
    decoder = Decoder(Config(loglevel="FATAL", lm=None, dict=os.devnull))
    decoder.add_allphone_file("any sounds")
    decoder.activate_search("any sounds")
    decoder.start_utt()
    decoder.process_raw(sound.tobytes(), False, True)
    decoder.end_utt()
    taken_away = np.array([float(mean) for mean in decoder.get_cmn().split(",")])
    ours = cepstra._cepstra(sound)
    assert ours[ours[:, 0] >= 0].mean(axis=0) == pytest.approx(taken_away, abs=0.01)


@pytest.mark.parametrize("sound", [np.zeros(4_000), np.ones(1), np.full(700, 32_767), np.full(700, -32_768)])
def test_any_sound_has_finite_likelihoods(sound: np.ndarray) -> None:
    likelihoods = load().of(sound.astype(np.int16))
    assert likelihoods.shape[1:] == (SILENCE + 1, STATES) and np.isfinite(likelihoods).all() and likelihoods.max() == 0


def test_the_words_that_a_person_said_fit_and_others_do_not() -> None:
    ten_of, clubs = [["T", "EH", "N"], ["AH", "V"]], ["K", "L", "AH", "B", "Z"]
    sentences = [
        [[*map(PHONES.index, each)] for each in (*ten_of, word)] for word in (clubs, ["HH", "AA", "R", "T", "S"])
    ]
    (*same, said), (*_, other) = map(_per_frame, fits(sentences, load().of(recording_16k("cards-001"))))
    assert min(*same, said) > -5 and said > other + 1


def _per_frame(words: list[list[PhoneFit]] | None) -> list[float]:
    assert words is not None
    return [sum(each.likelihood for each in word) / (word[-1].end_frame - word[0].first_frame) for word in words]


# ---- likelihoods that were drawn ------------------------------------------------------------------------------------


def drawn(frames: int, seed: int) -> Likelihoods:
    random = np.random.default_rng(seed)
    return np.asarray(-random.exponential(2.0, (frames, SILENCE + 1, STATES)), dtype=np.float32)


word = st.lists(st.integers(0, FEW - 1), min_size=1, max_size=2)
sentence = st.lists(word, min_size=1, max_size=2)


def best(sentences: list[list[list[int]]], likelihoods: Likelihoods) -> list[float]:
    graph = graph_of([[phone for each in said for phone in each] for said in sentences])
    return [float(each) for each in best_likelihoods(graph, likelihoods)]


@given(st.lists(sentence, min_size=1, max_size=4), st.integers(0, 1000), st.integers(1, 25))
def test_what_sentences_share_does_not_change_how_well_each_fits(
    sentences: list[list[list[int]]], seed: int, frames: int
) -> None:
    likelihoods = drawn(frames, seed)
    alone = [best([each], likelihoods)[0] for each in sentences]
    assert best(sentences, likelihoods) == pytest.approx(alone)
    assert [each > -np.inf for each in alone] == [fit is not None for fit in fits(sentences, likelihoods)]
    assert fits(sentences, likelihoods) == [fits([each], likelihoods)[0] for each in sentences]


@given(sentence, st.integers(0, 1000), st.integers(12, 25))
def test_phones_follow_each_other_and_none_is_skipped(said: list[list[int]], seed: int, frames: int) -> None:
    likelihoods = drawn(frames, seed)
    words = fits([said], likelihoods)[0]
    assert words is not None
    phones = [phone for each in words for phone in each]
    assert [len(each) for each in words] == [len(each) for each in said]
    assert all(phone.end_frame - phone.first_frame >= STATES for phone in phones)
    assert all(one.end_frame <= other.first_frame for one, other in pairwise(phones))
    assert (
        sum(phone.likelihood for phone in phones) + _silence(phones, likelihoods) <= best([said], likelihoods)[0] + 1e-3
    )


def _silence(phones: list[PhoneFit], likelihoods: Likelihoods) -> float:
    """Of the frames that are in no phone."""
    silent = np.ones(len(likelihoods), dtype=bool)
    for phone in phones:
        silent[phone.first_frame : phone.end_frame] = False
    return float(likelihoods[silent, SILENCE].max(axis=1).sum())
