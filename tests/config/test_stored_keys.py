"""Saved keys: in the keyring, or into a file; found again behind the environment and `.env`."""

from __future__ import annotations

import asyncio
import json
import stat
import time
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from tests.config.conftest import Loader
from tests.support.fake_keyring import (
    FakeKeyring,
    Hanging,
    Install,
    KeyringLocked,
    NoKeyringError,
    SwitchedOff,
    not_installed,
)
from tests.support.fake_keyring import install as install
from tests.support.paths import folders_below
from tutor_tui.config import stored_keys, system_keyring
from tutor_tui.config.load import Configuration
from tutor_tui.config.stored_keys import KEYRING, KeyUnreadable, forget, read_stored_keys, save_key
from tutor_tui.config.system_keyring import KeyringUnusable
from tutor_tui.core.own_keys import redacted
from tutor_tui.core.problems import ExitCode, Problem

NAME, KEY = "OPENAI_API_KEY", "sk-put-away-0123456789"


@pytest.fixture
def file(home: Path) -> Path:
    return folders_below(home).keys_file


def key_of(configuration: Configuration) -> str:
    assert configuration.key is not None
    return configuration.key.text()


# ---- saving one -----------------------------------------------------------------------------------------------------


def test_the_keyring_keeps_it_and_the_file_says_so(file: Path, install: Install, loaded: Loader) -> None:
    desktop = install(FakeKeyring())
    assert save_key(file, NAME, KEY) == ""
    assert desktop.kept == {("tutor-tui", NAME): KEY}
    assert json.loads(file.read_text()) == {"in_keyring": [NAME], "keys": {}}
    configuration = loaded()
    assert key_of(configuration) == key_of(configuration) == KEY
    assert configuration.key is not None
    assert str(configuration.key.origin) == f"keyring: {NAME} in {KEYRING}"
    assert KEY not in repr(configuration)


@pytest.mark.parametrize(
    ("desktop", "why"),
    [
        (FakeKeyring(NoKeyringError()), "there is none on this system"),
        (FakeKeyring(KeyringLocked()), "it is locked"),
        (FakeKeyring(OSError(f"D-Bus says {KEY}")), "it fails (OSError)"),
        (SwitchedOff(), "it keeps nothing"),
    ],
    ids=["none", "locked", "broken", "switched off"],
)
def test_without_a_usable_keyring_a_private_file_keeps_it(
    desktop: FakeKeyring, why: str, tmp_path: Path, install: Install
) -> None:
    install(desktop)
    file = tmp_path / "config" / "tutor-tui" / "keys.json"
    assert save_key(file, NAME, KEY) == why
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_stored_keys(file).in_file == {NAME: KEY}
    assert KEY not in repr(read_stored_keys(file))


def test_without_the_package_a_file_keeps_it(file: Path, loaded: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_keyring, "installed", not_installed)
    assert save_key(file, NAME, KEY) == system_keyring.NOT_INSTALLED
    configuration = loaded()
    assert key_of(configuration) == KEY
    assert configuration.key is not None
    assert configuration.key.origin.place == f"{NAME} in {file}"


def test_a_key_is_in_one_place_of_ours_only(file: Path, install: Install) -> None:
    install(FakeKeyring(KeyringLocked()))
    save_key(file, NAME, "sk-the-old-one-0123")
    save_key(file, "XAI_API_KEY", "xai-another-0123456")
    install(FakeKeyring())
    save_key(file, NAME, KEY)
    stored = read_stored_keys(file)
    assert (list(stored.in_keyring), stored.in_file) == ([NAME], {"XAI_API_KEY": "xai-another-0123456"})
    install(FakeKeyring(KeyringLocked()))
    save_key(file, NAME, KEY)
    stored = read_stored_keys(file)
    assert (list(stored.in_keyring), set(stored.in_file)) == ([], {NAME, "XAI_API_KEY"})


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, install: Install) -> None:
    install(FakeKeyring(NoKeyringError()))
    (tmp_path / "in the way").touch()
    with pytest.raises(Problem, match="cannot be written") as refused:
        save_key(tmp_path / "in the way" / "keys.json", NAME, KEY)
    assert refused.value.exit_code == ExitCode.USAGE
    assert KEY not in str(refused.value)


# ---- the order ------------------------------------------------------------------------------------------------------


