"""Settings from all their sources: defaults < config.toml < .env < environment < command line.

A key may also be where `tutor-tui key set` has put it, which is weaker than the environment and `.env`. Each value
remembers where it came from, so that `tutor-tui config` can say so. Anything wrong stops with one `Problem` that names
the file or variable, the line and the key; no file is ever changed here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tutor_tui.config.environment import Variables, read_variables
from tutor_tui.config.files import is_open_to_others
from tutor_tui.config.origin import Origin, RawValue
from tutor_tui.config.paths import Folders, shown
from tutor_tui.config.settings_file import FileSettings, read_settings_file
from tutor_tui.config.start_folder import TRUSTED_FOLDERS, Refusal, borrowed, refusals, strange_hosts
from tutor_tui.config.stored_keys import StoredKeys, read_stored_keys
from tutor_tui.core.key_masking import DOTS, masked, secrets_in
from tutor_tui.core.languages import home_language
from tutor_tui.core.own_keys import ANKI_KEY_VARIABLE, keep_secret
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.setting_field import SettingField, Value
from tutor_tui.core.settings import (
    KEY_VARIABLE,
    KEY_VARIABLES,
    Settings,
    setting_fields,
    value_of,
    with_value,
)

_VARIABLE = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings, and how they came about."""

    settings: Settings
    origins: Mapping[str, Origin]
    """By full name; a setting that is not in here has its default."""
    folders: Folders
    key: RawValue | None = None
    """The raw API key, unchecked; `config.keys.parse_key` makes something of it."""

    service_keys: Mapping[str, RawValue] = field(default_factory=dict)
    """The raw keys of other servers, by the variable that the settings or the command line name for them."""
    notices: tuple[str, ...] = ()
    """Sentences for the learner: names that are out of date."""
    start_folder_notices: tuple[str, ...] = ()
    """Sentences on the `.env` of the folder that we were started in: what of it is not taken and why, and where it
    sends the lesson."""
    start_folder_hint: str = ""
    """The way out, where something was not taken."""
    home_language: str = ""
    """What the learner speaks at home, as the system's locale suggests: ISO 639-1, or empty."""
    keys: Mapping[str, tuple[RawValue, ...]] = field(default_factory=dict)
    """Every variable that can hold a key, with the values that it has in one place or another, the strongest first."""
    damaged_keys: Problem | None = None
    """What is wrong with the file of saved keys, of which none counts then; None elsewhere."""
    open_files: tuple[str, ...] = ()
    """Sentences on the files with keys that others on this machine can read, each with the command that mends it."""

    def origin_of(self, full_name: str) -> Origin:
        """Where `section.field` came from."""
        return self.origins.get(full_name, Origin("default"))

    def stronger_than_file(self, full_name: str) -> str:
        """The variable that wins over the settings file for `section.field`, and where it is; empty where none does."""
        origin = self.origin_of(full_name)
        if origin.kind == "environment":
            return f"{origin.place} in the environment"
        return origin.place if origin.kind == ".env" else ""


def load(
    options: Mapping[str, tuple[str, object]],
    environ: Mapping[str, str],
    cwd: Path,
    folders: Folders,
    key_names: Iterable[str] = (),
    *,
    stops_at_damaged_keys: bool = True,
) -> Configuration:
    """Everything put together.

    `options` holds what the command line set: full name → (option as typed, value); `key_names` are variables with keys
    besides those that the settings name. Raises `Problem` (exit code 2); for a damaged file of saved
    keys only with `stops_at_damaged_keys`.
    """
    file = read_settings_file(folders.config_file)
    trusted = file.values.get(TRUSTED_FOLDERS)
    stored, damaged_keys = _stored_keys(folders.keys_file)
    if damaged_keys and stops_at_damaged_keys:
        raise damaged_keys
    trusted_folders = str(trusted.value) if trusted else ""
    all_variables = read_variables(environ, cwd / ".env", folders.env_file, trusted_folders, stored)
    _, variable_notices = all_variables.settings()
    all_variables, told = _without_refused(all_variables, file, options, key_names := tuple(key_names))
    variables, _ = all_variables.settings()
    by_name = {each.full_name: each for each in setting_fields()}
    settings = Settings(keys={binding: str(found.value) for binding, found in file.keys.items()})
    origins = {f"keys.{binding}": found.origin for binding, found in file.keys.items()}
    # None is parsed before all of its kind were read: a misspelt name is said first.
    for full_name, found in _in_order(file, variables, options):
        settings = with_value(settings, full_name, _parsed(by_name[full_name], found))
        origins[full_name] = found.origin
    key_names = (*_key_names(settings), *key_names)
    keys = {name: key for name in key_names if (key := all_variables.first(name))}
    own_names = KEY_VARIABLES[settings.tutor.dialect]
    empty = variables.get(KEY_VARIABLE) if KEY_VARIABLE in own_names else None
    own_key = next((key for name in own_names if (key := all_variables.first(name))), empty)
    every_name = (*chain.from_iterable(KEY_VARIABLES.values()), ANKI_KEY_VARIABLE, *key_names, *stored.names)
    every_key = {name: tuple(all_variables.every(name)) for name in every_name}
    for secret in _secrets(every_key, settings):
        keep_secret(secret)
    return Configuration(
        settings,
        origins,
        folders,
        own_key,
        keys,
        file.notices + variable_notices,
        told.sentences,
        _way_out(cwd, folders) if told.refused else "",
        home_language(environ),
        every_key,
        damaged_keys,
        tuple(_open_files(every_key)),
    )


