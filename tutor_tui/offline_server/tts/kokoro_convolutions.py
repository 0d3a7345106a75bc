"""Kokoro's convolutions as products of matrices, which onnxruntime makes in half the time; the sums are the same.

Its `ConvInteger` multiplies unsigned weights by unsigned values, for which processors without VNNI have no instruction.
Signed weights have one (`vpmaddubsw`), which adds two products to 16 bits: 255 · (one weight + the next) has to be less
than 2¹⁵. These weights are integers of seven bits, and no two of them are together more than 128.

A row of a matrix is a moment: what one convolution sees of it stands side by side in it, so rows are only copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tutor_tui.speech.onnx_nodes import Array, Model, Node, node, tensor
from tutor_tui.speech.onnx_parts import Changes

_MOST_OF_TWO = 128
"""255 · 128 is the most that 16 bits hold."""


@dataclass
class Rewriting:
    """Nodes and constants that are added to a model."""

    nodes: list[bytes] = field(default_factory=list)
    constants: dict[str, bytes] = field(default_factory=dict)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> str:
        """A node of one output, whose name is returned."""
        self.nodes.append(node(kind, inputs, output, **attributes))
        return output

    def constant(self, name: str, values: Array) -> str:
        """A constant; its name is returned."""
        self.constants.setdefault(name, tensor(name, values))
        return name

    @property
    def changes(self) -> Changes:
        """As `onnx_parts.part` takes them."""
        return Changes(tuple(self.nodes), tuple(self.constants.values()))


@dataclass(frozen=True)
class Convolution:
    """What a `ConvInteger` of the model does, where it can be a product of matrices."""

    weights: Array
    """Integers of 8 bits, as rows of the matrix take them: (taps · channels before) × channels after."""
    taps: int
    dilation: int

    @property
    def reach(self) -> int:
        """Moments before and behind the one that is made."""
        return self.dilation * (self.taps - 1) // 2


def convolution(model: Model, made: Node) -> Convolution | None:
    """`made` as it can be a product of matrices; None where it is another kind of node, or would overflow."""
    if made.kind != "ConvInteger" or made.ints.get("strides", [1]) != [1]:
        return None
    stored, zero = model.constant(made.inputs[1]), int(model.constant(made.inputs[3]))
    after, before, taps = stored.shape
    if before % 2 or stored.max() - zero >= _MOST_OF_TWO or int(stored.min()) - zero < -_MOST_OF_TWO:
        return None
    weights = (stored - np.uint8(zero)).view(np.int8).transpose(2, 1, 0).reshape(taps * before, after)
    found = Convolution(weights, taps, made.ints.get("dilations", [1])[0])
    of_two = np.add(weights[0::2], weights[1::2], dtype=np.int16)
    largest = max(of_two.max(), -of_two.min())
    return found if largest <= _MOST_OF_TWO and made.ints.get("pads", [0, 0]) == [found.reach] * 2 else None


def neighbours(to: Rewriting, values: str, zero: str, taps: int, dilation: int, channels: int) -> str:
    """`values` (1 × moments × channels, integers of 8 bits) with what a convolution sees of each moment in its row."""
    if taps == 1:
        return values
    reach = dilation * (taps - 1) // 2
    ends = to.constant(f"ends {reach}", np.array([0, reach, 0, 0, reach, 0], np.int64))
    padded = to.add("Pad", [values, ends, zero], f"{values} padded")
    none, one = (to.constant(str(number), np.array(number)) for number in (0, 1))
    length = to.add("Gather", [to.add("Shape", [values], f"{values} shape"), one], f"{values} length")
    moments = to.add("Range", [none, length, one], f"{values} moments")
    column = to.add("Unsqueeze", [moments, to.constant("axis 1", np.array([1], np.int64))], f"{values} column")
    offsets = to.constant(f"offsets {taps} {dilation}", np.arange(taps, dtype=np.int64)[None] * dilation)
    seen = to.add("Gather", [padded, to.add("Add", [column, offsets], f"{values} seen")], f"{values} each", axis=1)
    shape = to.constant(f"rows of {taps * channels}", np.array([1, -1, taps * channels], np.int64))
    return to.add("Reshape", [seen, shape], f"{values} rows")


def as_products(model: Model) -> Changes:
    """Each convolution as a product; what cannot be one stays as it is."""
    to = Rewriting()
    for made in model.nodes:
        found = convolution(model, made)
        if found is None:
            continue
        values, name = made.inputs[0], made.outputs[0]
        turned = to.add("Transpose", [values], f"{name} turned", perm=[0, 2, 1])
        channels = len(found.weights) // found.taps
        rows = neighbours(to, turned, made.inputs[2], found.taps, found.dilation, channels)
        weights = to.constant(f"{name} weights", found.weights)
        product = to.add("MatMulInteger", [rows, weights, made.inputs[2]], f"{name} product")
        to.add("Transpose", [product], name, perm=[0, 2, 1])
    return to.changes
