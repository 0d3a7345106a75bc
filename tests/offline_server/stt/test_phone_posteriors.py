"""The phones that are heard, on human speech; and what is done without them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.offline_server.recordings import OTHERS, SPOKEN, recording_16k
from tutor_tui.offline_server.phones import PHONES, pronounce
from tutor_tui.offline_server.stt.lenience import is_usual, leniently
from tutor_tui.offline_server.stt.phone_posteriors import BLANK, PhonePosteriors, load
from tutor_tui.offline_server.stt.sentence_graph import freely, graph_of, log_likelihoods, numbers

SENTENCES = [*SPOKEN.values(), *OTHERS]
GRAPH = graph_of([[*chain.from_iterable(numbers(pronounce(sentence, "en")))] for sentence in SENTENCES])
NOISE = np.random.default_rng(1).normal(0, 1000, 32_000).astype(np.int16)


@pytest.fixture(scope="module")
def posteriors() -> PhonePosteriors:
    found = load()
    assert found is not None
    return found


def fits(heard: NDArray[np.float32]) -> NDArray[np.float64]:
    """How well each of `SENTENCES` fits, per phone."""
    heard = leniently(heard, "en")
    return (log_likelihoods(GRAPH, heard) - freely(heard)) / GRAPH.lengths


@pytest.mark.parametrize("name", SPOKEN)
def test_the_sentence_that_was_said_fits_best(name: str, posteriors: PhonePosteriors) -> None:
    assert SENTENCES[int(np.argmax(fits(posteriors.of(recording_16k(name)))))] == SPOKEN[name]


def test_what_is_no_speech_fits_badly(posteriors: PhonePosteriors) -> None:
    right = fits(posteriors.of(recording_16k("cards-003"))).max()
    assert right > fits(posteriors.of(NOISE)).max() + 1
    assert right > fits(posteriors.of(np.zeros(32_000, dtype=np.int16))).max() + 1


def test_at_each_moment_something_is_heard(posteriors: PhonePosteriors) -> None:
    heard = posteriors.of(recording_16k("cards-001"))
    assert heard.shape[1] == BLANK + 1
    assert np.exp(heard).sum(axis=1) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("samples", [0, 100])
def test_too_little_sound_has_no_phones(samples: int, posteriors: PhonePosteriors) -> None:
    assert posteriors.of(np.zeros(samples, dtype=np.int16)).shape == (0, BLANK + 1)


def test_what_a_language_makes_of_a_phone_counts_as_it() -> None:
    heard = np.full((1, BLANK + 1), np.log(1e-4), dtype=np.float32)
    heard[0, PHONES.index("S")] = 0
    th = PHONES.index("TH")
    assert leniently(heard, "es")[0, th] > leniently(heard, "en")[0, th] + 1
    assert is_usual(th, PHONES.index("S"), "es") and not is_usual(th, PHONES.index("S"), "en")


@pytest.fixture
def loaded_afresh() -> Iterator[None]:
    load.cache_clear()
    yield
    load.cache_clear()


def test_who_lacks_it_does_without(loaded_afresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hama.assets", None)
    assert load() is None


def test_changed_weights_are_not_loaded(loaded_afresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "asr_waveform.hama").write_bytes(b"cut short")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert load() is None