def _stored_keys(file: Path) -> tuple[StoredKeys, Problem | None]:
    try:
        return read_stored_keys(file), None
    except Problem as problem:
        return StoredKeys(file), problem


def _in_order(
    file: FileSettings, variables: Mapping[str, RawValue], options: Mapping[str, tuple[str, object]]
) -> tuple[tuple[str, RawValue], ...]:
    """Each setting's values by full name, the stronger after the weaker."""
    return (
        *file.values.items(),
        *(
            (each.full_name, variables[each.env])
            for each in setting_fields()
            if each.env in variables and not variables[each.env].is_blank
        ),
        *((name, RawValue(value, Origin("command line", typed))) for name, (typed, value) in options.items()),
    )


class _Told(NamedTuple):
    sentences: tuple[str, ...]
    refused: bool


def _without_refused(
    variables: Variables,
    file: FileSettings,
    options: Mapping[str, tuple[str, object]],
    key_names: tuple[str, ...],
) -> tuple[Variables, _Told]:
    """The variables less those that the start folder's file may not set, and what to say of that file."""
    refused = dict[str, Refusal]()
    while True:
        given = dict(_in_order(file, variables.settings()[0], options))
        more = list(refusals(given, variables, key_names))
        if not more:
            break
        refused |= {each.variable: each for each in more}
        variables = variables.without(frozenset(refused))
    left_out = [*refused.values(), *borrowed(given, variables)]
    place = variables.start_file
    sentences = [f"{each.variable} in {place} is ignored: {each.because}" for each in left_out]
    sentences += [f"{each.variable} in {place} sends the lesson to {each.because}." for each in strange_hosts(given)]
    return variables, _Told((*sentences, *variables.start_faults()), bool(left_out))


def _way_out(cwd: Path, folders: Folders) -> str:
    return f'If you trust that folder, set {TRUSTED_FOLDERS} = "{shown(cwd)}" in {shown(folders.config_file)}.'


def _secrets(keys: Mapping[str, tuple[RawValue, ...]], settings: Settings) -> Iterator[str]:
    """All that must be shown nowhere, as far as it is known yet: a key in the keyring joins it when it is read."""
    yield from (found.text().strip() for found in chain.from_iterable(keys.values()) if found.is_here)
    for each in setting_fields():
        if each.name.endswith("_url"):
            yield from secrets_in(str(value_of(settings, each.full_name)))


def _open_files(keys: Mapping[str, tuple[RawValue, ...]]) -> Iterator[str]:
    """A sentence on each file with a key that others can read."""
    files = dict.fromkeys(found.origin.path for each in keys.values() for found in each)
    for file in filter(None, files):
        if is_open_to_others(file):
            yield f"Others on this machine can read the key in {shown(file)}: chmod 600 {_for_a_shell(file)}"


def _for_a_shell(file: Path) -> str:
    """A path as it can be pasted behind a command; the home folder stays ~."""
    start, rest = ("~/", shown(file)[2:]) if shown(file).startswith("~/") else ("", str(file))
    return f"{start}{shlex.quote(rest)}"


def _parsed(each: SettingField, found: RawValue) -> Value:
    try:
        return each.parse(found.value)
    except Problem as problem:
        raise Problem(f"{found.origin.place}: {problem.title}", problem.hint, ExitCode.USAGE) from None


def _key_names(settings: Settings) -> list[str]:
    """The variables that the settings name for keys."""
    pipeline = settings.pipeline
    names = (pipeline.transcribe_key, pipeline.chat_key, pipeline.speak_key, settings.offline.chat_key)
    return [name for name in names if name]


class SettingRow(NamedTuple):
    """One line of the table that `tutor-tui config` prints."""

    name: str
    value: str
    origin: str


def settings_table(configuration: Configuration) -> Iterator[SettingRow]:
    """All settings, without secrets, in the order of the settings tree."""
    for each in setting_fields():
        value = value_of(configuration.settings, each.full_name)
        text = str(value).lower() if isinstance(value, bool) else masked(str(value))
        if each.name.endswith("_key") and not _VARIABLE.fullmatch(text):
            text = DOTS  # what cannot be a variable's name may be the key itself
        yield SettingRow(each.full_name, text, str(configuration.origin_of(each.full_name)))
    for binding, key in configuration.settings.keys.items():
        yield SettingRow(f"keys.{binding}", masked(key), str(configuration.origin_of(f"keys.{binding}")))
