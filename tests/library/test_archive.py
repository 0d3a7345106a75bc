"""Backups in real files: taken while a lesson goes on, put back whole or not at all, refused when anything is odd."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.kept_lessons import ALL, KOREAN, fill
from tests.support.paths import folders_below
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_records import LessonRecord, TurnRecord
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.library import archive
from tutor_tui.library.archive import Places, members
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.overflow_journal import OverflowJournal
from tutor_tui.library.under_way import FOLDER, Mark
from tutor_tui.library.writer import LessonWriter

SETTINGS = b"# mine\n[lesson]\nlevel = 'A2'\n"
PROFILE = "---\r\nname: 시장에서\r\nlanguage: ko\r\n---\r\nYou are Rita.\r\n".encode()
PROMPTS = {"rita.md": PROFILE, "둘.MD": b"two", "lessons/rita.toml": b"[lesson]", "words/ko.toml": b"[words]"}
KEY = "sk-plantedplantedplanted0123456789"
Tree = Mapping[Path, bytes | None]
Members = dict[str, bytes]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def places_in(home: Path) -> Places:
    folders = folders_below(home)
    return Places(folders.library_file, folders.config_file, folders.config / "prompts")


def put_texts(places: Places) -> None:
    for name, data in PROMPTS.items():
        file = places.prompts / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    places.settings.write_bytes(SETTINGS)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A learner with three lessons, settings, two profiles and a lesson of their own."""
    made = places_in(tmp_path / "home")
    fill(made.library)
    put_texts(made)
    return made


@pytest.fixture
def other(tmp_path: Path) -> Places:
    """Another machine, with one lesson and other settings."""
    made = places_in(tmp_path / "other")
    fill(made.library, [replace(KOREAN, lesson=replace(KOREAN.lesson, profile="Other"))])
    made.prompts.mkdir(parents=True)
    (made.prompts / "old.md").write_bytes(b"old")
    made.settings.write_bytes(b"[lesson]\nlevel = 'B2'\n")
    return made


@pytest.fixture
def file(tmp_path: Path, places: Places) -> Path:
    """A good backup."""
    path = tmp_path / "lessons.zip"
    archive.write_backup(path, places)
    return path


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


# ---- there and back -------------------------------------------------------------------------------------------------


def test_what_is_backed_up_comes_back_on_another_machine(places: Places, tmp_path: Path, temporary: Path) -> None:
    file, new = tmp_path / "lessons.zip", places_in(tmp_path / "new")
    made = archive.write_backup(file, places)
    assert made.contents == "3 lessons, your settings, 2 profiles of your own, 2 lesson files of your own"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restored(file, new) == []
    assert content(new) == content(places)
    assert content(new)[1:] == (SETTINGS, PROMPTS)
    found = [each for each in (tmp_path / "new").rglob("*") if each.is_file() and not each.name.endswith("-shm")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in found} == {0o600}
    assert {stat.S_IMODE(each.parent.stat().st_mode) for each in (new.library, new.settings)} == {0o700}
    assert list(temporary.iterdir()) == [] and sorted(tmp_path.glob(".*")) == []


def test_what_was_there_before_is_kept_beside_it(file: Path, places: Places, other: Places) -> None:
    before = content(other)
    aside = restored(file, other)
    assert content(other) == content(places)
    assert [each.parent for each in aside] == [other.library.parent, other.settings.parent, other.settings.parent]
    assert all(".before-restore-20" in each.name for each in aside)
    assert content(Places(*aside)) == before
    again = restored(file, other)  # within the same second
    assert set(again).isdisjoint(aside) and content(Places(*aside)) == before


def test_what_the_backup_does_not_hold_stays(places: Places, other: Places, tmp_path: Path) -> None:
    places.settings.unlink()
    for each in places.prompts.rglob("*.*"):
        each.unlink()
    file = tmp_path / "lessons.zip"
    assert archive.write_backup(file, places).contents == "3 lessons"
    before = content(other)
    assert len(restored(file, other)) == 1
    assert content(other) == (content(places)[0], *before[1:])


def test_settings_and_profiles_behind_links_are_replaced_where_they_are(
    file: Path, places: Places, other: Places
) -> None:
    real = other.settings.parent.parent / "repository"
    other.settings.parent.rename(real)
    other.settings.parent.mkdir()
    other.settings.symlink_to(real / "config.toml")
    other.prompts.symlink_to(real / "prompts")
    restored(file, other)
    assert other.settings.is_symlink() and other.prompts.is_symlink()
    assert content(other) == content(places)


def test_only_what_a_lesson_can_use_is_taken(places: Places, tmp_path: Path) -> None:
    for name in (".hidden.md", "notes.txt", "lessons/notes.md", "deeper.md/x.md"):
        (places.prompts / name).parent.mkdir(exist_ok=True)
        (places.prompts / name).write_text("x")
    (places.settings.parent / "config.schema.json").write_text("{}")
    (places.prompts / "broken.md").symlink_to("nowhere")
    os.mkfifo(places.prompts / "pipe.md")
    made = archive.write_backup(tmp_path / "b.zip", places)
    assert made.prompts == PROMPTS


