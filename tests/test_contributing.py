"""CONTRIBUTING.md's map says what the code is, and its table of faults which tests there are: all, and no others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import tutor_tui.offline
from tests.support.paths import ROOT
from tutor_tui.cli.commands import COMMANDS

TESTS = ROOT / "tests"
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "tutor_tui"
MAP = TEXT.split("\n## The map\n")[1].split("\n## ")[0]
FAULTS = TEXT.split("\n## Faults\n")[1].split("\n## ")[0]
OLD_NAMES = {"offline"}
"""Folders that only lead to what was renamed."""


def rows(head: str) -> list[tuple[str, str]]:
    """A table of two columns below its head."""
    table = MAP.split(f"| {head} |\n|---|---|\n")[1].split("\n\n")[0]
    return [(first.strip(), second.strip()) for first, second in re.findall(r"^\|(.*)\|(.*)\|$", table, re.MULTILINE)]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_room_is_in_the_map_and_every_room_of_the_map_is_there() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - OLD_NAMES
    assert len(rooms) > 10
    assert {quoted(room)[0] for room, _ in rows("room | what is in it")} == rooms


def test_what_the_map_says_is_in_a_room_is_there() -> None:
    for room, contents in rows("room | what is in it"):
        below = (PACKAGE / quoted(room)[0]).rglob("*")
        names = {path.stem for path in below if path.suffix == ".py" or (path / "__init__.py").exists()}
        told = {name.rpartition("/")[2] for name in quoted(contents)}
        assert told - names - set(COMMANDS) == set(), f"not in {room}"


def test_where_things_are_to_be_found_there_are_files() -> None:
    places = [quoted(place)[0] for _, place in rows("to find | look in")]
    assert len(places) > 5
    assert [place for place in places if not (PACKAGE / place).exists()] == []


def test_the_floors_are_those_of_the_import_contract() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (contract["layers"] for contract in linter["contracts"] if contract["name"] == "floors")
    drawn = MAP.split("```\n")[1].splitlines()
    floors = [floor for line in drawn for floor in re.split(r"\s{2,}", line)[0].split(" → ")]
    assert [set(floor.split(" | ")) for floor in floors] == [
        {module.removeprefix("tutor_tui.") for module in layer.split(" | ")} for layer in layers
    ]


def test_an_old_name_says_that_it_is_one() -> None:
    assert "old name" in (tutor_tui.offline.__doc__ or "")


def shown_by() -> dict[str, set[str]]:
    """The tests that the table of faults names, by file."""
    named: dict[str, set[str]] = {}
    for row in FAULTS.split("|---|---|---|\n")[1].split("\n\n")[0].splitlines():
        path = ""
        for each in quoted(row.split("|")[3]):
            path = each if each.endswith(".py") else path
            named.setdefault(path, set()).update({each} - {path})
    return named


def all_tests(path: Path) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_test_that_the_table_of_faults_names_is_there() -> None:
    named = shown_by()
    assert len(named) > 0
    assert [f"{path}: {name}" for path, names in named.items() for name in names - all_tests(TESTS / path)] == []


def test_every_test_in_the_room_of_faults_is_in_their_table() -> None:
    named, files = shown_by(), (TESTS / "faults").glob("test_*.py")
    missing = {path.name: all_tests(path) - named.get(f"faults/{path.name}", set()) for path in files}
    assert {name: tests for name, tests in missing.items() if tests} == {}


def test_what_the_threat_model_names_is_there() -> None:
    threats = TEXT.split("\n## Threat model\n")[1].split("\n## ")[0]
    rows = [row.split("|")[1:-1] for row in threats.splitlines() if re.match(r"\| [^-]", row)][1:]
    assert len(rows) > 10
    for who, _, by, shown in rows:
        tests = quoted(shown)
        assert tests, f"nothing shows: {who}"
        assert [path for path in tests if not (TESTS / path).exists()] == []
        places = [path for path in quoted(by) if "/" in path]
        assert [path for path in places if not (PACKAGE / path).exists()] == []
