"""Settings and keys in environment variables and `.env` files, and saved keys."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from tutor_tui.config.env_file import EnvFile, read_env_file
from tutor_tui.config.origin import Origin, RawValue, SourceKind
from tutor_tui.config.paths import shown
from tutor_tui.config.renamed import RENAMED_VARIABLES, renamed_notice
from tutor_tui.config.settings_file import suggestion
from tutor_tui.config.stored_keys import StoredKeys
from tutor_tui.core.child_environment import CHAT_KEY_VARIABLE, TOKEN_VARIABLE
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLE, KEY_VARIABLES, setting_fields, variable_of

PREFIX = "TUTOR_TUI_"
_TRUSTED = variable_of("tutor.trusted_folders")
OURS = frozenset({*(each.env for each in setting_fields()), *chain.from_iterable(KEY_VARIABLES.values())})
"""The variables that are settings of ours, or hold a key to a tutor."""
NO_SETTINGS = frozenset({TOKEN_VARIABLE, CHAT_KEY_VARIABLE})
"""Ours, but between our own programs."""


@dataclass(frozen=True, slots=True)
class _Source:
    values: Mapping[str, str]
    kind: SourceKind
    path: Path | None = None
    in_start_folder: bool = False

    @property
    def file(self) -> str:
        return shown(self.path) if self.path else ""

    def place(self, name: str) -> str:
        return f"{name} in {self.file}" if self.file else name

    def raw(self, name: str) -> RawValue:
        return RawValue(self.values[name], Origin(self.kind, self.place(name), self.in_start_folder, self.path))


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of the environment and the `.env` files, each from the strongest source that has it."""

    sources: tuple[_Source, ...]
    """The strongest first."""
    start_file: str = ""
    """The `.env` of the folder that we were started in, as people write it; empty where there is none of its own."""
    start: EnvFile = field(default_factory=lambda: EnvFile({}))
    """That file. Another program may have put it there, so that its faults stop nothing."""
    stored: StoredKeys | None = None
    """Weaker than all of these: the saved keys."""

    def without(self, names: frozenset[str]) -> Variables:
        """The same, `names` left out of the start folder's file."""
        sources = (
            replace(each, values={name: value for name, value in each.values.items() if name not in names})
            if each.in_start_folder
            else each
            for each in self.sources
        )
        return replace(self, sources=tuple(sources))

    def settings(self) -> tuple[Mapping[str, RawValue], tuple[str, ...]]:
        """Our own variables by name, empty ones included, and a sentence on each old name among them.

        Raises `Problem` for a name that begins like ours and is none.
        """
        known = {KEY_VARIABLE, *(each.env for each in setting_fields())}
        found, notices = dict[str, RawValue](), list[str]()
        for source in self.sources:
            for name in source.values:
                new_name = RENAMED_VARIABLES.get(name, name)
                if new_name != name:
                    notices.append(renamed_notice(name, new_name, source.file))
                    if new_name in source.values:
                        continue
                elif name.startswith(PREFIX) and name not in known | NO_SETTINGS:
                    sentence = f"{source.place(name)}: there is no such setting."
                    raise Problem(sentence, suggestion(name, sorted(known)), ExitCode.USAGE)
                # The first source with something in it wins; an empty one is only remembered, to be called "empty".
                if new_name in known and (new_name not in found or found[new_name].is_blank):
                    found[new_name] = source.raw(name)
        return found, tuple(notices)

    def every(self, name: str) -> Iterator[RawValue]:
        """`name` from each source that has something in it, the strongest first."""
        yield from (source.raw(name) for source in self.sources if source.values.get(name, "").strip())
        if self.stored and (key := self.stored.find(name)):
            yield key

    def first(self, name: str) -> RawValue | None:
        """`name` from the strongest source that has something in it."""
        return next(self.every(name), None)

    def start_faults(self) -> tuple[str, ...]:
        """What to say of the start folder's file: that it cannot be read, or which line of it, if it speaks to us."""
        names = {*self.start.values, *self.start.borrowed, *self.start.misspelt}
        speaks_to_us = any(name in OURS or name.startswith(PREFIX) for name in names)
        return tuple(fault.title for fault in self.start.faults[:1] if speaks_to_us or not self.start.is_read)


def read_variables(
    environ: Mapping[str, str], start_file: Path, own_file: Path, trusted: str = "", stored: StoredKeys | None = None
) -> Variables:
    """The variables of the environment, of the start folder's `.env` and of the learner's own, strongest first; and the
    saved keys.

    `trusted` is what the settings file says of trusted folders; a variable outside the folder is stronger. Raises
    `Problem` for what is wrong with the learner's own file.
    """
    own = read_env_file(own_file, environ)
    if own.faults:
        raise own.faults[0]
    weakest = _Source(own.values, ".env", own_file)
    strongest = _Source(environ, "environment")
    if start_file.is_dir() or _is_same(start_file, own_file):  # some keep a virtual environment in a folder .env
        return Variables((strongest, weakest), stored=stored)
    trusted = next((each.values[_TRUSTED] for each in (strongest, weakest) if each.values.get(_TRUSTED)), trusted)
    is_strange = not _is_trusted(start_file.parent, trusted)
    start = read_env_file(start_file, None if is_strange else environ)
    between = _Source(start.values, ".env", start_file, in_start_folder=is_strange)
    return Variables((strongest, between, weakest), shown(start_file), start, stored)


def _is_trusted(folder: Path, trusted: str) -> bool:
    """Whether `folder` is one of the `trusted` ones or lies below one; they are separated as in PATH."""
    place = Path(os.path.realpath(folder))
    names = (Path(name.strip()).expanduser() for name in trusted.split(os.pathsep) if name.strip())
    return any(place.is_relative_to(os.path.realpath(name)) for name in names if name.is_absolute())


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
