"""A home of its own for every test, and a way to be refused by the file system even as root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.paths import folders_below
from tutor_tui.config.load import Configuration, load

Loader = Callable[..., Configuration]
NOBODY = 65_534


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A learner's home with an empty configuration folder."""
    (tmp_path / ".config" / "tutor-tui").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def config_file(home: Path) -> Path:
    return home / ".config" / "tutor-tui" / "config.toml"


@pytest.fixture
def loaded(home: Path) -> Loader:
    """Load the configuration of `home`, with these variables and options."""

    def load_it(
        environ: Mapping[str, str] | None = None, options: Mapping[str, tuple[str, object]] | None = None
    ) -> Configuration:
        return load(options or {}, environ or {}, home / "project", folders_below(home))

    return load_it


@pytest.fixture
def unprivileged() -> Iterator[Callable[[], AbstractContextManager[Path]]]:
    """`with unprivileged() as folder:` the block runs without root's power over files, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tutor-tui-test-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)

    @contextmanager
    def as_nobody() -> Iterator[Path]:
        if is_root:
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)

    yield as_nobody
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700)
    shutil.rmtree(folder)
