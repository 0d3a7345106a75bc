"""What was found out about servers is kept, and never stands in the way of a lesson."""

from __future__ import annotations

import json
import os
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.paths import folders_below
from tutor_tui.config.probe_results import ProbeRecord, address, recall, remember
from tutor_tui.core.capabilities import ABILITIES
from tutor_tui.core.problems import ExitCode, Problem

URL = "https://tutor.example/v1"
DAY = date(2026, 11, 21)
BETA = ProbeRecord(DAY, "beta", ("tools", "cancels"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it is kept; the folder is not there yet."""
    return folders_below(tmp_path).probes_file


def test_what_was_found_out_is_known_later_for_that_address_only(file: Path) -> None:
    remember(file, URL, BETA)
    remember(file, "http://127.0.0.1:1/v1", ProbeRecord(DAY, "ga"))
    assert recall(file, URL) == ProbeRecord(DAY, "beta", ("tools", "cancels"))
    assert recall(file, "http://127.0.0.1:1/v1") == ProbeRecord(DAY, "ga")
    assert recall(file, "https://other.example/v1") is None


def test_the_newest_finding_takes_the_place_of_the_last(file: Path) -> None:
    remember(file, URL, BETA)
    remember(file, URL, ProbeRecord(DAY, "ga", ("truncates",)))
    assert recall(file, URL) == ProbeRecord(DAY, "ga", ("truncates",))


@pytest.mark.parametrize("same", [" https://tutor.example/v1 ", "https://TUTOR.example/v1/", "wss://tutor.example/v1"])
def test_an_address_is_the_same_however_it_is_written(same: str, file: Path) -> None:
    remember(file, URL, BETA)
    assert recall(file, same) == BETA


@pytest.mark.parametrize("other", ["http://tutor.example/v1", "https://tutor.example:444/v1", "https://[", ""])
def test_another_address_is_another_server(other: str) -> None:
    assert address(other) != address(URL)


def test_only_the_learner_can_read_it_and_no_rest_is_left(file: Path) -> None:
    remember(file, URL, BETA)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]


def entry(**changes: object) -> str:
    """The file with one server, changed."""
    told = {"day": "2026-11-21", "dialect": "ga", "lacks": ["tools"]} | changes
    return json.dumps({"format": 1, "servers": {address(URL): told}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        json.dumps({"format": 2, "servers": {address(URL): {}}}),
        json.dumps({"format": 1, "servers": []}),
        json.dumps({"format": 1, "servers": {address(URL): "ga"}}),
        entry(day="yesterday"),
        entry(day=20261121),
        entry(dialect=None),
        entry(dialect="\x1b[31m"),
        entry(lacks="tools"),
        " " * 2_000_000 + entry(),
    ],
    ids=str.__len__,
)
def test_a_broken_file_counts_as_empty_and_is_replaced(text: str, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert recall(file, URL) is None
    remember(file, URL, BETA)
    assert recall(file, URL) == BETA


def test_abilities_that_are_not_known_here_are_left_out(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(entry(lacks=["tools", "telepathy", 7, "listens", ["cancels"]]))
    assert recall(file, URL) == ProbeRecord(DAY, "ga", ("tools",))


def test_a_pipe_in_its_place_counts_as_empty(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(file)
    assert recall(file, "https://h/v1") is None


def test_bytes_that_are_no_text_and_a_folder_in_its_place_count_as_empty(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe\x00")
    assert recall(file, URL) is None
    file.unlink()
    file.mkdir()
    assert recall(file, URL) is None


def test_what_cannot_be_kept_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(Problem) as caught:
        remember(tmp_path / "state" / "probes.json", URL, BETA)
    assert caught.value.title.startswith("What was found out could not be kept in ")
    assert caught.value.exit_code is ExitCode.USAGE


def test_the_oldest_servers_give_way(file: Path) -> None:
    for number in range(60):
        remember(file, f"http://127.0.0.1:{number + 1}/v1", ProbeRecord(DAY + timedelta(days=number), "ga"))
    kept = json.loads(file.read_text())["servers"]
    assert len(kept) == 50
    assert "http://127.0.0.1:60/v1" in kept
    assert "http://127.0.0.1:1/v1" not in kept


def test_every_ability_can_be_kept(file: Path) -> None:
    remember(file, URL, ProbeRecord(DAY, "azure", ABILITIES))
    assert recall(file, URL) == ProbeRecord(DAY, "azure", ABILITIES)
