"""Files of settings that nobody wrote by mistake: endless, waiting, nested, growing. Each is one sentence at once."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.conftest import Loader
from tests.config.test_load import message
from tutor_tui.config.files import LARGEST_BYTES
from tutor_tui.config.save import SettingsFile
from tutor_tui.core.problems import Problem


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def huge(path: Path) -> None:
    path.write_text("# a line\n" * 1_200_000)


def loop(path: Path) -> None:
    path.symlink_to(path)


STRANGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (pipe, "is not a regular file"),
    "an endless device": (endless, "is not a regular file"),
    "a huge file": (huge, "is too large: more than 64 kB"),
    "a link to itself": (loop, "cannot be read: Too many levels of symbolic links"),
}


@pytest.mark.parametrize("name", ["config.toml", ".env"])
@pytest.mark.parametrize("kind", STRANGE)
def test_what_is_no_ordinary_file_is_said_at_once(kind: str, name: str, loaded: Loader, config_file: Path) -> None:
    make, words = STRANGE[kind]
    make(config_file.with_name(name))
    assert f"{config_file.with_name(name)} {words}." in message(loaded)


@pytest.mark.parametrize("kind", STRANGE)
def test_in_the_folder_that_we_are_started_in_it_stops_nothing(kind: str, loaded: Loader, home: Path) -> None:
    make, words = STRANGE[kind]
    (home / "project").mkdir()
    make(home / "project" / ".env")
    assert loaded().start_folder_notices == (f"{home / 'project' / '.env'} {words}.",)


@pytest.mark.parametrize("kind", ["a pipe", "an endless device", "a huge file"])
def test_nothing_is_saved_into_it_either(kind: str, config_file: Path) -> None:
    make, words = STRANGE[kind]
    make(config_file)
    with pytest.raises(Problem, match=words):
        SettingsFile(config_file).save("tutor.model", "m")


GROWING = "A=xxxxxxxxxx\n" + "".join(f"{chr(66 + n)}=${{{chr(65 + n)}}}${{{chr(65 + n)}}}\n" for n in range(25))
WIDE = "A=" + "x" * 20_000 + "\nB=" + "${A}" * 8_000 + "\n"
MANY = "A=" + "x" * 20_000 + "\n" + "".join(f"B{n}=${{A}}\n" for n in range(4_000))


@pytest.mark.parametrize("text", [GROWING, WIDE, MANY], ids=["doubling", "a wide line", "many lines"])
def test_variables_that_grow_are_bounded(text: str, loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text(text)
    assert "this grows too long when its variables are filled in." in message(loaded)


def test_a_line_of_blanks_takes_no_time(loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text("A=1\nB=x" + " " * (LARGEST_BYTES - 100) + "y\n")
    began_s = time.process_time()
    assert "line 2: there are more than 300 blanks in a row." in message(loaded)
    assert time.process_time() - began_s < 2.0  # python-dotenv takes 20 s


# ---- saving where there are no locks --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.EBADF, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_setting_is_saved_where_the_file_system_has_no_locks(
    code: int, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    SettingsFile(config_file).save("tutor.model", "m")
    assert 'model = "m"' in config_file.read_text()
