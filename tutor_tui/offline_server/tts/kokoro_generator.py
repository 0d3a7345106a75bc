"""The last and largest part of Kokoro, which makes the sound: a graph of its own that does the same at less cost.

Eight residual blocks are nine tenths of all work. Each of their normalisations takes its mean and variance over what it
is given, so that a piece of a phrase sounds otherwise than the phrase. Here these statistics come from a table, one a
voice: a piece is then what it would be within the whole, however short. Known scales and offsets are also one with
the weights of the convolution before them: what was a dozen passes over all values is four.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.tts.kokoro_convolutions import Rewriting, convolution, neighbours
from tutor_tui.offline_server.tts.onnx_nodes import MICROSOFT, Model, node
from tutor_tui.offline_server.tts.onnx_parts import FLOAT

Values = NDArray[np.float32]

GENERATOR = "/decoder/decoder/generator"
"""Where its tensors are."""
BLOCKS = {
    "noise_res.0": f"{GENERATOR}/noise_convs.0/Conv_output_0",
    "noise_res.1": f"{GENERATOR}/noise_convs.1/Conv_output_0",
    **dict.fromkeys(("resblocks.0", "resblocks.1", "resblocks.2"), f"{GENERATOR}/Add_2_output_0"),
    **dict.fromkeys(("resblocks.3", "resblocks.4", "resblocks.5"), f"{GENERATOR}/Add_5_output_0"),
}
"""Residual blocks → what each is given; `{block}/Add_8_output_0` is what it makes."""
ROUNDS = 3
"""Pairs of convolutions in a block."""
_EPSILON = 1e-5
"""What a normalisation adds to the variance, so that silence does not divide by nothing."""

_ABOVE_ZERO = np.float32(1e-9)
"""Added to the imaginary part at 0 Hz, which is 0: the phase of a negative number is to be π, as in training."""


class Norm(NamedTuple):
    """A normalisation with what follows it, x + sin²(αx)/α, and the convolution before it."""

    name: str
    channels: int
    alpha: Values
    weight_scale: float
    """Of the convolution before it, and its bias; 1 and none where the values are a sum."""
    bias: Values | None

    @property
    def style(self) -> str:
        """The tensor that says how this voice wants it: for each channel a gain less 1, then an offset."""
        return f"{GENERATOR}/{self.name}/fc/Gemm_output_0"

    @property
    def values(self) -> str:
        """The tensor that it normalises, in the model's file."""
        block, _, which = self.name.partition("/")
        kind, _, number = which.partition(".")
        if kind == "adain2":
            return f"{GENERATOR}/{block}/convs1.{number}/Conv_output_0"
        return BLOCKS[block] if number == "0" else f"{GENERATOR}/{block}/Add_{3 * int(number) - 1}_output_0"

    @property
    def inputs(self) -> tuple[str, str]:
        """What the graph wants to be given for it: factors and summands."""
        return f"{self.name} factors", f"{self.name} summands"


def norms_of(model: Model) -> list[Norm]:
    """Those of all residual blocks of `model`, in the order of a voice's statistics; none where it has none."""
    return [
        _norm(model, block, number, half)
        for block in BLOCKS
        if model.maker(_made_by(block))
        for number in range(ROUNDS)
        for half in (1, 2)
    ]


def with_cheaper_blocks(model: Model, to: Rewriting) -> dict[str, int]:
    """Put in each residual block again; what has to be given to them: name → type of its elements."""
    norms = {norm.name: norm for norm in norms_of(model)}
    for block in dict.fromkeys(name.partition("/")[0] for name in norms):
        _block(model, to, block, norms)
    return {name: FLOAT for norm in norms.values() for name in norm.inputs}


def given_to(norms: list[Norm], styles: Mapping[str, Values], statistics: Values) -> dict[str, Values]:
    """The graph's inputs for one phrase: its `styles` by the tensors' names, and its voice's `statistics`.

    These are, norm by norm, the mean of each channel, and then its standard deviation.
    """
    fed = {}
    at = 0
    for norm in norms:
        mean, deviation = statistics[at : at + 2 * norm.channels].reshape(2, -1)
        at += 2 * norm.channels
        gain, offset = styles[norm.style].reshape(2, -1)
        factor = norm.alpha * (1 + gain) / np.sqrt(np.square(deviation) + _EPSILON)
        summand = norm.alpha * offset - factor * mean
        if norm.bias is not None:
            summand = summand + factor * norm.bias
        factors, summands = norm.inputs
        fed[factors] = (factor * norm.weight_scale).astype(np.float32)
        fed[summands] = summand.astype(np.float32)
    return fed


def size_of(norms: list[Norm]) -> int:
    """How many numbers a voice's statistics are."""
    return sum(2 * norm.channels for norm in norms)


