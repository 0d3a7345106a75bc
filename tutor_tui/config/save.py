"""Saving one setting at a time, without losing anything the learner has written into the file.

The file is read again before each change, so an edit made meanwhile in an editor stays; comments and order stay, too.
The new text is written beside the old and takes its place in one step, so that a full disk or a pulled plug leaves
the old file whole.

A file that we begin names its JSON Schema in the first line, so that editors complete it. A file that the learner began
stays as it is.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tutor_tui.config.files import locked, read_text, replace_text
from tutor_tui.config.paths import shown
from tutor_tui.config.renamed import old_names
from tutor_tui.config.schema import SCHEMA_FILE, SCHEMA_LINE, schema_text
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.setting_field import Value


class SettingsFile:
    """The learner's config.toml, to be changed one value at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, full_name: str, value: Value) -> None:
        """Write `section.field`; the value must come from `SettingField.parse`. Raises `Problem`, the file unharmed."""
        section, _, name = full_name.rpartition(".")
        old_ones = [old.rpartition(".")[2] for old in old_names(full_name)]

        def change(table: MutableMapping[str, Any]) -> None:
            table[name] = value
            for old in old_ones:
                table.pop(old, None)

        self._change(section, (name, *old_ones), change)

    def _change(self, section: str, names: Sequence[str], change: Callable[[MutableMapping[str, Any]], object]) -> None:
        # A link (people keep their settings in a repository) is followed, or the link itself would be replaced.
        target = Path(os.path.realpath(self.path))
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(target.parent):
                before = read_text(target) or ""
                after = _changed(before, section, change)
                if _others(before, section, names) != _others(after, section, names):
                    raise Problem(
                        f"{shown(target)} is written in a way that tutor-tui cannot change safely.",
                        f"Set {section}.{names[0]} there by hand.",
                        ExitCode.USAGE,
                    )
                replace_text(target, after)
                if after.startswith(SCHEMA_LINE):
                    _keep_schema(target.with_name(SCHEMA_FILE))
        except OSError as error:
            raise Problem(
                f"The setting could not be saved in {shown(target.parent)}: {error.strerror}.",
                "It holds for this lesson. Give yourself write permission there to keep it.",
                ExitCode.USAGE,
            ) from None
        except TOMLKitError as error:
            raise Problem(
                f"{shown(target)} is not TOML: {error}.",
                "The setting holds for this lesson; correct the file to keep it.",
                ExitCode.USAGE,
            ) from None


def _changed(before: str, section: str, change: Callable[[MutableMapping[str, Any]], object]) -> str:
    document = tomlkit.parse(before or f"{SCHEMA_LINE}\n\n")
    table: MutableMapping[str, Any] = document
    for name in section.split("."):
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
        if not isinstance(table, MutableMapping):
            raise Problem(f"In the settings file, {section} is not a section.", f"Write [{section}].", ExitCode.USAGE)
    change(table)
    return tomlkit.dumps(document)


def _keep_schema(path: Path) -> None:
    """Have this version's schema at `path`. Editors miss it when that fails; the settings do not."""
    text = schema_text()
    with suppress(OSError):
        if not path.is_file() or path.read_bytes() != text.encode():
            replace_text(path, text)


def _others(text: str, section: str, names: Sequence[str]) -> dict[str, Any]:
    """What the file says about everything but these names, to see that nothing else was touched."""
    document = tomllib.loads(text)
    table = document
    for part in section.split("."):
        table = table.setdefault(part, {})
    for name in names:
        table.pop(name, None)
    return document
