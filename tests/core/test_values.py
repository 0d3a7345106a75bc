"""Values: frozen to the type checker, equal by type and fields, and silent about what they hold."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import field, replace
from pathlib import Path

from tests.support.paths import ROOT
from tutor_tui.core.values import value


@value
class Said:
    text: str
    ms: int = 0


@value
class Heard:
    text: str
    ms: int = 0
    marks: tuple[str, ...] = field(default=())


def test_values_are_equal_by_type_and_fields() -> None:
    assert Said("yes", 3) == Said("yes", 3) != Said("yes")
    another: object = Heard("yes")
    assert Said("yes") != another
    assert len({Said("yes"), Said("yes"), Said("no")}) == 2
    assert replace(Said("yes"), ms=5) == Said("yes", 5)
    match Said("yes", 7):
        case Said(text, ms):
            assert (text, ms) == ("yes", 7)


def test_what_they_hold_is_in_no_repr() -> None:
    assert repr(Said("a secret")) == "Said(…)"


def test_the_type_checker_lets_nobody_change_one(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("from tutor_tui.core.events import Muted\n\nMuted(True).on = False\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", str(program)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Property "on" defined in "Muted" is read-only' in found.stdout, found.stdout + found.stderr
