"""Reading config.toml: every value with its line, and one `Problem` for whatever is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tutor_tui.config.files import read_text
from tutor_tui.config.origin import Origin, RawValue
from tutor_tui.config.paths import shown
from tutor_tui.config.renamed import RENAMED, renamed_notice
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import setting_fields
from tutor_tui.core.toml_depth import line_nested_too_deep

KEYS = "keys"
"""The section that maps the names of bindings to keys; unlike the others it may hold any name."""


class FileSettings(NamedTuple):
    """What a settings file says."""

    values: Mapping[str, RawValue]
    """By full name."""
    keys: Mapping[str, RawValue]
    """By the binding's name: its key, never blank."""
    notices: tuple[str, ...]
    """A sentence on each old name in it."""


def read_settings_file(path: Path) -> FileSettings:
    """The settings in the file at `path`; none if there is no such file. Raises `Problem`."""
    text = read_text(path)
    values, keys, notices = dict[str, RawValue](), dict[str, RawValue](), list[str]()
    known = [each.full_name for each in setting_fields()]
    entries = [] if text is None else list(_entries(path, text))
    present = {f"{section}.{name}" for section, name, _ in entries}
    for section, name, found in entries:
        full_name, place = f"{section}.{name}", found.origin.place
        if section == KEYS:
            keys[name] = _key_name(name, found)
        elif new_name := RENAMED.get(full_name):
            notices.append(renamed_notice(full_name, new_name, place))
            if new_name not in present:
                values[new_name] = found
        elif full_name in known:
            values[full_name] = found
        else:
            neighbours = [each for each in known if each.startswith(f"{section}.")]
            hint = suggestion(full_name, neighbours)
            raise Problem(f"{place}: there is no setting {full_name}.", hint, ExitCode.USAGE)
    return FileSettings(values, keys, tuple(notices))


def suggestion(wrong: str, known: list[str]) -> str:
    """A hint that names the nearest of the `known` words, or all of them when none is near."""
    from difflib import get_close_matches  # only needed when something is wrong

    near = get_close_matches(wrong, known, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(known)}." if known else ""


class _Entry(NamedTuple):
    section: str
    name: str
    found: RawValue


def _entries(path: Path, text: str) -> Iterator[_Entry]:
    """Each value of the file; `Problem` for what is neither in a section of ours nor a section."""
    sections = list(dict.fromkeys([*(each.section for each in setting_fields()), KEYS]))
    for section, table in _document(path, text).items():
        if section not in sections:
            sentence = f"{_place(path, text, '', section)}: there is no section [{section}]."
            raise Problem(sentence, suggestion(section, sections), ExitCode.USAGE)
        if not isinstance(table, dict):
            raise Problem(
                f"{_place(path, text, '', section)}: {section} has to be a section.",
                f"Write [{section}] on a line of its own, and its settings below.",
                ExitCode.USAGE,
            )
        yield from _entries_of(path, text, section, table, sections)


def _entries_of(
    path: Path, text: str, section: str, table: Mapping[str, object], sections: Sequence[str]
) -> Iterator[_Entry]:
    """Each value of a section, and of the sections within it."""
    for name, value in table.items():
        inner = f"{section}.{name}"
        if inner in sections and isinstance(value, dict):
            yield from _entries_of(path, text, inner, value, sections)
        else:
            yield _Entry(section, name, RawValue(value, Origin("file", _place(path, text, section, name))))


def _document(path: Path, text: str) -> Mapping[str, object]:
    if line := line_nested_too_deep(text):
        raise Problem(f"{shown(path)}, line {line}: something is nested too deep.", _SHORTEN, ExitCode.USAGE)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The line is only in the message: "Invalid value (at line 3, column 8)".
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        place, reason = shown(path), str(error)
        if found:
            place, reason = f"{place}, line {found[1]}, column {found[2]}", reason[: found.start()]
        hint = "Correct that line; tutor-tui has left the file as it is."
        raise Problem(f"{place}: this is not TOML: {reason}.", hint, ExitCode.USAGE) from None
    except (ValueError, RecursionError, OverflowError) as error:
        what = "something is nested too deep" if isinstance(error, RecursionError) else "a number is too long"
        raise Problem(f"{_line_of_excess(path, text)}: {what}.", _SHORTEN, ExitCode.USAGE) from None


_SHORTEN = "Shorten that line; tutor-tui has left the file as it is."


def _line_of_excess(path: Path, text: str) -> str:
    """The place of the longest number, as far as one can be found."""
    lengths = [max(map(len, re.findall(r"[\d_]+", line)), default=0) for line in text.split("\n")]
    longest = max(lengths)
    return f"{shown(path)}, line {lengths.index(longest) + 1}" if longest > 1_000 else shown(path)


def _key_name(binding: str, found: RawValue) -> RawValue:
    if isinstance(found.value, str) and found.value.strip():
        return RawValue(found.value.strip(), found.origin)
    sentence = f"{found.origin.place}: keys.{binding} has to be the name of a key."
    raise Problem(sentence, 'For example mute = "f2".', ExitCode.USAGE)


def _place(path: Path, text: str, section: str, name: str) -> str:
    """The file and, where it is written plainly enough to be found, the line of `name` in `section`."""
    wanted = ".".join(filter(None, [section, name]))
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            current = header[1]
            if not section and current.split(".")[0] == name:
                return f"{shown(path)}, line {number}"
            continue
        entry = re.match(r"""\s*["']?([\w-]+)["']?(?:\s*\.\s*["']?([\w-]+)["']?)?\s*=""", line)
        if entry and ".".join(filter(None, [current, entry[1], entry[2]])) == wanted:
            return f"{shown(path)}, line {number}"
    return shown(path)
