"""Settings from all their sources: defaults < config.toml < .env < environment < command line.

Each value remembers where it came from, so that `tutor-tui config` can say so. Anything wrong stops with one `Problem`
that names the file or variable, the line and the key; no file is ever changed here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Literal, TypeAlias

from tutor_tui.config.paths import Folders, shown
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import (
    KEY_VARIABLE,
    KEY_VARIABLES,
    SettingField,
    Settings,
    setting_fields,
    value_of,
    with_value,
)

PREFIX = "TUTOR_TUI_"
NO_SETTINGS = frozenset({"TUTOR_TUI_OFFLINE_TOKEN", "TUTOR_TUI_OFFLINE_MIND_KEY"})
"""Ours, but between our own programs."""
Kind = Literal["default", "file", ".env", "environment", "command line"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    kind: Kind
    place: str = ""
    """The file and line, the variable, the option."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}" if self.place else self.kind


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was given, not yet parsed; it may be secret."""

    value: object = field(repr=False)
    origin: Origin


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings, and how they came about."""

    settings: Settings
    origins: Mapping[str, Origin]
    """By full name; a setting that is not in here has its default."""
    folders: Folders
    key: Given | None = None
    """The raw API key, unchecked; `config.keys.parse_key` makes something of it."""

    service_keys: Mapping[str, Given] = field(default_factory=dict)
    """The raw keys of other servers, by the variable that the settings or the command line name for them."""

    def origin_of(self, full_name: str) -> Origin:
        """Where `section.field` came from."""
        return self.origins.get(full_name, Origin("default"))


def load(
    options: Mapping[str, tuple[str, object]],
    environ: Mapping[str, str],
    cwd: Path,
    folders: Folders,
    key_names: Iterable[str] = (),
) -> Configuration:
    """Everything put together.

    `options` holds what the command line set: full name → (option as typed, value); `key_names` are variables with keys
    besides those that the settings name. Raises `Problem` (exit code 2).
    """
    settings, origins = _from_file(folders.config_file)
    sources = _sources(environ, (cwd / ".env", folders.env_file))
    variables = _variables(sources)
    by_name = {each.full_name: each for each in setting_fields()}
    by_env = {each.env: each for each in by_name.values()}
    layers = [(each, by_env[name]) for name, each in variables.items() if name in by_env and not _is_blank(each)]
    given = [(Given(value, Origin("command line", typed)), by_name[name]) for name, (typed, value) in options.items()]
    for source, each in [*layers, *given]:
        settings = with_value(settings, each.full_name, _parsed(each, source.value, source.origin.place))
        origins[each.full_name] = source.origin
    keys = {name: found for name in (*_key_names(settings), *key_names) if (found := _first(name, sources))}
    found_keys = (_first(name, sources) for name in KEY_VARIABLES[settings.tutor.dialect])
    key = next((found for found in found_keys if found), variables.get(KEY_VARIABLE))
    return Configuration(settings, origins, folders, key, keys)


def settings_table(configuration: Configuration) -> Iterator[tuple[str, str, str]]:
    """Rows of (setting, value, where from), without secrets, in the order of the settings tree."""
    for each in setting_fields():
        value = value_of(configuration.settings, each.full_name)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield each.full_name, _without_password(text), str(configuration.origin_of(each.full_name))
    for binding, key in configuration.settings.keys.items():
        yield f"keys.{binding}", key, str(configuration.origin_of(f"keys.{binding}"))


# ---- config.toml ----------------------------------------------------------------------------------------------------


def _from_file(path: Path) -> tuple[Settings, dict[str, Origin]]:
    text = read_text(path)
    settings, origins = Settings(), dict[str, Origin]()
    if text is None:
        return settings, origins
    by_name = {each.full_name: each for each in setting_fields()}
    for section, table in _tables(path, text):
        for name, raw in table.items():
            full_name = f"{section}.{name}"
            place = _place(path, text, section, name)
            if section == "keys":
                settings = replace(settings, keys={**settings.keys, name: _key_name(name, raw, place)})
            elif full_name in by_name:
                settings = with_value(settings, full_name, _parsed(by_name[full_name], raw, place))
            else:
                known = [each for each in by_name if each.startswith(f"{section}.")]
                raise _unknown(f"{place}: there is no setting {full_name}.", full_name, known)
            origins[full_name] = Origin("file", place)
    return settings, origins


