"""CONTRIBUTING.md's map says what the code is: every room and floor, and nothing that is not there."""

from __future__ import annotations

import re
import tomllib

import tutor_tui.offline
from tests.support.paths import ROOT
from tutor_tui.cli.options import COMMANDS

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "tutor_tui"
MAP = TEXT.split("\n## The map\n")[1].split("\n## ")[0]
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
