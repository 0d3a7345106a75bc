"""What stands in for Kokoro's convolutions, residual blocks and spectra makes what they make."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tutor_tui.offline_server.tts.kokoro_convolutions import Rewriting, as_products, convolution
from tutor_tui.offline_server.tts.kokoro_generator import (
    BLOCKS,
    GENERATOR,
    ROUNDS,
    given_to,
    norms_of,
    size_of,
    with_cheaper_blocks,
    with_cheaper_spectra,
)
from tutor_tui.offline_server.tts.onnx_nodes import Model, node, tensor
from tutor_tui.offline_server.tts.onnx_parts import FLOAT, Changes, encoded, part, varint

UINT8 = 2
RANDOM = np.random.default_rng(1)


def file_of(nodes: list[bytes], constants: dict[str, NDArray[Any]]) -> bytes:
    """An ONNX file without inputs and outputs of its own."""
    graph = [encoded(1, each) for each in nodes] + [encoded(5, tensor(*each)) for each in constants.items()]
    opsets = [encoded(8, varint(2, 20)), encoded(8, encoded(1, b"com.microsoft") + varint(2, 1))]
    return b"".join([varint(1, 8), encoded(7, b"".join([*graph, encoded(2, b"small")])), *opsets])


def run(model: bytes, inputs: dict[str, int], fed: dict[str, Any], made: str, changes: Changes | None = None) -> Any:
    whole = part(model, inputs, [made], changes or Changes())
    return onnxruntime.InferenceSession(whole, providers=["CPUExecutionProvider"]).run([made], fed)[0]


@pytest.mark.parametrize(("taps", "dilation"), [(1, 1), (3, 1), (5, 3)])
def test_a_product_of_matrices_is_the_convolution_to_the_last_bit(taps: int, dilation: int) -> None:
    reach = dilation * (taps - 1) // 2
    nodes = [
        node("DynamicQuantizeLinear", ["x"], ["q", "step", "zero"]),
        node("ConvInteger", ["q", "w", "zero", "wz"], "sums", dilations=[dilation], pads=[reach, reach]),
        node("Cast", ["sums"], "y", to=FLOAT),
    ]
    weights = RANDOM.integers(0, 128, (6, 4, taps), dtype=np.uint8)
    model = file_of(nodes, {"w": weights, "wz": np.array(64, np.uint8)})
    to = Rewriting()
    as_products(Model(model), to, but="nothing")
    assert to.nodes
    fed = {"x": RANDOM.normal(size=(1, 4, 20)).astype(np.float32)}
    one, other = (run(model, {"x": FLOAT}, fed, "y", changes) for changes in (None, to.changes))
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
    made = node("ConvInteger", ["q", "w", "zero", "wz"], "sums", domain="", **attributes)
    model = Model(file_of([made], {"w": weights, "wz": np.array(zero, np.uint8)}))
    assert convolution(model, model.nodes[0]) is None


def test_a_residual_block_is_what_its_formula_says() -> None:
    block, channels, taps, moments = "noise_res.0", 4, 3, 40
    nodes = [node("Identity", [BLOCKS[block]], f"{GENERATOR}/{block}/Add_8_output_0")]
    constants: dict[str, NDArray[Any]] = {}
    for half in (1, 2):
        for number in range(ROUNDS):
            name, dilation = f"{half}.{number}", 2 * number + 1 if half == 1 else 1
            made = f"{GENERATOR}/{block}/convs{name}/Conv_output_0_output_quantized"
            given = ["q", f"w{name}_quantized", "zero", "wz"]
            nodes.append(node("ConvInteger", given, made, dilations=[dilation], pads=[dilation, dilation]))
            stored = RANDOM.integers(0, 128, (channels, channels, taps), dtype=np.uint8)
            constants |= {f"w{name}_quantized": stored, f"w{name}_scale": np.array(0.004, np.float32)}
            for kind, values in (("alpha", 0.5 + RANDOM.random(channels)), ("convs", RANDOM.normal(size=channels))):
                of = f"{kind}{name}.bias" if kind == "convs" else f"{kind}{name}"
                constants[f"decoder.decoder.generator.{block}.{of}"] = values.astype(np.float32)
    file = file_of(nodes, constants | {"wz": np.array(64, np.uint8)})
    model, to = Model(file), Rewriting()
    inputs = {BLOCKS[block]: FLOAT} | with_cheaper_blocks(model, to)
    norms = norms_of(model)
    styles = {norm.style: RANDOM.normal(0, 0.25, 2 * channels).astype(np.float32) for norm in norms}
    statistics = RANDOM.uniform(0.5, 1.5, size_of(norms)).astype(np.float32)
    given_x = RANDOM.normal(size=(1, channels, moments)).astype(np.float32)
    fed = {BLOCKS[block]: given_x} | given_to(norms, styles, statistics)
    made_of_it = run(file, inputs, fed, f"{GENERATOR}/{block}/Add_8_output_0", to.changes)[0]

    x = given_x[0]
    pieces = dict(zip((norm.name for norm in norms), statistics.reshape(len(norms), 2, channels, 1), strict=True))
    for number in range(ROUNDS):
        y = x
        for half in (1, 2):
            name = f"{half}.{number}"
            mean, deviation = pieces[f"{block}/adain{name}"]
            gain, offset = styles[f"{GENERATOR}/{block}/adain{name}/fc/Gemm_output_0"].reshape(2, channels, 1)
            alpha = constants[f"decoder.decoder.generator.{block}.alpha{name}"][:, None]
            y = (1 + gain) * (y - mean) / np.sqrt(deviation**2 + 1e-5) + offset
            y = y + np.sin(alpha * y) ** 2 / alpha
            reach = 2 * number + 1 if half == 1 else 1
            padded = np.pad(y, ((0, 0), (reach, reach)))
            weights = (constants[f"w{name}_quantized"].astype(float) - 64) * 0.004
            y = sum(weights[:, :, tap] @ padded[:, tap * reach :][:, :moments] for tap in range(taps))
            y = y + constants[f"decoder.decoder.generator.{block}.convs{name}.bias"][:, None]
        x = x + y
    assert made_of_it == pytest.approx(x, abs=0.03 * np.abs(x).max()), "but for integers of eight bits"


def test_a_spectrum_by_convolution_is_the_same() -> None:
    constants = {
        "step": np.array(5),
        "window": np.hanning(21)[:20].astype(np.float32),
        "length": np.array(20),
    }
    model = file_of([node("STFT", ["x", "step", "window", "length"], "y", onesided=1)], constants)
    to = Rewriting()
    with_cheaper_spectra(Model(model), to)
    fed = {"x": RANDOM.normal(size=(1, 100)).astype(np.float32)}
    one, other = (run(model, {"x": FLOAT}, fed, "y", changes) for changes in (None, to.changes))
    assert one.shape == other.shape and other == pytest.approx(one, abs=1e-4)


def test_what_is_no_model_or_has_no_constant_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no ONNX model"):
        Model(b"\xff" * 40)
    with pytest.raises(ValueError, match="no constant x"):
        Model(file_of([], {})).constant("x")
