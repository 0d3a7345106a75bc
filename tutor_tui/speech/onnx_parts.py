"""A part of an ONNX model, cut out of its file at tensors that have a name: a model of its own.

Only as much of protobuf's encoding is read as that needs; what is kept is copied byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

FLOAT = 1
"""`TensorProto.DataType`."""

# Numbers of fields, from onnx.proto3.
_MODEL_GRAPH = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_ATTRIBUTE = 1, 2, 5
_ATTRIBUTE_GRAPH = 6
_TENSOR_NAME, _VALUE_NAME, _VALUE_TYPE = 8, 1, 2
_TYPE_TENSOR, _TENSOR_ELEMENT = 1, 1
_NAMED = {_INITIALIZER: _TENSOR_NAME, _INPUT: _VALUE_NAME}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    """One field of a message of protobuf's."""

    number: int
    value: memoryview
    """Of bytes; empty for numbers."""
    whole: memoryview
    """With its tag."""


class _Node(NamedTuple):
    inputs: frozenset[str]
    outputs: frozenset[str]
    whole: memoryview


class Changes(NamedTuple):
    """What is new in a model. A node that makes what another one makes stands in for it."""

    nodes: tuple[bytes, ...] = ()
    """`NodeProto`s, in any order."""
    constants: tuple[bytes, ...] = ()
    """`TensorProto`s, each of another name than the model's."""


_NONE = Changes()


def part(model: bytes, inputs: Mapping[str, int], outputs: Iterable[str], changes: Changes = _NONE) -> bytes:
    """The model that makes `outputs` of `inputs` (name → type of its elements) and of the model's own inputs.

    Raises `ValueError` where `model` is no ONNX model, or has no such tensor.
    """
    try:
        return _part(memoryview(model), inputs, list(outputs), changes)
    except (IndexError, UnicodeDecodeError):
        raise ValueError("This is no ONNX model.") from None


def _part(model: memoryview, inputs: Mapping[str, int], outputs: list[str], changes: Changes) -> bytes:
    frame = [field for field in fields(model) if field.number != _MODEL_GRAPH]
    new = [encoded(_INITIALIZER, each) for each in changes.constants] + [encoded(_NODE, each) for each in changes.nodes]
    graph = [*graph_fields(model), *(field for each in new for field in fields(memoryview(each)))]
    nodes = [_node(field) for field in graph if field.number == _NODE]
    kept, needed = _reached(nodes, inputs, outputs)
    pieces: list[bytes | memoryview] = [node.whole for node in kept]
    needed -= inputs.keys()
    pieces += [field.whole for field in graph if _is_kept(field, needed)]
    pieces += [encoded(_INPUT, _value(name, kind)) for name, kind in inputs.items()]
    pieces += [encoded(_OUTPUT, _value(name, FLOAT)) for name in outputs]
    head = _head(_MODEL_GRAPH, sum(map(len, pieces)))
    return b"".join([*(field.whole for field in frame), head, *pieces])  # joined once: it is 100 MB


def graph_fields(model: memoryview) -> list[Field]:
    """Nodes, constants, inputs and outputs. Raises `IndexError` where `model` is no ONNX model."""
    return [field for outer in fields(model) if outer.number == _MODEL_GRAPH for field in fields(outer.value)]


def _is_kept(field: Field, needed: set[str]) -> bool:
    """Whether a field of the graph that is no node stays: what is needed, and what describes the whole."""
    if field.number in _NAMED:
        return _text(field.value, _NAMED[field.number]) in needed
    return field.number not in (_NODE, _OUTPUT, _VALUE_INFO)


def _reached(nodes: list[_Node], inputs: Mapping[str, int], outputs: list[str]) -> tuple[list[_Node], set[str]]:
    """The nodes that `outputs` are made by, and the tensors that those need."""
    makers = {name: node for node in nodes for name in node.outputs}
    if missing := [name for name in outputs if name not in makers]:
        raise ValueError(f"The model has no {missing[0]}.")
    kept: dict[int, _Node] = {}
    needed: set[str] = set()
    waiting = list(outputs)
    while waiting:
        node = makers.get(waiting.pop())
        if node is None or id(node) in kept:
            continue
        kept[id(node)] = node
        needed |= node.inputs
        waiting += node.inputs - inputs.keys()
    return list(kept.values()), needed


def _node(field: Field) -> _Node:
    inner = list(fields(field.value))
    outputs = frozenset(str(each.value, "utf-8") for each in inner if each.number == _NODE_OUTPUT)
    return _Node(frozenset(_used_by(inner)), outputs, field.whole)


def _used_by(node: list[Field]) -> Iterator[str]:
    """The tensors that a node reads, those of graphs within it included."""
    for field in node:
        if field.number == _NODE_INPUT:
            yield str(field.value, "utf-8")
        elif field.number == _NODE_ATTRIBUTE:
            for graph in fields(field.value):
                for inner in fields(graph.value) if graph.number == _ATTRIBUTE_GRAPH else ():
                    if inner.number == _NODE:
                        yield from _used_by(list(fields(inner.value)))


def _text(message: memoryview, number: int) -> str:
    return next((str(field.value, "utf-8") for field in fields(message) if field.number == number), "")


# ---- protobuf -------------------------------------------------------------------------------------------------------


def fields(message: memoryview) -> Iterator[Field]:
    """Those of one message. Raises `IndexError` where it ends within one."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        value = message[:0]
        if kind == _VARINT:
            _, at = _varint(message, at)
        elif kind == _BYTES:
            size, at = _varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            at += {_FIXED64: 8, _FIXED32: 4}[kind] if kind in (_FIXED64, _FIXED32) else len(message) + 1
        if at > len(message):
            raise IndexError
        yield Field(number, value, message[start:at])


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


def _number(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def number_of(field: Field) -> int:
    """The value of a field that is a number."""
    _, at = _varint(field.whole, 0)
    return _varint(field.whole, at)[0]


def unpacked(values: memoryview) -> Iterator[int]:
    """The numbers of a list that is one field."""
    at = 0
    while at < len(values):
        number, at = _varint(values, at)
        yield number


def varint(number: int, value: int) -> bytes:
    """A field that is a number, from 0."""
    return _number(number << 3 | _VARINT) + _number(value)


def encoded(number: int, value: bytes) -> bytes:
    """A field that is bytes: a text or a message."""
    return _head(number, len(value)) + value


def _head(number: int, size: int) -> bytes:
    """What comes before so many bytes."""
    return _number(number << 3 | _BYTES) + _number(size)


def _value(name: str, kind: int) -> bytes:
    """A `ValueInfoProto` of a tensor whose shape is not told."""
    tensor = encoded(_TYPE_TENSOR, varint(_TENSOR_ELEMENT, kind))
    return encoded(_VALUE_NAME, name.encode()) + encoded(_VALUE_TYPE, tensor)
