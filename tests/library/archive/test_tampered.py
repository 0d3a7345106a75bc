"""Files that are no backup, or one that was damaged or tampered with: refused, and nothing is changed."""

from __future__ import annotations

import sqlite3
import stat
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.library.archive.backups import (
    DAMAGED,
    PROFILE,
    SETTINGS,
    STRANGE,
    Members,
    changed_library,
    content,
    listed,
    members_of,
    refused,
    restored,
    tree,
    write_zip,
)
from tutor_tui.core.problems import Problem
from tutor_tui.library import archive
from tutor_tui.library.archive import Places


def with_rubbish(data: bytes, start: int = 4096) -> bytes:
    """With the pages behind the first one overwritten."""
    return data[:start] + b"\xa5" * (len(data) - start)


NOT_OURS = "it is not a backup of tutor-tui"
NOT_A_BACKUP: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut in half": (lambda data: data[: len(data) // 2], NOT_OURS),
    "a byte short": (lambda data: data[:-1], NOT_OURS),
    "without a middle": (lambda data: data[:200] + data[300:], ""),
    "empty": (lambda _: b"", NOT_OURS),
    "a text": (lambda _: b"my diary " * 100, NOT_OURS),
    "the end alone": (lambda data: data[-22:], ""),
    "with a comment": (lambda data: data[:-2] + b"\x02\x00hi", NOT_OURS),
    "a large zip": (lambda data: data[:-22] + b"PK\x06\x07" + bytes(16) + data[-22:], NOT_OURS),
    "a flipped bit": (lambda data: data[:1_000] + bytes([data[1_000] ^ 1]) + data[1_001:], ""),
    "ciphered": (
        lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
        "plain file",
    ),
}


@pytest.mark.parametrize("kind", NOT_A_BACKUP)
def test_a_file_that_is_damaged_or_something_else_is_refused(
    kind: str, file: Path, other: Places, tmp_path: Path
) -> None:
    spoil, said = NOT_A_BACKUP[kind]
    before, good = tree(tmp_path / "other"), file.read_bytes()
    file.write_bytes(spoil(good))
    assert file.read_bytes() != good
    refused(file, other, said)
    assert tree(tmp_path / "other") == before


def at_name(name: str) -> Callable[[Members], Members]:
    return lambda found: listed({**found, name: b"x"})


def without(name: str, found: Members) -> Members:
    return {each: data for each, data in found.items() if each != name}


