"""What the README's test command ends with: checks and tests beside each other, and neither hides the other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import checks
from tests.support.paths import ROOT

GOOD = ["python", "-c", "print('all is well')"]
BAD = ["python", "-c", "print('line 3 is odd'); raise SystemExit(2)"]
WORSE = ["python", "-c", "import sys; sys.exit('line 7 is worse')"]


def run(tests: str, *commands: list[str]) -> tuple[int, list[str]]:
    """Run tests and checks that are stubs, as the test command does; the exit code, and what is printed."""
    program = [sys.executable, "-c", tests]
    code = f"import sys; from tests.__main__ import main; sys.exit(main({program!r}, {commands!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [line for line in done.stdout.splitlines() if line.strip()]


def test_a_failed_check_hides_neither_the_others_nor_the_tests() -> None:
    code, lines = run("print('9 passed')", BAD, GOOD, WORSE)
    assert code == 1
    assert lines[0].strip("= ") == "checks"
    assert [("FAILED" in line, "ok" in line) for line in lines if line.startswith("python -c")] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert {"line 3 is odd", "line 7 is worse"} < set(lines)
    assert "all is well" not in lines
    assert lines[-1] == "9 passed"


@pytest.mark.parametrize("check", [GOOD, BAD], ids=["content", "failed"])
def test_the_exit_code_is_that_of_the_tests_if_they_failed(check: list[str]) -> None:
    code, lines = run("import sys; print('1 failed'); sys.exit(3)", check)
    assert (code, lines[-1]) == (3, "1 failed")


def test_all_is_well_if_both_are() -> None:
    code, lines = run("print('9 passed')", GOOD)
    assert (code, len(lines)) == (0, 3)


def test_the_tests_are_shown_as_they_go_once_the_checks_are_through() -> None:
    slow = ["python", "-c", "import time; time.sleep(0.5)"]
    code, lines = run("import sys; print('first', flush=True); print('last', file=sys.stdout)", slow)
    assert (code, lines[-2:]) == (0, ["first", "last"])


def test_lint_format_types_and_contracts_are_checked() -> None:
    assert [command[0] for command in checks.COMMANDS] == ["ruff", "ruff", "mypy", "lint-imports"]