def with_cheaper_spectra(model: Model, to: Rewriting) -> None:
    """Put in each short-time Fourier transform as a convolution, which is not made number by number.

    What it makes is 1 × windows × frequencies × real and imaginary part.
    """
    for made in model.nodes:
        if made.kind != "STFT":
            continue
        signal, step, window, length = made.inputs
        size, name = int(model.constant(length)), made.outputs[0]
        waves = np.exp(-2j * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size) * model.constant(
            window
        )
        weights = np.stack([waves.real, waves.imag], 1).round(12).reshape(-1, 1, size).astype(np.float32)
        line = to.add("Reshape", [signal, to.constant("one line", np.array([1, 1, -1], np.int64))], f"{name} signal")
        above = to.constant(f"{name} above 0", np.eye(1, 2 * len(waves), 1, dtype=np.float32)[0] * _ABOVE_ZERO)
        parts = [line, to.constant(f"{name} waves", weights), above]
        made_of = to.add("Conv", parts, f"{name} parts", strides=[int(model.constant(step))])
        turned = to.add("Transpose", [made_of], f"{name} turned", perm=[0, 2, 1])
        shape = np.array([1, -1, size // 2 + 1, 2], np.int64)
        to.add("Reshape", [turned, to.constant(f"{name} shape", shape)], name)


# ---- the graph ----------------------------------------------------------------------------------------------------


def _made_by(block: str) -> str:
    return f"{GENERATOR}/{block}/Add_8_output_0"


def _conv_of(block: str, number: int, half: int) -> str:
    return f"{GENERATOR}/{block}/convs{half}.{number}/Conv_output_0_output_quantized"


def _norm(model: Model, block: str, number: int, half: int) -> Norm:
    alpha = model.constant(f"decoder.decoder.generator.{block}.alpha{half}.{number}").reshape(-1)
    scale, bias = _scale_and_bias(model, block, number, 1) if half == 2 else (1.0, None)
    return Norm(f"{block}/adain{half}.{number}", len(alpha), alpha, scale, bias)


def _scale_and_bias(model: Model, block: str, number: int, half: int) -> tuple[float, Values]:
    """Of a convolution: what one step of its integers is, and what is added."""
    made = model.maker(_conv_of(block, number, half))
    if made is None:
        raise ValueError(f"The model has no {block}.")
    scale = model.constant(made.inputs[1].removesuffix("_quantized") + "_scale")
    return float(scale), model.constant(f"decoder.decoder.generator.{block}.convs{half}.{number}.bias")


def _block(model: Model, to: Rewriting, block: str, norms: Mapping[str, Norm]) -> None:
    rows = to.add("Transpose", [BLOCKS[block]], f"{block} rows", perm=[0, 2, 1])
    for number in range(ROUNDS):
        first, second = (norms[f"{block}/adain{half}.{number}"] for half in (1, 2))
        factors, summands = first.inputs
        scaled = to.add("Mul", [rows, factors], f"{first.name} scaled")
        bent = _bent(to, to.add("Add", [scaled, summands], f"{first.name} moved"), first)
        bent = _bent(to, _convolved(model, to, bent, _conv_of(block, number, 1), *second.inputs), second)
        scale, bias = _scale_and_bias(model, block, number, 2)
        name = f"{block} convs2.{number}"
        steps = to.constant(f"{name} scale", np.full(len(bias), scale, np.float32))
        made = _convolved(model, to, bent, _conv_of(block, number, 2), steps, to.constant(f"{name} bias", bias))
        rows = to.add("Add", [rows, made], f"{block} rows {number}")
    to.add("Transpose", [rows], _made_by(block), perm=[0, 2, 1])


def _bent(to: Rewriting, turns: str, norm: Norm) -> str:
    """x + sin²(αx)/α of αx."""
    sine = to.add("Sin", [turns], f"{turns} sine")
    both = to.add("Add", [turns, to.add("Mul", [sine, sine], f"{turns} square")], f"{turns} both")
    return to.add("Mul", [both, to.constant(f"{norm.name} 1/alpha", 1 / norm.alpha)], f"{turns} bent")


def _convolved(model: Model, to: Rewriting, values: str, conv: str, scale: str, bias: str) -> str:
    """`values` by the weights of the convolution that makes `conv`, times `scale`, plus `bias`, channel by channel."""
    made = model.maker(conv)
    found = convolution(model, made) if made else None
    if found is None:
        raise ValueError(f"The model has no {conv}.")
    names = [f"{values} integers", f"{values} step", f"{values} zero"]
    to.nodes.append(node("DynamicQuantizeLinear", [values], names))
    integers, step, zero = names
    rows = neighbours(to, integers, zero, found.taps, found.dilation, len(found.weights) // found.taps)
    weights = to.constant(f"{conv} weights", found.weights)
    return to.add("MatMulIntegerToFloat", [rows, weights, step, scale, zero, "", bias], f"{conv} made", MICROSOFT)
