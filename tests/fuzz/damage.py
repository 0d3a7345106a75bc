"""Good input made bad: bytes that were cut, flipped, doubled or put elsewhere, and JSON with a value that is none.

What is done to it follows from one number: Hypothesis would take ten times as long to choose each step by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

Place: TypeAlias = tuple[Any, Any]
"""An object or list, and a key or number in it."""

_SEEDS = st.integers(0, 2**32)
_SCRAPS: Sequence[Any] = (
    *(None, True, False, 0, 1, -1, 7, 2**31, 2**63, -(2**63), 10**400, -(10**400)),
    *(0.5, -0.0, 1e308, 1e-308, float("nan"), float("inf"), float("-inf")),
    *(
        "",
        " ",
        "x",
        "\x00",
        "\x1b[2J",
        "\ud800",
        "\u202e",
        "../x",
        "x" * 5_000,
        "9" * 5_000,
        "%s%n",
        "null",
        "한",
        "é",
        "\n",
    ),
    *([], {}, [[]], [None], {"": None}, {"x": 1}, {"type": "x"}, [1, "a", {"id": 5}]),
)
"""What nobody expects where something is to be."""
BITS: Sequence[bytes] = (
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\n",
        b"\r",
        b"\t",
        b" ",
        b'"',
        b"'",
        b"{",
        b"}",
        b"[",
        b"]",
        b"[" * 2_000,
    ),
    *(
        b"\\",
        b"\x1b[2J",
        b"9" * 400,
        b"=",
        b":",
        b",",
        b"#",
        b"-",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x7f\xff\xff\xff",
    ),
)


class Damaged(bytes):
    """Bytes that say in a failing example what was done to them, and not all that they are."""

    recipe: str

    def __new__(cls, data: bytes, recipe: str) -> Damaged:
        """Remember the recipe."""
        made = super().__new__(cls, data)
        made.recipe = recipe
        return made

    def __repr__(self) -> str:
        return f"{bytes(self)!r:.300} ({self.recipe or 'whole'})"


def damage(data: bytes, seed: int) -> Damaged:
    """Bytes of a good file, in up to four places no longer good."""
    random, recipe = Random(seed), list[str]()
    for _ in range(random.randrange(5)):
        at = random.randint(0, len(data))
        to = min(len(data), at + random.choice((0, 1, 2, 8, 100, 10_000)))
        bits = random.choice(BITS) if random.random() < 0.7 else random.randbytes(random.randrange(9))
        how = random.choice(tuple(_WAYS))
        recipe.append(f"{how} {at}:{to} {bits!r:.20}")
        data = _WAYS[how](data, at, to, bits)
    return Damaged(data, ", ".join(recipe))


_WAYS: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "put in": lambda data, at, to, bits: data[:at] + bits + data[at:],
    "cut out": lambda data, at, to, bits: data[:at] + data[to:],
    "replace": lambda data, at, to, bits: data[:at] + bits + data[to:],
    "overwrite": lambda data, at, to, bits: data[:at] + bits + data[at + len(bits) :],
    "double": lambda data, at, to, bits: data[:to] + data[at:],
    "end": lambda data, at, to, bits: data[:at],
    "flip": lambda data, at, to, bits: (
        data[:at] + bytes(each ^ 1 << to % 8 for each in data[at : at + 1]) + data[at + 1 :]
    ),
}


def damaged(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Good bytes, damaged."""
    return st.builds(damage, whole, _SEEDS)


def mutate(value: Any, seed: int) -> Any:
    """A JSON value of which up to three parts are something else, are missing, or are there under another name."""
    random, value = Random(seed), deepcopy(value)
    for _ in range(random.randrange(4)):
        places = list(_places(value))
        if not places:
            return random.choice(_SCRAPS)
        holder, key = random.choice(places)
        match random.choice(("replace", "replace", "drop", "wrap", "exchange")):
            case "replace":
                holder[key] = deepcopy(random.choice(_SCRAPS))
            case "drop":
                del holder[key]
            case "wrap":
                holder[key] = random.choice(([holder[key]], {"x": holder[key]}, str(holder[key])))
            case "exchange":
                other, name = random.choice(places)
                holder[key] = deepcopy(other[name])
    return value


def mutated(whole: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Good JSON values, mutated."""
    return st.builds(mutate, whole, _SEEDS)


def _places(value: Any) -> Iterator[Place]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def in_pieces(data: bytes, size: int) -> list[bytes]:
    """As a network brings it."""
    return [data[at : at + size] for at in range(0, len(data), size)]
