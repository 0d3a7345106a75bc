"""Immutable values in great number: events and commands."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(made: type[T]) -> type[T]:
    """A frozen dataclass with slots to the type checker; at run time one that takes a fifth of the time to make.

    `dataclass(frozen=True)` compiles six methods a class, 0.4 ms, and about a hundred such classes stand between the
    learner and the first screen. Equality goes by type and fields. The `repr` is the name alone: fields may hold what
    was said.
    """
    setattr(made, "__eq__", _equal)  # noqa: B010 - mypy lets nobody assign a method
    setattr(made, "__hash__", _hash)  # noqa: B010
    setattr(made, "__repr__", _repr)  # noqa: B010
    return dataclass(slots=True, eq=False, repr=False)(made)


def _contents(this: Any) -> tuple[object, ...]:
    return tuple(getattr(this, each.name) for each in fields(this))


def _equal(self: object, other: object) -> bool:
    return type(self) is type(other) and _contents(self) == _contents(other)


def _hash(self: object) -> int:
    return hash((type(self), _contents(self)))


def _repr(self: object) -> str:
    return f"{type(self).__name__}(…)"
