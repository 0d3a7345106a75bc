"""The README says what the code does: its tables are made from the code, its test command is what CI runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.man_page import MAN_PAGE, man_page
from tests.readme_tables import with_tables
from tests.support.paths import ROOT
from tutor_tui.cli.commands import COMMANDS
from tutor_tui.cli.options import OPTIONS
from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.settings import setting_fields

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next of the same rank."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {title}"
    return found[1]


def table_rows(text: str) -> list[str]:
    """The rows of the tables in `text`, without their heads."""
    lines = text.splitlines()
    rules = [number for number, line in enumerate(lines) if re.fullmatch(r"\|(-+\|)+", line)]
    return [
        line
        for number, line in enumerate(lines)
        if line.startswith("|") and number not in {*rules, *(r - 1 for r in rules)}
    ]


def test_the_tables_are_made_from_the_code() -> None:
    assert with_tables(README) == README, "run: python -m tests.readme_tables"
    assert len(table_rows(section("Configuration"))) == len(list(setting_fields()))
    assert len(table_rows(section("Keys"))) == len(ACTIONS)


def test_every_option_command_and_exit_code_is_there() -> None:
    text = section("Command line")
    assert all(option in text for option in OPTIONS)
    assert all(f"tutor-tui {command}" in text for command in COMMANDS)
    codes = [int(row.split("|")[1]) for row in table_rows(text)]
    assert codes == sorted(code.value for code in ExitCode)


def test_the_manual_page_is_made_from_the_code() -> None:
    assert man_page() == MAN_PAGE.read_text(encoding="utf-8"), "run: python -m tests.readme_tables"
    text = man_page().replace("\\-", "-")
    assert all(f"\\fB{option}" in text for option in OPTIONS)
    assert all(f"\\fB{command}" in text for command in COMMANDS)


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) > 2
    assert [link for link in links if not (ROOT / link).exists()] == []


def commands() -> list[str]:
    """The shell commands of the install section: the lesson's and the tests'."""
    return re.findall(r"^```sh\n(.*?)^```$", section("Install and open a lesson"), re.MULTILINE | re.DOTALL)


def test_both_commands_are_valid_shell_and_stop_at_the_first_failure() -> None:
    lesson, tests = commands()
    assert lesson.rstrip().endswith(".venv/bin/tutor-tui\n'")
    assert tests.rstrip().endswith("-m tests\n'")
    for command in (lesson, tests):
        assert command.startswith("sh -ec '")
        subprocess.run(["sh", "-n", "-c", command], check=True)
        subprocess.run(["sh", "-n", "-c", command.split("'")[1]], check=True)


def test_ci_runs_the_readmes_test_command_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    # The command's place is taken by one that shows what sh was given; stdin has to be empty.
    shown = README.replace(commands()[1], "printf '%s.' one 'two  three'\ncat\nexit 7\n")
    (tmp_path / "README.md").write_text(shown, encoding="utf-8")
    result = subprocess.run([tmp_path / ".ci" / "run"], input="typed", capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (7, "one.two  three.", "")


def test_ci_fails_without_a_test_command(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text(README.replace("<!-- the test command -->", ""), encoding="utf-8")
    result = subprocess.run([tmp_path / ".ci" / "run"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "no test command" in result.stderr


STUB = '#!/bin/sh\necho "$(basename "$0") $*" >> {log}\n{rest}\n'
PACKAGES = "gcc python3-dev python3-venv portaudio19-dev libasound2-plugins"


def pasted(folder: Path, *, user_id: int, installed: bool, apt_fails: bool = False) -> tuple[int, list[str]]:
    """Paste the lesson's command on a machine made of stubs; what was run there, and the exit code."""
    log, bin_folder = folder / "log", folder / "bin"
    made = "mkdir -p .venv/bin; cp bin/pip bin/tutor-tui .venv/bin/"
    stubs = {
        "id": f"echo {user_id}",
        "dpkg": f"exit {0 if installed else 1}",
        "sudo": 'exec "$@"',
        "apt-get": f"exit {100 if apt_fails else 0}",
        "python3": made,
        "pip": "",
        "tutor-tui": "exit 3",
    }
    bin_folder.mkdir()
    for name, rest in stubs.items():
        (bin_folder / name).write_text(STUB.format(log=log, rest=rest))
        (bin_folder / name).chmod(0o755)
    path = f"{bin_folder}:/usr/bin:/bin"
    result = subprocess.run(["sh", "-c", commands()[0]], cwd=folder, env={"PATH": path}, check=False)
    return result.returncode, [line for line in log.read_text().splitlines() if not line.startswith(("id ", "dpkg "))]


IN_VENV = ["python3 -m venv .venv", "pip install .", "tutor-tui "]


def test_the_command_asks_for_nothing_that_is_there(tmp_path: Path) -> None:
    assert pasted(tmp_path, user_id=1000, installed=True) == (3, IN_VENV)


def test_the_command_works_as_root_without_sudo(tmp_path: Path) -> None:
    apt = ["apt-get update", f"apt-get install -y {PACKAGES}"]
    assert pasted(tmp_path, user_id=0, installed=False) == (3, [*apt, *IN_VENV])


def test_the_command_works_for_a_user_with_sudo(tmp_path: Path) -> None:
    update, install = "apt-get update", f"apt-get install -y {PACKAGES}"
    apt = [f"sudo {update}", update, f"sudo {install}", install]
    assert pasted(tmp_path, user_id=1000, installed=False) == (3, [*apt, *IN_VENV])


def test_the_command_stops_where_it_fails(tmp_path: Path) -> None:
    assert pasted(tmp_path, user_id=0, installed=False, apt_fails=True) == (100, ["apt-get update"])
