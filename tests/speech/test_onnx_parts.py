"""A model cut in two says the same as in one."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from tests.offline_server.tts.tiny_kokoro import tiny_kokoro
from tutor_tui.offline_server.tts.kokoro import ENERGY, PITCH, TEXT
from tutor_tui.speech import onnx_parts

CUTS = dict.fromkeys((TEXT, PITCH, ENERGY), onnx_parts.FLOAT)
FED = {
    "tokens": np.array([[0, 5, 50, 60, 0]], np.int64),
    "style": np.full((1, 256), 0.5, np.float32),
    "speed": np.ones(1, np.float32),
}


def run(model: bytes, wanted: list[str], fed: dict[str, object]) -> list[object]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return list(session.run(wanted, fed))


def test_two_parts_say_what_the_whole_says() -> None:
    model = tiny_kokoro()
    first, second = onnx_parts.part(model, {}, CUTS), onnx_parts.part(model, CUTS, ["audio"])
    between = run(first, list(CUTS), FED)
    (sound,) = run(second, ["audio"], dict(zip(CUTS, between, strict=True)) | {"style": FED["style"]})
    (whole,) = run(model, ["audio"], FED)
    assert np.array_equal(np.asarray(sound), np.asarray(whole)) and np.asarray(whole).any()


def test_a_part_holds_only_what_it_needs() -> None:
    model = tiny_kokoro()
    parts = [onnx_parts.part(model, {}, CUTS), onnx_parts.part(model, CUTS, ["audio"])]
    names = [{node.name for node in onnxruntime.InferenceSession(each).get_inputs()} for each in parts]
    assert names == [{"tokens", "style", "speed"}, {"style", *CUTS}]
    assert sum(map(len, parts)) < len(model) * 1.3


@pytest.mark.parametrize("damaged", [b"", b"\xff" * 40, tiny_kokoro()[:-30], b"a text that is no model"])
def test_what_is_no_model_is_a_value_error(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"no ONNX model|has no"):
        onnx_parts.part(damaged, {}, CUTS)