TAMPERED: Mapping[str, tuple[Callable[[Members], Members], str]] = {
    **{
        f"a member {name!r}": (at_name(name), STRANGE)
        for name in (
            "../x",
            "/etc/x",
            "/x.md",
            "x.md",
            ".env",
            "prompts/.env",
            "prompts/../../x.md",
            "prompts/../x.md",
            "prompts/..md",
            "prompts/lessons/../x.toml",
            "prompts/lessons/deeper/x.toml",
            "prompts/x.sh",
            "prompts/c:x.md",
            "prompts/..\\x.md",
            "prompts/a\nb.md",
            "prompts/folder.md/",
            "library.sqlite3-wal",
            "PROMPTS/../x.md",
        )
    },
    "a member that is not listed": (lambda found: {**found, "prompts/x.md": b"x"}, "does not hold what it says"),
    "a listed member missing": (lambda found: without("prompts/rita.md", found), "does not hold what it says"),
    "other words": (lambda found: {**found, "prompts/rita.md": PROFILE.replace(b"Rita", b"Rato")}, DAMAGED),
    "more words": (lambda found: {**found, "prompts/rita.md": PROFILE + b"x"}, DAMAGED),
    "fewer words": (lambda found: {**found, "prompts/rita.md": PROFILE[:-1]}, DAMAGED),
    "no manifest": (lambda found: without("manifest.json", found), NOT_OURS),
    "a manifest of a list": (lambda found: {**found, "manifest.json": b"[]"}, DAMAGED),
    "a manifest of rubbish": (lambda found: {**found, "manifest.json": b"\xff{"}, DAMAGED),
    "a manifest too deep": (lambda found: {**found, "manifest.json": b"[" * 100_000}, DAMAGED),
    "members of a list": (lambda found: listed(found, members=["config.toml"]), DAMAGED),
    "no size": (lambda found: listed(found, members={"config.toml": {"sha256": ""}}), DAMAGED),
    "a size below zero": (
        lambda found: listed(
            found, members={each: {"size": -1, "sha256": ""} for each in without("manifest.json", found)}
        ),
        "too large",
    ),
    "no date": (lambda found: listed(found, made_at="yesterday"), DAMAGED),
    "a date before all time": (lambda found: listed(found, made_at="0001-01-01T00:00:00+23:59"), DAMAGED),
    "a newer form": (lambda found: listed(found, format=2), "a newer tutor-tui made it, so update this one"),
    "another form": (lambda found: listed(found, format="x"), NOT_OURS),
    "settings that are not TOML": (lambda found: listed({**found, "config.toml": b"[x"}), "its settings are damaged"),
    "settings too deep": (
        lambda found: listed({**found, "config.toml": b"a = " + b"[" * 999}),
        "its settings are damaged",
    ),
    "a library of rubbish": (
        lambda found: listed({**found, "library.sqlite3": b"rubbish" * 999}),
        "the lessons in it are damaged",
    ),
    "a damaged library": (
        lambda found: listed({**found, "library.sqlite3": with_rubbish(found["library.sqlite3"])}),
        "the lessons in it are damaged",
    ),
    "a library cut off": (
        lambda found: listed({**found, "library.sqlite3": found["library.sqlite3"][:5_000]}),
        "the lessons in it are damaged",
    ),
    "too large a profile": (lambda found: listed({**found, "prompts/x.md": bytes(1_000_001)}), "too large"),
    "too many profiles": (
        lambda found: listed({**found, **{f"prompts/{n}.md": bytes(10**6) for n in range(17)}}),
        "too large",
    ),
    "too large a manifest": (
        lambda found: {**found, "manifest.json": found["manifest.json"] + b" " * 10**6},
        "too large",
    ),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_a_backup_that_was_tampered_with_is_refused(kind: str, file: Path, other: Places, tmp_path: Path) -> None:
    tamper, said = TAMPERED[kind]
    before = tree(tmp_path / "other")
    write_zip(file, tamper(members_of(file)))
    refused(file, other, said)
    assert tree(tmp_path / "other") == before
    assert not (tmp_path / "x").exists() and not (tmp_path / "x.md").exists()


def test_a_backup_that_was_packed_again_is_a_backup(file: Path, places: Places, other: Places) -> None:
    """The tampering above is what is refused, and not the way it is done."""
    write_zip(file, listed(members_of(file)))
    restored(file, other)
    assert content(other) == content(places)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["PRAGMA user_version = 99"], "a newer tutor-tui kept the lessons in it, so update this one"),
        (["PRAGMA user_version = -1"], "damaged"),
        (["DROP TABLE word"], "not as tutor-tui keeps them"),
        (["CREATE TRIGGER t AFTER INSERT ON turn BEGIN DELETE FROM lesson; END"], "not as tutor-tui keeps them"),
        (["CREATE VIEW v AS SELECT * FROM turn"], "not as tutor-tui keeps them"),
        (["UPDATE turn SET role = 'x' WHERE place = 0"], "not as tutor-tui keeps them"),
        (["UPDATE turn SET state = 'x' WHERE place = 0"], "not as tutor-tui keeps them"),
        (["UPDATE turn SET text = x'00ff' WHERE place = 0"], "not as tutor-tui keeps them"),
        (["UPDATE correction SET number = 'x' WHERE number = 0"], "not as tutor-tui keeps them"),
        (["UPDATE lesson SET began_at = 'yesterday'"], "not as tutor-tui keeps them"),
        (["UPDATE lesson SET began_at = 1e300"], "not as tutor-tui keeps them"),
        (["UPDATE lesson SET ended_at = 9e999"], "not as tutor-tui keeps them"),
        (["UPDATE lesson SET profile = CAST(x'ff' AS TEXT)"], "damaged"),
    ],
)
def test_a_library_of_another_form_is_refused(
    statements: list[str], said: str, file: Path, other: Places, tmp_path: Path
) -> None:
    before = tree(tmp_path / "other")
    write_zip(file, changed_library(members_of(file), tmp_path, *statements))
    refused(file, other, said)
    assert tree(tmp_path / "other") == before


def test_damage_where_nobody_reads_is_found(file: Path, other: Places, tmp_path: Path) -> None:
    found = changed_library(members_of(file), tmp_path)
    data = found["library.sqlite3"]
    with closing(sqlite3.connect(tmp_path / "changed.sqlite3")) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'usage_by_date'").fetchone()[0]
        page_bytes = database.execute("PRAGMA page_size").fetchone()[0]
    start = (page - 1) * page_bytes
    spoilt = data[:start] + b"\xa5" * page_bytes + data[start + page_bytes :]
    write_zip(file, listed({**found, "library.sqlite3": spoilt}))
    refused(file, other, "the lessons in it are damaged")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("external_attr", (stat.S_IFLNK | 0o777) << 16),
        ("external_attr", (stat.S_IFIFO | 0o600) << 16),
        ("compress_type", zipfile.ZIP_BZIP2),
    ],
)
def test_links_and_other_things_that_are_no_plain_files_are_refused(
    attribute: str, value: int, file: Path, other: Places, tmp_path: Path
) -> None:
    before = tree(tmp_path / "other")
    write_zip(file, members_of(file), **{attribute: value})
    refused(file, other, "it holds something that is not a plain file")
    assert tree(tmp_path / "other") == before


def test_a_name_that_is_there_twice_is_refused(file: Path, other: Places) -> None:
    with zipfile.ZipFile(file, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("config.toml", SETTINGS)
    refused(file, other, STRANGE)


def test_a_changed_byte_is_refused_or_changes_nothing(file: Path) -> None:
    """Some are in places that nobody reads; no failure but a `Problem` comes of any."""
    good = file.read_bytes()
    with archive.open_backup(file) as found:
        texts, lessons = found.texts, found.lessons
    through = 0
    for place in range(0, len(good), 11):
        file.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            with archive.open_backup(file) as found:
                assert (found.texts, found.lessons) == (texts, lessons), place
                through += 1
        except Problem:
            pass
    assert through < len(good) / 11 / 4
