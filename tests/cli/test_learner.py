"""`tutor-tui learner` as a learner meets it: what is remembered of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asked import answered
from tests.learning.helpers import at, correction, use, word
from tests.library.damaging import overwrite_pages
from tests.support.paths import folders_below
from tutor_tui.cli.main import main
from tutor_tui.learning.items import Item, ItemKind, Origin, Use
from tutor_tui.learning.learner import add_evidence, keep, mark_known
from tutor_tui.library.learner import SqliteLearner

CAFE = Item("ko", ItemKind.CAN_DO, "order a drink; pay", "At the café", origin=Origin.UNIT, added_at=at(0))
FAR, FACT = word("멀다", "far\x1b[31m"), Item("ko", ItemKind.FACT, "is called [b]Mina[/b]", added_at=at(0))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteLearner:
    """The learner's file in an empty home; nothing is in it yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return SqliteLearner(folders_below(tmp_path).library_file)


def fill(store: SqliteLearner) -> None:
    with store.changing() as change:
        for item in (FAR, word("lejos", language="es"), word("가깝다"), correction(), FACT, CAFE):
            keep(change, item)
        add_evidence(change, use(FAR, Use.LAPSE))
        mark_known(change, word("가깝다").id)


def test_without_anything_remembered_that_is_said(store: SqliteLearner, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ((), ("show",), ("forget",)):
        assert main(["learner", *part]) == 0
        assert capsys.readouterr().out == "Nothing is remembered about you.\n"
    assert main(["learner", "export"]) == 0
    assert capsys.readouterr().out == ""


def test_it_is_shown_by_language(store: SqliteLearner, capsys: pytest.CaptureFixture[str]) -> None:
    fill(store)
    assert main(["learner"]) == 0
    head, spanish, korean, unit, fact = capsys.readouterr().out.splitlines()
    assert head.split() == ["LANGUAGE", "WORDS", "CORRECTIONS", "UNITS", "KNOWN", "DUE", "NOW"]
    assert spanish.split() == ["Spanish", "1", "0", "0", "0", "1"]
    assert korean.split() == ["Korean", "1", "1", "1", "1", "2"]
    assert unit == "Unit “At the café”, not on your own yet: order a drink; pay"
    assert fact == "About you: is called [b]Mina[/b]"


def test_all_of_it_is_exported_and_nothing_in_it_is_obeyed(
    store: SqliteLearner, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(store)
    assert main(["learner", "export"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    objects = [json.loads(line) for line in out.splitlines()]
    assert len([each for each in objects if "item" in each]) == 6
    (used,) = [each["use"] for each in objects if "use" in each]
    assert (used["item_id"], used["use"], used["quote"]) == (FAR.id, "lapse", "멀다")
    assert [each["review"]["rating"] for each in objects if "review" in each] == ["again"]


def test_it_is_deleted_for_good_once_that_is_said(
    store: SqliteLearner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(store)
    assert "Nothing was deleted." in answered(tmp_path, "n\n", "learner", "forget")
    assert store.languages() == ["es", "ko"]
    assert main(["learner", "forget", "--yes"]) == 0
    assert "Deleted: 6 items. Your lessons stay" in capsys.readouterr().out
    assert store.languages() == []
    assert all("멀다".encode() not in file.read_bytes() for file in store._file.parent.iterdir())


def test_it_is_deleted_of_a_damaged_library_too(
    store: SqliteLearner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(store)
    file = folders_below(tmp_path).library_file
    overwrite_pages(file)
    assert main(["learner", "forget", "--yes"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    aside = next(file.parent.glob("library.damaged-*"))
    assert "The file with your earlier lessons was damaged. It was put aside as" in told and aside.name in told
    assert "tutor-tui forget deletes the damaged one, too. Nothing is remembered about you." in told
    assert store.languages() == []
