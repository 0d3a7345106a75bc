"""What stands in for Kokoro's convolutions makes what they make."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tutor_tui.offline_server.tts.kokoro_convolutions import as_products, convolution
from tutor_tui.speech.onnx_nodes import Model, node, tensor
from tutor_tui.speech.onnx_parts import FLOAT, Changes, encoded, part, varint

RANDOM = np.random.default_rng(1)


def file_of(nodes: list[bytes], constants: dict[str, NDArray[Any]]) -> bytes:
    """An ONNX file without inputs and outputs of its own."""
    graph = [encoded(1, each) for each in nodes] + [encoded(5, tensor(*each)) for each in constants.items()]
    return b"".join([varint(1, 8), encoded(7, b"".join([*graph, encoded(2, b"small")])), encoded(8, varint(2, 20))])


def quantized(values: str) -> bytes:
    """The node that makes the integers `q` of `values`, with their step and their zero."""
    names = [encoded(1, values.encode()), *(encoded(2, each) for each in (b"q", b"step", b"zero"))]
    return b"".join([*names, encoded(4, b"DynamicQuantizeLinear")])


def run(model: bytes, fed: dict[str, Any], changes: Changes) -> Any:
    whole = part(model, {"x": FLOAT}, ["y"], changes)
    return onnxruntime.InferenceSession(whole, providers=["CPUExecutionProvider"]).run(["y"], fed)[0]


@pytest.mark.parametrize(("taps", "dilation"), [(1, 1), (3, 1), (5, 3)])
def test_a_product_of_matrices_is_the_convolution_to_the_last_bit(taps: int, dilation: int) -> None:
    reach = dilation * (taps - 1) // 2
    nodes = [
        quantized("x"),
        node("ConvInteger", ["q", "w", "zero", "wz"], "sums", dilations=[dilation], pads=[reach, reach]),
        node("Cast", ["sums"], "y", to=FLOAT),
    ]
    weights = RANDOM.integers(0, 128, (6, 4, taps), dtype=np.uint8)
    model = file_of(nodes, {"w": weights, "wz": np.array(64, np.uint8)})
    changes = as_products(Model(model))
    assert changes.nodes
    fed = {"x": RANDOM.normal(size=(1, 4, 20)).astype(np.float32)}
    one, other = (run(model, fed, each) for each in (Changes(), changes))
    assert np.array_equal(one, other) and one.any()


@pytest.mark.parametrize(
    ("weights", "zero", "attributes"),
    [
        (np.full((2, 2, 3), 200, np.uint8), 60, {"pads": [1, 1]}),
        (np.full((2, 2, 3), 130, np.uint8), 60, {"pads": [1, 1]}),
        (np.full((2, 3, 3), 60, np.uint8), 60, {"pads": [1, 1]}),
        (np.full((2, 2, 3), 60, np.uint8), 60, {"pads": [0, 0]}),
        (np.full((2, 2, 3), 60, np.uint8), 60, {"pads": [1, 1], "strides": [2]}),
    ],
    ids=["too large", "two too large", "odd", "other ends", "strides"],
)
def test_what_would_overflow_or_differ_stays_a_convolution(
    weights: NDArray[Any], zero: int, attributes: dict[str, list[int]]
) -> None:
    made = node("ConvInteger", ["q", "w", "zero", "wz"], "sums", **attributes)
    model = Model(file_of([made], {"w": weights, "wz": np.array(zero, np.uint8)}))
    assert convolution(model, model.nodes[0]) is None
