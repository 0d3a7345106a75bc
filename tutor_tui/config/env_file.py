"""Reading a `.env` file: within bounds, and with a sentence on each line that is none.

The syntax is python-dotenv's, `${NAME}` included. A file of another project may hold lines for another program, so a
reader of such a file can go on without them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.config.files import read_text
from tutor_tui.config.paths import shown
from tutor_tui.core.problems import ExitCode, Problem

if TYPE_CHECKING:
    from dotenv.parser import Binding

MOST_BLANKS = 300
"""In a row. python-dotenv takes time with the square of them."""
MOST_EXPANDED = 1_000_000
"""Characters that all values of a file may have together, once each `${NAME}` is replaced: ten lines that double each
the one before would otherwise fill the memory before the hundredth."""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a `.env` file says."""

    values: Mapping[str, str]
    borrowed: frozenset[str] = frozenset()
    """Names that are left out, since their value is made of variables from outside the file."""
    faults: tuple[Problem, ...] = ()
    """What is wrong with it, the first fault first. Only lines without a fault are in `values`."""
    misspelt: frozenset[str] = frozenset()
    """The first words of the lines with a fault, which may be names that "=" was forgotten after."""
    is_read: bool = True
    """Whether it could be read at all."""


def read_env_file(path: Path, outside: Mapping[str, str] | None) -> EnvFile:
    """The variables in the file at `path`; none if there is no such file.

    `outside` holds the variables that `${NAME}` may mean besides the file's own; with None a value that asks for such a
    variable is left out. A file that cannot be read at all has the fault that says so. Words of the file, which may be
    keys, are in no fault.
    """
    try:
        text = read_text(path)
    except Problem as problem:
        return EnvFile({}, faults=(problem,), is_read=False)
    if text is None:
        return EnvFile({})
    if blanks := re.search(rf"[^\S\r\n]{{{MOST_BLANKS + 1}}}", text):
        line = text.count("\n", 0, blanks.start()) + 1
        too_many = _fault(path, line, f"there are more than {MOST_BLANKS} blanks in a row.")
        return EnvFile({}, faults=(too_many,), is_read=False)
    return _read(path, text, outside)


_OPEN_QUOTE = re.compile(r"\s*(?:export\s+)?[\w.]+\s*=\s*(?P<mark>[\"'])(?!.*(?P=mark))", re.DOTALL)


def _what_is_wrong(binding: Binding) -> str:
    if _OPEN_QUOTE.match(binding.original.string):
        return "a quotation mark is opened and not closed."
    return "this is not NAME=value."


def _read(path: Path, text: str, outside: Mapping[str, str] | None) -> EnvFile:
    from dotenv.parser import parse_stream  # 20 ms, and most machines have no .env

    values, borrowed, misspelt = dict[str, str](), set[str](), set[str]()
    faults = list[Problem]()
    room = MOST_EXPANDED
    for binding in parse_stream(StringIO(text)):
        if _is_broken(binding):
            faults.append(_fault(path, _line_of(binding), _what_is_wrong(binding)))
            misspelt.add(re.split(r"[\s=:]", binding.original.string.strip(), maxsplit=1)[0])
        elif binding.key is not None and binding.value is not None:
            expanded = _expanded(binding.value, values, outside, room)
            if expanded.too_long:
                faults.append(_fault(path, _line_of(binding), "this grows too long when its variables are filled in."))
                continue
            room -= len(expanded.text)
            if expanded.borrows:
                borrowed.add(binding.key)
                values.pop(binding.key, None)
            else:
                values[binding.key] = expanded.text
                borrowed.discard(binding.key)
    return EnvFile(values, frozenset(borrowed), tuple(faults), frozenset(misspelt))


class _Expanded(NamedTuple):
    text: str = ""
    borrows: bool = False
    too_long: bool = False


def _expanded(value: str, own: Mapping[str, str], outside: Mapping[str, str] | None, room: int) -> _Expanded:
    from dotenv.variables import Variable, parse_variables

    pieces, length = list[str](), 0
    for atom in parse_variables(value):
        if not isinstance(atom, Variable) or atom.name in own:
            pieces.append(atom.resolve(own))
        elif outside is None:
            return _Expanded(borrows=True)
        else:
            pieces.append(atom.resolve(outside))
        length += len(pieces[-1])
        if length > room:
            return _Expanded(too_long=True)
    return _Expanded("".join(pieces))


def _is_broken(binding: Binding) -> bool:
    # python-dotenv takes a word without "=" for a name without a value: to us, a forgotten name or "=".
    exported = binding.original.string.lstrip().startswith("export")
    return binding.error or (binding.key is not None and binding.value is None and not exported)


def _line_of(binding: Binding) -> int:
    statement = binding.original.string
    blank = statement[: len(statement) - len(statement.lstrip())]
    return binding.original.line + blank.count("\n")


def _fault(path: Path, line: int, what: str) -> Problem:
    hint = "Correct that line; a value with special characters wants quotes around it."
    return Problem(f"{shown(path)}, line {line}: {what}", hint, ExitCode.USAGE)
