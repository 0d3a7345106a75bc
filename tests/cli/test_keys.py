"""`tutor-tui key` as a learner meets it: a key is saved unseen, found again, and forgotten."""

from __future__ import annotations

import io
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import clean_environment
from tests.support.fake_keyring import FakeKeyring, Install, KeyringLocked
from tests.support.fake_keyring import install as install
from tests.support.paths import folders_below
from tutor_tui.cli.main import main
from tutor_tui.config.system_keyring import NOT_INSTALLED
from tutor_tui.core.problems import ExitCode

KEY = "sk-proj-typed-Ab3dEf9hIjKl"
FILE = ".config/tutor-tui/keys.json"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's home, with nothing in it and nothing in the environment."""
    for name in (*os.environ,):
        if name.endswith("_KEY") or name.startswith(("TUTOR_TUI_", "XDG_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Shell:
    """Runs `tutor-tui key …` with this on its standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, typed: str | bytes = "") -> str:
        raw = io.BytesIO(typed.encode() if isinstance(typed, str) else typed)
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf-8"))
        code = main(["key", *arguments])
        done = self._capsys.readouterr()
        assert KEY not in done.out + done.err
        assert (done.err == "") == (code == ExitCode.OK)
        assert code in (ExitCode.OK, ExitCode.USAGE)
        assert done.err.count("\n") <= 1
        return done.out + done.err


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capsys)


# ---- from one end to the other --------------------------------------------------------------------------------------


def test_into_the_keyring_and_out_of_it(key: Shell, install: Install) -> None:
    desktop = install(FakeKeyring())
    assert key("set", typed=f"{KEY}\n") == "OPENAI_API_KEY is kept in the system's keyring.\n"
    assert desktop.kept == {("tutor-tui", "OPENAI_API_KEY"): KEY}
    assert key() == key("list")
    _, row = key().splitlines()
    assert row.split(maxsplit=2) == ["OPENAI_API_KEY", "••••", "keyring: OPENAI_API_KEY in the system's keyring"]
    assert key("forget") == "OPENAI_API_KEY is forgotten: it was in the system's keyring.\n"
    assert desktop.kept == {}
    assert key() == "No key is known. To save one: tutor-tui key set\n"


def test_into_a_file_and_out_of_it(key: Shell, install: Install, home: Path) -> None:
    install(FakeKeyring(KeyringLocked()))
    assert key("set", "XAI_API_KEY", typed=KEY).splitlines() == [
        f"XAI_API_KEY is kept in ~/{FILE}, which only you can read.",
        "The system's keyring cannot be used: it is locked.",
    ]
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    assert f"key file: XAI_API_KEY in ~/{FILE}" in key()
    assert key("forget", "XAI_API_KEY") == f"XAI_API_KEY is forgotten: it was in ~/{FILE}.\n"
    assert not (home / FILE).exists()


def test_without_the_package_the_way_to_it_is_said(key: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    said = key("set", typed=KEY)
    assert NOT_INSTALLED in said and "pip install 'keyring" in said


def test_where_else_it_stands_is_said_and_left_alone(
    key: Shell, install: Install, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(FakeKeyring())
    folders_below(home).config.mkdir(parents=True)
    for file in (home / ".env", folders_below(home).env_file):
        file.write_text("OPENAI_API_KEY=sk-another-0123456789\n")
        file.chmod(0o600)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-0123456789")
    places = ("the environment", "~/.env", "~/.config/tutor-tui/.env")
    assert key("set", typed=KEY).splitlines()[1:] == [f"It stands in {each} too, which comes first." for each in places]
    rows = key().splitlines()[1:]
    assert [row.split()[2] for row in rows] == ["environment:", ".env:", ".env:", "keyring:"]
    assert ["not used" in row for row in rows] == [False, True, True, True]
    assert key("forget").splitlines()[1:] == [
        f"It stands in {each} still, which tutor-tui leaves alone." for each in places
    ]
    assert (home / ".env").read_text() == "OPENAI_API_KEY=sk-another-0123456789\n"


def test_a_server_of_ones_own_has_the_name_that_a_setting_gives_it(key: Shell, install: Install, home: Path) -> None:
    desktop = install(FakeKeyring())
    folders_below(home).config.mkdir(parents=True)
    folders_below(home).config_file.write_text('[pipeline]\nchat_key = "CHAT_SECRET"\n')
    assert key("set", "CHAT_SECRET", typed=KEY) == "CHAT_SECRET is kept in the system's keyring.\n"
    assert desktop.kept == {("tutor-tui", "CHAT_SECRET"): KEY}


def test_a_damaged_file_is_deleted_by_forget_after_that_is_said(key: Shell, install: Install, home: Path) -> None:
    desktop = install(FakeKeyring())
    key("set", typed=KEY)
    (home / FILE).write_text("{")
    assert key("list").startswith(f"tutor-tui: ~/{FILE} is damaged. Delete it (tutor-tui key forget), and save")
    assert key("forget").splitlines() == [
        f"~/{FILE} is damaged. It is deleted; save your keys again: tutor-tui key set",
        "OPENAI_API_KEY is forgotten: it was in the system's keyring.",
    ]
    assert desktop.kept == {} and not (home / FILE).exists()
    assert key() == "No key is known. To save one: tutor-tui key set\n"


def test_a_file_that_cannot_be_read_is_not_deleted(key: Shell, install: Install, home: Path) -> None:
    install(FakeKeyring())
    (home / FILE).mkdir(parents=True)
    assert "is damaged" not in key("forget")
    assert (home / FILE).exists()


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No key was given."),
        (" \n", "No key was given."),
        ("\n" + KEY, "No key was given."),
        ("two words\n", "What you gave cannot be a key: it contains a space."),
        ("sk-…\n", "What you gave cannot be a key: it contains an example's words"),
        ("sk-ключ\n", "What you gave cannot be a key: it contains characters that no key has."),
        (b"sk-\xff\xfe\n", "What you gave cannot be a key: it contains characters that no key has."),
        (b"sk-\x1b[31m\n", "What you gave cannot be a key: it contains characters that no key has."),
    ],
)
def test_what_cannot_be_a_key_is_not_kept(
    typed: str | bytes, said: str, key: Shell, install: Install, home: Path
) -> None:
    desktop = install(FakeKeyring())
    assert said in key("set", typed=typed)
    assert desktop.questions == 0 and not (home / FILE).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", KEY], "A key does not belong on the command line"),
        (["forget", "OPENAI_API_KEY=" + KEY], "A key does not belong on the command line"),
        (["set", "0123456789abcdef0123"], "A key does not belong on the command line"),
        (["set", "OPENAI_APIKEY"], "That is not the name of a key. There are: "),
        (["set", "OPENAI_API_KEY", KEY], "That is a word too many."),
        (["list", KEY], "That is a word too many."),
        ([KEY], "key takes list, set or forget."),
        (["ste"], "key takes list, set or forget."),
    ],
)
def test_a_key_on_the_command_line_is_refused_and_not_repeated(
    arguments: list[str], said: str, key: Shell, install: Install
) -> None:
    desktop = install(FakeKeyring())
    assert said in key(*arguments, typed=KEY)
    assert desktop.kept == {}


def test_without_an_input_there_is_one_sentence(key: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["key", "set"]) == ExitCode.USAGE


# ---- on a terminal --------------------------------------------------------------------------------------------------


def test_what_is_typed_on_a_terminal_is_not_shown(home: Path) -> None:
    controller, terminal = pty.openpty()
    script = "import sys; sys.modules['keyring'] = None; from tutor_tui.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "key", "set"]
    with subprocess.Popen(
        command,
        env=clean_environment(home),
        cwd=home,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,  # away from the terminal that the tests run in
    ) as program:
        os.close(terminal)
        shown = b""
        while b"is not shown): " not in shown:
            shown += os.read(controller, 1_000)
        os.write(controller, f"{KEY}\n".encode())
        try:
            while more := os.read(controller, 1_000):
                shown += more
        except OSError:  # the terminal has no other end any more
            pass
        assert program.wait(30) == ExitCode.OK
    os.close(controller)
    assert KEY.encode() not in shown
    assert f"is kept in ~/{FILE}".encode() in shown
    assert KEY in (home / FILE).read_text()
