"""What an error message tells a learner to run does install what is missing."""

from __future__ import annotations

import subprocess
import tomllib

import pytest

from tests.support.paths import ROOT
from tutor_tui.core.extras import PACKAGES, Extra, install_command


def test_the_packages_are_those_of_the_project() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {name: list(packages) for name, packages in PACKAGES.items()} == {name: extras[name] for name in PACKAGES}


@pytest.mark.parametrize("extra", PACKAGES)
def test_the_command_can_be_pasted_into_a_shell(extra: Extra) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{install_command(extra)} --dry-run --no-deps --no-index"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "already satisfied" in done.stdout, "the tests have every extra"