def test_the_environment_comes_first_then_env_files_then_what_was_put_away(
    home: Path, file: Path, loaded: Loader, install: Install
) -> None:
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    asked = desktop.questions
    (home / "project").mkdir()
    own, project = file.with_name(".env"), home / "project" / ".env"
    own.write_text(f"{NAME}=sk-in-own-env-0123\n")
    project.write_text(f"{NAME}=sk-in-project-0123\n")
    assert key_of(loaded({NAME: "sk-in-environment-0123"})) == "sk-in-environment-0123"
    assert key_of(loaded()) == "sk-in-project-0123"
    project.unlink()
    configuration = loaded({NAME: " "})
    assert key_of(configuration) == "sk-in-own-env-0123"
    assert [str(each.origin) for each in configuration.keys[NAME]] == [
        f".env: {NAME} in {own}",
        f"keyring: {NAME} in {KEYRING}",
    ]
    assert desktop.questions == asked, "nobody waits for a keyring whose key is not needed"
    own.unlink()
    assert key_of(loaded()) == KEY


def test_who_keeps_no_key_in_the_keyring_does_not_wait_for_it(loaded: Loader, install: Install) -> None:
    desktop = install(FakeKeyring())
    assert loaded().key is None
    assert desktop.questions == 0


def test_a_key_is_looked_for_in_what_is_shown_from_when_it_is_read(
    file: Path, loaded: Loader, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(FakeKeyring())
    save_key(file, NAME, KEY)
    configuration = loaded()
    assert redacted(KEY) == KEY, "it is not even known yet"
    key_of(configuration)
    assert redacted(KEY) == "••••"


# ---- keyrings that do not answer ------------------------------------------------------------------------------------


def unreadable(configuration: Configuration) -> str:
    with pytest.raises(KeyUnreadable) as caught:
        key_of(configuration)
    assert caught.value.exit_code == ExitCode.USAGE
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_a_keyring_that_fails_is_one_sentence(file: Path, loaded: Loader, install: Install) -> None:
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    desktop.fault = KeyringLocked()
    assert unreadable(loaded()) == (
        "OPENAI_API_KEY cannot be read from the system's keyring: it is locked. Unlock it, and try again."
    )
    desktop.fault = OSError(KEY)
    assert "it fails (OSError)" in unreadable(loaded())
    desktop.fault = None
    desktop.kept.clear()
    assert "it is not there any more. Put it there again: tutor-tui key set OPENAI_API_KEY" in unreadable(loaded())


def test_without_the_package_the_command_that_installs_it_is_named(
    file: Path, loaded: Loader, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(FakeKeyring())
    save_key(file, NAME, KEY)
    monkeypatch.setattr(system_keyring, "installed", not_installed)
    assert "pip install 'keyring" in unreadable(loaded())


def test_a_keyring_that_was_locked_is_asked_again_once_its_time_is_over(
    file: Path, loaded: Loader, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once: it would ask the learner for its password again and again."""
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    desktop.fault = KeyringLocked()
    now_s = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    configuration = loaded()
    assert "it is locked" in unreadable(configuration)
    desktop.fault = None
    assert "it is locked" in unreadable(configuration)
    now_s += system_keyring.READ_S
    assert key_of(configuration) == KEY


def test_a_keyring_that_hangs_is_waited_for_once_and_may_answer_later(
    file: Path, loaded: Loader, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_keyring, "READ_S", 0.02)
    hanging = Hanging()
    install(hanging)
    hanging.unlocked.set()
    save_key(file, NAME, KEY)
    hanging.unlocked.clear()
    configuration, asked = loaded(), hanging.questions
    for _ in range(3):
        assert "it does not answer" in unreadable(configuration)
    hanging.unlocked.set()
    assert configuration.key is not None and callable(configuration.key.value)
    configuration.key.value._question._thread.join()  # type: ignore[attr-defined]  # whose end nobody else is told of
    assert key_of(configuration) == KEY
    assert hanging.questions == asked + 1


async def test_a_lesson_under_way_does_not_stand_still_for_it(
    file: Path, loaded: Loader, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_keys, "_LOOP_WAIT_S", 0.01)
    hanging = Hanging()
    install(hanging)
    hanging.unlocked.set()
    await asyncio.to_thread(save_key, file, NAME, KEY)
    hanging.unlocked.clear()
    configuration = loaded()
    assert "it does not answer" in unreadable(configuration)
    hanging.unlocked.set()
    assert await asyncio.to_thread(key_of, configuration) == KEY


# ---- forgetting it --------------------------------------------------------------------------------------------------


def test_it_is_forgotten_wherever_it_is(file: Path, install: Install) -> None:
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    assert forget(file, NAME) == (KEYRING,)
    assert desktop.kept == {} and not file.exists()
    assert forget(file, NAME) == ()
    desktop.fault = KeyringLocked()
    save_key(file, NAME, KEY)
    assert forget(file, NAME) == (str(file),)
    assert not file.exists()


def test_a_key_in_the_keyring_of_which_the_file_was_lost_is_forgotten_too(file: Path, install: Install) -> None:
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    file.unlink()
    assert forget(file, NAME) == (KEYRING,)
    assert desktop.kept == {}


def test_a_keyring_that_does_not_let_it_go_is_said(file: Path, install: Install) -> None:
    desktop = install(FakeKeyring())
    save_key(file, NAME, KEY)
    desktop.fault = KeyringLocked()
    with pytest.raises(Problem, match="could not be taken out of the system's keyring: it is locked"):
        forget(file, NAME)
    assert list(read_stored_keys(file).in_keyring) == [NAME]


# ---- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"in_keyring": [], "keys": []}', '{"in_keyring": [1], "keys": {}}', "[" * 50_000]
    + [f'{{"in_keyring": [], "keys": {{"{NAME}": {value}}}}}' for value in ("null", "1", '["sk-in-a-list-0123"]')],
)
def test_a_damaged_file_is_one_sentence(text: str, file: Path, loaded: Loader) -> None:
    file.write_text(text)
    with pytest.raises(Problem) as caught:
        loaded()
    assert str(caught.value) == (
        f"{file} is damaged. Delete it (tutor-tui key forget), and save your keys again: tutor-tui key set"
    )
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize("name", [".env", "keys.json"])
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o666])
def test_a_file_with_a_key_that_others_can_read_is_warned_of(
    name: str, mode: int, file: Path, loaded: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{NAME}={KEY}\n" if name == ".env" else json.dumps({"in_keyring": [], "keys": {NAME: KEY}})
    place = file.with_name(name)
    place.write_text(text)
    place.chmod(mode)
    assert loaded().open_files == (f"Others on this machine can read the key in {place}: chmod 600 {place}",)
    place.chmod(0o600)
    assert loaded().open_files == ()


def test_a_file_without_a_key_may_be_read_by_anybody(file: Path, loaded: Loader) -> None:
    env_file = file.with_name(".env")
    env_file.write_text("TUTOR_TUI_TUTOR_KIND=offline\nOPENAI_API_KEY=\n")
    env_file.chmod(0o644)
    assert loaded({NAME: KEY}).open_files == ()


def test_the_command_can_be_pasted(home: Path, loaded: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    env_file = folders_below(home).env_file
    env_file.write_text(f"{NAME}={KEY}\n")
    env_file.chmod(0o644)
    (sentence,) = loaded().open_files
    assert sentence.endswith("chmod 600 ~/.config/tutor-tui/.env")


def test_the_package_itself_is_asked_as_it_wants_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = FakeKeyring()
    answers = {
        "get_password": lambda _, service, name: desktop.get_password(service, name),
        "set_password": lambda _, service, name, key: desktop.set_password(service, name, key),
        "delete_password": lambda _, service, name: desktop.delete_password(service, name),
    }
    backend = type("Desktop", (keyring.backend.KeyringBackend,), {"priority": 1, **answers})
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend())
    system_keyring.write(NAME, KEY)
    assert desktop.kept == {("tutor-tui", NAME): KEY}
    assert system_keyring.read(NAME).answer() == KEY
    assert (system_keyring.delete(NAME), system_keyring.delete(NAME)) == (True, False)
    desktop.fault = keyring.errors.KeyringLocked("by its owner")
    with pytest.raises(KeyringUnusable, match=r"^it is locked$"):
        system_keyring.read(NAME).answer()
    monkeypatch.setattr(keyring.core, "_keyring_backend", type("None", (keyring.backends.fail.Keyring,), {})())
    with pytest.raises(KeyringUnusable, match=r"^there is none on this system$"):
        system_keyring.write(NAME, KEY)
