"""Nodes and constants of an ONNX model: those of a file, and new ones, written as `onnx_parts.part` takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor_tui.speech.onnx_parts import Field, encoded, fields, graph_fields, number_of, unpacked, varint

Array = NDArray[Any]

# Numbers of fields, from onnx.proto3.
_NODE, _INITIALIZER = 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 1, 3, 5, 6
_ATTRIBUTE_INTS, _ATTRIBUTE_TYPE = 8, 20
_TENSOR_DIMENSION, _TENSOR_TYPE, _TENSOR_FLOATS, _TENSOR_INTS, _TENSOR_NAME, _TENSOR_RAW = 1, 2, 4, 5, 8, 9
_OF_INT, _OF_INTS = 2, 7
"""`AttributeProto.type`."""
_TYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8"}
"""`TensorProto.data_type` → numpy's."""


class Node(NamedTuple):
    """One operator of a model."""

    kind: str
    inputs: tuple[str, ...]
    """Empty where an optional one is left out."""
    outputs: tuple[str, ...]
    ints: dict[str, list[int]]
    """The attributes that are lists of integers."""


class Graph:
    """What is looked up in a model, or in a branch of one."""

    def __init__(self, graph: Sequence[Field]) -> None:
        nodes = [field.value for field in graph if field.number == _NODE]
        stored = [field.value for field in graph if field.number == _INITIALIZER]
        self.nodes = tuple(map(_node, nodes))
        self._tensors = {_name(each): each for each in (*stored, *_attributes(nodes, _ATTRIBUTE_TENSOR))}
        self._branches = [*_attributes(nodes, _ATTRIBUTE_GRAPH)]

    @property
    def branches(self) -> Iterator[Graph]:
        """The graphs within its nodes: of an `If` each of its two."""
        return (Graph(list(fields(each))) for each in self._branches)

    def constant(self, name: str) -> Array:
        """The values of a constant. Raises `ValueError` where there is none, or one of a type that is not read."""
        stored = list(fields(self._tensors.get(name, memoryview(b""))))
        shape = [size for field in stored if field.number == _TENSOR_DIMENSION for size in _integers(field)]
        kinds = [number_of(field) for field in stored if field.number == _TENSOR_TYPE]
        if not kinds or kinds[0] not in _TYPES:
            raise ValueError(f"The model has no constant {name}.")
        raw = b"".join(field.value for field in stored if field.number == _TENSOR_RAW)
        raw += b"".join(field.value or field.whole[-4:] for field in stored if field.number == _TENSOR_FLOATS)
        if raw:
            return np.frombuffer(raw, _TYPES[kinds[0]]).reshape(shape)
        numbers = [number for field in stored if field.number == _TENSOR_INTS for number in _integers(field)]
        return np.array(numbers, _TYPES[kinds[0]]).reshape(shape)


class Model(Graph):
    """A file. Raises `ValueError` where it is no model."""

    def __init__(self, model: bytes) -> None:
        try:
            super().__init__(graph_fields(memoryview(model)))
        except (IndexError, UnicodeDecodeError):
            raise ValueError("This is no ONNX model.") from None


def node(kind: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> bytes:
    """A `NodeProto` of one output."""
    pieces = [encoded(_NODE_INPUT, name.encode()) for name in inputs]
    pieces += [encoded(_NODE_OUTPUT, output.encode()), encoded(_NODE_KIND, kind.encode())]
    pieces += [encoded(_NODE_ATTRIBUTE, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join(pieces)


def tensor(name: str, values: Array) -> bytes:
    """A `TensorProto`."""
    kind = next(number for number, each in _TYPES.items() if np.dtype(each) == values.dtype)
    shape = b"".join(varint(_TENSOR_DIMENSION, size) for size in values.shape)
    head = shape + varint(_TENSOR_TYPE, kind) + encoded(_TENSOR_NAME, name.encode())
    return head + encoded(_TENSOR_RAW, np.ascontiguousarray(values).tobytes())


def _attribute(name: str, value: int | list[int]) -> bytes:
    head = encoded(_ATTRIBUTE_NAME, name.encode())
    if isinstance(value, int):
        return head + varint(_ATTRIBUTE_INT, value) + varint(_ATTRIBUTE_TYPE, _OF_INT)
    return head + b"".join(varint(_ATTRIBUTE_INTS, each) for each in value) + varint(_ATTRIBUTE_TYPE, _OF_INTS)


# ---- reading ---------------------------------------------------------------------------------------------


def _node(message: memoryview) -> Node:
    inner = list(fields(message))
    inputs, outputs = (
        tuple(str(each.value, "utf-8") for each in inner if each.number == number)
        for number in (_NODE_INPUT, _NODE_OUTPUT)
    )
    kind = next((str(each.value, "utf-8") for each in inner if each.number == _NODE_KIND), "")
    ints = dict(_ints(each.value) for each in inner if each.number == _NODE_ATTRIBUTE)
    return Node(kind, inputs, outputs, ints)


def _ints(attribute: memoryview) -> tuple[str, list[int]]:
    inner = list(fields(attribute))
    name = next(str(each.value, "utf-8") for each in inner if each.number == _ATTRIBUTE_NAME)
    return name, [number for each in inner if each.number == _ATTRIBUTE_INTS for number in _integers(each)]


def _attributes(nodes: Iterable[memoryview], number: int) -> Iterator[memoryview]:
    """Of all nodes, the attributes of one type."""
    for each in nodes:
        for attribute in fields(each):
            if attribute.number == _NODE_ATTRIBUTE:
                yield from (inner.value for inner in fields(attribute.value) if inner.number == number)


def _integers(field: Field) -> Iterator[int]:
    """One, or a packed list of them."""
    yield from unpacked(field.value) if field.value else [number_of(field)]


def _name(message: memoryview) -> str:
    return next((str(field.value, "utf-8") for field in fields(message) if field.number == _TENSOR_NAME), "")
