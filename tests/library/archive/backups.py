"""Backups for tests: a learner's places, what stands in them, and backups that were changed."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.paths import folders_below
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library import archive
from tutor_tui.library.archive import Places, members
from tutor_tui.library.lessons import SqliteLibrary

SETTINGS = b"# mine\n[lesson]\nlevel = 'A2'\n"
PROFILE = "---\r\nname: 시장에서\r\nlanguage: ko\r\n---\r\nYou are Rita.\r\n".encode()
PROMPTS = {"rita.md": PROFILE, "둘.MD": b"two", "lessons/rita.toml": b"[lesson]", "words/ko.toml": b"[words]"}
Tree = Mapping[Path, bytes | None]
Members = dict[str, bytes]
DAMAGED = "it is damaged"
STRANGE = "it holds a file that does not belong there"


def places_in(home: Path) -> Places:
    folders = folders_below(home)
    return Places(folders.library_file, folders.config_file, folders.config / "prompts")


def put_texts(places: Places) -> None:
    for name, data in PROMPTS.items():
        file = places.prompts / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    places.settings.write_bytes(SETTINGS)


def tree(folder: Path) -> Tree:
    return {each: each.read_bytes() if each.is_file() else None for each in folder.rglob("*")}


def restored(file: Path, places: Places) -> list[Path]:
    with archive.open_backup(file) as found:
        return archive.restore(found, places)


def content(places: Places) -> tuple[object, ...]:
    """All that a backup holds, as it is read."""
    library = SqliteLibrary(places.library)
    lessons = [library.read(each.lesson.id) for each in library.lessons()]
    prompts = {str(each.relative_to(places.prompts)): each.read_bytes() for each in places.prompts.rglob("*.*")}
    return lessons, places.settings.read_bytes() if places.settings.exists() else None, prompts


def members_of(file: Path) -> Members:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def listed(found: Members, **changed: object) -> Members:
    """With a manifest that names all of them as they are."""
    rest = {name: data for name, data in found.items() if name != members.MANIFEST}
    entries = {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in rest.items()}
    manifest = {"format": 1, "tutor_tui": "0.1.0", "made_at": "2026-11-27T18:03:00+00:00", "members": entries}
    return {members.MANIFEST: json.dumps(manifest | changed).encode(), **rest}


def write_zip(file: Path, found: Members, **of_members: int) -> None:
    with zipfile.ZipFile(file, "w") as target:
        for name, data in found.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in of_members.items():
                setattr(info, attribute, value)
            target.writestr(info, data)


def changed_library(found: Members, folder: Path, *statements: str) -> Members:
    place = folder / "changed.sqlite3"
    place.write_bytes(found["library.sqlite3"])
    with closing(sqlite3.connect(place, isolation_level=None)) as database:
        for each in statements:
            database.execute(each)
    return listed({**found, "library.sqlite3": place.read_bytes()})


def refused(file: Path, places: Places, said: str) -> None:
    with pytest.raises(Problem) as caught:
        restored(file, places)
    assert caught.value.exit_code == ExitCode.LIBRARY
    assert str(caught.value).startswith(f"{file} cannot be restored: ") and said in str(caught.value)
