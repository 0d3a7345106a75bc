"""Expected sentences by their phones, on human speech."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.offline_server.recordings import OTHERS, SPOKEN, recording_16k
from tutor_tui.offline_server.stt.phone_posteriors import BLANK, FRAME_MS, PhonePosteriors, load
from tutor_tui.offline_server.stt.phone_scores import PhoneScores

NOISE = np.random.default_rng(1).normal(0, 1000, 32_000).astype(np.int16)


@pytest.fixture(scope="module")
def posteriors() -> PhonePosteriors:
    found = load()
    assert found is not None
    return found


@pytest.fixture
def scores(posteriors: PhonePosteriors) -> PhoneScores:
    found = PhoneScores(posteriors)
    found.expect([*SPOKEN.values(), *OTHERS], "en")
    return found


@pytest.mark.parametrize("name", SPOKEN)
def test_the_sentence_that_was_said_is_the_best(name: str, scores: PhoneScores) -> None:
    best, second, *_ = scores.score(recording_16k(name))
    assert best.sentence == SPOKEN[name]
    assert best.per_phone > second.per_phone
    assert [word.text for word in best.words] == SPOKEN[name].split()


def test_words_follow_each_other(scores: PhoneScores) -> None:
    sound = recording_16k("austen-0880")
    words = scores.score(sound)[0].words
    bounds = [bound for word in words for bound in (word.begin, word.end)]
    assert bounds == sorted(bounds)
    assert 0 < bounds[0] < bounds[-1] < len(sound) / 16 / FRAME_MS
    assert all(word.score <= 0 for word in words)


def test_another_word_is_the_worst(scores: PhoneScores) -> None:
    scores.expect(["he was not an old disposed young man"], "en")
    words = scores.score(recording_16k("austen-0880"))[0].words
    assert min(words, key=lambda word: word.score).text == "old"


def test_what_was_not_expected_fits_badly(scores: PhoneScores) -> None:
    right = scores.score(recording_16k("cards-003"))[0].per_phone
    assert right > scores.score(recording_16k("austen-0890")[:32_000])[0].per_phone + 1
    assert right > scores.score(NOISE)[0].per_phone + 1


@pytest.mark.parametrize("sound", [np.zeros(0, dtype=np.int16), np.zeros(100, dtype=np.int16)])
def test_nothing_was_said(sound: NDArray[np.int16], scores: PhoneScores) -> None:
    assert scores.score(sound) == []


def test_nothing_is_expected(scores: PhoneScores) -> None:
    scores.expect(["привет"], "es")
    assert scores.score(NOISE) == []


def test_digital_silence_is_no_sentence(scores: PhoneScores) -> None:
    assert all(candidate.per_phone < -2 for candidate in scores.score(np.zeros(32_000, dtype=np.int16)))


def test_at_each_moment_something_is_heard(posteriors: PhonePosteriors) -> None:
    heard = posteriors.of(recording_16k("cards-001"))
    assert heard.shape[1] == BLANK + 1
    assert np.exp(heard).sum(axis=1) == pytest.approx(1.0, abs=0.02)


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