def test_a_library_that_was_damaged_or_never_made_is_no_backup(tmp_path: Path) -> None:
    nothing = places_in(tmp_path / "new")
    with pytest.raises(Problem, match=r"There is nothing to back up yet\.") as caught:
        archive.write_backup(tmp_path / "b.zip", nothing)
    assert caught.value.exit_code == ExitCode.USAGE
    nothing.library.parent.mkdir(parents=True)
    nothing.library.write_bytes(b"no library at all" * 999)
    with pytest.raises(Problem, match="is damaged") as caught:
        archive.write_backup(tmp_path / "b.zip", nothing)
    assert caught.value.exit_code == ExitCode.LIBRARY
    assert not (tmp_path / "b.zip").exists()


def test_a_lesson_that_lies_in_a_journal_is_taken_too(places: Places, tmp_path: Path) -> None:
    lesson = LessonRecord("2026-11-28-jjjj", KOREAN.lesson.began_at + 1e5, "P", ended_at=KOREAN.lesson.began_at + 2e5)
    journal = OverflowJournal(places.library.parent, lesson.id)
    journal.write([lesson, TurnRecord(lesson.id, "t", 0, "learner", "Hello.")])
    journal.close()
    assert archive.write_backup(tmp_path / "b.zip", places).lessons == 4


def test_a_backup_is_taken_while_a_lesson_is_written(places: Places, tmp_path: Path) -> None:
    told: list[Trouble] = []
    writer = LessonWriter(places.library, told.append)
    lesson = LessonRecord("2026-11-28-wwww", KOREAN.lesson.began_at + 1e5, "P")
    enough, said = threading.Event(), 0

    def talk() -> None:
        nonlocal said
        writer.put(lesson)
        while not enough.is_set():
            writer.put(TurnRecord(lesson.id, f"t{said}", said, "learner", f"line {said} {'x' * 500}"))
            said += 1
            enough.wait(0.001)

    speaker = threading.Thread(target=talk)
    speaker.start()
    lines: list[int] = []
    try:
        while len(lines) < 5 or lines[-1] == lines[0]:
            file = tmp_path / f"{len(lines)}.zip"
            archive.write_backup(file, places)
            new = places_in(tmp_path / f"new{len(lines)}")
            restored(file, new)
            library = SqliteLibrary(new.library)
            assert {each.lesson.id for each in library.lessons()} - {lesson.id} == set(ALL)
            turns = library.read(lesson.id).turns if len(library.lessons()) > len(ALL) else ()
            assert [each.place for each in turns] == list(range(len(turns)))
            lines.append(len(turns))
    finally:
        enough.set()
        speaker.join()
        assert writer.close()
    assert lines == sorted(lines)
    assert [each.title for each in told if not each.quiet] == []
    assert len(SqliteLibrary(places.library).read(lesson.id).turns) == said