def _tables(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each known section of the file; `Problem` for anything else in it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The line is only in the message: "Invalid value (at line 3, column 8)".
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        place, reason = shown(path), str(error)
        if found:
            place, reason = f"{place}, line {found[1]}, column {found[2]}", reason[: found.start()]
        raise Problem(f"{place}: this is not TOML: {reason}.", _FILE_HINT, ExitCode.USAGE) from None
    sections = list(dict.fromkeys([*(each.section for each in setting_fields()), "keys"]))
    for section, table in document.items():
        if section not in sections:
            raise _unknown(f"{_place(path, text, '', section)}: there is no section [{section}].", section, sections)
        if not isinstance(table, dict):
            raise Problem(
                f"{_place(path, text, '', section)}: {section} has to be a section.",
                f"Write [{section}] on a line of its own, and its settings below.",
                ExitCode.USAGE,
            )
        yield section, table


_FILE_HINT = "Correct that line; tutor-tui has left the file as it is."


def _key_name(binding: str, raw: object, place: str) -> str:
    if isinstance(raw, str) and raw.strip():
        return raw.strip()
    raise Problem(f"{place}: keys.{binding} has to be the name of a key.", 'For example mute = "f2".', ExitCode.USAGE)


def _parsed(each: SettingField, raw: object, place: str) -> str | float | bool:
    try:
        return each.parse(raw)
    except Problem as problem:
        raise Problem(f"{place}: {problem.title}", problem.hint, ExitCode.USAGE) from None


def _place(path: Path, text: str, section: str, name: str) -> str:
    """The file and, where it is written plainly enough to be found, the line of `name` in `section`."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            current = header[1]
            if not section and current.split(".")[0] == name:
                return f"{shown(path)}, line {number}"
        elif entry := re.match(r"""\s*["']?([\w-]+)["']?(?:\s*\.\s*["']?([\w-]+)["']?)?\s*=""", line):
            dotted = (current, entry[1]) if entry[2] is None else (entry[1], entry[2])
            if dotted == (section, name):
                return f"{shown(path)}, line {number}"
    return shown(path)


def _unknown(sentence: str, given: str, known: list[str]) -> Problem:
    return Problem(sentence, suggestion(given, known), ExitCode.USAGE)


def suggestion(given: str, known: list[str]) -> str:
    """A hint that names the nearest of the `known` words, or all of them when none is near."""
    from difflib import get_close_matches  # only needed when something is wrong

    near = get_close_matches(given, known, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(known)}." if known else ""


# ---- environment ----------------------------------------------------------------------------------------------------


_Source: TypeAlias = tuple[Mapping[str, str], Kind, str]
"""Variables, what kind of source they are from, and its file if it is one."""


def _sources(environ: Mapping[str, str], files: tuple[Path, ...]) -> list[_Source]:
    """The environment and the `.env` files, the strongest first."""
    return [(environ, "environment", ""), *((_env_file(path), ".env", shown(path)) for path in dict.fromkeys(files))]


def _key_names(settings: Settings) -> list[str]:
    """The variables that the settings name for keys."""
    pipeline = settings.pipeline
    names = (pipeline.transcribe_key, pipeline.chat_key, pipeline.speak_key, settings.offline.chat_key)
    return [name for name in names if name]


def _first(name: str, sources: list[_Source]) -> Given | None:
    """`name` from the strongest source that has something in it."""
    for values, kind, file in sources:
        if values.get(name, "").strip():
            return Given(values[name], Origin(kind, f"{name} in {file}" if file else name))
    return None


def _variables(sources: list[_Source]) -> dict[str, Given]:
    """The variables that concern us, from the strongest source of each."""
    concerned = {KEY_VARIABLE, *(each.env for each in setting_fields())}
    found: dict[str, Given] = {}
    for values, kind, file in sources:
        for name, value in values.items():
            place = f"{name} in {file}" if file else name
            if name.startswith(PREFIX) and name not in concerned | NO_SETTINGS:
                raise _unknown(f"{place}: there is no such setting.", name, sorted(concerned))
            # The first source with something in it wins; an empty one is only remembered, to be called "empty".
            current = found.get(name)
            if name in concerned and (current is None or _is_blank(current)):
                found[name] = Given(value, Origin(kind, place))
    return found


def _is_blank(given: Given) -> bool:
    """An empty variable counts as unset."""
    return not str(given.value).strip()


def _env_file(path: Path) -> dict[str, str]:
    """The variables in a `.env` file; `Problem` with the line, never its words, when it cannot be read."""
    text = read_text(path)
    if text is None:
        return {}
    from dotenv import dotenv_values  # 20 ms, and most machines have no .env
    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        statement = binding.original.string
        # python-dotenv takes a word without "=" for a name without a value: to us, a forgotten name or "=".
        forgotten = binding.key is not None and binding.value is None and not statement.lstrip().startswith("export")
        if binding.error or forgotten:
            blank = statement[: len(statement) - len(statement.lstrip())]
            raise Problem(
                f"{shown(path)}, line {binding.original.line + blank.count(chr(10))}: this is not NAME=value.",
                "Correct that line; a value with special characters wants quotes around it.",
                ExitCode.USAGE,
            )
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


# ---- both -----------------------------------------------------------------------------------------------------------


def read_text(path: Path) -> str | None:
    """The words in a file, None when there is no such file; `Problem` when it is there and cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Problem(
            f"{shown(path)}, line {line}: this is not UTF-8 text.", "Save it as UTF-8.", ExitCode.USAGE
        ) from None
    except IsADirectoryError:
        raise Problem(f"{shown(path)} is a folder, not a file.", "Move it away.", ExitCode.USAGE) from None
    except OSError as error:
        raise Problem(
            f"{shown(path)} cannot be read: {error.strerror}.", "Give yourself read permission.", ExitCode.USAGE
        ) from None


def _without_password(text: str) -> str:
    """An address without the user and password that some people write into it."""
    return re.sub(r"(?<=://)[^/@\s]*@", "••••@", text)
