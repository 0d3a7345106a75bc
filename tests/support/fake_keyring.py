"""Keyrings as a desktop has them: whole, locked, switched off, broken, and one that never answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tutor_tui.config import system_keyring


class FakeKeyring:
    """Keeps what it is given."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        """Raised in place of every answer."""
        self.kept: dict[tuple[str, str], str] = {}
        self.questions = 0

    def get_password(self, service_name: str, username: str, /) -> str | None:
        self._asked()
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        self._asked()
        self.kept[service_name, username] = password

    def delete_password(self, service_name: str, username: str, /) -> None:
        self._asked()
        del self.kept[service_name, username]

    def _asked(self) -> None:
        self.questions += 1
        if self.fault is not None:
            raise self.fault


class SwitchedOff(FakeKeyring):
    """Takes everything and keeps nothing, as `keyring --disable` has it."""

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        self._asked()


class Hanging(FakeKeyring):
    """Answers when it is unlocked."""

    def __init__(self) -> None:
        super().__init__()
        self.unlocked = threading.Event()

    def _asked(self) -> None:
        super()._asked()
        self.unlocked.wait(60)


Install = Callable[[FakeKeyring], FakeKeyring]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make a keyring the system's."""

    def install_it(keyring: FakeKeyring) -> FakeKeyring:
        monkeypatch.setattr(system_keyring, "installed", lambda: keyring)
        return keyring

    return install_it


def not_installed() -> FakeKeyring:
    """In place of `system_keyring.installed`: what happens without the package."""
    raise ImportError("No module named 'keyring'")


class KeyringLocked(Exception):
    """By its name the package's own."""


class NoKeyringError(Exception):
    """By its name the package's own."""
