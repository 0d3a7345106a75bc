"""A model with the inputs, the outputs and the inner tensors of Kokoro's, of a few nodes: it hums a note a phone."""

from __future__ import annotations

from functools import cache

import numpy as np

from tutor_tui.offline_server.tts.kokoro import ENERGY, PITCH, TEXT
from tutor_tui.offline_server.tts.kokoro_blocks import FRAME

FRAMES_A_PHONE = 3
_FLOAT, _INT64 = 1, 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _int(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _value(name: str, kind: int, *shape: int | str) -> bytes:
    dimensions = b"".join(
        _bytes(1, _int(1, size) if isinstance(size, int) else _bytes(2, size.encode())) for size in shape
    )
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, dimensions)))


def _node(kind: str, inputs: list[str], output: str, **attributes: int) -> bytes:
    node = b"".join(_bytes(1, name.encode()) for name in inputs) + _bytes(2, output.encode()) + _bytes(4, kind.encode())
    for name, value in attributes.items():
        node += _bytes(5, _bytes(1, name.encode()) + _int(3, value) + _int(20, 2))
    return _bytes(1, node)


def _tensor(name: str, values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> bytes:
    kind = {"f": _FLOAT, "i": _INT64}[values.dtype.kind]
    dimensions = b"".join(_int(1, size) for size in values.shape)
    return _bytes(5, dimensions + _int(2, kind) + _bytes(8, name.encode()) + _bytes(9, values.tobytes()))


@cache
def tiny_kokoro() -> bytes:
    """An ONNX file. Each phone lasts `FRAMES_A_PHONE` frames whatever the pace, all of them sound."""
    nodes = [
        _node("Cast", ["tokens"], "phones", to=_FLOAT),
        _node("Unsqueeze", ["phones", "first"], "stacked"),  # 1 × 1 × n
        _node("Expand", ["stacked", "channels"], "wide"),  # 1 × 512 × n
        _node("Resize", ["wide", "", "by frames"], TEXT),
        _node("Resize", ["stacked", "", "by half frames"], "halves"),
        _node("Squeeze", ["halves", "first"], "flat"),
        _node("Mul", ["flat", "none"], "nothing"),
        _node("ReduceMean", ["style"], "style of all", keepdims=0),
        _node("Mul", ["style of all", "tenth"], "a little style"),
        _node("Add", ["note", "a little style"], "note in style"),
        _node("Add", ["nothing", "note in style"], PITCH),
        _node("Div", ["nothing", "speed"], "still nothing"),
        _node("Add", ["still nothing", "loud"], ENERGY),
        _node("Unsqueeze", [PITCH, "first"], "as high"),
        _node("Unsqueeze", [ENERGY, "first"], "as loud"),
        _node("Add", ["as high", "as loud"], "voice"),
        _node("Resize", ["voice", "", "by samples"], "made"),
        _node("ReduceMean", [TEXT], "said", keepdims=1),
        _node("ReduceMean", ["style"], "style again", keepdims=0),
        _node("Mul", ["style again", "tenth"], "more style"),
        _node("Mul", ["said", "none"], "unsaid"),
        _node("ReduceMean", ["unsaid"], "all unsaid", keepdims=0),
        _node("Add", ["more style", "all unsaid"], "more"),
        _node("Add", ["made", "more"], "stereo"),
        _node("Squeeze", ["stereo", "twice"], "audio"),
    ]
    constants = [
        _tensor("first", np.array([1], np.int64)),
        _tensor("twice", np.array([0, 1], np.int64)),
        _tensor("channels", np.array([1, 512, 1], np.int64)),
        _tensor("by frames", np.array([1, 1, FRAMES_A_PHONE], np.float32)),
        _tensor("by half frames", np.array([1, 1, 2 * FRAMES_A_PHONE], np.float32)),
        _tensor("by samples", np.array([1, 1, FRAME / 2], np.float32)),
        _tensor("none", np.array([0], np.float32)),
        _tensor("tenth", np.array([0.1], np.float32)),
        _tensor("note", np.array([0.1], np.float32)),
        _tensor("loud", np.array([0.4], np.float32)),
    ]
    inputs = [
        _bytes(11, _value("tokens", _INT64, 1, "n")),
        _bytes(11, _value("style", _FLOAT, 1, 256)),
        _bytes(11, _value("speed", _FLOAT, 1)),
    ]
    outputs = [_bytes(12, _value("audio", _FLOAT, "samples"))]
    graph = b"".join([*nodes, _bytes(2, b"tiny"), *constants, *inputs, *outputs])
    return _int(1, 8) + _bytes(7, graph) + _bytes(8, _int(2, 17))