def test_a_link_stays_one_and_its_file_gets_the_backup(file: Path, places: Places, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, real = tmp_path / "link.zip", tmp_path / "elsewhere" / "real.zip"
    link.symlink_to(real)
    archive.write_backup(link, places)
    assert link.is_symlink() and members_of(real).keys() == members_of(file).keys()


# ---- keys -----------------------------------------------------------------------------------------------------------


def test_no_key_gets_into_a_backup(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (places.settings.parent, places.prompts, tmp_path):
        (folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    (places.prompts / "linked.md").symlink_to(places.settings.parent / ".env")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    places.settings.write_text(
        f'[pipeline]\nchat_key = "{KEY}"\nchat_url = "https://me:{KEY}@example.org/v1" # {KEY}\n'
    )
    file = tmp_path / "b.zip"
    made = archive.write_backup(file, places)
    assert "your settings (without what looks like a key in them)" in made.contents
    assert KEY.encode() not in file.read_bytes()
    found = members_of(file)
    assert len(found) == 7
    assert [name for name, data in found.items() if KEY.encode() in data] == []
    assert b"example.org/v1" in found["config.toml"]


# ---- what cannot be written -----------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_backup_and_nothing_else(
    file: Path, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    fill(places.library, [replace(KOREAN, lesson=replace(KOREAN.lesson, profile="Changed"))])
    before = file.read_bytes()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(os, "fsync", full)
        archive.write_backup(file, places)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [file.name]


@pytest.mark.parametrize(
    ("spoil", "said", "code"),
    [
        (lambda places: places.settings.write_text("[lesson\n"), "they are not TOML", ExitCode.USAGE),
        (lambda places: places.settings.write_bytes(b"\xff"), "they are not TOML", ExitCode.USAGE),
        (lambda places: places.settings.write_text("#" * 64_001), "is too large for a backup", ExitCode.USAGE),
        (lambda places: (places.prompts / "a:b.md").touch(), "a name that not every system allows", ExitCode.USAGE),
        (
            lambda places: os.close(os.open(os.fsencode(places.prompts) + b"/\xff.md", os.O_CREAT)),
            "a name that not every system allows",
            ExitCode.USAGE,
        ),
    ],
)
def test_what_could_not_be_restored_is_not_backed_up(
    spoil: Callable[[Places], object], said: str, code: ExitCode, places: Places, tmp_path: Path
) -> None:
    spoil(places)
    with pytest.raises(Problem, match=said) as caught:
        archive.write_backup(tmp_path / "b.zip", places)
    assert caught.value.exit_code == code
    assert not (tmp_path / "b.zip").exists()


def test_a_failure_in_the_middle_leaves_what_was_there(
    file: Path, places: Places, other: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(other.library)) as held:  # so that there are -wal and -shm, too
        held.execute("SELECT * FROM lesson").fetchall()
        before = tree(tmp_path / "other")
        steps = 0
        while True:
            with monkeypatch.context() as patch:
                failing_at(steps, patch)
                try:
                    restored(file, other)
                    break
                except OSError as error:
                    assert error.strerror == "Input/output error"
            assert tree(tmp_path / "other") == before, steps
            steps += 1
    assert steps == 14  # 6 files are written, 5 moved away, and 3 put in their place
    assert content(other) == content(places)


def failing_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Let that call fail that changes a disk, and no other."""
    calls = 0

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step + 1:
                raise OSError(5, "Input/output error")
            return real(*arguments)

        return call

    patch.setattr(os, "fsync", counting(os.fsync))
    patch.setattr(Path, "rename", counting(Path.rename))


def test_nothing_is_replaced_while_a_lesson_is_under_way(file: Path, other: Places, tmp_path: Path) -> None:
    mark = Mark(other.library.parent / FOLDER, ALL[0])
    before = tree(tmp_path / "other")
    with pytest.raises(Problem, match=r"A lesson is still going on\.") as caught:
        restored(file, other)
    assert (tree(tmp_path / "other"), caught.value.exit_code) == (before, ExitCode.USAGE)
    mark.end()
    assert len(restored(file, other)) == 3


# ---- broken and tampered with ---------------------------------------------------------------------------------------


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


def with_rubbish(data: bytes, start: int = 4096) -> bytes:
    """With the pages behind the first one overwritten."""
    return data[:start] + b"\xa5" * (len(data) - start)


DAMAGED = "it is damaged"
STRANGE = "it holds a file that does not belong there"
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


def refused(file: Path, places: Places, said: str) -> None:
    with pytest.raises(Problem) as caught:
        restored(file, places)
    assert caught.value.exit_code == ExitCode.LIBRARY
    assert str(caught.value).startswith(f"{file} cannot be restored: ") and said in str(caught.value)


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


def test_a_bomb_is_not_unpacked(file: Path, other: Places, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest says little, and the library would be 50 MB: no more is read than was said."""
    found = members_of(file)
    bomb = listed(found)[members.MANIFEST]
    write_zip(file, {**found, members.MANIFEST: bomb, "library.sqlite3": bytes(50_000_000)})
    assert file.stat().st_size < 100_000
    largest = 0
    real = members.copy_all

    def watched(source: Any, target: Any, size: int) -> str:
        nonlocal largest
        try:
            return real(source, target, size)
        finally:
            largest = max(largest, target.tell())

    monkeypatch.setattr("tutor_tui.library.archive.reading.copy_all", watched)
    refused(file, other, DAMAGED)
    assert 0 < largest <= len(found["library.sqlite3"])


def test_a_library_that_says_it_is_huge_is_not_unpacked(
    file: Path, other: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = members_of(file)
    entries = json.loads(listed(found)[members.MANIFEST])["members"]
    entries["library.sqlite3"]["size"] = 1_000_000_001
    write_zip(file, listed(found, members=entries))
    monkeypatch.setattr("tutor_tui.library.archive.reading.copy_all", None)  # whatever is read is a fault
    refused(file, other, "it is too large")


def test_a_list_of_members_without_end_is_not_read(file: Path, other: Places) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:-10] + (1_000_001).to_bytes(4, "little") + data[-6:])
    refused(file, other, "it is too large")


def test_what_has_no_end_is_read_one_byte_too_far_at_most() -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None and size > 0
            self.given += size
            return bytes(size)

    source, target = Endless(), BytesIO()
    with pytest.raises(members.Unfit):
        members.copy_all(source, target, 200_000)
    assert (source.given, len(target.getvalue())) == (200_001, 196_608)


def test_neither_a_pipe_nor_a_folder_is_waited_for(tmp_path: Path, other: Places) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(Problem, match="is not a file") as caught:
            restored(path, other)
        assert caught.value.exit_code == ExitCode.USAGE
