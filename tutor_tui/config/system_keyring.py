"""The system's keyring, by way of the package `keyring`, which is an extra.

A locked keyring asks the learner for its password on the desktop, and a broken one may never answer. So each question
has a thread of its own, and nobody waits longer than a lesson can.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

SERVICE = "tutor-tui"
"""Under this name the keyring keeps our keys, each by the name of its variable."""
READ_S = 5.0
"""How long the start of a lesson waits for a key."""
WRITE_S = 60.0
"""How long a command waits that was given to change the keyring: its password may have to be typed first."""


NOT_INSTALLED = "the package keyring is not installed"


class Keyring(Protocol):
    """What we ask of it, as the package has it."""

    def get_password(self, service_name: str, username: str, /) -> str | None:
        """The key; None if there is none."""
        ...

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        """Put a key into it, in the place of the one that is there."""
        ...

    def delete_password(self, service_name: str, username: str, /) -> None:
        """Take a key out of it. Raises where there is none."""
        ...


class KeyringUnusable(Exception):
    """Why, as the end of a sentence on the keyring: "it does not answer"."""


def installed() -> Keyring:
    """The system's own. Raises `ImportError` where the package is not installed."""
    import keyring  # 90 ms, and 40 more for the first question: only for those who keep a key in it

    package: Keyring = keyring
    return package


class Question:
    """One thing asked of the keyring. The answer may come when nobody waits for it any more."""

    def __init__(self, ask: Callable[[Keyring], str | None], wait_s: float) -> None:
        """`wait_s` is how long to wait for it, counted from now."""
        self._ask = ask
        self._until_s = time.monotonic() + wait_s
        self._answer: str | None = None
        self._fault = ""
        self._thread = threading.Thread(target=self._run, name="keyring", daemon=True)
        self._thread.start()

    def answer(self, most_s: float = threading.TIMEOUT_MAX) -> str | None:
        """What it says, waited for no longer than `most_s`. Raises `KeyringUnusable`; later it may have answered."""
        self._thread.join(min(most_s, max(0.0, self._until_s - time.monotonic())))
        if self._thread.is_alive():
            raise KeyringUnusable("it does not answer")
        if self._fault:
            raise KeyringUnusable(self._fault)
        return self._answer

    @property
    def may_be_asked_again(self) -> bool:
        """Whether it came to nothing, and its time is over: each question may have the learner type a password."""
        return not self._thread.is_alive() and self._answer is None and time.monotonic() >= self._until_s

    def _run(self) -> None:
        try:
            self._answer = self._ask(installed())
        except ImportError:
            self._fault = NOT_INSTALLED
        except Exception as fault:  # noqa: BLE001 - behind it are programs of others; their words may hold the key
            self._fault = _FAULTS.get(type(fault).__name__, f"it fails ({type(fault).__name__})")


_FAULTS = {"NoKeyringError": "there is none on this system", "KeyringLocked": "it is locked"}
"""The package's exceptions by name: it may not be installed."""


def read(name: str) -> Question:
    """Ask for a key; it answers None if it has none."""
    return Question(lambda keyring: keyring.get_password(SERVICE, name), READ_S)


def write(name: str, key: str) -> None:
    """Put a key into it. Raises `KeyringUnusable`."""

    def ask(keyring: Keyring) -> str | None:
        keyring.set_password(SERVICE, name, key)
        return keyring.get_password(SERVICE, name)

    if Question(ask, WRITE_S).answer() != key:  # one that is switched off takes everything and keeps nothing
        raise KeyringUnusable("it keeps nothing")


def delete(name: str) -> bool:
    """Take a key out of it; False if it had none. Raises `KeyringUnusable`."""

    def ask(keyring: Keyring) -> str | None:
        found = keyring.get_password(SERVICE, name)
        if found is not None:
            keyring.delete_password(SERVICE, name)
        return found

    return Question(ask, WRITE_S).answer() is not None
