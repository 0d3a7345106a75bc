"""The keys that `tutor-tui key set` has saved: in the system's keyring, or else in a file of the learner's own.

The file, `keys.json` in the folder for settings, also says which keys are in the keyring. So the keyring is asked for
nothing that it does not have, and nobody who keeps no key in it waits for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor_tui.config import system_keyring
from tutor_tui.config.files import locked, read_text, replace_text
from tutor_tui.config.origin import Origin, RawValue
from tutor_tui.config.paths import shown
from tutor_tui.config.system_keyring import NOT_INSTALLED, KeyringUnusable, Question
from tutor_tui.core.extras import install_command
from tutor_tui.core.own_keys import keep_secret
from tutor_tui.core.problems import ExitCode, Problem

KEYRING = "the system's keyring"
_LOOP_WAIT_S = 0.5
"""How long a lesson under way may stand still for a key."""
_GONE = "it is not there any more"


class KeyUnreadable(Problem):
    """A key was put into the keyring, and the keyring does not give it back."""


class KeysDamaged(Problem):
    """What is in the file of saved keys has not been written by us."""


class KeptInKeyring:
    """A key in the keyring: call it to read it. The keyring is asked once, and again some time after it has failed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._question: Question | None = None

    def __call__(self) -> str:
        """The key. Raises `KeyUnreadable`."""
        if self._question is None or self._question.may_be_asked_again:
            self._question = system_keyring.read(self._name)
        try:
            key = self._question.answer(_LOOP_WAIT_S) if _in_a_loop() else self._question.answer()
        except KeyringUnusable as fault:
            raise self._unreadable(str(fault)) from None
        if key is None:
            raise self._unreadable(_GONE)
        keep_secret(key)
        return key

    def _unreadable(self, why: str) -> KeyUnreadable:
        ways_out = {
            NOT_INSTALLED: f"Install it: {install_command('keyring')}",
            _GONE: f"Put it there again: tutor-tui key set {self._name}",
        }
        hint = ways_out.get(why, "Unlock it, and try again.")
        return KeyUnreadable(f"{self._name} cannot be read from {KEYRING}: {why}.", hint, ExitCode.USAGE)


def _in_a_loop() -> bool:
    import asyncio  # 40 ms, which only a key in the keyring needs

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """All of them by name."""

    file: Path
    in_keyring: Mapping[str, KeptInKeyring] = field(default_factory=dict)
    in_file: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the variables that they stand in for."""
        return tuple({**self.in_keyring, **self.in_file})

    def find(self, name: str) -> RawValue | None:
        """The key in the place of the variable of that name. It is not read yet if it is in the keyring."""
        if name in self.in_keyring:
            return RawValue(self.in_keyring[name], Origin("keyring", f"{name} in {KEYRING}"))
        if name in self.in_file:
            return RawValue(self.in_file[name], Origin("key file", f"{name} in {shown(self.file)}", path=self.file))
        return None


def read_stored_keys(file: Path) -> StoredKeys:
    """What has been saved; the keyring itself is not asked. Raises `KeysDamaged`, or `Problem` for what
    cannot be read.
    """
    text = read_text(file)
    if text is None:
        return StoredKeys(file)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    match content:
        case {"in_keyring": list(names), "keys": dict(keys)} if all(
            isinstance(each, str) for each in (*names, *keys.values())
        ):
            for key in keys.values():
                keep_secret(key)
            return StoredKeys(file, {name: KeptInKeyring(name) for name in names}, keys)
    hint = "Delete it (tutor-tui key forget), and save your keys again: tutor-tui key set"
    raise KeysDamaged(f"{shown(file)} is damaged.", hint, ExitCode.USAGE)


def delete_damaged(file: Path) -> None:
    """Delete the file, of which `read_stored_keys` can make nothing. Raises `Problem` where it cannot be deleted."""
    try:
        Path(os.path.realpath(file)).unlink(missing_ok=True)
    except OSError as error:
        raise Problem(f"{shown(file)} cannot be deleted: {error.strerror}.", exit_code=ExitCode.USAGE) from None


def save_key(file: Path, name: str, key: str) -> str:
    """Keep `key` in the place of the variable `name`: in the keyring if it takes it, else in `file`.

    Returns why the keyring does not have it, as the end of a sentence on it; empty if it has. Raises `Problem`.
    """
    why = ""
    try:
        system_keyring.write(name, key)
    except KeyringUnusable as fault:
        why = str(fault)

    def add(in_keyring: set[str], in_file: dict[str, str]) -> None:
        if why:
            in_keyring.discard(name)
            in_file[name] = key
        else:
            in_keyring.add(name)
            in_file.pop(name, None)

    _change(file, add)
    return why


def forget(file: Path, name: str) -> tuple[str, ...]:
    """Take the key in the place of the variable `name` out of all places of ours; in which of them it was.

    Raises `Problem` where the keyring has it and does not let it go.
    """
    stored = read_stored_keys(file)
    places = [KEYRING] if _taken_from_keyring(name, name in stored.in_keyring) else []
    if name in stored.in_file:
        places.append(shown(file))

    def remove(in_keyring: set[str], in_file: dict[str, str]) -> None:
        in_keyring.discard(name)
        in_file.pop(name, None)

    if name in stored.names:
        _change(file, remove)
    return tuple(places)


def _taken_from_keyring(name: str, is_there: bool) -> bool:
    """Whether it had the key. One that we know nothing of is asked, too: `keys.json` may have been lost."""
    try:
        return system_keyring.delete(name)
    except KeyringUnusable as fault:
        if not is_there:
            return False
        title = f"{name} could not be taken out of {KEYRING}: {fault}."
        raise Problem(title, "Unlock it, and try again.", ExitCode.USAGE) from None


def _change(file: Path, change: Callable[[set[str], dict[str, str]], None]) -> None:
    """Read the file again, change it and write it. Raises `Problem`."""
    target = Path(os.path.realpath(file))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(target.parent):
            stored = read_stored_keys(target)
            in_keyring, in_file = set(stored.in_keyring), dict(stored.in_file)
            change(in_keyring, in_file)
            if in_keyring or in_file:
                replace_text(target, json.dumps({"in_keyring": sorted(in_keyring), "keys": in_file}, indent=2) + "\n")
            else:
                target.unlink(missing_ok=True)
    except OSError as error:
        title = f"{shown(target)} cannot be written: {error.strerror}."
        raise Problem(title, "Give yourself write permission there.", ExitCode.USAGE) from None
