"""In which language Whisper listens, and that whatever it is given fits: the real network with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.tiny_whisper import build
from tutor_tui.offline_server.stt import whisper_model
from tutor_tui.offline_server.stt.mel import RATE_HZ
from tutor_tui.offline_server.stt.whisper_decoder import LONGEST_S, WhisperModel

NOISE = np.random.default_rng(1).standard_normal(LONGEST_S * RATE_HZ).astype(np.float32) / np.float32(10)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> WhisperModel:
    return whisper_model.load(str(build(tmp_path_factory.mktemp("whisper") / "tiny")), False, print)


class Heard:
    """Stands in for the network where it says which language it hears."""

    def __init__(self, network: Any, **probabilities: float) -> None:
        self._network = network
        self._probabilities = probabilities

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def detect_language(self, encoded: Any) -> list[list[tuple[str, float]]]:
        return [[(f"<|{code}|>", likely) for code, likely in self._probabilities.items()]]


@pytest.mark.parametrize(
    ("probabilities", "wanted", "tried"),
    [
        ({"ko": 0.9, "en": 0.1}, ["ko", "en"], ["ko"]),
        ({"ko": 0.01, "en": 0.9}, ["ko", "en"], ["ko", "en"]),  # the likelier words decide
        ({"ko": 0.1, "en": 0.9}, ["ko", "en"], ["ko"]),  # an accent
        ({"ko": 0.01, "en": 0.3, "de": 0.6}, ["ko", "en"], ["ko"]),  # neither: the lesson's
        ({"ko": 0.01, "en": 0.9}, ["ko", "ko"], ["ko"]),
        ({"ko": 0.01, "en": 0.9}, ["ko"], ["ko"]),
        ({"ko": 0.01, "en": 0.9}, ["ko", "nobody-knows"], ["ko"]),
        ({"ko": 0.01, "en": 0.9}, ["nobody-knows"], ["en"]),
        ({"ko": 0.7, "en": 0.2}, [], ["ko"]),
    ],
)
def test_it_listens_in_the_lesson_s_language_unless_the_other_fits_clearly_better(
    probabilities: dict[str, float],
    wanted: list[str],
    tried: list[str],
    model: WhisperModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model, "_network", Heard(model._network, **probabilities))
    assert model._candidates(None, wanted) == tried
    assert model.transcribe(NOISE[:RATE_HZ], wanted).language in tried


@pytest.mark.parametrize("seconds", [0.0, 0.1, 10.0, 10.1, 30.0])
@pytest.mark.parametrize("prompt", ["", "A word, 한 단어. " * 500], ids=["no prompt", "a long prompt"])
def test_any_length_and_any_prompt_fit(model: WhisperModel, seconds: float, prompt: str) -> None:
    said = model.transcribe(NOISE[: int(seconds * RATE_HZ)], ["ko"], prompt)
    assert said.text and said.language == "ko"
    times = [time for word in said.words for time in (word.begin_ms, word.end_ms)]
    assert times == sorted(times)
    assert all(0 <= time <= seconds * 1_000 for time in times)


def test_a_model_of_english_alone_needs_no_language(tmp_path: Path) -> None:
    english = whisper_model.load(str(build(tmp_path / "tiny.en", multilingual=False)), False, print)
    assert not english.knows_languages
    said = english.transcribe(NOISE[:RATE_HZ], ["en", "ko"])
    assert said.text and said.language == ""
