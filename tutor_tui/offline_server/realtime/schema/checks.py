"""A small strict judge for JSON: each check takes a value and its path, and raises `Refusal` when it does not fit.

Checks are combined into tables (session_config.py, client_events.py), so that what is allowed can be read at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tutor_tui.offline_server.realtime.wire import Refusal

Check: TypeAlias = Callable[[Any, str], None]


def _named(value: Any) -> str:
    """What a JSON value is called in a message; its content stays out of it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def wrong(path: str, expected: str, value: Any) -> Refusal:
    """The refusal of a value that is not what `path` takes."""
    return Refusal("invalid_value", f"'{path}' has to be {expected}, not {_named(value)}.", path)


def missing(path: str) -> Refusal:
    """The refusal of an object that lacks `path`."""
    return Refusal("missing_required_parameter", f"'{path}' is missing.", path)


def text(max_length: int | None = None) -> Check:
    """Any string, at most `max_length` characters long."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong(path, "a string", value)
        if max_length is not None and len(value) > max_length:
            raise Refusal(
                "string_above_max_length", f"'{path}' may hold {max_length} characters, not {len(value)}.", path
            )

    return check


def choice(*allowed: str) -> Check:
    """One of a few words."""
    names = ", ".join(f"'{word}'" for word in allowed)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong(path, f"one of {names}", value)
        if value not in allowed:
            raise Refusal("invalid_value", f"'{path}' has to be one of {names}.", path)

    return check


def flag(value: Any, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(path, "true or false", value)


def integer(low: int, high: int | None = None) -> Check:
    """A whole number within a range, both ends included. Booleans are no numbers."""
    span = f"a whole number from {low} to {high}" if high is not None else f"a whole number of {low} or more"

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong(path, span, value)
        if value < low or (high is not None and value > high):
            raise Refusal("invalid_value", f"'{path}' has to be {span}; {value} is outside.", path)

    return check


def number(low: float, high: float) -> Check:
    """A number within a range, both ends included."""

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong(path, f"a number from {low} to {high}", value)
        if not low <= value <= high:
            raise Refusal("invalid_value", f"'{path}' has to be from {low} to {high}; {value} is outside.", path)

    return check


def literal(wanted: int | str) -> Check:
    """Exactly this value."""

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or value != wanted:
            raise Refusal("invalid_value", f"'{path}' has to be {wanted!r}.", path)

    return check


def nullable(inner: Check) -> Check:
    """`inner`, or null."""

    def check(value: Any, path: str) -> None:
        if value is not None:
            inner(value, path)

    return check


def array(inner: Check, longest: int | None = None, shortest: int = 0) -> Check:
    """A list whose every element passes `inner`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise wrong(path, "an array", value)
        if len(value) < shortest or (longest is not None and len(value) > longest):
            raise Refusal("invalid_value", f"'{path}' has {len(value)} elements, which is not allowed.", path)
        for index, element in enumerate(value):
            inner(element, f"{path}[{index}]")

    return check


def obj(fields: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """An object with these keys and no others."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise wrong(path, "an object", value)
        for key in required:
            if key not in value:
                raise missing(_under(path, key))
        for key, element in value.items():
            inner = fields.get(key)
            if inner is None:
                raise Refusal(
                    "unknown_parameter", f"'{_under(path, key)}' is not a known parameter.", _under(path, key)
                )
            inner(element, _under(path, key))

    return check


def tagged(variants: Mapping[str, Check], tag: str = "type") -> Check:
    """An object whose `tag` says which of the variants it has to be."""
    names = choice(*variants)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise wrong(path, "an object", value)
        if tag not in value:
            raise missing(_under(path, tag))
        names(value[tag], _under(path, tag))
        variants[value[tag]](value, path)

    return check


def word_or(word: tuple[str, ...], other: Check) -> Check:
    """One of a few words, or something that is not a string."""
    words = choice(*word)

    def check(value: Any, path: str) -> None:
        (words if isinstance(value, str) else other)(value, path)

    return check


def anything(value: Any, path: str) -> None:
    """No demand at all: free-form JSON such as a tool's parameter schema."""


def string_map(most: int, key_length: int, value_length: int) -> Check:
    """An object of at most `most` short strings, such as metadata."""
    key_check, value_check = text(key_length), text(value_length)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise wrong(path, "an object", value)
        if len(value) > most:
            raise Refusal("invalid_value", f"'{path}' may hold {most} pairs.", path)
        for key, element in value.items():
            key_check(key, path)
            value_check(element, _under(path, key))

    return check


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
